//! The inputs of a run: each file that was found, read and parsed, and what it is.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use foldhash::{HashMap, HashSet};
use rayon::iter::{
    IndexedParallelIterator, IntoParallelRefIterator, IntoParallelRefMutIterator, ParallelIterator,
};
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

use super::{Effort, FILES_IN_A_ROW, Request};

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
    fn of(parsed: &Parsed) -> Self {
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

    /// The templates whose text names no other file, and which are not parsed yet.
    pub(super) fn leaves(&self) -> HashSet<FileId> {
        let aside = self.inputs.iter().filter_map(|input| match &input.state {
            State::Aside(aside) if aside.leaf => Some(aside.file),
            _ => None,
        });
        aside.collect()
    }

    /// Looks at the syntax of the leaves that no deployment needed, and lets go of the texts in which nothing matters.
    pub(super) fn settle(&mut self, project: &Project, request: &Request, vocabulary: &Vocabulary) {
        let reader = Reader {
            project,
            request,
            vocabulary,
            effort: Effort::Needed,
        };
        let inputs = self.inputs.par_iter_mut().with_max_len(FILES_IN_A_ROW);
        inputs.for_each(|input| {
            if let State::Aside(aside) = &input.state
                && aside.leaf
                && let Some(state) = reader.settled(aside, input)
            {
                input.state = state;
            }
        });
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
        request,
        vocabulary,
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
        found.retain(|(candidate, _)| &*candidate.canonical != source.canonical());
        let candidate = Candidate {
            path: source.path().into(),
            canonical: source.canonical().into(),
            named: true,
        };
        found.push((candidate, true));
    }
    let around = folders_around(paths, &found);
    let mut known: HashSet<OsString> = HashSet::default();
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
            if is_beside && known.insert(candidate.canonical.as_os_str().to_owned()) {
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
        .map(|(candidate, _)| (candidate.path.clone(), candidate.canonical.clone()));
    project.sources().reserve(numbered);
    let bicep_files = bicep_files(&found);
    let inputs = found
        .par_iter()
        .with_max_len(FILES_IN_A_ROW)
        .map(|(candidate, asked)| {
            let (mentions, state) = match &request.standard_input {
                Some(source) if source.canonical() == &*candidate.canonical => {
                    (None, reader.parsed(source, *asked))
                }
                _ => {
                    let folder = candidate.canonical.parent().map(Path::as_os_str);
                    let beside = bicep_files.get(&folder).map_or(&[][..], Vec::as_slice);
                    let json = &*candidate.canonical;
                    let may_be_made = Format::of(json) == Some(Format::Json)
                        && beside.iter().any(|bicep| is_compiled_from(json, bicep));
                    reader.read(candidate, *asked, may_be_made)
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
    let mut by_folder: HashMap<_, Vec<&Path>> = HashMap::default();
    for (candidate, _) in found {
        if Format::of(&candidate.path) == Some(Format::Bicep) {
            let path = &*candidate.canonical;
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
        leaf: false,
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
    let files = named.map(|(candidate, _)| candidate.canonical.to_path_buf());
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
struct Reader<'r> {
    project: &'r Project,
    request: &'r Request,
    vocabulary: &'r Vocabulary,
    effort: Effort,
}

impl Reader<'_> {
    /// What the text of a file mentions, if that was looked at, and what became of it.
    fn read(
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
        // Where it says that it was made from a Bicep file may be anywhere in it.
        let may_say_more = mentions.subjects && may_be_made;
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
        if parsed.errors.is_empty() {
            self.project.release(aside.file);
        } else {
            // The report points into the text.
            self.project.set_aside(aside.file);
        }
        State::Aside(aside)
    }

    /// What became of a leaf after the deployments, where that is not what it seemed to be.
    fn settled(&self, aside: &Aside, input: &Input) -> Option<State> {
        let sources = self.project.sources();
        let parsed = self.project.kind(aside.file);
        let source = sources.get(aside.file)?;
        let is_as_it_seemed = match parsed {
            Some(kind) => kind == aside.kind,
            // Errors are told of what was asked for.
            None => !input.asked || is_sound(&source, aside.kind),
        };
        if !is_as_it_seemed {
            return Some(self.parsed(&source, input.asked));
        }
        if parsed.is_none() && !input.mentions.is_some_and(|mentions| mentions.subjects) {
            sources.release(aside.file);
        }
        None
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
