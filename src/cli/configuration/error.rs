//! Why a configuration file cannot be used.

use std::ops::Range;
use std::path::{Path, PathBuf};

use miette::{Diagnostic, SourceSpan};
use thiserror::Error;

use super::excerpt::Excerpt;
use crate::rules::probable;
use crate::source::{canonical, for_people};

/// Why a configuration file cannot be used.
#[derive(Debug, Error, Diagnostic)]
pub(in crate::cli) enum ConfigurationError {
    /// It cannot be read.
    #[error("the configuration file {path} cannot be read: {reason}")]
    #[diagnostic(help("name another one with --config, or use none with --no-config"))]
    Unreadable {
        /// The path, as it is called.
        path: String,
        /// Why.
        reason: String,
    },
    /// It says something that is not understood.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Mistaken(Box<Mistake>),
}

/// Something in a configuration file that is not understood.
#[derive(Debug, Error, Diagnostic)]
#[error("the configuration is not understood: {message}")]
pub(in crate::cli) struct Mistake {
    /// What is wrong.
    message: String,
    /// Where, in what is shown.
    #[label]
    span: SourceSpan,
    /// What was probably meant.
    #[help]
    help: Option<String>,
    /// What is shown of the file.
    #[source_code]
    excerpt: Excerpt,
}

impl Mistake {
    /// A mistake in a span of the text of a file.
    pub(super) fn new(
        path: &Path,
        text: &str,
        span: Range<usize>,
        message: &str,
        help: Option<String>,
    ) -> Self {
        let (excerpt, span) = Excerpt::new(called(path), text, span);
        let words = |text: &str| text.split(' ').map(word).collect::<Vec<_>>().join(" ");
        Self {
            message: words(message),
            span,
            help: help.as_deref().map(words),
            excerpt,
        }
    }
}

/// How many characters of a word are printed.
const LONGEST_WORD: usize = 100;

/// A word, cut where it is very long, and without what moves the cursor of a terminal.
fn word(word: &str) -> String {
    let plain = word.chars().map(|character| match character.is_control() {
        true => char::REPLACEMENT_CHARACTER,
        false => character,
    });
    let mut shown: String = plain.clone().take(LONGEST_WORD).collect();
    if plain.count() > LONGEST_WORD {
        shown.push('…');
    }
    shown
}

/// The path from the working directory, if it leads to something below; else the path as it is.
pub(super) fn nearer(path: &Path) -> PathBuf {
    let here = std::env::current_dir().and_then(|here| canonical(&here));
    let below = here.iter().find_map(|here| path.strip_prefix(here).ok());
    match below.unwrap_or(path) {
        here if here.as_os_str().is_empty() => PathBuf::from("."),
        path => path.to_owned(),
    }
}

/// What a file is called in messages.
pub(in crate::cli) fn called(path: &Path) -> String {
    for_people(&nearer(path))
}

/// What the reader of TOML says of a text.
pub(super) fn faulty(path: &Path, text: &str, error: &toml::de::Error) -> ConfigurationError {
    let said = error.message();
    let words: Vec<&str> = said.split('`').skip(1).step_by(2).collect();
    let help = match words.split_first() {
        Some((&"off", _)) => Some("`enabled = false` turns a rule off".to_owned()),
        Some((unknown, known)) if said.starts_with("unknown") => {
            probable(unknown, known.iter().copied()).map(|meant| format!("did you mean `{meant}`?"))
        }
        _ => None,
    };
    let (message, span) = match said.contains("recurs") {
        true => (
            "this nests too deep".to_owned(),
            error.span().or_else(|| long_key(text)),
        ),
        false => (in_words_of_toml(said), error.span()),
    };
    ConfigurationError::Mistaken(Box::new(Mistake::new(
        path,
        text,
        span.unwrap_or(0..0),
        &message,
        help,
    )))
}

/// A message with the types called as TOML calls them.
fn in_words_of_toml(message: &str) -> String {
    let words = [
        ("expected a sequence", "expected a list"),
        ("expected a map", "expected a table"),
        ("invalid type: map", "invalid type: table"),
        ("invalid type: sequence", "invalid type: list"),
        ("expected path string", "expected a path"),
        ("u64 value was too large", "a number is too large"),
    ];
    let plain = |message: String, (from, to): &(&str, &str)| message.replace(from, to);
    words.iter().fold(message.to_owned(), plain)
}

/// The line with the most dots: the reader of TOML does not say which key has too many parts.
fn long_key(text: &str) -> Option<Range<usize>> {
    let mut start = 0;
    let lines = text.split_inclusive('\n').map(|line| {
        let place = start..start + line.trim_end().len();
        start += line.len();
        (line.matches('.').count(), place)
    });
    lines
        .max_by_key(|(dots, place)| (*dots, std::cmp::Reverse(place.start)))
        .map(|(_, place)| place)
}
