//! Which deployments a run evaluates: entry points, each with its parameter files.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use foldhash::{HashMap, HashSet};
use rayon::iter::{IndexedParallelIterator, IntoParallelRefMutIterator, ParallelIterator};

use super::FILES_IN_A_ROW;
use super::graph::{Concern, Graph};
use super::patterns::Patterns;
use crate::discover::Kind;
use crate::project::{Content, Project, is_compiled_from, is_for};
use crate::source::FileId;
use crate::syntax::template::{Language, ParameterFile, Template};

use super::input::{Input, State};

/// An entry point with what it is given.
#[derive(Debug, Clone)]
pub(super) struct Planned {
    /// The entry point. Where the one that a parameter file names cannot be read, what stands for it, which is of that
    /// file.
    pub(super) template: Arc<Template>,
    /// The parameter file that it is paired with.
    pub(super) parameters: Option<Pairing>,
    /// Whether it is judged alone only for want of a caller: it is dropped if another one turns out to deploy it.
    pub(super) unless_called: bool,
    /// Whether it is what `bicep snapshot` predicted: its resources say themselves where they are.
    pub(super) snapshot: bool,
    /// Why it is evaluated.
    pub(super) concern: Concern,
}

impl Planned {
    /// A template with a parameter file of its own.
    fn paired(template: Arc<Template>, parameters: Pairing, snapshot: bool) -> Self {
        Self {
            template,
            parameters: Some(parameters),
            unless_called: false,
            snapshot,
            concern: Concern::Resources,
        }
    }
}

/// A parameter file of a deployment.
#[derive(Debug, Clone)]
pub(super) struct Pairing {
    /// The file.
    pub(super) file: FileId,
    /// What it assigns.
    pub(super) assignments: Arc<ParameterFile>,
}

/// What is to be evaluated, and what is not.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// In the order of their entry points' paths, then of their parameter files'; last those of templates that were not
    /// found where the run looks, but are named by parameter files.
    pub(super) deployments: Vec<Planned>,
    /// Templates that were made from a Bicep file beside them.
    pub(super) generated: HashSet<FileId>,
    /// Templates that were made from a Bicep file beside them, with their path and that of the Bicep file, in order.
    pub(super) compiled: Vec<(FileId, PathBuf, PathBuf)>,
    /// Those, and the ones that are judged all the same: an edit of one would be lost when it is made again.
    pub(super) made: HashSet<FileId>,
    /// Parameter files that belong to a template, whether or not it is evaluated, and the template.
    pub(super) paired: HashMap<FileId, FileId>,
    /// Parameter files of which only the name says that they belong to a template, to which a configuration gives others.
    pub(super) replaced: HashMap<FileId, FileId>,
    /// Whether parameter files are left out, as the user asked.
    pub(super) without_parameters: bool,
}

impl Plan {
    /// Notes the templates that were made from the Bicep file that stands with each.
    fn note_generated(&mut self, made: &[(&Entry<'_>, &Entry<'_>)], how: Pairings) {
        self.made.extend(made.iter().map(|(json, _)| json.file));
        self.compiled.extend(made.iter().map(|(json, bicep)| {
            let (json_path, bicep_path) = (json.path.to_owned(), bicep.path.to_owned());
            (json.file, json_path, bicep_path)
        }));
        self.compiled.sort_by(|one, other| one.1.cmp(&other.1));
        if !how.include_generated {
            self.generated.extend(&self.made);
        }
    }

    /// The deployments of these templates, and of those elsewhere that parameter files name.
    fn deploy(
        &mut self,
        templates: &[Entry<'_>],
        called: &HashSet<FileId>,
        mut parameters: HashMap<FileId, Vec<Pairing>>,
        elsewhere: BTreeMap<(String, FileId), Arc<Template>>,
    ) {
        for entry in templates {
            if self.generated.contains(&entry.file) {
                continue;
            }
            let own = parameters.remove(&entry.file).unwrap_or_default();
            if own.is_empty() {
                if !called.contains(&entry.file) {
                    self.deployments.push(Planned {
                        template: entry.template.clone(),
                        parameters: None,
                        unless_called: true,
                        snapshot: entry.snapshot,
                        concern: Concern::Resources,
                    });
                }
                continue;
            }
            let with = |pairing| Planned::paired(entry.template.clone(), pairing, entry.snapshot);
            self.deployments.extend(own.into_iter().map(with));
        }
        for ((_, file), template) in elsewhere {
            let own = parameters.remove(&file).unwrap_or_default();
            let with = |pairing| Planned::paired(template.clone(), pairing, false);
            self.deployments.extend(own.into_iter().map(with));
        }
    }
}

/// How templates are to be paired.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pairings {
    /// Whether parameter files are looked for.
    pub(super) parameter_files: bool,
    /// Whether compiled JSON is evaluated beside its Bicep source.
    pub(super) include_generated: bool,
}

/// Which parameter files are for which templates, by their paths.
#[derive(Debug)]
pub struct ParameterFiles {
    /// The templates.
    pub templates: Patterns,
    /// Their parameter files; none where the templates are judged without.
    pub files: Patterns,
}

/// A template of the run and its file.
struct Entry<'s> {
    path: &'s Path,
    file: FileId,
    template: Arc<Template>,
    snapshot: bool,
}

/// The templates in each folder.
struct Folders<'e> {
    entries: HashMap<Option<&'e OsStr>, Vec<&'e Entry<'e>>>,
}

impl<'e> Folders<'e> {
    fn of(templates: &'e [Entry<'e>]) -> Self {
        let mut entries: HashMap<_, Vec<&Entry<'_>>> = HashMap::default();
        for entry in templates {
            entries
                .entry(folder_of(entry.path))
                .or_default()
                .push(entry);
        }
        Self { entries }
    }

    /// The templates in the folder of a file.
    fn beside<'f>(&'f self, path: &'f Path) -> &'f [&'e Entry<'e>] {
        let beside = self.entries.get(&folder_of(path));
        beside.map_or(&[], Vec::as_slice)
    }

    /// Templates that the Bicep compiler made, and the Bicep file beside each.
    fn made_from(&self, templates: &'e [Entry<'e>]) -> Vec<(&'e Entry<'e>, &'e Entry<'e>)> {
        let compiled = templates
            .iter()
            .filter(|entry| entry.template.is_generated());
        let with_source = compiled.filter_map(|json| {
            let source = self.beside(json.path).iter().find(|source| {
                source.template.language == Language::Bicep
                    && is_compiled_from(json.path, source.path)
            })?;
            Some((json, *source))
        });
        with_source.collect()
    }
}

/// The folder that a file is in. Comparing one string is much faster than part by part.
fn folder_of(path: &Path) -> Option<&OsStr> {
    path.parent().map(Path::as_os_str)
}

/// The deployments of the files that were read.
pub(super) fn plan(
    project: &Project,
    graph: &mut Graph<'_>,
    inputs: &[Input],
    how: Pairings,
    configured: &[ParameterFiles],
) -> Plan {
    let mut templates: Vec<Entry<'_>> = inputs
        .iter()
        .filter_map(|input| {
            let template = input.template()?;
            Some(Entry {
                path: &input.candidate.canonical,
                file: template.file,
                template: template.clone(),
                snapshot: input.kind() == Some(Kind::Snapshot),
            })
        })
        .collect();
    let mut plan = Plan {
        without_parameters: !how.parameter_files,
        ..Plan::default()
    };
    let folders = Folders::of(&templates);
    // The Bicep file of each template that was made from one.
    let made: Vec<(&Entry<'_>, &Entry<'_>)> = folders.made_from(&templates);
    let sources: HashMap<FileId, FileId> = made
        .iter()
        .map(|(json, bicep)| (json.file, bicep.file))
        .collect();
    plan.note_generated(&made, how);
    let namings = Namings {
        project,
        configured,
        templates: &templates,
        folders: &folders,
        known: templates.iter().map(|entry| entry.file).collect(),
    };
    let mut elsewhere: BTreeMap<(String, FileId), Arc<Template>> = BTreeMap::new();
    let mut parameters: HashMap<FileId, Vec<Pairing>> = HashMap::default();
    for input in inputs {
        let State::Parsed(parsed) = &input.state else {
            continue;
        };
        let Content::Parameters(assignments) = &parsed.content else {
            continue;
        };
        let file = parsed.source.id();
        let named = namings.of(&input.candidate.canonical, file, assignments);
        plan.replaced
            .extend(named.replaced.map(|template| (file, template)));
        if let Some(template) = named.elsewhere {
            let name = project.sources().name_of_file(template.file);
            elsewhere.insert((name.unwrap_or_default(), template.file), template);
        }
        for template in named.templates {
            let template = match sources.get(&template) {
                Some(source) if !how.include_generated => *source,
                _ => template,
            };
            plan.paired.insert(file, template);
            if how.parameter_files {
                parameters.entry(template).or_default().push(Pairing {
                    file,
                    assignments: assignments.clone(),
                });
            }
        }
    }
    read_in_full(&mut templates, &plan.generated, graph, project);
    let called = called(graph, &templates, &plan.generated);
    plan.deploy(&templates, &called, parameters, elsewhere);
    plan
}

/// Reads templates in full of which only the outline is known: one that was taken for generated is judged itself where the
/// Bicep file beside it could not be read.
fn read_in_full(
    templates: &mut [Entry<'_>],
    generated: &HashSet<FileId>,
    graph: &Graph<'_>,
    project: &Project,
) {
    let in_rows = templates.par_iter_mut().with_max_len(FILES_IN_A_ROW);
    in_rows.for_each(|entry| {
        let is_outline = entry.template.is_generated() && entry.template.resources.is_empty();
        if is_outline
            && !generated.contains(&entry.file)
            && !graph.is_leaf(entry.file)
            && let Ok(parsed) = project.file(entry.path)
            && let Content::Template(template) = &parsed.content
        {
            entry.template = template.clone();
        }
    });
}

/// What says which templates a parameter file is for.
struct Namings<'e> {
    project: &'e Project,
    configured: &'e [ParameterFiles],
    templates: &'e [Entry<'e>],
    folders: &'e Folders<'e>,
    /// The files of the templates.
    known: HashSet<FileId>,
}

/// The templates that a parameter file is for.
#[derive(Default)]
struct Named {
    templates: BTreeSet<FileId>,
    /// The one among them that is none of the templates of the run.
    elsewhere: Option<Arc<Template>>,
    /// One that only the name of the file says, where a configuration gives others to it.
    replaced: Option<FileId>,
}

impl Namings<'_> {
    /// What its name, the configuration and its own `using` say.
    fn of(&self, path: &Path, file: FileId, assignments: &ParameterFile) -> Named {
        let beside = self.folders.beside(path);
        let by_name = paired_with(path, (beside, self.configured), assignments);
        let mut named = Named {
            templates: by_name.into_iter().collect(),
            ..Named::default()
        };
        let configured = self.configured.iter();
        for pairing in configured.filter(|pairing| pairing.files.hold(path)) {
            let meant = |entry: &&Entry<'_>| pairing.templates.hold(entry.path);
            let meant = self.templates.iter().filter(meant);
            named.templates.extend(meant.map(|entry| entry.file));
        }
        let has_template = !named.templates.is_empty();
        if let Some(using) = &assignments.using {
            let template = self.project.module(file, &using.text).ok();
            let stands_in = || Arc::new(assignments.stand_in(using));
            if let Some(template) = template.or_else(|| (!has_template).then(stands_in)) {
                named.templates.insert(template.file);
                named.elsewhere =
                    Some(template).filter(|template| !self.known.contains(&template.file));
            }
        } else if !has_template {
            let mut by_name = beside.iter().filter(|entry| is_for(path, entry.path));
            named.replaced = by_name.next().map(|entry| entry.file);
        }
        named
    }
}

/// The templates beside a parameter file that its own name says, unless it names one itself, or a configuration says which
/// files those have.
fn paired_with(
    path: &Path,
    (beside, configured): (&[&Entry<'_>], &[ParameterFiles]),
    assignments: &ParameterFile,
) -> Vec<FileId> {
    if assignments.using.is_some() {
        return Vec::new();
    }
    let has_others = |path: &Path| {
        configured
            .iter()
            .any(|pairing| pairing.templates.hold(path))
    };
    beside
        .iter()
        .filter(|entry| is_for(path, entry.path) && !has_others(entry.path))
        .map(|entry| entry.file)
        .collect()
}

/// The files that another one of the run deploys, so far as that can be read off. Of a circle of files that no other
/// leads to, the first is left out, so that each file is reached from one that is not called.
fn called(
    graph: &mut Graph<'_>,
    templates: &[Entry<'_>],
    generated: &HashSet<FileId>,
) -> HashSet<FileId> {
    let entries = || {
        templates
            .iter()
            .filter(|entry| !generated.contains(&entry.file))
    };
    let all: Vec<&Arc<Template>> = entries().map(|entry| &entry.template).collect();
    graph.look_ahead(&all);
    let mut called: HashSet<FileId> = HashSet::default();
    for entry in entries() {
        let targets = &graph.leads(&entry.template).deploys;
        called.extend(targets.iter().filter(|target| **target != entry.file));
    }
    let mut reached: HashSet<FileId> = HashSet::default();
    for entry in entries() {
        if !called.contains(&entry.file) {
            reached.extend(graph.closure(&entry.template).files);
        }
    }
    for entry in entries() {
        if !reached.contains(&entry.file) {
            called.remove(&entry.file);
            reached.extend(graph.closure(&entry.template).files);
        }
    }
    called
}
