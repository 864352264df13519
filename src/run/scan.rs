//! The files of a run: those that were found below the paths of the command line and around them.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use foldhash::{HashMap, HashSet};
use rayon::iter::{
    IndexedParallelIterator, IntoParallelRefIterator, IntoParallelRefMutIterator, ParallelIterator,
};

use super::input::{Aside, Input, State};
use super::reading::Reader;
use super::{Effort, FILES_IN_A_ROW, Request};
use crate::discover::{
    Candidate, Excluded, Format, Kind, Mentions, Vocabulary, WalkProblem, by_parts, look_into, walk,
};
use crate::project::{Project, is_compiled_from, root_of};
use crate::source::FileId;

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
