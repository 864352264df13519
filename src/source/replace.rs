//! Writing a file as a whole or not at all: a reader sees the old one or the new one.
use super::read::canonical;
use std::fs::{self, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use tempfile::Builder;

/// How many links in a row are followed; Linux follows as many (path_resolution(7)).
const MOST_LINKS: usize = 40;

/// The file that writing to a path writes: the path with all links resolved, the last of which may lead to a file that is
/// not there yet.
///
/// # Errors
///
/// That there is no such folder, or that the links lead in a circle.
pub(crate) fn target(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        match canonical(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            known => return known,
        }
        let folder = match path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        path = match (fs::read_link(&path), path.file_name()) {
            (Ok(next), _) => folder.join(next),
            (Err(_), Some(name)) => return Ok(canonical(folder)?.join(name)),
            (Err(_), None) => return Err(ErrorKind::NotFound.into()),
        };
    }
    Err(io::Error::other("too many symbolic links"))
}

/// Gives a file what `write` writes. Links are followed and stay, as do the permissions of a file that is there. All is
/// first written beside the file and then takes its name. What is no regular file, such as a pipe, is written as it is.
///
/// # Errors
///
/// Those of `write`; that the file may not be written, or no file can be made in its folder. Then it is as it was.
pub(crate) fn replace(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let known = fs::metadata(path).ok();
    if known.as_ref().is_some_and(|known| !known.is_file()) {
        let mut out = BufWriter::new(OpenOptions::new().write(true).open(path)?);
        return write(&mut out).and_then(|()| out.flush());
    }
    let target = target(path)?;
    if known.is_some() {
        // A rename would go past the permissions of the file.
        drop(OpenOptions::new().append(true).open(&target)?);
    }
    let mut builder = Builder::new();
    builder.prefix(".akvlint-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any new file, less what the user's mask takes away.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let folder = target.parent().unwrap_or(Path::new("."));
    // The error of the library names a file that nobody has heard of.
    let beside = builder
        .tempfile_in(folder)
        .map_err(|error| io::Error::from(error.kind()))?;
    let mut out = BufWriter::new(beside.as_file());
    write(&mut out)?;
    out.flush()?;
    drop(out);
    beside.as_file().sync_all()?;
    if let Some(known) = known {
        beside.as_file().set_permissions(known.permissions())?;
    }
    beside.persist(&target).map_err(|error| error.error)?;
    Ok(())
}
