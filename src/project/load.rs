//! Files that the `load…` functions of Bicep read.
//!
//! In: a path as a Bicep file writes it. Out: bytes, text, or the names in a folder. It refuses to read anything outside
//! of the project, and to know what is in the file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::module::folder_of;
use super::reference::relative_path;
use super::{Project, Unreadable};
use crate::source::{FileId, Source, SourceError, canonical, read_bytes};

/// The largest file that is read, in bytes: four for each of the 1,048,576 characters that Bicep allows in JSON.
const SIZE_LIMIT: u64 = 4 << 20;
/// How many files of a folder are listed.
const MAXIMUM_FILES: usize = 10_000;

/// The encodings that a text may be said to have. A byte order mark in the file wins over what is said, as in .NET.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum TextEncoding {
    /// `utf-8`
    #[default]
    Utf8,
    /// `utf-16`, low byte first
    Utf16,
    /// `utf-16BE`
    Utf16Be,
    /// `us-ascii`
    Ascii,
    /// `iso-8859-1`
    Latin1,
}

impl TextEncoding {
    /// The encoding of this name.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "utf-8" => Self::Utf8,
            "utf-16" => Self::Utf16,
            "utf-16be" => Self::Utf16Be,
            "us-ascii" => Self::Ascii,
            "iso-8859-1" => Self::Latin1,
            _ => return None,
        })
    }

    /// The text that bytes stand for. What is not in the encoding becomes U+FFFD, and in ASCII `?`, as in .NET.
    fn decode(self, bytes: &[u8]) -> String {
        const MARKS: [(&[u8], TextEncoding); 3] = [
            (&[0xef, 0xbb, 0xbf], TextEncoding::Utf8),
            (&[0xff, 0xfe], TextEncoding::Utf16),
            (&[0xfe, 0xff], TextEncoding::Utf16Be),
        ];
        let marked = MARKS
            .iter()
            .find_map(|(mark, encoding)| Some((*encoding, bytes.strip_prefix(*mark)?)));
        let (encoding, bytes) = marked.unwrap_or((self, bytes));
        let wide = |unit: fn([u8; 2]) -> u16| {
            let (pairs, half) = bytes.as_chunks::<2>();
            let units = pairs.iter().map(|&pair| unit(pair));
            let characters = char::decode_utf16(units);
            let mut text: String = characters
                .map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect();
            if !half.is_empty() {
                text.push(char::REPLACEMENT_CHARACTER);
            }
            text
        };
        match encoding {
            Self::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
            Self::Utf16 => wide(u16::from_le_bytes),
            Self::Utf16Be => wide(u16::from_be_bytes),
            Self::Latin1 => bytes.iter().copied().map(char::from).collect(),
            Self::Ascii => bytes
                .iter()
                .map(|&byte| {
                    if byte.is_ascii() {
                        char::from(byte)
                    } else {
                        '?'
                    }
                })
                .collect(),
        }
    }
}

/// A text that was read.
#[derive(Debug, Clone)]
pub struct LoadedText {
    /// The text.
    pub text: Arc<str>,
    /// The file as a source of places, where it is text that places can point into.
    pub source: Option<Arc<Source>>,
    /// What the file is called in reports.
    pub name: String,
}

/// A file in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadedEntry {
    /// Its path from the folder of the file that asks, with `/`.
    pub path: String,
    /// Its name.
    pub name: String,
    /// Its number, where it was met before.
    pub file: Option<FileId>,
}

impl Project {
    /// The text of a file.
    ///
    /// # Errors
    ///
    /// When it is outside of the project, or cannot be read.
    pub fn load_text(
        &self,
        from: FileId,
        path: &str,
        encoding: TextEncoding,
    ) -> Result<LoadedText, Unreadable> {
        let (path, resolved) = self.inside(from, path)?;
        let bytes = self.bytes(&path)?;
        let text = encoding.decode(&bytes);
        let source = self
            .sources()
            .add(&path, &resolved, text.clone().into_bytes())
            .ok()
            // The same file may have been read before, in another encoding; then places would point elsewhere.
            .filter(|source| source.text() == text);
        Ok(LoadedText {
            text: text.into(),
            source,
            name: self.sources().name(&path),
        })
    }

    /// The bytes of a file, its number where it was met before, and what it is called in reports.
    ///
    /// # Errors
    ///
    /// When it is outside of the project, or cannot be read.
    pub fn load_bytes(
        &self,
        from: FileId,
        path: &str,
    ) -> Result<(Vec<u8>, Option<FileId>, String), Unreadable> {
        let (path, resolved) = self.inside(from, path)?;
        let file = self.sources().number_of_resolved(&resolved);
        Ok((self.bytes(&path)?, file, self.sources().name(&path)))
    }

    /// The files in a folder, not those in folders below, in the order of their names, whatever their case.
    ///
    /// # Errors
    ///
    /// When it is outside of the project, or cannot be read.
    pub fn load_folder(&self, from: FileId, path: &str) -> Result<Vec<LoadedEntry>, Unreadable> {
        let (folder, _) = self.inside(from, path)?;
        let unreadable = |error: std::io::Error| {
            self.unreadable(SourceError::Unreadable {
                path: folder.clone(),
                cause: error.kind(),
            })
        };
        let prefix: Vec<&str> = path
            .split('/')
            .filter(|part| !part.is_empty() && *part != ".")
            .collect();
        let mut entries = Vec::new();
        for entry in std::fs::read_dir(&folder).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            if !entry.path().is_file() {
                continue;
            }
            let path = prefix
                .iter()
                .copied()
                .chain([name.as_str()])
                .collect::<Vec<_>>()
                .join("/");
            let file = self.sources().number(&entry.path());
            entries.push(LoadedEntry { path, name, file });
            if entries.len() > MAXIMUM_FILES {
                return Err(Unreadable::TooMany {
                    path: self.sources().name(&folder),
                    limit: MAXIMUM_FILES,
                });
            }
        }
        entries.sort_by(|a, b| {
            let key = |entry: &LoadedEntry| (entry.name.to_lowercase(), entry.name.clone());
            key(a).cmp(&key(b))
        });
        Ok(entries)
    }

    /// The path that a file writes, as it is and with all links resolved.
    fn inside(&self, from: FileId, path: &str) -> Result<(PathBuf, PathBuf), Unreadable> {
        let source = self.holder(from, path)?;
        let relative = relative_path(path).map_err(|error| Unreadable::Reference {
            reference: path.to_owned(),
            error,
        })?;
        let joined = folder_of(&source).join(relative);
        let resolved = canonical(&joined).map_err(|error| {
            self.unreadable(SourceError::Unreadable {
                path: joined.clone(),
                cause: error.kind(),
            })
        })?;
        let root = self.bounds_of(&source);
        if resolved.starts_with(&root) {
            Ok((joined, resolved))
        } else {
            Err(Unreadable::Outside {
                path: path.to_owned(),
            })
        }
    }

    fn bytes(&self, path: &Path) -> Result<Vec<u8>, Unreadable> {
        self.check_regular(path)?;
        read_bytes(path, SIZE_LIMIT).map_err(|error| self.unreadable(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_wins_over_what_is_said() {
        let marked = [0xff, 0xfe, b'a', 0];
        for encoding in ["utf-8", "us-ascii", "iso-8859-1", "utf-16BE", "UTF-16"] {
            let encoding = TextEncoding::named(encoding).unwrap_or_default();
            assert_eq!(encoding.decode(&marked), "a");
        }
        assert_eq!(TextEncoding::named("windows-1250"), None);
    }

    #[test]
    fn what_is_not_in_the_encoding_is_replaced() {
        assert_eq!(TextEncoding::Utf8.decode(b"a\xe9b"), "a\u{fffd}b");
        assert_eq!(TextEncoding::Latin1.decode(b"a\xe9b"), "aéb");
        assert_eq!(TextEncoding::Ascii.decode(b"a\xe9b"), "a?b");
        assert_eq!(TextEncoding::Utf16Be.decode(&[0, b'a', 0]), "a\u{fffd}");
    }
}
