//! Which files lead to which, so far as that can be read off without evaluating them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::discover::concerns_rules;
use crate::project::{Project, Reference, Unreadable, has_links, references};
use crate::source::FileId;
use crate::syntax::template::Template;

/// The files that templates lead to, each looked at once.
#[derive(Debug)]
pub(super) struct Graph<'p> {
    project: &'p Project,
    known: HashMap<FileId, Arc<Leads>>,
    /// Templates that were met and not looked at yet.
    met: HashMap<FileId, Arc<Template>>,
    /// Files that concern no rule and lead nowhere, known without parsing them again.
    unrelated: HashSet<FileId>,
    /// Whether a file speaks of what rules look at.
    concerns: HashMap<FileId, bool>,
}

/// Where one template leads.
#[derive(Debug, Default)]
pub(super) struct Leads {
    /// The templates that it deploys, as modules or by links.
    pub(super) deploys: Vec<FileId>,
    /// All that it names, imports too.
    targets: Vec<FileId>,
    /// It may lead further than can be read off, or to what is not there.
    open_ended: bool,
}

/// All that a template leads to.
#[derive(Debug, Default)]
pub(super) struct Closure {
    /// The files, itself included.
    pub(super) files: HashSet<FileId>,
    /// There may be more than can be read off, or something is not there.
    pub(super) open_ended: bool,
}

impl<'p> Graph<'p> {
    /// A graph of which nothing is known yet but files that concern no rule and lead nowhere.
    pub(super) fn new(project: &'p Project, unrelated: HashSet<FileId>) -> Self {
        Self {
            project,
            known: HashMap::new(),
            met: HashMap::new(),
            unrelated,
            concerns: HashMap::new(),
        }
    }

    /// Looks at all of these templates at once.
    pub(super) fn look_at(&mut self, templates: &[&Arc<Template>]) {
        let looked: Vec<Looked> = templates
            .par_iter()
            .map(|template| look(self.project, &self.unrelated, template))
            .collect();
        for (template, looked) in templates.iter().zip(looked) {
            self.note(template.file, looked);
        }
    }

    /// Where a template leads.
    pub(super) fn leads(&mut self, template: &Arc<Template>) -> Arc<Leads> {
        if let Some(known) = self.known.get(&template.file) {
            return known.clone();
        }
        let looked = look(self.project, &self.unrelated, template);
        self.note(template.file, looked)
    }

    fn note(&mut self, file: FileId, looked: Looked) -> Arc<Leads> {
        let leads = Arc::new(looked.leads);
        self.known.insert(file, leads.clone());
        self.met.remove(&file);
        for target in looked.met {
            if !self.known.contains_key(&target.file) {
                self.met.insert(target.file, target);
            }
        }
        leads
    }

    fn leads_of(&mut self, file: FileId) -> Arc<Leads> {
        match (self.known.get(&file), self.met.remove(&file)) {
            (Some(known), _) => known.clone(),
            (None, Some(template)) => self.leads(&template),
            // One that concerns no rule.
            (None, None) => Arc::default(),
        }
    }

    /// Whether anything that was found speaks of what rules look at, or there may be more than was found.
    pub(super) fn concerns_rules(&mut self, closure: &Closure) -> bool {
        if closure.open_ended {
            return true;
        }
        let mut files: Vec<FileId> = closure.files.iter().copied().collect();
        files.sort_unstable();
        files.into_iter().any(|file| {
            let concerns = || {
                let source = self.project.sources().get(file);
                source.is_none_or(|source| concerns_rules(source.text().as_bytes()))
            };
            !self.unrelated.contains(&file) && *self.concerns.entry(file).or_insert_with(concerns)
        })
    }

    /// All that a template leads to.
    pub(super) fn closure(&mut self, template: &Arc<Template>) -> Closure {
        self.leads(template);
        self.closure_of(template.file)
    }

    /// All that a template leads to that was met before.
    pub(super) fn closure_of(&mut self, file: FileId) -> Closure {
        let mut closure = Closure::default();
        let mut open = vec![file];
        while let Some(next) = open.pop() {
            if closure.files.insert(next) {
                let leads = self.leads_of(next);
                closure.open_ended |= leads.open_ended;
                open.extend(leads.targets.iter().copied());
            }
        }
        closure
    }
}

/// Where a template leads, and the templates that were met on the way.
#[derive(Debug, Default)]
struct Looked {
    leads: Leads,
    met: Vec<Arc<Template>>,
}

/// Reads off where a template leads.
fn look(project: &Project, unrelated: &HashSet<FileId>, template: &Template) -> Looked {
    let mut looked = Looked::default();
    looked.leads.open_ended = has_links(template);
    for reference in references(template) {
        let Ok(target) = target(project, unrelated, template.file, &reference) else {
            looked.leads.open_ended = true;
            continue;
        };
        let file = match target {
            Target::Unrelated(file) => file,
            Target::Template(template) => {
                let file = template.file;
                looked.met.push(template);
                file
            }
        };
        if !matches!(reference, Reference::Import(_)) {
            looked.leads.deploys.push(file);
        }
        looked.leads.targets.push(file);
    }
    looked
}

/// What a reference names.
enum Target {
    Template(Arc<Template>),
    /// A file that concerns no rule and leads nowhere, which is not parsed again for that.
    Unrelated(FileId),
}

fn target(
    project: &Project,
    unrelated: &HashSet<FileId>,
    from: FileId,
    reference: &Reference,
) -> Result<Target, Unreadable> {
    let template = match reference {
        Reference::Module(path) | Reference::Import(path) => {
            let known = project.known_module(from, path);
            if let Some(file) = known.filter(|file| unrelated.contains(file)) {
                return Ok(Target::Unrelated(file));
            }
            project.module(from, path)?
        }
        Reference::Link(path) => project.linked(from, path)?,
    };
    Ok(Target::Template(template))
}
