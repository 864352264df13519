//! Which files lead to which, so far as that can be read off without evaluating them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::discover::concerns_rules;
use crate::project::{Project, Reference, has_links, references};
use crate::source::FileId;
use crate::syntax::template::Template;

/// The files that templates lead to, each looked at once.
#[derive(Debug)]
pub(super) struct Graph<'p> {
    project: &'p Project,
    known: HashMap<FileId, Arc<Leads>>,
}

/// Where one template leads.
#[derive(Debug, Default)]
pub(super) struct Leads {
    /// The templates that it deploys, as modules or by links.
    pub(super) deploys: Vec<FileId>,
    /// All that it names, imports too.
    targets: Vec<Arc<Template>>,
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
    /// A graph of which nothing is known yet.
    pub(super) fn new(project: &'p Project) -> Self {
        Self {
            project,
            known: HashMap::new(),
        }
    }

    /// Where a template leads.
    pub(super) fn leads(&mut self, template: &Arc<Template>) -> Arc<Leads> {
        if let Some(known) = self.known.get(&template.file) {
            return known.clone();
        }
        let mut leads = Leads {
            open_ended: has_links(template),
            ..Leads::default()
        };
        for reference in references(template) {
            let target = match &reference {
                Reference::Module(path) | Reference::Import(path) => {
                    self.project.module(template.file, path)
                }
                Reference::Link(path) => self.project.linked(template.file, path),
            };
            match target {
                Ok(target) => {
                    if !matches!(reference, Reference::Import(_)) {
                        leads.deploys.push(target.file);
                    }
                    leads.targets.push(target);
                }
                Err(_) => leads.open_ended = true,
            }
        }
        let leads = Arc::new(leads);
        self.known.insert(template.file, leads.clone());
        leads
    }

    /// Whether anything that was found speaks of what rules look at, or there may be more than was found.
    pub(super) fn concerns_rules(&self, closure: &Closure) -> bool {
        let concerns = |file: &FileId| {
            self.project
                .sources()
                .get(*file)
                .is_none_or(|source| concerns_rules(source.text().as_bytes()))
        };
        closure.open_ended || closure.files.iter().any(concerns)
    }

    /// All that a template leads to.
    pub(super) fn closure(&mut self, template: &Arc<Template>) -> Closure {
        let mut closure = Closure::default();
        let mut open = vec![template.clone()];
        while let Some(next) = open.pop() {
            if closure.files.insert(next.file) {
                let leads = self.leads(&next);
                closure.open_ended |= leads.open_ended;
                open.extend(leads.targets.iter().cloned());
            }
        }
        closure
    }
}
