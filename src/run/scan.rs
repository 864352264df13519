//! The inputs of a run: each file that was found, read and parsed, and what it is.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf, is_separator};
use std::sync::Arc;

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::discover::{
    Candidate, Excluded, Format, Kind, WalkProblem, classify, concerns_rules, look_into,
    may_be_input, walk,
};
use crate::finding::FileKind;
use crate::project::{Content, Parsed, Project, has_links, is_compiled_from, references, root_of};
use crate::source::{FileId, Place, SIZE_LIMIT, Source, SourceError, read_beginning, read_bytes};
use crate::syntax::template::Template;
use crate::syntax::{arm, json};

use super::{Effort, Request};

/// A file that was found.
#[derive(Debug)]
pub(super) struct Input {
    /// The file.
    pub(super) candidate: Candidate,
    /// Whether it is at or below a path of the command line, rather than around one.
    pub(super) asked: bool,
    /// What became of reading it.
    pub(super) state: State,
}

/// What became of reading a file.
#[derive(Debug)]
pub(super) enum State {
    /// It was parsed.
    Parsed(Arc<Parsed>),
    /// It was parsed, and its tree is not held here: it is not needed any more, or never was.
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
    /// The first syntax error: the reason of the contract, and the place.
    pub(super) error: Option<(String, Place)>,
    /// Of a template that no deployment seems to need, what it is without anything that it declares.
    pub(super) outline: Option<Arc<Template>>,
    /// It speaks of nothing that rules look at, and leads to no other file.
    pub(super) unrelated: bool,
}

impl Aside {
    /// What stays of a parsed file.
    pub(super) fn of(parsed: &Parsed) -> Self {
        let error = parsed.errors.first().map(|error| {
            let line = parsed.source.position(error.span.start).line;
            (
                format!("syntax: line {line}: {}", error.message),
                Place::new(parsed.source.id(), error.span),
            )
        });
        Self {
            file: parsed.source.id(),
            kind: parsed.kind,
            error,
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

    /// The files that surely concern no rule.
    pub(super) fn unrelated(&self) -> HashSet<FileId> {
        let aside = self.inputs.iter().filter_map(|input| match &input.state {
            State::Aside(aside) if aside.unrelated => Some(aside.file),
            _ => None,
        });
        aside.collect()
    }
}

/// Finds and reads the files at and below `paths`, and those of the projects that they lie in.
pub(super) fn scan(project: &Project, request: &Request, effort: Effort) -> Scan {
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
        .map(|(candidate, asked)| Input {
            candidate: candidate.clone(),
            asked: *asked,
            state: match &request.standard_input {
                Some(source) if source.canonical() == candidate.canonical => {
                    parsed(project, source, *asked)
                }
                _ => {
                    let folder = candidate.canonical.parent().map(Path::as_os_str);
                    let beside = bicep_files.get(&folder).map_or(&[][..], Vec::as_slice);
                    let is_compiled = !request.include_generated
                        && beside
                            .iter()
                            .any(|bicep| is_compiled_from(&candidate.canonical, bicep));
                    read(project, candidate, *asked, is_compiled, effort)
                }
            },
        })
        .collect();
    Scan {
        inputs,
        problems: walked.problems,
        excluded: walked.excluded,
    }
}

/// The order of two resolved paths part by part, as [`Path`] has it, without taking them apart.
fn by_parts(one: &Path, other: &Path) -> Ordering {
    let (one, other) = (
        one.as_os_str().as_encoded_bytes(),
        other.as_os_str().as_encoded_bytes(),
    );
    let same = one
        .iter()
        .zip(other)
        .take_while(|(one, other)| one == other)
        .count();
    // What ends two names comes before every character of a name.
    let rank = |byte: Option<&u8>| byte.map(|byte| (!is_separator(char::from(*byte)), *byte));
    rank(one.get(same)).cmp(&rank(other.get(same)))
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

/// Sets a template aside that no deployment seems to need, since all templates of a tree together take several times the
/// memory of their texts: it was made from a Bicep file beside it, or it does not speak of what rules look at and leads
/// to no other. It is read again if another one leads to it.
fn thinned(project: &Project, state: State, may_be_generated: bool) -> State {
    let State::Parsed(parsed) = &state else {
        return state;
    };
    let (Content::Template(template), Kind::Bicep | Kind::Template { .. }) =
        (&parsed.content, parsed.kind)
    else {
        return state;
    };
    let unrelated = !concerns_rules(parsed.source.text().as_bytes())
        && !has_links(template)
        && references(template).is_empty();
    let is_generated = may_be_generated && template.is_generated();
    if !(unrelated || is_generated) {
        return state;
    }
    let aside = Aside {
        outline: Some(Arc::new(template.outline())),
        unrelated,
        ..Aside::of(parsed)
    };
    if aside.error.is_none() {
        project.release(aside.file);
    } else {
        // The report points into the text.
        project.set_aside(aside.file);
    }
    State::Aside(aside)
}

/// How much of a file is read to see whether the Bicep compiler made it, which it says at the beginning.
const BEGINNING: u64 = 4096;

/// The outline of a template that says at its beginning that the Bicep compiler made it. The rest is not looked at: the
/// compiler wrote it.
fn generated(candidate: &Candidate, file: FileId) -> Option<Aside> {
    let bytes = read_beginning(&candidate.path, BEGINNING).ok()?;
    let beginning = match std::str::from_utf8(&bytes) {
        Ok(text) => text,
        // The last character may be cut.
        Err(error) => std::str::from_utf8(bytes.get(..error.valid_up_to())?).ok()?,
    };
    let root = json::parse(beginning).root;
    let kind = classify(beginning, std::slice::from_ref(&root));
    let Kind::Template { target: Some(_) } = kind else {
        return None;
    };
    let outline = arm::outline(&root, file);
    outline.is_generated().then(|| Aside {
        file,
        kind,
        error: None,
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

fn read(
    project: &Project,
    candidate: &Candidate,
    asked: bool,
    may_be_generated: bool,
    effort: Effort,
) -> State {
    let format = Format::of(&candidate.path).unwrap_or(Format::Json);
    let wanted = candidate.named || format != Format::Json || effort == Effort::All;
    if !wanted
        && may_be_generated
        && let Some(file) = project.sources().number(&candidate.canonical)
        && let Some(aside) = generated(candidate, file)
    {
        return State::Aside(aside);
    }
    let bytes = match read_bytes(&candidate.path, SIZE_LIMIT) {
        Ok(bytes) => bytes,
        Err(error) => return failed(format, &error),
    };
    if !wanted && !may_be_input(&bytes) {
        return State::Other;
    }
    let source = match project
        .sources()
        .add(&candidate.path, candidate.canonical.clone(), bytes)
    {
        Ok(source) => source,
        Err(error) => return failed(format, &error),
    };
    let state = parsed(project, &source, asked);
    match effort {
        Effort::Needed => thinned(project, state, may_be_generated),
        Effort::All => state,
    }
}

fn parsed(project: &Project, source: &Arc<Source>, asked: bool) -> State {
    let parsed = project.parsed(source);
    if parsed.kind != Kind::Other {
        return State::Parsed(parsed);
    }
    let first = parsed.errors.first().cloned();
    match first {
        // What is broken may be anything; it is reported where it looks like an input or was named.
        Some(error) if asked => {
            let line = source.position(error.span.start).line;
            project.release(source.id());
            State::Failed(Failure {
                kind: kind_of(Format::of(source.path()).unwrap_or(Format::Json)),
                reason: format!("syntax: line {line}: {}", error.message),
            })
        }
        _ => {
            project.release(source.id());
            State::Other
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
