//! Remedies as fixes: the edits that make of the text what the rule wants of the resource.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use foldhash::{HashMap, HashSet};
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
use serde_json::Value as Json;

use super::render::Style;
use super::splice::{Splice, append, has_comments, indent_at, remove};
use super::written::{Found, Language, Shape, Written};
use crate::evaluate::jsonpath::Step;
use crate::finding::{Edit, Fix};
use crate::rules::{Change, Remedy, RemedyEdit};
use crate::source::{FileId, Place, Source, Sources, Span};
use crate::syntax::bicep::Dialect;

/// Makes fixes. Each file is read as a tree once, as far as it is asked about.
#[derive(Debug)]
pub struct Planner {
    texts: HashMap<FileId, Text>,
}

/// A file that can be edited.
#[derive(Debug)]
struct Text {
    source: Arc<Source>,
    tree: Written,
    language: Language,
}

/// Edits of one file, and whether what they change is written where it is used.
struct Planned {
    file: FileId,
    splices: Vec<Splice>,
    direct: bool,
}

impl Planner {
    /// For these remedies, of which those in files that may be edited can be made. The files are read on all threads.
    pub fn new<'r>(
        sources: &Sources,
        editable: &HashSet<FileId>,
        remedies: impl Iterator<Item = &'r Remedy>,
    ) -> Self {
        let mut asked: BTreeMap<FileId, Vec<Span>> = BTreeMap::new();
        for change in remedies.flat_map(|remedy| &remedy.edits) {
            let Place { file, span } = change.node.value.origin.place;
            if editable.contains(&file) {
                asked.entry(file).or_default().push(span);
            }
        }
        let asked: Vec<_> = asked.into_iter().collect();
        let asked = asked.into_par_iter().with_max_len(1);
        let texts = asked.filter_map(|(file, mut spans)| {
            spans.sort_unstable();
            spans.dedup();
            Some((file, read(&sources.get(file)?, &spans)?))
        });
        Self {
            texts: texts.collect(),
        }
    }

    /// The fix that does what a remedy says; `None` where a value is computed, or written where nobody may edit. It is
    /// unsafe where what it changes may be used elsewhere: in a parameter, a variable, an argument, or one side of a
    /// choice.
    pub fn fix(&self, remedy: &Remedy) -> Option<Fix> {
        let mut edits = Vec::new();
        let mut safe = remedy.safe;
        for change in &remedy.edits {
            let Some(planned) = self.change(change)? else {
                continue;
            };
            safe &= planned.direct;
            edits.extend(planned.splices.into_iter().map(|(span, text)| Edit {
                place: Place::new(planned.file, span),
                text,
            }));
        }
        edits.sort_by_key(|edit| edit.place);
        let overlap = edits.windows(2).any(|pair| {
            let [first, second] = pair else { return false };
            first.place.file == second.place.file
                && (first.place.span.end > second.place.span.start
                    || first.place.span == second.place.span)
        });
        (!edits.is_empty() && !overlap).then(|| Fix {
            title: remedy.title.clone(),
            safe,
            edits,
        })
    }

    /// One change; nothing where there is nothing to change.
    fn change(&self, change: &RemedyEdit) -> Option<Option<Planned>> {
        if !change.missing.is_empty() && matches!(change.change, Change::Remove) {
            return Some(None);
        }
        let place = change.node.value.origin.place;
        let text = self.texts.get(&place.file)?;
        let (splices, computed) = match text.tree.find(place.span) {
            Some(found) => (text.splices(change, &found)?, found.computed),
            None => (vec![text.version(change)?], false),
        };
        Some(Some(Planned {
            file: place.file,
            splices,
            direct: !change.carried && !computed,
        }))
    }
}

impl Text {
    /// The change of the version of a Bicep resource, which is a part of its type and no value of its own.
    fn version(&self, change: &RemedyEdit) -> Option<Splice> {
        let old = change.node.value.as_str()?;
        let span = change.node.value.origin.place.span;
        let written = self.source.slice(span);
        let is_version = change.missing.is_empty()
            && self.language == Language::Bicep
            && written.starts_with('\'')
            && written.ends_with(&format!("@{old}'"));
        match &change.change {
            Change::Set(Json::String(new)) if is_version => {
                let end = span.end as usize - 1;
                Some((Span::new(end - old.len(), end), new.clone()))
            }
            _ => None,
        }
    }

    /// What one change replaces at a node that was found.
    fn splices(&self, change: &RemedyEdit, found: &Found<'_>) -> Option<Vec<Splice>> {
        let place = change.node.value.origin.place;
        let content = self.source.text();
        let style = &Style::around(content, place.span, self.language);
        Some(match (&change.change, change.missing.split_first()) {
            (Change::Set(value), None) => {
                let written = self.source.slice(place.span);
                // Comments inside would be lost.
                let is_list = !matches!(found.value.shape, Shape::Literal);
                if is_list && has_comments(written) {
                    return None;
                }
                let indent = indent_at(content, place.span.start as usize);
                let indent = written.contains('\n').then_some(indent);
                vec![(place.span, style.value(value, indent)?)]
            }
            (Change::Remove, _) => vec![remove(content, found.around?, place.span)?],
            (Change::Insert(value), None) => match found.value.shape {
                Shape::Array { .. } => append(content, style, found.value, &|indent| {
                    style.value(value, indent)
                })?,
                _ => return None,
            },
            (Change::Set(value) | Change::Insert(value), Some((first, others))) => {
                let Shape::Object { .. } = found.value.shape else {
                    return None;
                };
                let mut value = value.clone();
                if matches!(change.change, Change::Insert(_)) {
                    value = Json::Array(vec![value]);
                }
                for step in others.iter().rev() {
                    let Step::Member(name) = step else {
                        return None;
                    };
                    value = Json::Object([(name.to_string(), value)].into_iter().collect());
                }
                let Step::Member(name) = first else {
                    return None;
                };
                append(content, style, found.value, &|indent| {
                    style.member(name, &value, indent)
                })?
            }
        })
    }
}

/// A file as a tree of what is asked about.
fn read(source: &Arc<Source>, asked: &[Span]) -> Option<Text> {
    let ends = |extension: &str| {
        Path::new(source.name())
            .extension()
            .is_some_and(|own| own.eq_ignore_ascii_case(extension))
    };
    let (language, dialect) = match (ends("bicep"), ends("bicepparam")) {
        (true, _) => (Language::Bicep, Dialect::Template),
        (_, true) => (Language::Bicep, Dialect::Parameters),
        _ => (Language::Json, Dialect::Template),
    };
    Some(Text {
        source: source.clone(),
        tree: Written::read(source.text(), language, dialect, asked)?,
        language,
    })
}
