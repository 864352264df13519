//! Reading bytes, up to a limit.
use super::error::SourceError;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The largest file that is read, in bytes: far above any template, and far below what 32-bit offsets can point into.
pub const SIZE_LIMIT: u64 = 64 * 1024 * 1024;

/// The bytes of a file of at most `limit` bytes. It may be a pipe.
///
/// # Errors
///
/// That it cannot be read, or is larger than the limit; then nothing of it stays in memory.
pub fn read_bytes(path: &Path, limit: u64) -> Result<Vec<u8>, SourceError> {
    let unreadable = |error: io::Error| SourceError::Unreadable {
        path: path.to_owned(),
        cause: error.kind(),
    };
    let too_large = |size| SourceError::Size {
        path: path.to_owned(),
        size,
        limit,
    };
    let file = open(path).map_err(unreadable)?;
    let size = file.metadata().map_err(unreadable)?.len();
    if size > limit {
        return Err(too_large(size));
    }
    // What says how long it is is not asked for more. A pipe says nothing, nor do the files of `/proc`.
    let most = match size {
        0 => limit.saturating_add(1),
        size => size,
    };
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
    file.take(most)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    let read = bytes.len() as u64;
    if read > limit {
        Err(too_large(read))
    } else {
        Ok(bytes)
    }
}

/// The first bytes of a file, at most `limit`.
///
/// # Errors
///
/// That it cannot be read.
pub fn read_beginning(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(usize::try_from(limit).unwrap_or_default());
    open(path)?.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The text of a file that is no input of a run, such as a rule or a configuration: UTF-8, of at most [`SIZE_LIMIT`] bytes.
///
/// # Errors
///
/// That it cannot be read, or is no such text.
pub fn read_text(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    let read = open(path)?
        .take(SIZE_LIMIT.saturating_add(1))
        .read_to_string(&mut text)?;
    if read as u64 > SIZE_LIMIT {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(text)
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the place where files are read"
)]
fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// The path with all links resolved: two paths lead to the same file if these are equal. What has no path of its own,
/// such as the pipe behind `/dev/fd/63`, keeps the one that it was given.
pub(crate) fn canonical(path: &Path) -> io::Result<PathBuf> {
    path.canonicalize().or_else(|error| match path.metadata() {
        Ok(_) => std::path::absolute(path),
        Err(_) => Err(error),
    })
}
