//! The inputs of a run: the files that were found, and what became of reading each.

use std::sync::Arc;

use crate::discover::{Candidate, Format, Kind, Mentions};
use crate::finding::FileKind;
use crate::project::{Content, Parsed};
use crate::source::FileId;
use crate::syntax::template::Template;

/// A file that was found.
#[derive(Debug)]
pub(super) struct Input {
    /// The file.
    pub(super) candidate: Candidate,
    /// Whether it is at or below a path of the command line, rather than around one.
    pub(super) asked: bool,
    /// What its text mentions, where that was looked at.
    pub(super) mentions: Option<Mentions>,
    /// What became of reading it.
    pub(super) state: State,
}

/// What became of reading a file.
#[derive(Debug)]
pub(super) enum State {
    /// It was parsed.
    Parsed(Arc<Parsed>),
    /// Its tree is not held here: it is not needed any more, or never was.
    Aside(Aside),
    /// It is JSON that is nothing for us.
    Other,
    /// It could not be read or understood.
    Failed(Failure),
}

/// What stays of a file whose tree is not held.
#[derive(Debug)]
pub(super) struct Aside {
    /// The file.
    pub(super) file: FileId,
    /// What it is.
    pub(super) kind: Kind,
    /// Of a template that is not held, what it is without anything that it declares.
    pub(super) outline: Option<Arc<Template>>,
    /// Its text names no other file, so that it is parsed when a deployment needs it.
    pub(super) leaf: bool,
}

impl Aside {
    /// What stays of a parsed file.
    pub(super) fn of(parsed: &Parsed) -> Self {
        Self {
            file: parsed.source.id(),
            kind: parsed.kind,
            outline: None,
            leaf: false,
        }
    }
}

impl Input {
    /// The file, if it was understood.
    pub(super) fn file(&self) -> Option<FileId> {
        match &self.state {
            State::Parsed(parsed) => Some(parsed.source.id()),
            State::Aside(aside) => Some(aside.file),
            State::Other | State::Failed(_) => None,
        }
    }

    /// What it is, if it was understood.
    pub(super) fn kind(&self) -> Option<Kind> {
        match &self.state {
            State::Parsed(parsed) => Some(parsed.kind),
            State::Aside(aside) => Some(aside.kind),
            State::Other | State::Failed(_) => None,
        }
    }

    /// The template that it is, or its outline.
    pub(super) fn template(&self) -> Option<&Arc<Template>> {
        match &self.state {
            State::Parsed(parsed) => match &parsed.content {
                Content::Template(template) => Some(template),
                _ => None,
            },
            State::Aside(aside) => aside.outline.as_ref(),
            State::Other | State::Failed(_) => None,
        }
    }
}

/// Why a file could not be read or understood.
#[derive(Debug)]
pub(super) struct Failure {
    /// What it seems to be.
    pub(super) kind: FileKind,
    /// Starts with a word of the contract.
    pub(super) reason: String,
}

impl Failure {
    /// Whether it was read, and its syntax is broken.
    pub(super) fn is_syntax(&self) -> bool {
        self.reason.starts_with("syntax")
    }
}

/// What a file of this ending seems to be.
pub(super) fn kind_of(format: Format) -> FileKind {
    match format {
        Format::Bicep => FileKind::Bicep,
        Format::BicepParameters => FileKind::Parameters,
        Format::Json => FileKind::Arm,
    }
}

/// What a parsed file is in reports; `None` for what is not listed.
pub(super) fn file_kind(kind: Kind) -> Option<FileKind> {
    Some(match kind {
        Kind::Bicep => FileKind::Bicep,
        Kind::BicepParameters | Kind::Parameters { .. } => FileKind::Parameters,
        Kind::Template { .. } => FileKind::Arm,
        Kind::Export => FileKind::Export,
        Kind::Snapshot => FileKind::Snapshot,
        Kind::EnclosedTemplate | Kind::Policy => FileKind::Blueprint,
        Kind::Other => return None,
    })
}
