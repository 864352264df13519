//! The baseline file: TOML, one finding to a line, sorted, so that a change of one finding is a change of one line.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use miette::{Diagnostic, NamedSource, SourceSpan};
use serde::Deserialize;
use thiserror::Error;

use super::{Baseline, Counts, Key};
use crate::finding::Verdict;
use crate::source::read_text;

/// What a baseline is called where nothing else is said.
pub const FILE_NAME: &str = "akvlint-baseline.toml";

/// The version of the form that this program reads and writes.
const VERSION: i64 = 1;

/// What stands at the top of each file.
const HEAD: &str = "\
# Findings that akvlint knows already and does not report. `akvlint baseline update` takes out what is mended and adds what
# is new. A finding that is meant to stay is better suppressed where it is, with a reason.
";

/// Why a baseline cannot be used.
#[derive(Debug, Error, Diagnostic)]
pub enum BaselineError {
    /// It cannot be read.
    #[error("the baseline {path} cannot be read: {reason}")]
    #[diagnostic(help("make it with `akvlint baseline create`, or check with --no-baseline"))]
    Unreadable {
        /// The path as given.
        path: String,
        /// Why.
        reason: String,
    },
    /// It is of another version.
    #[error("the baseline {path} has version {found}, and this akvlint knows version {VERSION}")]
    #[diagnostic(help(
        "use an akvlint of the version that made it, or make it anew with `akvlint baseline create --force`"
    ))]
    Version {
        /// The path as given.
        path: String,
        /// What it says.
        found: String,
    },
    /// It says something that is not understood.
    #[error("the baseline is not understood: {message}")]
    #[diagnostic(help(
        "mend the line, as after a merge, or make the file anew with `akvlint baseline create --force`"
    ))]
    Mistaken {
        /// What is wrong.
        message: String,
        /// Where, in bytes.
        #[label]
        span: Option<SourceSpan>,
        /// The file.
        #[source_code]
        source_code: Arc<NamedSource<String>>,
    },
}

#[derive(Deserialize)]
struct Versioned {
    version: Option<toml::Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(rename = "version")]
    _version: i64,
    findings: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    file: String,
    resource: String,
    rule: String,
    #[serde(default)]
    property: String,
    #[serde(default)]
    verdict: Known,
    #[serde(default = "one")]
    count: usize,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "lowercase")]
enum Known {
    #[default]
    Fail,
    Open,
}

fn one() -> usize {
    1
}

impl Baseline {
    /// Reads a file. The paths in it are relative to its folder.
    ///
    /// # Errors
    ///
    /// It cannot be read, is of another version, or is not understood.
    pub fn read(path: &Path) -> Result<Self, BaselineError> {
        let text = read_text(path).map_err(|error| BaselineError::Unreadable {
            path: path.display().to_string(),
            reason: error.to_string(),
        })?;
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let mut baseline = Self::new(folder.unwrap_or(Path::new(".")));
        let mistaken = |error: toml::de::Error| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            BaselineError::Mistaken {
                message: error.message().to_owned(),
                span: error.span().map(SourceSpan::from),
                source_code: Arc::new(NamedSource::new(name, text.clone())),
            }
        };
        let versioned: Versioned = toml::from_str(&text).map_err(mistaken)?;
        if let Some(found) = versioned.version
            && found.as_integer() != Some(VERSION)
        {
            return Err(BaselineError::Version {
                path: path.display().to_string(),
                found: found.to_string(),
            });
        }
        let document: Document = toml::from_str(&text).map_err(mistaken)?;
        for entry in document.findings {
            let key = Key {
                file: entry.file,
                resource: entry.resource,
                rule: entry.rule,
                property: entry.property,
            };
            let counts = baseline.entries.entry(key).or_default();
            // The same line twice is what a merge leaves behind, not two findings.
            let known = match entry.verdict {
                Known::Fail => &mut counts.fail,
                Known::Open => &mut counts.open,
            };
            *known = (*known).max(entry.count);
        }
        baseline
            .entries
            .retain(|_, counts| *counts != Counts::default());
        Ok(baseline)
    }

    /// The text of the file.
    pub fn to_toml(&self) -> String {
        let mut text = format!("{HEAD}version = {VERSION}\nfindings = [\n");
        for (key, counts) in &self.entries {
            for verdict in [Verdict::Fail, Verdict::Open] {
                let count = match verdict {
                    Verdict::Open => counts.open,
                    _ => counts.fail,
                };
                if count > 0 {
                    text.push_str(&line(key, verdict, count));
                }
            }
        }
        text + "]\n"
    }
}

fn line(key: &Key, verdict: Verdict, count: usize) -> String {
    let mut line = format!(
        "  {{ file = {}, resource = {}, rule = {}",
        quoted(&key.file),
        quoted(&key.resource),
        quoted(&key.rule)
    );
    if !key.property.is_empty() {
        line.push_str(&format!(", property = {}", quoted(&key.property)));
    }
    if verdict == Verdict::Open {
        line.push_str(", verdict = \"open\"");
    }
    if count > 1 {
        line.push_str(&format!(", count = {count}"));
    }
    line + " },\n"
}

/// A basic string of TOML. What comes from a source may hide or reorder what a reviewer sees, so it is written as its
/// number unless it is a plain character.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => {
                out.push('\\');
                out.push(character);
            }
            ' ' => out.push(' '),
            _ if character.is_alphanumeric() || character.is_ascii_graphic() => out.push(character),
            '…' => out.push(character),
            _ => {
                // Writing to a string does not fail.
                let _ = write!(out, "\\U{:08X}", u32::from(character));
            }
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may panic")]
    use super::*;

    #[test]
    fn what_is_written_is_read_again_and_stays_on_its_line() {
        let mut baseline = Baseline::new(Path::new("."));
        for (at, text) in [
            "a",
            "\"q\\",
            "line\nend\u{7f}",
            "\u{202e}kv",
            "käv 漢字",
            "'''",
        ]
        .iter()
        .enumerate()
        {
            let key = Key {
                file: format!("{text}.bicep"),
                resource: (*text).to_owned(),
                rule: "AKV101".to_owned(),
                property: if at == 0 {
                    String::new()
                } else {
                    (*text).to_owned()
                },
            };
            let counts = Counts { fail: at, open: 1 };
            baseline.entries.insert(key, counts);
        }
        let text = baseline.to_toml();
        assert!(!text.contains('\u{202e}'));
        assert_eq!(text.lines().count(), 2 + 2 + 5 + 6 + 1);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE_NAME);
        std::fs::write(&path, &text).unwrap();
        let read = Baseline::read(&path).unwrap();
        assert_eq!(read.entries, baseline.entries);
        assert_eq!(read.to_toml(), text);
    }
}
