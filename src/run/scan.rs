//! The inputs of a run: each file that was found, read and parsed, and what it is.

use std::collections::{HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use serde::de::IgnoredAny;

use crate::discover::{
    Candidate, Excluded, Format, Kind, Mentions, Vocabulary, WalkProblem, by_parts, classify,
    look_into, may_be_input, walk,
};
use crate::finding::FileKind;
use crate::project::{Content, Parsed, Project, is_compiled_from, root_of};
use crate::source::{FileId, SIZE_LIMIT, Source, SourceError, Span, read_beginning, read_bytes};
use crate::syntax::bicep::{self, Arena, Dialect};
use crate::syntax::template::{Language, Template};
use crate::syntax::{arm, json};

use super::{Effort, Request};

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
    /// Of a template that no deployment seems to need, what it is without anything that it declares.
    pub(super) outline: Option<Arc<Template>>,
    /// Only its syntax was looked at, since its text mentions nothing that rules look at and nothing that leads to another
    /// file.
    pub(super) unrelated: bool,
}

impl Aside {
    /// What stays of a parsed file.
    fn of(parsed: &Parsed) -> Self {
        Self {
            file: parsed.source.id(),
            kind: parsed.kind,
            outline: None,
            unrelated: false,
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

/// The files of a run.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// In the order of their resolved paths.
    pub(super) inputs: Vec<Input>,
    /// What could not be followed.
    pub(super) problems: Vec<WalkProblem>,
    /// What was named and is left out.
    pub(super) excluded: Vec<Excluded>,
}

impl Scan {
    /// Lets go of the trees of templates and parameter files, so that they can go when they are not needed any more.
    pub(super) fn let_go(&mut self) {
        for input in &mut self.inputs {
            if let State::Parsed(parsed) = &input.state
                && parsed.kind != Kind::Export
            {
                input.state = State::Aside(Aside::of(parsed));
            }
        }
    }

    /// The files that concern no rule by themselves and lead nowhere.
    pub(super) fn unrelated(&self) -> HashSet<FileId> {
        let aside = self.inputs.iter().filter_map(|input| match &input.state {
            State::Aside(aside) if aside.unrelated => Some(aside.file),
            _ => None,
        });
        aside.collect()
    }

    /// What files mention, where that was looked at.
    pub(super) fn mentions(&self) -> HashMap<FileId, Mentions> {
        let inputs = self.inputs.iter();
        inputs
            .filter_map(|input| Some((input.file()?, input.mentions?)))
            .collect()
    }
}

/// Finds and reads the files at and below `paths`, and those of the projects that they lie in.
pub(super) fn scan(
    project: &Project,
    request: &Request,
    vocabulary: &Vocabulary,
    effort: Effort,
) -> Scan {
    let reader = Reader {
        project,
        vocabulary,
        is_known_place: request.is_known_place(),
        effort,
    };
    let (paths, options) = (&request.paths, &request.walk);
    let walked = walk(paths, options);
    let mut found: Vec<(Candidate, bool)> = walked
        .files
        .into_iter()
        .map(|candidate| (candidate, true))
        .collect();
    if let Some(source) = &request.standard_input {
        found.retain(|(candidate, _)| candidate.canonical != source.canonical());
        let candidate = Candidate {
            path: source.path().to_owned(),
            canonical: source.canonical().to_owned(),
            named: true,
        };
        found.push((candidate, true));
    }
    let around = folders_around(paths, &found);
    let mut known: HashSet<OsString> = HashSet::new();
    if !around.is_empty() {
        let paths = found
            .iter()
            .map(|(candidate, _)| candidate.canonical.as_os_str());
        known.extend(paths.map(OsStr::to_owned));
    }
    for folder in around {
        let around = if folder.whole {
            walk(std::slice::from_ref(&folder.path), options)
        } else {
            look_into(&folder.path, options)
        };
        for candidate in around.files {
            let is_beside =
                folder.whole || candidate.canonical.parent() == Some(folder.path.as_path());
            if is_beside && known.insert(candidate.canonical.clone().into_os_string()) {
                let candidate = Candidate {
                    named: false,
                    ..candidate
                };
                found.push((candidate, false));
            }
        }
    }
    found.sort_by(|(one, _), (other, _)| by_parts(&one.canonical, &other.canonical));
    let numbered = found
        .iter()
        .map(|(candidate, _)| (&*candidate.path, &*candidate.canonical));
    project.sources().reserve(numbered);
    let bicep_files = bicep_files(&found);
    let inputs = found
        .par_iter()
        .map(|(candidate, asked)| {
            let (mentions, state) = match &request.standard_input {
                Some(source) if source.canonical() == candidate.canonical => {
                    (None, reader.parsed(source, *asked))
                }
                _ => {
                    let folder = candidate.canonical.parent().map(Path::as_os_str);
                    let beside = bicep_files.get(&folder).map_or(&[][..], Vec::as_slice);
                    let is_compiled = !request.include_generated
                        && beside
                            .iter()
                            .any(|bicep| is_compiled_from(&candidate.canonical, bicep));
                    reader.read(candidate, *asked, is_compiled)
                }
            };
            Input {
                candidate: candidate.clone(),
                asked: *asked,
                mentions,
                state,
            }
        })
        .collect();
    Scan {
        inputs,
        problems: walked.problems,
        excluded: walked.excluded,
    }
}

/// The Bicep files by folder.
fn bicep_files(found: &[(Candidate, bool)]) -> HashMap<Option<&OsStr>, Vec<&Path>> {
    let mut by_folder: HashMap<_, Vec<&Path>> = HashMap::new();
    for (candidate, _) in found {
        if Format::of(&candidate.path) == Some(Format::Bicep) {
            let path = candidate.canonical.as_path();
            let folder = path.parent().map(Path::as_os_str);
            by_folder.entry(folder).or_default().push(path);
        }
    }
    by_folder
}

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
        unrelated: false,
    })
}

/// A folder whose files matter to what was asked for.
struct Around {
    path: PathBuf,
    /// With all folders in it.
    whole: bool,
}

/// The roots of the projects that the paths lie in, unless they are walked anyway; the folder of a named file that lies
/// in none.
fn folders_around(paths: &[PathBuf], found: &[(Candidate, bool)]) -> Vec<Around> {
    let walked: Vec<PathBuf> = paths
        .iter()
        .filter(|path| path.is_dir())
        .filter_map(|path| path.canonicalize().ok())
        .collect();
    let mut around: Vec<Around> = Vec::new();
    let mut add = |path: PathBuf, whole: bool| {
        let is_covered = walked.iter().any(|folder| path.starts_with(folder))
            || around
                .iter()
                .any(|known| known.path == path || (known.whole && path.starts_with(&known.path)));
        if !is_covered {
            around.push(Around { path, whole });
        }
    };
    let named = found.iter().filter(|(candidate, _)| candidate.named);
    let files = named.map(|(candidate, _)| candidate.canonical.clone());
    for path in walked.iter().cloned().chain(files) {
        match root_of(&path) {
            Some(root) => add(root, true),
            None if path.is_dir() => {}
            None => {
                if let Some(folder) = path.parent() {
                    add(folder.to_owned(), false);
                }
            }
        }
    }
    around
}

/// What stays of a template that concerns no rule by itself. Only its syntax is looked at, unless a deployment leads to
/// it.
fn unrelated(source: &Source, format: Format) -> Option<Aside> {
    let text = source.text();
    let file = source.id();
    let (kind, outline) = match format {
        Format::Bicep => {
            let arena = Arena::for_text(text.len());
            let parsed = bicep::parse(text, Dialect::Template, &arena);
            if !parsed.errors.is_empty() {
                return None;
            }
            let whole = Span::new(0, text.len());
            (Kind::Bicep, Template::empty(file, Language::Bicep, whole))
        }
        Format::BicepParameters => return None,
        Format::Json => {
            let text = text.as_bytes();
            // What is strict JSON has no error of syntax.
            serde_json::from_slice::<IgnoredAny>(text).ok()?;
            outline(text.get(..BEGINNING).unwrap_or(text), file)?
        }
    };
    Some(Aside {
        file,
        kind,
        outline: Some(Arc::new(outline)),
        unrelated: true,
    })
}

/// Reads files for a run.
struct Reader<'r> {
    project: &'r Project,
    vocabulary: &'r Vocabulary,
    /// Whether the user says where templates are deployed, so that ids are known in full.
    is_known_place: bool,
    effort: Effort,
}

impl Reader<'_> {
    /// What the text of a file mentions, if that was looked at, and what became of it.
    fn read(
        &self,
        candidate: &Candidate,
        asked: bool,
        may_be_generated: bool,
    ) -> (Option<Mentions>, State) {
        let sources = self.project.sources();
        let format = Format::of(&candidate.path).unwrap_or(Format::Json);
        let in_full = candidate.named || self.effort == Effort::All;
        if !in_full
            && may_be_generated
            && format == Format::Json
            && let Some(file) = sources.number(&candidate.canonical)
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
        let source = match sources.add(&candidate.path, candidate.canonical.clone(), bytes) {
            Ok(source) => source,
            Err(error) => return (None, failed(format, &error)),
        };
        if in_full {
            return (None, self.parsed(&source, asked));
        }
        let text = source.text().as_bytes();
        let mentions = self.vocabulary.mentions(text, format);
        let has_named_networks = mentions.networks && self.is_known_place;
        let is_unrelated = !mentions.subjects && !mentions.leads && !has_named_networks;
        if is_unrelated && let Some(aside) = unrelated(&source, format) {
            sources.release(aside.file);
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
        if parsed.errors.is_empty() {
            self.project.release(aside.file);
        } else {
            // The report points into the text.
            self.project.set_aside(aside.file);
        }
        State::Aside(aside)
    }

    fn parsed(&self, source: &Arc<Source>, asked: bool) -> State {
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
        Kind::Blueprint => FileKind::Blueprint,
        Kind::Other => return None,
    })
}
