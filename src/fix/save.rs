//! Writing a changed text back, in one step: a reader sees the old file or the new one.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::source::Encoding;

/// Why a file was not written. It is as it was.
#[derive(Debug, thiserror::Error)]
#[error("{name} is not fixed: {cause}; {help}")]
pub struct SaveError {
    name: String,
    cause: io::Error,
    help: &'static str,
}

/// Writes a text to the file at `path`, links resolved, which is printed as `name`. The encoding, the byte order mark and
/// the permissions stay. The text is first written beside the file and then takes its name.
///
/// # Errors
///
/// That the file is read-only, or the folder cannot be written to.
pub fn save(
    path: &Path,
    name: &str,
    text: &str,
    encoding: Encoding,
    had_bom: bool,
) -> Result<(), SaveError> {
    let failed = |cause: io::Error| SaveError {
        name: name.to_owned(),
        help: match cause.kind() {
            io::ErrorKind::PermissionDenied => "make the file and its folder writable",
            _ => "look at the file and its folder",
        },
        cause,
    };
    let permissions = fs::metadata(path).map_err(failed)?.permissions();
    // A rename would go past the permissions of the file.
    drop(OpenOptions::new().append(true).open(path).map_err(failed)?);
    let beside = beside(path);
    let write = || {
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&beside)?;
        file.write_all(&encoded(text, encoding, had_bom))?;
        file.sync_all()?;
        fs::set_permissions(&beside, permissions)?;
        fs::rename(&beside, path)
    };
    write().map_err(|cause| {
        if cause.kind() != io::ErrorKind::AlreadyExists {
            let _ = fs::remove_file(&beside);
        }
        failed(cause)
    })
}

fn beside(path: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".akvlint-{}", std::process::id()));
    path.with_file_name(name)
}

fn encoded(text: &str, encoding: Encoding, had_bom: bool) -> Vec<u8> {
    let mark = if had_bom { "\u{feff}" } else { "" };
    let all = [mark, text].concat();
    match encoding {
        Encoding::Utf8 => all.into_bytes(),
        Encoding::Utf16Le => all.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Encoding::Utf16Be => all.encode_utf16().flat_map(u16::to_be_bytes).collect(),
    }
}
