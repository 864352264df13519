//! Writing a changed text back.

use std::io;
use std::path::Path;

use crate::source::{Encoding, replace};

/// Why a file was not written. It is as it was.
#[derive(Debug, thiserror::Error)]
#[error("{name} is not fixed: {cause}; {help}")]
pub struct SaveError {
    name: String,
    cause: io::Error,
    help: &'static str,
}

/// Writes a text to the file at `path`, which is printed as `name`, in one step. The encoding, the byte order mark, links
/// and the permissions stay.
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
    let bytes = encoded(text, encoding, had_bom);
    replace(path, |out| out.write_all(&bytes)).map_err(failed)
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
