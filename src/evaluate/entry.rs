//! The evaluation of one deployment: an entry point with one set of arguments.

use std::sync::Arc;

use super::argument::{Arguments, Given};
use super::deployment::{Around, SecretRead, Unread};
use super::diagnostic::{Code, Diagnostic};
use super::environment::Environment;
use super::evaluator::Evaluator;
use super::instance::{Instance, whole};
use super::order::Order;
use super::origin::{Origin, Step};
use super::resource::Resource;
use super::scope::{Scope, Surroundings};
use super::value::{Kind, Value};
use crate::project::Project;
use crate::source::{FileId, Place};
use crate::syntax::expression::Text;
use crate::syntax::template::{ParameterFile, TargetScope, Template, TypeBase};

/// What to evaluate.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The entry point. It takes any parameters from a parameter file that it stands in for the template of, see
    /// [`ParameterFile::stand_in`].
    pub template: Arc<Template>,
    /// Its parameter files; of several the later wins.
    pub parameters: Vec<Arc<ParameterFile>>,
    /// Values given by name on the command line, which win over those of files: a name, and the value that it is
    /// given in the file that holds the command line's text.
    pub overrides: Vec<(Text, Value)>,
    /// Where it is deployed.
    pub surroundings: Surroundings,
    /// Tells its symbols from those of other deployments of the run.
    pub number: u64,
}

/// What a deployment would do.
#[derive(Debug, Default)]
pub struct Evaluation {
    /// The resources in source order, depth first; `existing` ones among them.
    pub resources: Vec<Resource>,
    /// The outputs by name.
    pub outputs: Vec<(Text, Value)>,
    /// What went wrong, in order of place.
    pub diagnostics: Vec<Diagnostic>,
    /// Modules and linked templates that could not be read.
    pub unread: Vec<Unread>,
    /// The templates and parameter files that took part.
    pub files: Vec<FileId>,
    /// The files whose content they load.
    pub loaded: Vec<FileId>,
    /// The files, among those that are known, whose names they list.
    pub listed: Vec<FileId>,
    /// The order in which resources that can be in each other's way are made.
    pub order: Order,
    /// Secrets of vaults that are read into parameters.
    pub secret_reads: Vec<SecretRead>,
    /// What calls of `reference()` read that say which version they want, each as an `existing` resource.
    pub version_reads: Vec<Resource>,
}

impl Evaluation {
    /// The files that it has read: those that took part, and what they load.
    pub fn read(&self) -> impl Iterator<Item = FileId> {
        self.files.iter().chain(&self.loaded).copied()
    }
}

/// What somebody wants to know of a deployment. All else is left out and costs nothing, unless something of this needs it.
#[derive(Clone, Copy)]
pub struct Wanted<'w> {
    /// Whether the resources of a type.
    pub resources: &'w dyn Fn(&str) -> bool,
    /// Whether what is only read of a type, if such reads matter at all: see [`Evaluation::version_reads`].
    pub reads: Option<&'w dyn Fn(&str) -> bool>,
    /// Whether it is a problem that a policy deploys resources of a type, which are not evaluated.
    pub in_policies: &'w dyn Fn(&str) -> bool,
    /// Whether all names, arguments and outputs of modules, and what is wrong with them.
    pub outputs: bool,
}

impl Wanted<'static> {
    /// All that there is to know.
    pub const ALL: Self = Self {
        resources: &|_| true,
        reads: Some(&|_| true),
        in_policies: &|_| true,
        outputs: true,
    };

    /// All resources, and what they need.
    pub const RESOURCES: Self = Self {
        outputs: false,
        ..Self::ALL
    };
}

/// Evaluates a deployment, as far as it is wanted.
pub fn evaluate(project: &Project, entry: &Entry, wanted: Wanted<'_>) -> Evaluation {
    let mut evaluator = Evaluator::new(project, entry.surroundings.clone(), entry.number);
    evaluator.is_thorough = wanted.outputs;
    let file = entry.template.file;
    let level = entry.template.target.unwrap_or(TargetScope::ResourceGroup);
    let scope = Scope::entry(level, entry.number, &entry.surroundings, whole(file));
    let mut arguments = Arguments::default();
    let instance = 0;
    let environment = Environment {
        instance,
        file,
        frames: None,
    };
    evaluator.instances.push(Instance::new(
        entry.template.clone(),
        environment,
        scope,
        Arguments::default(),
        None,
    ));
    for parameters in &entry.parameters {
        evaluator.assign(parameters, instance, &mut arguments);
    }
    for (name, value) in &entry.overrides {
        arguments.insert(
            name,
            Given::Value(from_command_line(project, entry, name, value)),
        );
    }
    let mut parameters = entry.parameters.iter();
    let is_stand_in = parameters.any(|parameters| parameters.template.file == file);
    if !is_stand_in {
        evaluator.check_names(&entry.template, &arguments);
    }
    evaluator.instances[instance].arguments = arguments;
    // What is given must fit, whether or not the template makes anything of it.
    for parameter in &entry.template.parameters {
        let name = &parameter.name.text;
        if evaluator.instances[instance].arguments.get(name).is_some() {
            evaluator.parameter(instance, name);
        }
    }
    let around = Around {
        condition: Value::bool(true, Origin::at(whole(file))),
        copies: None,
        calls: called_from(project, entry),
    };
    let mut resources = evaluator.collect(instance, &around, &wanted);
    let mut outputs = if wanted.outputs {
        evaluator.entry_outputs(instance)
    } else {
        Vec::new()
    };
    evaluator.reads.look_up(&mut resources, &mut outputs);
    let deployed = std::mem::take(&mut evaluator.deployed);
    let mut version_reads = wanted
        .reads
        .map(|reads| evaluator.version_reads(&deployed, reads))
        .unwrap_or_default();
    let narrowings = std::mem::take(&mut evaluator.narrowings);
    narrowings.put_into([&mut resources, &mut version_reads], &mut outputs);
    let mut files: Vec<FileId> = evaluator.files().collect();
    files.sort_unstable();
    files.dedup();
    let mut diagnostics = evaluator.diagnostics;
    diagnostics.sort();
    diagnostics.dedup();
    Evaluation {
        resources,
        outputs,
        diagnostics,
        unread: evaluator.unread,
        files,
        loaded: evaluator.loaded_files.into_iter().collect(),
        listed: evaluator.listed_files.into_iter().collect(),
        secret_reads: evaluator.secret_reads,
        version_reads,
        order: evaluator.order,
    }
}

/// Where people see that the entry point is deployed, where it is none of their own files: a parameter file that names a
/// module of the cache.
fn called_from(project: &Project, entry: &Entry) -> Vec<Place> {
    if project.is_own(entry.template.file) {
        return Vec::new();
    }
    let parameters = entry.parameters.iter();
    let places = parameters.filter_map(|parameters| {
        let using = parameters.using.as_ref()?;
        Some(Place::new(parameters.template.file, using.span))
    });
    places.take(1).collect()
}

/// A value of the command line, as the declared type reads it, with a word on where it goes.
fn from_command_line(project: &Project, entry: &Entry, name: &Text, value: &Value) -> Value {
    let Some(declared) = entry.template.parameter(name) else {
        return value.clone();
    };
    let place = Place::new(entry.template.file, declared.name.span);
    let step = Step::CommandLine(declared.name.text.clone());
    let origin = value.origin.through(step, place);
    match as_declared(project, &declared.kind.base, value) {
        Some(kind) => Value::new(kind, origin),
        None => value.clone().with_origin(origin),
    }
}

/// What the Azure CLI makes of a value where the declared type says: text for a string, whatever it looks like, and a
/// bool in any case.
fn as_declared(project: &Project, declared: &TypeBase, value: &Value) -> Option<Kind> {
    match (declared, &value.kind) {
        (TypeBase::String, Kind::String(_) | Kind::Null) => None,
        (TypeBase::String, _) => {
            let place = value.origin.place;
            let source = project.sources().get(place.file)?;
            let written = source.text().get(place.span.range())?;
            Some(Kind::String(written.into()))
        }
        (TypeBase::Bool, Kind::String(text)) if text.eq_ignore_ascii_case("true") => {
            Some(Kind::Bool(true))
        }
        (TypeBase::Bool, Kind::String(text)) if text.eq_ignore_ascii_case("false") => {
            Some(Kind::Bool(false))
        }
        _ => None,
    }
}

impl Evaluator<'_> {
    /// The files of all instances, some of them more than once.
    fn files(&self) -> impl Iterator<Item = FileId> + '_ {
        self.instances.iter().map(|instance| instance.template.file)
    }

    /// A parameter file that names a parameter which the template does not have fails the deployment.
    fn check_names(&mut self, template: &Template, given: &Arguments) {
        let mut unknown: Vec<(Place, &str)> = given
            .iter()
            .filter(|(name, _)| template.parameter(name).is_none())
            .filter_map(|(name, given)| {
                let place = match given {
                    Given::Value(value) => value
                        .origin
                        .uses
                        .as_ref()
                        .map_or(value.origin.place, |last| last.place),
                    Given::Secret(place) => *place,
                    Given::Deferred(_) | Given::Unknown(_) => return None,
                };
                Some((place, name))
            })
            .collect();
        unknown.sort();
        for (place, name) in unknown {
            let message = format!("the template has no parameter '{name}'");
            self.diagnose(Code::Parameter, &message, place);
        }
    }

    fn entry_outputs(&mut self, instance: usize) -> Vec<(Text, Value)> {
        let origin = Origin::at(whole(self.instances[instance].template.file));
        let outputs = self.outputs(instance, &origin);
        let Some(outputs) = outputs.as_object() else {
            return Vec::new();
        };
        outputs
            .iter()
            .filter_map(|output| {
                let wrapped = output.value.as_object()?;
                Some((output.key.clone(), wrapped.get("value")?.value.clone()))
            })
            .collect()
    }
}
