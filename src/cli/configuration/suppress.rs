//! `[[suppress]]`: findings that are not reported, with the reason.

use std::ops::Range;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::{Configuration, Step};
use crate::discover::Exclude;
use crate::rules::RuleSet;
use crate::source::{Place, Sources, Span};
use crate::suppress::{Entry, PathPattern, Pattern, Target, Word};

/// Findings that are not reported.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", expecting = "a table")]
pub(super) struct Suppress {
    /// The rules: ids, names, or the beginning of an id.
    rules: Vec<Spanned<String>>,
    /// The files that they point at, or that their resources are declared in, as in a `.gitignore`.
    #[serde(default)]
    paths: Vec<Spanned<String>>,
    /// The name of the resource, with `*` for any characters.
    resource: Option<Spanned<String>>,
    /// Why.
    reason: String,
}

impl Configuration {
    /// The suppressions, with the places where they are written.
    pub(in crate::cli) fn suppressions(
        &self,
        base: &Path,
        set: &RuleSet,
        sources: &Sources,
    ) -> Result<Vec<Entry>, String> {
        if self.suppress.is_empty() {
            return Ok(Vec::new());
        }
        let file = self.source(sources)?;
        let place = |span: Range<usize>| Place::new(file, Span::new(span.start, span.end));
        let mut entries = Vec::new();
        for (number, written) in self.suppress.iter().enumerate() {
            let suppress = written.get_ref();
            let refused = |message: &str| Err(self.mistake(written.span(), message, None));
            if suppress.paths.is_empty() && suppress.resource.is_none() {
                return refused(
                    "a suppression names `paths`, a `resource`, or both; what is never wanted goes under `ignore`",
                );
            }
            if suppress.rules.is_empty() {
                return refused("a suppression names at least one rule in `rules`");
            }
            if !suppress.reason.chars().any(char::is_alphanumeric) {
                return refused("a suppression has a `reason`");
            }
            if let Some(resource) = &suppress.resource
                && resource.get_ref().trim().is_empty()
            {
                let message = "the `resource` is empty, and no resource has that name";
                return Err(self.mistake(resource.span(), message, None));
            }
            for word in &suppress.rules {
                set.named(word.get_ref()).map_err(|error| {
                    let help = miette::Diagnostic::help(&error).map(|help| help.to_string());
                    self.mistake(word.span(), &error.to_string(), help)
                })?;
            }
            let (files, paths) = self.files(base, number, &suppress.paths, &place)?;
            entries.push(Entry {
                target: Target::Configured {
                    files,
                    paths,
                    resource: suppress
                        .resource
                        .as_ref()
                        .map(|resource| Pattern::new(resource.get_ref())),
                },
                place: place(written.span()),
                words: suppress
                    .rules
                    .iter()
                    .map(|word| Word {
                        text: word.get_ref().as_str().into(),
                        place: place(word.span()),
                    })
                    .collect(),
                reason: Some(suppress.reason.trim().to_owned()),
                problem: None,
            });
        }
        Ok(entries)
    }

    /// The files that the paths of the entry with this number name, all together and, where there are several, each.
    fn files(
        &self,
        base: &Path,
        number: usize,
        paths: &[Spanned<String>],
        place: &impl Fn(Range<usize>) -> Place,
    ) -> Result<(Option<Exclude>, Vec<PathPattern>), String> {
        let list = [
            Step::Key("suppress"),
            Step::Item(number),
            Step::Key("paths"),
        ];
        let written: Vec<String> = paths.iter().map(|path| path.get_ref().clone()).collect();
        if written.is_empty() {
            return Ok((None, Vec::new()));
        }
        let files = self.patterns(base, &written, &list)?;
        // One that takes files out (`!kept/`) means nothing by itself.
        if written.len() == 1 || written.iter().any(|path| path.starts_with('!')) {
            return Ok((Some(files), Vec::new()));
        }
        let each = paths.iter().map(|path| {
            Ok(PathPattern {
                word: Word {
                    text: path.get_ref().as_str().into(),
                    place: place(path.span()),
                },
                files: self.patterns(base, std::slice::from_ref(path.get_ref()), &list)?,
            })
        });
        Ok((Some(files), each.collect::<Result<_, String>>()?))
    }
}
