//! One template with the arguments of one deployment: its parameters and variables, evaluated on demand.

use std::rc::Rc;
use std::sync::Arc;

use super::argument::Arguments;
use super::environment::Environment;
use super::evaluator::Evaluator;
use super::functions;
use super::import::{Imported, UnreadImport};
use super::lookup::Lookup;
use super::origin::{Origin, Step};
use super::positions::Positions;
use super::resource::Expanded;
use super::scope::Scope;
use super::value::Value;
use crate::source::{FileId, Place, Span};
use crate::syntax::template::Template;

/// A template that takes part in a deployment.
#[derive(Debug)]
pub(super) struct Instance {
    pub(super) template: Arc<Template>,
    /// What its expressions see: itself, or for a nested template of outer scope the one around it.
    pub(super) environment: Environment,
    pub(super) scope: Scope,
    /// Of a library, the instance of a deployment that imports names from it.
    pub(super) importer: Option<usize>,
    /// The deployment that deploys this one.
    pub(super) caller: Option<Caller>,
    /// What the parameters are given.
    pub(super) arguments: Arguments,
    /// Of a parameter file, what the one that it extends gives to the parameters.
    pub(super) base: Option<Value>,
    pub(super) parameters: Vec<Slot<Value>>,
    pub(super) variables: Vec<Slot<Value>>,
    pub(super) resources: Vec<Slot<Rc<[Expanded]>>>,
    /// Where its resources are found by their ids and names.
    pub(super) lookup: Lookup,
    /// The outputs as `reference(…).outputs` gives them.
    pub(super) outputs: Slot<Value>,
    /// Each of them as `{value}`; `None` where its condition is false.
    pub(super) each_output: Vec<Slot<Option<Value>>>,
    names: Names,
}

/// Who deploys an instance.
#[derive(Debug, Clone, Copy)]
pub(super) struct Caller {
    pub(super) instance: usize,
    /// The deployment among the resources of that instance.
    pub(super) resource: usize,
    /// Which copy of it.
    pub(super) copy: usize,
}

/// Something that is evaluated when it is first asked for.
#[derive(Debug, Clone, Default)]
pub(super) enum Slot<T> {
    /// Not asked for yet.
    #[default]
    Empty,
    /// Being evaluated: whoever asks now is part of a cycle.
    Busy,
    /// Evaluated.
    Ready(T),
}

impl<T: Clone> Slot<T> {
    /// What it is now. One that is empty is busy from then on: who asks evaluates what goes into it.
    pub(super) fn ask(&mut self) -> Self {
        match self {
            Self::Empty => std::mem::replace(self, Self::Busy),
            Self::Busy => Self::Busy,
            Self::Ready(value) => Self::Ready(value.clone()),
        }
    }
}

/// Where declarations are, by their names.
#[derive(Debug, Default)]
struct Names {
    parameters: Positions,
    variables: Positions,
}

impl Instance {
    pub(super) fn new(
        template: Arc<Template>,
        environment: Environment,
        scope: Scope,
        arguments: Arguments,
        caller: Option<Caller>,
    ) -> Self {
        let names = Names {
            parameters: Positions::of(names_of_parameters(&template)),
            variables: Positions::of(names_of_variables(&template)),
        };
        Self {
            parameters: vec![Slot::Empty; template.parameters.len()],
            variables: vec![Slot::Empty; template.variables.len()],
            resources: vec![Slot::Empty; template.resources.len()],
            lookup: Lookup::default(),
            outputs: Slot::Empty,
            each_output: vec![Slot::Empty; template.outputs.len()],
            environment,
            scope,
            importer: None,
            caller,
            arguments,
            base: None,
            names,
            template,
        }
    }
}

fn names_of_parameters(template: &Template) -> impl ExactSizeIterator<Item = &str> {
    template.parameters.iter().map(|one| &*one.name.text)
}

fn names_of_variables(template: &Template) -> impl ExactSizeIterator<Item = &str> {
    template.variables.iter().map(|one| &*one.name.text)
}

impl Evaluator<'_> {
    /// What tells the symbols of an instance from those of all others of a run.
    pub(super) fn number_of(&self, instance: usize) -> u64 {
        self.entry << 20 | instance as u64
    }

    /// The value of a parameter of an instance; `None` where none of that name is declared.
    pub(super) fn parameter(&mut self, instance: usize, name: &str) -> Option<Value> {
        let known = &mut self.instances[instance];
        let names = names_of_parameters(&known.template);
        let index = known.names.parameters.find(name, names)?;
        let slot = known.parameters[index].ask();
        if let Slot::Ready(value) = slot {
            return Some(value);
        }
        let template = known.template.clone();
        let parameter = &template.parameters[index];
        let declared = Place::new(template.file, parameter.name.span);
        if let Slot::Busy = slot {
            let name = &parameter.name.text;
            let what = match known.arguments.get(name) {
                Some(_) => "what is given to",
                None => "the default of",
            };
            let message = format!("{what} parameter '{name}' refers to itself");
            let text = format!("parameters('{name}')");
            return Some(self.failed(text, &message, Origin::at(declared)));
        }
        let value = self.parameter_value(instance, index, parameter, declared);
        self.instances[instance].parameters[index] = Slot::Ready(value.clone());
        Some(value)
    }

    /// The value of a variable of an instance; `None` where none of that name is declared or imported.
    pub(super) fn variable(&mut self, instance: usize, name: &str) -> Option<Value> {
        if let Some(own) = self.own_variable(instance, name) {
            return Some(own);
        }
        if let Some(base) = self.instances[instance].base.as_ref()
            && name == "base"
        {
            return Some(base.clone());
        }
        match self.imported(instance, name)? {
            Imported::Library { instance, name } => self.own_variable(instance, &name),
            Imported::Unread(import) => {
                self.import_not_read(&import);
                let text = format!("variables('{name}')");
                let origin = Origin::at(import.place);
                Some(functions::failed(&text, &import.reason, &origin))
            }
        }
    }

    fn own_variable(&mut self, instance: usize, name: &str) -> Option<Value> {
        let known = &mut self.instances[instance];
        let names = names_of_variables(&known.template);
        let index = known.names.variables.find(name, names)?;
        let slot = known.variables[index].ask();
        if let Slot::Ready(value) = slot {
            return Some(value);
        }
        let template = known.template.clone();
        let variable = &template.variables[index];
        let declared = Place::new(template.file, variable.name.span);
        if let Slot::Busy = slot {
            let message = format!("variable '{}' refers to itself", variable.name.text);
            let text = format!("variables('{}')", variable.name.text);
            return Some(self.failed(text, &message, Origin::at(declared)));
        }
        let environment = Environment {
            instance,
            file: template.file,
            frames: None,
        };
        let value = self.evaluate(&variable.value, &environment);
        let origin = value
            .origin
            .through(Step::Variable(variable.name.text.clone()), declared);
        let value = value.with_origin(origin);
        self.instances[instance].variables[index] = Slot::Ready(value.clone());
        Some(value)
    }

    /// A user-defined function by namespace and name: the instance that it belongs to and its number there. All that is
    /// imported is in the namespace of Bicep.
    pub(super) fn find_function(
        &mut self,
        instance: usize,
        namespace: &str,
        name: &str,
    ) -> Result<(usize, usize), Option<UnreadImport>> {
        let is_bicep = namespace.eq_ignore_ascii_case(NAMESPACE);
        let own = |evaluator: &Self, instance: usize, name: &str| {
            let mut functions = evaluator.instances[instance].template.functions.iter();
            functions.position(|function| {
                function.namespace.eq_ignore_ascii_case(namespace)
                    && function.name.text.eq_ignore_ascii_case(name)
            })
        };
        if let Some(index) = own(self, instance, name) {
            return Ok((instance, index));
        }
        let imported = is_bicep.then(|| self.imported(instance, name)).flatten();
        match imported.ok_or(None)? {
            Imported::Library { instance, name } => {
                let index = own(self, instance, &name).ok_or(None)?;
                Ok((instance, index))
            }
            Imported::Unread(import) => Err(Some(import)),
        }
    }
}

/// The namespace that the Bicep compiler puts the functions of a file in.
const NAMESPACE: &str = "__bicep";

/// A place in a file as a whole, for what stands nowhere in particular.
pub(super) fn whole(file: FileId) -> Place {
    Place::new(file, Span::point(0))
}
