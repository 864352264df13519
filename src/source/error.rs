//! Why a file could not become text.
use super::name::for_people;
use miette::Diagnostic;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// A file that cannot be read, is too large, or is not text.
#[derive(Debug, Clone, PartialEq, Eq, Error, Diagnostic)]
pub enum SourceError {
    /// The operating system refuses.
    #[error("cannot read {}: {}", for_people(path), words(*cause))]
    #[diagnostic(code(akvlint::source::unreadable), help("{}", advice(*cause)))]
    Unreadable {
        /// The file, as it was given.
        path: PathBuf,
        /// What the operating system said.
        cause: ErrorKind,
    },
    /// The bytes are not text in an encoding that is read here.
    #[error(
        "{} is not text that can be read: {fault} at byte {offset}",
        for_people(path)
    )]
    #[diagnostic(code(akvlint::source::encoding), help("save the file as UTF-8"))]
    Encoding {
        /// The file, as it was given.
        path: PathBuf,
        /// What is wrong with the bytes.
        fault: EncodingFault,
        /// The offset of the first byte that is wrong, counted from the start of the file.
        offset: usize,
    },
    /// The file is larger than the limit.
    #[error(
        "{} is too large: {size} bytes, and at most {limit} are read",
        for_people(path)
    )]
    #[diagnostic(
        code(akvlint::source::size),
        help("a template of Azure has at most 4 MB; split the export, or exclude the file")
    )]
    Size {
        /// The file, as it was given.
        path: PathBuf,
        /// Its size in bytes; of something without a size, such as a pipe, how much was read before giving up.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
}

impl SourceError {
    /// The file, as it was given.
    pub fn path(&self) -> &Path {
        match self {
            Self::Unreadable { path, .. }
            | Self::Encoding { path, .. }
            | Self::Size { path, .. } => path,
        }
    }

    /// The word that the `reason` of a file in the report starts with: `unreadable`, `encoding` or `size`.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "unreadable",
            Self::Encoding { .. } => "encoding",
            Self::Size { .. } => "size",
        }
    }
}

/// What is wrong with bytes that are not text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum EncodingFault {
    /// Bytes that UTF-8 does not allow, in a file without the mark of another encoding.
    #[error("bytes that are not UTF-8")]
    Utf8,
    /// Half of a surrogate pair, or half of a code unit at the end, in UTF-16.
    #[error("half of a character in UTF-16")]
    Utf16,
    /// The byte order mark of UTF-32.
    #[error("the byte order mark of UTF-32, which is not supported,")]
    Utf32,
    /// A NUL character. No text of the formats that are read here has one; binary files have.
    #[error("a NUL character, as in binary files,")]
    Nul,
}

/// An error of the operating system, in words.
pub(crate) fn words(cause: ErrorKind) -> String {
    match cause {
        ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::IsADirectory => "it is a folder".to_owned(),
        ErrorKind::NotADirectory => "a part of its path is a file, not a folder".to_owned(),
        ErrorKind::InvalidFilename => "the name is not allowed".to_owned(),
        other => other.to_string(),
    }
}

fn advice(cause: ErrorKind) -> &'static str {
    match cause {
        ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidFilename => {
            "check the spelling of the path"
        }
        ErrorKind::PermissionDenied => {
            "give the user who runs akvlint the right to read it, or exclude it"
        }
        _ => "see whether other programs can read it",
    }
}
