//! Which files lead to which, so far as that can be read off without evaluating them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::discover::{Format, Mentions, Vocabulary};
use crate::project::{Project, Reference, Unreadable, has_links, references};
use crate::source::FileId;
use crate::syntax::template::Template;

/// The files that templates lead to, each looked at once.
#[derive(Debug)]
pub(super) struct Graph<'p> {
    project: &'p Project,
    vocabulary: &'p Vocabulary,
    known: HashMap<FileId, Arc<Leads>>,
    /// Templates that were met and not looked at yet.
    met: HashMap<FileId, Arc<Template>>,
    /// Files that concern no rule by themselves and lead nowhere, known without parsing them.
    unrelated: HashMap<FileId, Mentions>,
    /// What the others mention, where it was asked for.
    mentions: HashMap<FileId, Mentions>,
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

/// What a reference leads to: the file, and its template, which one that concerns no rule does without.
type Target = Result<(FileId, Option<Arc<Template>>), Unreadable>;

/// All that a template leads to.
#[derive(Debug, Default)]
pub(super) struct Closure {
    /// The files, itself included.
    pub(super) files: HashSet<FileId>,
    /// There may be more than can be read off, or something is not there.
    pub(super) open_ended: bool,
}

impl<'p> Graph<'p> {
    /// A graph of which nothing is known yet but files that concern no rule by themselves and lead nowhere.
    pub(super) fn new(
        project: &'p Project,
        vocabulary: &'p Vocabulary,
        unrelated: HashMap<FileId, Mentions>,
    ) -> Self {
        Self {
            project,
            vocabulary,
            known: HashMap::new(),
            met: HashMap::new(),
            unrelated,
            mentions: HashMap::new(),
        }
    }

    /// Looks on all threads where these templates lead. Files get their numbers when they are first met, in an order that
    /// must not depend on threads: what leads to a file without a number waits until all others are known.
    pub(super) fn look_ahead(&mut self, templates: &[&Arc<Template>]) {
        let found: Vec<Vec<(Reference, Option<Target>)>> = templates
            .par_iter()
            .map(|template| {
                let all = references(template).into_iter();
                let target = |reference: Reference| {
                    let target = self.met_before(template.file, &reference);
                    (reference, target)
                };
                all.map(target).collect()
            })
            .collect();
        for (template, found) in templates.iter().zip(found) {
            self.keep(template, found);
        }
        let known = &self.known;
        self.met.retain(|file, _| !known.contains_key(file));
    }

    /// Where a template leads.
    pub(super) fn leads(&mut self, template: &Arc<Template>) -> Arc<Leads> {
        if let Some(known) = self.known.get(&template.file) {
            return known.clone();
        }
        let found = references(template).into_iter();
        self.keep(template, found.map(|reference| (reference, None)))
    }

    fn keep(
        &mut self,
        template: &Template,
        found: impl IntoIterator<Item = (Reference, Option<Target>)>,
    ) -> Arc<Leads> {
        let mut leads = Leads {
            open_ended: has_links(template),
            ..Leads::default()
        };
        for (reference, target) in found {
            match target.unwrap_or_else(|| self.target(template.file, &reference)) {
                Ok((file, met)) => {
                    if let Some(met) = met.filter(|_| !self.known.contains_key(&file)) {
                        self.met.insert(file, met);
                    }
                    if !matches!(reference, Reference::Import(_)) {
                        leads.deploys.push(file);
                    }
                    leads.targets.push(file);
                }
                Err(_) => leads.open_ended = true,
            }
        }
        let leads = Arc::new(leads);
        self.known.insert(template.file, leads.clone());
        leads
    }

    /// The target of a reference to a file that has a number.
    fn met_before(&self, from: FileId, reference: &Reference) -> Option<Target> {
        let (Reference::Module(path) | Reference::Import(path)) = reference else {
            return None;
        };
        self.project.known_module(from, path)?;
        Some(self.target(from, reference))
    }

    fn target(&self, from: FileId, reference: &Reference) -> Target {
        let target = match reference {
            Reference::Module(path) | Reference::Import(path) => {
                let known = self.project.known_module(from, path);
                if let Some(file) = known.filter(|file| self.unrelated.contains_key(file)) {
                    return Ok((file, None));
                }
                self.project.module(from, path)?
            }
            Reference::Link(path) => self.project.linked(from, path)?,
        };
        Ok((target.file, Some(target)))
    }

    fn leads_of(&mut self, file: FileId) -> Arc<Leads> {
        match (self.known.get(&file), self.met.remove(&file)) {
            (Some(known), _) => known.clone(),
            (None, Some(template)) => self.leads(&template),
            // One that concerns no rule.
            (None, None) => Arc::default(),
        }
    }

    /// Whether anything that was found speaks of what rules look at, or there may be more than was found. Networks alone
    /// matter where other deployments can name them, which takes an id that is known to its beginning: the place that the
    /// deployment goes to `is_known_place`, or it chooses one itself.
    pub(super) fn concerns_rules(&mut self, closure: &Closure, is_known_place: bool) -> bool {
        if closure.open_ended || self.is_circular(closure) {
            return true;
        }
        let mut files: Vec<FileId> = closure.files.iter().copied().collect();
        files.sort_unstable();
        let mut all = Mentions::default();
        for file in files {
            let Some(mentions) = self.mentions(file) else {
                return true;
            };
            all = all.with(mentions);
            if all.subjects {
                return true;
            }
        }
        all.networks && (all.scopes || is_known_place)
    }

    /// What a file mentions; `None` where its text is not at hand.
    fn mentions(&mut self, file: FileId) -> Option<Mentions> {
        let known = self.unrelated.get(&file).or(self.mentions.get(&file));
        if let Some(known) = known {
            return Some(*known);
        }
        let source = self.project.sources().get(file)?;
        let format = Format::of(source.path()).unwrap_or(Format::Json);
        let mentions = self.vocabulary.mentions(source.text().as_bytes(), format);
        self.mentions.insert(file, mentions);
        Some(mentions)
    }

    /// Whether a template in it deploys itself, if through others: a rule may say so.
    fn is_circular(&self, closure: &Closure) -> bool {
        let mut left = closure.files.clone();
        loop {
            let leads_on = |file: &FileId| {
                let leads = self.known.get(file);
                leads.is_some_and(|leads| leads.deploys.iter().any(|to| left.contains(to)))
            };
            let deploying: HashSet<FileId> = left.iter().copied().filter(leads_on).collect();
            if deploying.len() == left.len() {
                return !left.is_empty();
            }
            left = deploying;
        }
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
