//! Reading the files of a run, each as far as it matters.
//!
//! In: a file that was found. Out: what its text mentions, and what became of it. A file that may concern a rule is parsed,
//! unless it is a template that names no other file: what such a leaf says of itself at its beginning is enough until a
//! deployment needs it. It refuses to know what a deployment needs.

use std::sync::Arc;

use memchr::memmem;
use serde::de::IgnoredAny;

use super::input::{Aside, Failure, Input, State, kind_of};
use super::{Effort, Request};
use crate::discover::{Candidate, Format, Kind, Mentions, Vocabulary, classify, may_be_input};
use crate::project::{Content, Project};
use crate::source::{FileId, SIZE_LIMIT, Source, SourceError, Span, read_beginning, read_bytes};
use crate::syntax::bicep::{self, Arena, Dialect};
use crate::syntax::template::{Language, Template};
use crate::syntax::{arm, json};

/// What the `$schema` of a parameter file ends with.
const PARAMETERS: &[u8] = b"eploymentParameters.json";

/// How much of a file is looked at to see what it says of itself, which it does at the beginning.
const BEGINNING: usize = 1024;

/// What a template in JSON says of itself at its beginning, if it does.
fn outline(beginning: &[u8], file: FileId) -> Option<(Kind, Template)> {
    let text = match std::str::from_utf8(beginning) {
        Ok(text) => text,
        // The last character may be cut.
        Err(error) => std::str::from_utf8(beginning.get(..error.valid_up_to())?).ok()?,
    };
    let root = json::parse(text).root;
    let kind = classify(std::slice::from_ref(&root));
    let outline = matches!(kind, Kind::Template { target: Some(_) });
    outline.then(|| (kind, arm::outline(&root, file)))
}

/// The outline of a template that says at its beginning that the Bicep compiler made it. The rest is not looked at: the
/// compiler wrote it.
fn generated(candidate: &Candidate, file: FileId) -> Option<Aside> {
    let beginning = read_beginning(&candidate.path, BEGINNING as u64).ok()?;
    let (kind, outline) = outline(&beginning, file)?;
    outline.is_generated().then(|| Aside {
        file,
        kind,
        outline: Some(Arc::new(outline)),
        leaf: false,
    })
}

/// What is known of a template before it is parsed, if it says what it is.
fn leaf(source: &Source, format: Format) -> Option<Aside> {
    let text = source.text();
    let file = source.id();
    let (kind, outline) = match format {
        Format::Bicep => {
            let whole = Span::new(0, text.len());
            (Kind::Bicep, Template::empty(file, Language::Bicep, whole))
        }
        Format::BicepParameters => return None,
        Format::Json => {
            let text = text.as_bytes();
            outline(text.get(..BEGINNING).unwrap_or(text), file)?
        }
    };
    Some(Aside {
        file,
        kind,
        outline: Some(Arc::new(outline)),
        leaf: true,
    })
}

/// Whether a template has no error of syntax, as far as a quick look says so.
fn is_sound(source: &Source, kind: Kind) -> bool {
    let text = source.text();
    if kind == Kind::Bicep {
        let arena = Arena::for_text(text.len());
        bicep::parse(text, Dialect::Template, &arena)
            .errors
            .is_empty()
    } else {
        // What is strict JSON has none.
        serde_json::from_str::<IgnoredAny>(text).is_ok()
    }
}

/// Reads files for a run.
pub(super) struct Reader<'r> {
    /// Where they are kept.
    pub(super) project: &'r Project,
    /// What is asked of the run.
    pub(super) request: &'r Request,
    /// The words by which a file may concern a rule.
    pub(super) vocabulary: &'r Vocabulary,
    /// How much is looked at.
    pub(super) effort: Effort,
}

impl Reader<'_> {
    /// What the text of a file mentions, if that was looked at, and what became of it. It may be made from a Bicep file beside
    /// it, by its name.
    pub(super) fn read(
        &self,
        candidate: &Candidate,
        asked: bool,
        may_be_made: bool,
    ) -> (Option<Mentions>, State) {
        let sources = self.project.sources();
        let format = Format::of(&candidate.path).unwrap_or(Format::Json);
        let in_full = candidate.named || self.effort == Effort::All;
        let may_be_generated = may_be_made && !self.request.include_generated;
        if !in_full
            && may_be_generated
            && let Some(file) = sources.number_of_resolved(&candidate.canonical)
            && let Some(aside) = generated(candidate, file)
        {
            return (None, State::Aside(aside));
        }
        let bytes = match read_bytes(&candidate.path, SIZE_LIMIT) {
            Ok(bytes) => bytes,
            Err(error) => return (None, failed(format, &error)),
        };
        if !in_full
            && format == Format::Json
            && !may_be_input(&bytes)
            && !self.vocabulary.mentions_others(&bytes)
        {
            return (None, State::Other);
        }
        let source = match sources.add(&candidate.path, &candidate.canonical, bytes) {
            Ok(source) => source,
            Err(error) => return (None, failed(format, &error)),
        };
        if in_full {
            return (None, self.parsed(&source, asked));
        }
        let text = source.text().as_bytes();
        let mentions = self.vocabulary.mentions(text, format);
        // A deployment that is given its template matters by itself only where nothing else does.
        let is_leaf = !mentions.leads || (asked && mentions.subjects && !mentions.links);
        // What was made from a Bicep file may say so anywhere, and what begins as a template may be parameters.
        let may_say_more = may_be_made || memmem::find(text, PARAMETERS).is_some();
        if is_leaf
            && !may_say_more
            && let Some(aside) = leaf(&source, format)
        {
            let has_named_networks = mentions.networks && self.request.is_known_place();
            let matters = mentions.subjects || has_named_networks;
            // The texts of JSON are many, and to look whether they are strict JSON takes as long as to read them.
            let is_settled = !matters && format == Format::Json && is_sound(&source, aside.kind);
            if is_settled {
                sources.release(aside.file);
            }
            return (Some(mentions), State::Aside(aside));
        }
        let state = self.parsed(&source, asked);
        let state = match may_be_generated {
            true => self.without_generated(state),
            false => state,
        };
        (Some(mentions), state)
    }

    /// Sets a template aside that was made from a Bicep file beside it, but does not say so at its beginning. It is read
    /// again if another one leads to it.
    fn without_generated(&self, state: State) -> State {
        let State::Parsed(parsed) = &state else {
            return state;
        };
        let Content::Template(template) = &parsed.content else {
            return state;
        };
        if !(matches!(parsed.kind, Kind::Template { .. }) && template.is_generated()) {
            return state;
        }
        let aside = Aside {
            outline: Some(Arc::new(template.outline())),
            ..Aside::of(parsed)
        };
        self.project.let_go(parsed);
        State::Aside(aside)
    }

    /// What became of a leaf after the deployments, where that is not what it seemed to be.
    pub(super) fn settled(&self, aside: &Aside, input: &Input) -> Option<State> {
        let sources = self.project.sources();
        let source = sources.get(aside.file)?;
        let parsed = self.project.kind(aside.file);
        let matters = input.mentions.is_some_and(|mentions| mentions.subjects);
        let is_as_it_seemed = match parsed {
            Some(kind) => kind == aside.kind,
            // Errors are told of what was asked for.
            None if !input.asked => true,
            None if matters => {
                let kind = self.project.parsed(&source).kind;
                self.project.set_aside(aside.file);
                kind == aside.kind
            }
            None => is_sound(&source, aside.kind),
        };
        if !is_as_it_seemed {
            return Some(self.parsed(&source, input.asked));
        }
        if parsed.is_none() && !matters {
            sources.release(aside.file);
        }
        None
    }

    /// What became of a file that is parsed, whatever is in it.
    pub(super) fn parsed(&self, source: &Arc<Source>, asked: bool) -> State {
        let parsed = self.project.parsed(source);
        let is_other = match parsed.kind {
            Kind::Other => true,
            Kind::Export => !self.vocabulary.may_show(source.text().as_bytes()),
            _ => false,
        };
        if !is_other {
            return State::Parsed(parsed);
        }
        self.project.release(source.id());
        match parsed.errors.first() {
            // What is broken may be anything; it is reported where it looks like an input or was named.
            Some(error) if asked => {
                let line = source.position(error.span.start).line;
                State::Failed(Failure {
                    kind: kind_of(Format::of(source.path()).unwrap_or(Format::Json)),
                    reason: format!("syntax: line {line}: {}", error.message),
                })
            }
            _ => State::Other,
        }
    }
}

fn failed(format: Format, error: &SourceError) -> State {
    State::Failed(Failure {
        kind: kind_of(format),
        reason: format!("{}: {error}", error.reason()),
    })
}
