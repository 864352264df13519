//! Which files lead to which, so far as that can be read off without evaluating them.

use std::sync::Arc;

use foldhash::{HashMap, HashSet};
use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

use super::FILES_IN_A_ROW;
use crate::discover::{Format, Mentions, Vocabulary};
use crate::estate::relations::is_network;
use crate::evaluate::MAXIMUM_EXTENSIONS;
use crate::project::{Location, Project, Reference, has_links, references};
use crate::source::FileId;
use crate::syntax::template::{DEPLOYMENT_TYPE, ParameterFile, STACK_TYPE, Template};

/// The files that templates lead to, each looked at once.
#[derive(Debug)]
pub(super) struct Graph<'p> {
    project: &'p Project,
    vocabulary: &'p Vocabulary,
    known: HashMap<FileId, Arc<Leads>>,
    /// Templates that were met and not looked at yet.
    met: HashMap<FileId, Arc<Template>>,
    /// Templates that lead to no other file, known without parsing them.
    leaves: HashSet<FileId>,
    /// What files mention, as far as that was looked at.
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

/// Where a reference leads.
#[derive(Debug)]
struct Located {
    /// `None` if nothing is there.
    location: Option<Arc<Location>>,
    /// Whether what is there is deployed, rather than imported from.
    is_deployed: bool,
}

/// What was found where a template leads.
#[derive(Debug, Default)]
struct Found {
    leads: Leads,
    /// The templates there, but for leaves, which are not parsed for this.
    met: Vec<Arc<Template>>,
}

/// Why a deployment is evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Concern {
    /// It may make what rules look at.
    Resources,
    /// Nothing speaks of what rules look at, but other deployments can name its networks.
    Networks,
    /// Nothing that was found speaks of what rules look at, but it may lead to what was not found.
    Links,
}

impl Concern {
    /// Whether it is about resources of a type.
    pub(super) fn is_about(self, kind: &str) -> bool {
        let is_link = || {
            let mut links = [DEPLOYMENT_TYPE, STACK_TYPE].iter();
            links.any(|link| kind.eq_ignore_ascii_case(link))
        };
        match self {
            Self::Resources => true,
            Self::Networks => is_link() || is_network(kind),
            Self::Links => is_link(),
        }
    }
}

/// All that a template leads to.
#[derive(Debug)]
pub(super) struct Closure {
    /// The files, itself first, each once.
    pub(super) files: Vec<FileId>,
    /// There may be more than can be read off, or something is not there.
    pub(super) open_ended: bool,
}

impl<'p> Graph<'p> {
    /// A graph of which nothing is known yet but what was looked at before: the templates that lead to no other file, and
    /// what files mention.
    pub(super) fn new(
        project: &'p Project,
        vocabulary: &'p Vocabulary,
        leaves: HashSet<FileId>,
        mentions: HashMap<FileId, Mentions>,
    ) -> Self {
        Self {
            project,
            vocabulary,
            known: HashMap::default(),
            met: HashMap::default(),
            leaves,
            mentions,
        }
    }

    /// Looks on all threads where these templates lead. Files get their numbers in between, in an order that does not
    /// depend on threads.
    pub(super) fn look_ahead(&mut self, templates: &[&Arc<Template>]) {
        let located: Vec<Vec<Located>> = templates
            .par_iter()
            .with_max_len(FILES_IN_A_ROW)
            .map(|template| self.located(template))
            .collect();
        let there = located.iter().flatten().filter_map(|located| {
            let location = located.location.as_ref()?;
            Some((location.path().into(), location.canonical().into()))
        });
        self.project.sources().reserve(there);
        let found: Vec<Found> = templates
            .par_iter()
            .with_max_len(FILES_IN_A_ROW)
            .zip(&located)
            .map(|(template, located)| self.found(template, located))
            .collect();
        self.known.reserve(found.len());
        for (template, found) in templates.iter().zip(found) {
            self.keep(template.file, found);
        }
        let known = &self.known;
        self.met.retain(|file, _| !known.contains_key(file));
    }

    /// Where a template leads.
    pub(super) fn leads(&mut self, template: &Arc<Template>) -> Arc<Leads> {
        if let Some(known) = self.known.get(&template.file) {
            return known.clone();
        }
        let found = self.found(template, &self.located(template));
        self.keep(template.file, found)
    }

    fn keep(&mut self, file: FileId, found: Found) -> Arc<Leads> {
        for template in found.met {
            if !self.known.contains_key(&template.file) {
                self.met.insert(template.file, template);
            }
        }
        let leads = Arc::new(found.leads);
        self.known.insert(file, leads.clone());
        leads
    }

    /// The places that a template refers to.
    fn located(&self, template: &Template) -> Vec<Located> {
        let all = references(template).into_iter();
        all.map(|reference| Located {
            location: self.project.locate(template.file, &reference).ok(),
            is_deployed: !matches!(reference, Reference::Import(_)),
        })
        .collect()
    }

    /// What is there.
    fn found(&self, template: &Template, located: &[Located]) -> Found {
        let mut found = Found::default();
        found.leads.open_ended = has_links(template);
        for Located {
            location,
            is_deployed,
        } in located
        {
            let target = location.as_ref().and_then(|location| {
                let number = self
                    .project
                    .sources()
                    .number_of_resolved(location.canonical());
                let leaf = number.filter(|file| self.is_leaf(*file));
                leaf.or_else(|| {
                    let template = self.project.template_at(location).ok()?;
                    let file = template.file;
                    found.met.push(template);
                    Some(file)
                })
            });
            match target {
                Some(file) => {
                    if *is_deployed {
                        found.leads.deploys.push(file);
                    }
                    found.leads.targets.push(file);
                }
                // What cannot be imported makes no resource; where it is used, nothing is known, as of a parameter.
                None => found.leads.open_ended |= is_deployed,
            }
        }
        found
    }

    /// Whether it is known of a template, without parsing it, that it leads to no other file.
    pub(super) fn is_leaf(&self, file: FileId) -> bool {
        self.leaves.contains(&file)
    }

    fn leads_of(&mut self, file: FileId) -> Arc<Leads> {
        match (self.known.get(&file), self.met.remove(&file)) {
            (Some(known), _) => known.clone(),
            (None, Some(template)) => self.leads(&template),
            // A leaf.
            (None, None) => Arc::default(),
        }
    }

    /// Whether anything that was found speaks of what rules look at, or there may be more than was found. Networks alone
    /// matter where other deployments can name them, which takes an id that is known to its beginning: the place that the
    /// deployment goes to `is_known_place`, or it chooses one itself.
    pub(super) fn concern(&mut self, closure: &Closure, is_known_place: bool) -> Option<Concern> {
        let mut all = Mentions::default();
        for file in &closure.files {
            let Some(mentions) = self.mentions(*file) else {
                return Some(Concern::Resources);
            };
            all = all.with(mentions);
            if all.subjects {
                return Some(Concern::Resources);
            }
        }
        if all.networks && (all.scopes || is_known_place) {
            return Some(Concern::Networks);
        }
        (closure.open_ended || self.is_circular(closure)).then_some(Concern::Links)
    }

    /// Whether a file speaks of what rules look at, as far as its text is at hand.
    pub(super) fn names_subject(&mut self, file: FileId) -> bool {
        self.mentions(file)
            .is_some_and(|mentions| mentions.subjects)
    }

    /// Whether one of these files may make a deployment read others that are no templates.
    pub(super) fn may_load(&mut self, files: &[FileId]) -> bool {
        let mut files = files.iter();
        files.any(|file| self.mentions(*file).is_none_or(|mentions| mentions.loads))
    }

    /// A parameter file and those that it builds on, as far as they can be read.
    pub(super) fn chain(&self, parameters: &Arc<ParameterFile>) -> Vec<Arc<ParameterFile>> {
        let mut chain = vec![parameters.clone()];
        while chain.len() < MAXIMUM_EXTENSIONS
            && let Some(last) = chain.last()
            && let Some(extends) = &last.extends
            && let Ok(base) = self.project.extended(last.template.file, &extends.text)
            && !chain
                .iter()
                .any(|known| known.template.file == base.template.file)
        {
            chain.push(base);
        }
        chain
    }

    /// What a file mentions; `None` where its text is not at hand.
    fn mentions(&mut self, file: FileId) -> Option<Mentions> {
        if let Some(known) = self.mentions.get(&file) {
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
        let deploys = |file: &FileId| {
            let leads = self.known.get(file);
            leads.map_or(&[][..], |leads| &leads.deploys)
        };
        let all = closure.files.iter().copied();
        let mut left: HashSet<FileId> = all.filter(|file| !deploys(file).is_empty()).collect();
        loop {
            let leads_on = |file: &FileId| deploys(file).iter().any(|to| left.contains(to));
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
        let mut closure = Closure {
            files: vec![file],
            open_ended: false,
        };
        let mut met = HashSet::default();
        let mut looked_at = 0;
        while let Some(next) = closure.files.get(looked_at) {
            looked_at += 1;
            let leads = self.leads_of(*next);
            closure.open_ended |= leads.open_ended;
            for target in &leads.targets {
                if *target != file && met.insert(*target) {
                    closure.files.push(*target);
                }
            }
        }
        closure
    }
}
