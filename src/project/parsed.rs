//! A file as its front end reads it.
//!
//! In: the text of a file. Out: the template or the parameters that it holds, and what could not be understood of it.

use std::sync::Arc;

use super::unreadable::Unreadable;
use crate::discover::{Format, Kind, classify};
use crate::source::Source;
use crate::syntax::arm;
use crate::syntax::bicep::{self, Arena, Dialect};
use crate::syntax::error::SyntaxError;
use crate::syntax::json;
use crate::syntax::template::{Language, ParameterFile, Template};

/// A parsed file and what could not be understood of it.
#[derive(Debug)]
pub struct Parsed {
    /// The file.
    pub source: Arc<Source>,
    /// What kind of file it is.
    pub kind: Kind,
    /// What it holds.
    pub content: Content,
    /// The errors in order of place: of its grammar, and of what it declares.
    pub errors: Vec<SyntaxError>,
    /// The first error of its grammar.
    pub malformed: Option<SyntaxError>,
}

/// What a parsed file holds.
#[derive(Debug)]
pub enum Content {
    /// A template.
    Template(Arc<Template>),
    /// A parameter file.
    Parameters(Arc<ParameterFile>),
    /// Neither.
    Other,
}

impl Parsed {
    /// Parses a text, by the ending of its path and by what it says.
    pub(super) fn of(source: &Arc<Source>) -> Self {
        match Format::of(source.path()) {
            Some(Format::Bicep) => parse_bicep(source, Dialect::Template),
            Some(Format::BicepParameters) => parse_bicep(source, Dialect::Parameters),
            Some(Format::Json) | None => parse_json(source),
        }
    }

    /// A parsed file with the errors of its grammar, and those of what it declares.
    fn new(
        source: &Arc<Source>,
        kind: Kind,
        content: Content,
        grammar: Vec<SyntaxError>,
        declared: Vec<SyntaxError>,
    ) -> Self {
        let malformed = grammar.first().cloned();
        let mut errors = grammar;
        errors.extend(declared);
        errors.sort_by_key(|error| error.span);
        Self {
            source: source.clone(),
            kind,
            content,
            errors,
            malformed,
        }
    }

    /// The template that it is.
    ///
    /// # Errors
    ///
    /// That it is none.
    pub fn template(&self) -> Result<Arc<Template>, Unreadable> {
        match &self.content {
            Content::Template(template) => Ok(template.clone()),
            _ => Err(Unreadable::NotATemplate {
                path: self.source.name().to_owned(),
            }),
        }
    }
}

fn parse_bicep(source: &Arc<Source>, dialect: Dialect) -> Parsed {
    let text = source.text();
    let arena = Arena::for_text(text.len());
    let file = bicep::parse(text, dialect, &arena);
    let (kind, content, lowered) = match dialect {
        Dialect::Template => {
            let lowered = bicep::lower::template(&file, source.id(), text.len());
            let content = Content::Template(Arc::new(lowered.value));
            (Kind::Bicep, content, lowered.errors)
        }
        Dialect::Parameters => {
            let lowered = bicep::lower::parameters(&file, source.id(), text.len());
            let content = Content::Parameters(Arc::new(lowered.value));
            (Kind::BicepParameters, content, lowered.errors)
        }
    };
    Parsed::new(source, kind, content, file.errors, lowered)
}

fn parse_json(source: &Arc<Source>) -> Parsed {
    let text = source.text();
    let mut sequence = json::parse_sequence(text);
    let kind = classify(&sequence.values);
    if kind == Kind::Export {
        // It may be one value per line; its values are read where they are wanted.
        sequence.values.truncate(1);
    }
    let document = sequence.into_document();
    let root = &document.root;
    let written = Some(document.written(text));
    let mut declared = Vec::new();
    let content = match kind {
        Kind::Template { .. } => {
            let lowered = arm::template(root, written, source.id());
            declared = lowered.errors;
            Content::Template(Arc::new(lowered.value))
        }
        Kind::EnclosedTemplate => match arm::enclosed(root, written, source.id()) {
            Some(lowered) => {
                declared = lowered.errors;
                Content::Template(Arc::new(lowered.value))
            }
            None => Content::Other,
        },
        Kind::Policy => {
            let lowered = arm::policy(root, written, source.id());
            declared = lowered.errors;
            Content::Template(Arc::new(lowered.value))
        }
        Kind::Snapshot => {
            let lowered = arm::snapshot(root, written, source.id());
            declared = lowered.errors;
            Content::Template(Arc::new(lowered.value))
        }
        Kind::Parameters { .. } => {
            let lowered = arm::parameters(root, written);
            declared = lowered.errors;
            Content::Parameters(Arc::new(ParameterFile {
                template: Arc::new(Template::empty(
                    source.id(),
                    Language::Arm,
                    lowered.value.span,
                )),
                using: None,
                extends: None,
                assignments: lowered.value.arguments,
            }))
        }
        _ => Content::Other,
    };
    Parsed::new(source, kind, content, document.errors, declared)
}
