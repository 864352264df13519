//! File names as SARIF writes them: relative, percent-encoded URIs (RFC 3986).
//!
//! A file outside the working directory has no such URI. Its own is then relative to a base (SARIF §3.14.14): the root of
//! the file system for an absolute path; for one that starts with `..`, a folder above the working directory, whose
//! address is left to the reader, so that no machine's paths get into the log.

use std::ffi::OsStr;
use std::path::Component;

use percent_encoding::{AsciiSet, CONTROLS, percent_encode};
use serde_sarif::sarif::{ArtifactLocation, Message};

use crate::source::Source;

/// What may not stand in a path segment (RFC 3986 `pchar`), and the colon, which could make a scheme of the first one.
const ESCAPED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'/')
    .add(b':')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The URI of a file, and what it is relative to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Uri {
    pub(super) text: String,
    pub(super) base: Base,
}

/// What a URI is relative to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Base {
    WorkingDirectory,
    /// A number of folders up.
    Above(usize),
    /// The root of the file system, or a drive with this letter.
    Root(Option<char>),
}

impl Uri {
    /// The URI of a file by its printed name.
    pub(super) fn of_name(name: &str) -> Self {
        let segments: Vec<&str> = name.split('/').collect();
        let above = segments.iter().take_while(|&&each| each == "..").count();
        let first = segments.first().copied().unwrap_or_default();
        let (base, skipped) = match (first, drive(first)) {
            ("", _) => (Base::Root(None), 1),
            (_, Some(letter)) if segments.len() > 1 => (Base::Root(Some(letter)), 1),
            _ if above > 0 => (Base::Above(above), above),
            _ => (Base::WorkingDirectory, 0),
        };
        let mut kept: Vec<&[u8]> = Vec::new();
        for segment in segments.into_iter().skip(skipped) {
            match segment {
                "" | "." => {}
                ".." => {
                    kept.pop();
                }
                name => kept.push(name.as_bytes()),
            }
        }
        Self {
            text: encoded(kept.into_iter()),
            base,
        }
    }

    /// The URI of a source. A name that is not UTF-8 is encoded byte by byte.
    pub(super) fn of_source(source: &Source) -> Self {
        let mut uri = Self::of_name(source.name());
        if uri.base == Base::WorkingDirectory && source.name().contains(char::REPLACEMENT_CHARACTER)
        {
            // The printed name is the end of the path with all links resolved.
            let mut parts: Vec<&OsStr> = source
                .canonical()
                .components()
                .rev()
                .take(source.name().split('/').count())
                .filter_map(|component| match component {
                    Component::Normal(part) => Some(part),
                    _ => None,
                })
                .collect();
            parts.reverse();
            uri.text = encoded(parts.into_iter().map(OsStr::as_encoded_bytes));
        }
        uri
    }

    /// As a SARIF object.
    pub(super) fn location(self) -> ArtifactLocation {
        let mut location = ArtifactLocation::builder().uri(self.text).build();
        location.uri_base_id = self.base.id();
        location
    }
}

impl Base {
    /// The name of the base; `None` for the working directory, which needs none.
    pub(super) fn id(&self) -> Option<String> {
        match self {
            Self::WorkingDirectory => None,
            Self::Above(1) => Some("ABOVE".to_owned()),
            Self::Above(levels) => Some(format!("ABOVE{levels}")),
            Self::Root(None) => Some("ROOT".to_owned()),
            Self::Root(Some(letter)) => Some(format!("ROOT_{letter}")),
        }
    }

    /// What `originalUriBaseIds` says about it.
    pub(super) fn definition(&self) -> ArtifactLocation {
        match self {
            Self::WorkingDirectory => described("The working directory of the run."),
            Self::Above(1) => described("The folder that holds the working directory of the run."),
            Self::Above(levels) => described(&format!(
                "The folder {levels} levels above the working directory of the run."
            )),
            Self::Root(None) => ArtifactLocation::builder().uri("file:///").build(),
            Self::Root(Some(letter)) => {
                let uri = format!("file:///{letter}:/");
                ArtifactLocation::builder().uri(uri).build()
            }
        }
    }
}

/// The letter of a drive, `C:`.
fn drive(segment: &str) -> Option<char> {
    let letter = segment.strip_suffix(':')?;
    let mut characters = letter.chars();
    let first = characters.next().filter(char::is_ascii_alphabetic)?;
    characters
        .next()
        .is_none()
        .then(|| first.to_ascii_uppercase())
}

fn described(text: &str) -> ArtifactLocation {
    let description = Message::builder().text(text).build();
    ArtifactLocation::builder().description(description).build()
}

fn encoded<'a>(segments: impl Iterator<Item = &'a [u8]>) -> String {
    let segments: Vec<String> = segments
        .map(|segment| percent_encode(segment, ESCAPED).to_string())
        .collect();
    segments.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_relative_uris() {
        let cases = [
            ("main.bicep", "main.bicep", Base::WorkingDirectory),
            (
                "a b/käv#1.json",
                "a%20b/k%C3%A4v%231.json",
                Base::WorkingDirectory,
            ),
            ("./x/main.bicep", "x/main.bicep", Base::WorkingDirectory),
            ("c:d.json", "c%3Ad.json", Base::WorkingDirectory),
            ("100%.json", "100%25.json", Base::WorkingDirectory),
            ("<stdin>", "%3Cstdin%3E", Base::WorkingDirectory),
            (
                "infra (old)/a+b@1.json",
                "infra%20(old)/a+b@1.json",
                Base::WorkingDirectory,
            ),
            ("../x.json", "x.json", Base::Above(1)),
            ("../../a/x.json", "a/x.json", Base::Above(2)),
            ("../link/../x.json", "x.json", Base::Above(1)),
            ("/srv/x.json", "srv/x.json", Base::Root(None)),
            ("c:/srv/x.json", "srv/x.json", Base::Root(Some('C'))),
        ];
        for (name, text, base) in cases {
            let text = text.to_owned();
            assert_eq!(Uri::of_name(name), Uri { text, base }, "{name}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_not_utf8_is_encoded_by_its_bytes() {
        #![allow(clippy::unwrap_used, reason = "tests may panic")]
        use std::os::unix::ffi::OsStrExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder
            .path()
            .join(OsStr::from_bytes(b"caf\xe9"))
            .join("x.json");
        std::fs::create_dir(path.parent().unwrap()).unwrap();
        std::fs::write(&path, "{}").unwrap();
        let source = crate::source::Sources::new(folder.path())
            .open(&path)
            .unwrap();
        assert_eq!(Uri::of_source(&source).text, "caf%E9/x.json");
    }
}
