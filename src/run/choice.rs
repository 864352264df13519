//! Which rules run for a resource, by the file that declares it.

use std::fmt;
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt};

use super::patterns::Patterns;
use super::{Request, RunError};
use crate::estate::Member;
use crate::project::Project;
use crate::rules::{Rule, Running};
use crate::source::FileId;

/// Rules that are different for resources of some files.
pub struct Overrides {
    /// The files of each override.
    pub files: Vec<Patterns>,
    /// All rules of any one override.
    pub rules: Vec<Arc<Rule>>,
    /// The rules where these overrides speak of a file, by their positions in `files`; or why they cannot be together.
    pub chosen: Chosen,
}

/// The rules that run where these overrides hold.
pub type Chosen = Box<dyn Fn(&[usize]) -> Result<Vec<Arc<Rule>>, String> + Send + Sync>;

impl Default for Overrides {
    fn default() -> Self {
        Self {
            files: Vec::new(),
            rules: Vec::new(),
            chosen: Box::new(|_| Ok(Vec::new())),
        }
    }
}

impl fmt::Debug for Overrides {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Overrides")
            .field("files", &self.files)
            .field("rules", &self.rules.len())
            .finish_non_exhaustive()
    }
}

/// The rules of a run by file.
pub(super) struct Choice<'r> {
    pub(super) project: &'r Project,
    pub(super) request: &'r Request,
    /// The rules for each set of overrides that a file has; none of them first.
    chosen: Vec<Running>,
    by_overrides: HashMap<Vec<usize>, usize>,
    by_file: HashMap<FileId, usize>,
}

impl<'r> Choice<'r> {
    pub(super) fn new(project: &'r Project, request: &'r Request) -> Self {
        Self {
            project,
            request,
            chosen: vec![Running::new(request.rules.clone())],
            by_overrides: HashMap::from_iter([(Vec::new(), 0)]),
            by_file: HashMap::new(),
        }
    }

    /// The rules of a choice.
    pub(super) fn rules(&self, chosen: usize) -> &Running {
        &self.chosen[chosen]
    }

    /// The choice for a resource: that of the file that declares it, or of the nearest file of the project that leads to
    /// it.
    pub(super) fn of_member(&mut self, member: &Member) -> Result<usize, RunError> {
        if self.request.configured.overrides.files.is_empty() {
            return Ok(0);
        }
        let resource = &member.resource;
        let calls = resource.calls.iter().map(|call| call.file);
        let declared = resource.declared.file;
        let own = std::iter::once(declared)
            .chain(calls)
            .find(|file| self.project.is_own(*file));
        self.of_file(own.unwrap_or(declared))
    }

    /// The choice for what a file declares.
    pub(super) fn of_file(&mut self, file: FileId) -> Result<usize, RunError> {
        let overrides = &self.request.configured.overrides;
        if overrides.files.is_empty() {
            return Ok(0);
        }
        if let Some(known) = self.by_file.get(&file) {
            return Ok(*known);
        }
        let source = self.project.sources().get(file);
        let holds = |files: &Patterns| {
            let path = source.as_ref().map(|source| source.canonical());
            path.is_some_and(|path| files.hold(path))
        };
        let numbered = overrides.files.iter().enumerate();
        let those: Vec<usize> = numbered
            .filter(|(_, files)| holds(files))
            .map(|(number, _)| number)
            .collect();
        let chosen = match self.by_overrides.get(&those) {
            Some(known) => *known,
            None => {
                let rules = (overrides.chosen)(&those)
                    .map_err(|message| RunError::Overrides { message })?;
                self.chosen.push(Running::new(rules));
                let chosen = self.chosen.len() - 1;
                self.by_overrides.insert(those, chosen);
                chosen
            }
        };
        self.by_file.insert(file, chosen);
        Ok(chosen)
    }
}
