//! What a template says of its own resources: `reference()`, `resourceInfo()`, `list…()`, outputs of deployments.
//!
//! What the deployment itself declares is known offline; everything else of a resource is what the service makes of it,
//! and stays symbolic, under the id and version of what is referred to.

use std::rc::Rc;

use super::canonical;
use super::environment::Environment;
use super::evaluator::Evaluator;
use super::functions;
use super::id;
use super::origin::{Origin, Step};
use super::output::SECURE_OUTPUTS;
use super::partial;
use super::resource::{Expanded, Setting, within};
use super::scope;
use super::symbol::{Shape, Symbol, Term};
use super::value::{Kind, Member, Object, Part, Value};
use crate::source::Place;
use crate::syntax::expression::{Call, Expression};
use crate::syntax::template::Resource as Declared;

/// A resource of the same template that an argument means.
pub(super) struct Located {
    pub(super) index: usize,
    /// Which of its copies; `None` where the index is undecided.
    pub(super) copy: Option<usize>,
    /// The copies, or what the resource would be at an undecided index.
    among: Rc<[Expanded]>,
}

/// What an argument means that has to be a resource.
pub(super) enum Target {
    Found(Located),
    /// This resource, which is being named for what asks here: nothing can be said of it.
    Circle(usize),
    /// No resource of this template.
    Other,
}

impl From<Option<Located>> for Target {
    fn from(located: Option<Located>) -> Self {
        located.map_or(Self::Other, Self::Found)
    }
}

impl Target {
    fn found(self) -> Option<Located> {
        match self {
            Self::Found(located) => Some(located),
            Self::Circle(_) | Self::Other => None,
        }
    }
}

impl Located {
    /// What is being named is part of a cycle, and not found.
    fn new(index: usize, copy: Option<usize>, among: Rc<[Expanded]>) -> Option<Self> {
        let found = among.get(copy.unwrap_or_default())?;
        (!found.naming.is_busy()).then_some(Self { index, copy, among })
    }

    fn found(&self) -> &Expanded {
        &self.among[self.copy.unwrap_or_default()]
    }
}

/// The type of virtual networks.
const NETWORK: &str = "Microsoft.Network/virtualNetworks";

impl Evaluator<'_> {
    /// A call of a function that the run time answers.
    pub(super) fn run_time(
        &mut self,
        written: &str,
        documented: &'static str,
        call: &Call,
        environment: &Environment,
        origin: &Origin,
    ) -> Value {
        let mut arguments = self.arguments(&call.arguments, environment);
        let instance = environment.instance;
        if let Some(id) = arguments.first_mut() {
            *id = id::without_cuts(std::mem::replace(id, Value::null(origin.clone())));
        }
        let target = arguments
            .first()
            .map(|target| self.target(instance, target));
        let located = match target {
            Some(Target::Circle(index)) => return self.named_by_itself(instance, index),
            target => target.and_then(Target::found),
        };
        if located.is_none()
            && let Some(message) = self.misspelt_symbol(instance, arguments.first())
        {
            let text = canonical::call_expression(documented, &arguments);
            return self.failed(text, &message, origin.clone());
        }
        match (documented, located) {
            ("reference", Some(located)) => self.reference(instance, &located, &arguments, origin),
            ("reference", None) => {
                arguments.truncate(3);
                // Of deployments there is one version of what is read of them.
                if arguments.len() == 2 && arguments.first().is_some_and(is_deployment) {
                    arguments.truncate(1);
                }
                let read =
                    scope::context("reference", arguments, self.entry, Object::new(), origin);
                self.reads.note(&read);
                read
            }
            ("resourceInfo", Some(located)) => self.resource_info(instance, &located, origin),
            ("references", Some(located)) => {
                self.references(instance, &located, &arguments, origin)
            }
            (_, Some(located)) if written.to_ascii_lowercase().starts_with("list") => {
                arguments[0] = self.id(instance, located.index, located.found());
                // What is secret of a deployment is the same in each version.
                if documented == SECURE_OUTPUTS {
                    arguments.truncate(1);
                }
                Value::symbolic(Symbol::call(written, arguments), origin.clone())
            }
            _ => {
                let name = if documented.starts_with("list") {
                    written
                } else {
                    documented
                };
                Value::symbolic(Symbol::call(name, arguments), origin.clone())
            }
        }
    }

    /// The index of the resource of this template that a symbolic name, a name or an id means.
    pub(super) fn located(&mut self, instance: usize, wanted: &Value) -> Option<usize> {
        Some(self.locate(instance, wanted)?.index)
    }

    /// The resource of this template that a symbolic name, a name or an id means.
    pub(super) fn locate(&mut self, instance: usize, wanted: &Value) -> Option<Located> {
        self.target(instance, wanted).found()
    }

    fn target(&mut self, instance: usize, wanted: &Value) -> Target {
        // A symbol is no name, even where its loop makes no copy.
        if let Some((symbol, position)) = symbolic_name(wanted)
            && let Some(index) = self.declared_symbol(instance, &symbol)
        {
            return self.locate_symbol(instance, index, position);
        }
        self.locate_by_id(instance, wanted).into()
    }

    fn locate_by_id(&mut self, instance: usize, wanted: &Value) -> Option<Located> {
        let (index, copy) = match wanted.as_str() {
            Some(text) if !text.contains('/') => self.find_name(instance, wanted)?,
            _ => match self.find_id(instance, wanted) {
                Some(found) => found,
                // A name that is not known: `reference(parameters('name'))`.
                None if id::segments(wanted).is_some_and(|pieces| pieces.len() == 1) => {
                    self.find_name(instance, wanted)?
                }
                None => return None,
            },
        };
        Located::new(index, Some(copy), self.expanded(instance, index))
    }

    /// The condition of the resource of this template that the arguments of `reference` mean.
    pub(super) fn condition_of(
        &mut self,
        arguments: &[Expression],
        environment: &Environment,
    ) -> Option<Value> {
        let target = self.evaluate(arguments.first()?, environment);
        let located = self.locate(environment.instance, &target)?;
        Some(located.found().condition.clone())
    }

    fn declared_symbol(&self, instance: usize, symbol: &str) -> Option<usize> {
        let mut resources = self.instances[instance].template.resources.iter();
        resources.position(|resource| {
            let name = resource.symbol.as_ref();
            name.is_some_and(|name| &*name.text == symbol)
        })
    }

    /// What is wrong with a symbolic name that is declared in another letter case: Azure tells the two apart.
    /// <https://learn.microsoft.com/azure/azure-resource-manager/templates/resource-declaration#use-symbolic-name>
    fn misspelt_symbol(&self, instance: usize, wanted: Option<&Value>) -> Option<String> {
        let (symbol, _) = symbolic_name(wanted?)?;
        let resources = self.instances[instance].template.resources.iter();
        let mut symbols = resources.filter_map(|resource| Some(&resource.symbol.as_ref()?.text));
        let declared = symbols.find(|declared| declared.eq_ignore_ascii_case(&symbol))?;
        (**declared != *symbol).then(|| {
            format!("no resource is declared as '{symbol}', but one as '{declared}': the case of symbolic names matters")
        })
    }

    fn locate_symbol(&mut self, instance: usize, index: usize, position: Option<Value>) -> Target {
        let copies = self.expanded(instance, index);
        let decided = match &position {
            None => Some(0),
            Some(position) => position
                .as_integer()
                .and_then(|position| usize::try_from(position).ok()),
        };
        let one = decided.and_then(|copy| Some((copy, copies.get(copy)?)));
        match (one, position) {
            (Some((copy, one)), position) if position.is_none() || one.copies.is_none() => {
                match one.naming.is_being_named() {
                    true => Target::Circle(index),
                    false => Target::Found(Located {
                        index,
                        copy: Some(copy),
                        among: copies.clone(),
                    }),
                }
            }
            (_, Some(position)) => self.locate_any(instance, index, position),
            (_, None) => Target::Other,
        }
    }

    /// What a resource of a loop would be at an index that is not decided. There is one for each index, so that one which
    /// asks for itself is not seen by its being made; but whatever the index is, no resource is named after its own loop.
    fn locate_any(&mut self, instance: usize, index: usize, position: Value) -> Target {
        if self.under_way.contains(&(instance, index)) {
            return Target::Circle(index);
        }
        if let Some(known) = self.instances[instance].lookup.at(index, &position) {
            return Located::new(index, None, known).into();
        }
        let template = self.instances[instance].template.clone();
        let declared = &template.resources[index];
        let Some(loop_of) = &declared.copy else {
            return Target::Other;
        };
        let environment = self.instances[instance].environment.clone();
        self.under_way.push((instance, index));
        let rounds = self.rounds(&loop_of.over, &environment);
        let inner = within(&environment, loop_of, &rounds, position.clone());
        let settings = self.settings(instance, &template, declared);
        let setting = settings.into_iter().next();
        let setting = setting.unwrap_or_else(|| Setting::of(environment));
        let found = self.guarded(|evaluator| {
            evaluator.expand_one(declared, setting.in_round(inner, None), false)
        });
        self.under_way.pop();
        let among: Rc<[Expanded]> = Rc::new([found]);
        let lookup = &mut self.instances[instance].lookup;
        lookup.note(index, position, among.clone());
        Target::Found(Located {
            index,
            copy: None,
            among,
        })
    }

    fn reference(
        &mut self,
        instance: usize,
        located: &Located,
        arguments: &[Value],
        origin: &Origin,
    ) -> Value {
        let template = self.instances[instance].template.clone();
        let declared = &template.resources[located.index];
        let full = arguments
            .get(2)
            .and_then(Value::as_str)
            .is_some_and(|word| word.eq_ignore_ascii_case("full"));
        let mut canonical: Vec<Value> = Vec::new();
        // All of a resource has its id, which follows from what is declared.
        let mut whole = Object::new();
        let mut deployment = self.entry;
        if declared.extension {
            // It has no id: its symbolic name tells it from the others of its template.
            canonical.extend(arguments.first().cloned());
            deployment = self.number_of(instance);
        } else {
            canonical.push(self.id(instance, located.index, located.found()));
        }
        if !declared.extension && declared.deployment.is_none() {
            let version = match arguments.get(1) {
                Some(version) if !version.is_null() => Some(version.clone()),
                _ => self.version_of(instance, declared),
            };
            canonical.extend(version);
        }
        if full {
            if !declared.extension
                && let Some(id) = canonical.first()
            {
                whole.insert(Member {
                    key: "id".into(),
                    key_place: origin.place,
                    value: id.clone().with_origin(origin.clone()),
                });
            }
            canonical.extend(arguments.get(2).cloned());
        }
        if declared.existing && !declared.extension && declared.deployment.is_none() {
            let read = scope::context("reference", canonical, deployment, whole, origin);
            self.reads.note(&read);
            return read;
        }
        let mut members = match (&declared.deployment, located.copy) {
            (Some(_), Some(copy)) => self.deployment_members(instance, located.index, copy, origin),
            (None, Some(copy)) if !declared.existing => {
                let bare = canonical.clone();
                let bare = scope::context("reference", bare, self.entry, Object::new(), origin);
                let body = self.body(instance, located.index, copy);
                let mut members = declared_members(&body, full, &bare);
                let is_network = declared.kind.text.eq_ignore_ascii_case(NETWORK);
                if is_network
                    && let (Some(network), Some(subnets)) =
                        (canonical.first(), members.get("subnets").cloned())
                    && let Some(value) = id::with_ids_of_subnets(network, &subnets.value)
                {
                    members.insert(Member { value, ..subnets });
                }
                members
            }
            _ => Object::new(),
        };
        for member in whole.iter() {
            members.insert(member.clone());
        }
        scope::context("reference", canonical, deployment, members, origin)
    }

    fn deployment_members(
        &mut self,
        instance: usize,
        index: usize,
        copy: usize,
        origin: &Origin,
    ) -> Object {
        let Some(inner) = self.deployed(instance, index, copy) else {
            return Object::new();
        };
        let mut members = Object::new();
        members.insert(Member {
            key: "outputs".into(),
            key_place: origin.place,
            value: self.outputs(inner, origin),
        });
        members
    }

    fn version_of(&mut self, instance: usize, declared: &Declared) -> Option<Value> {
        let environment = self.instances[instance].environment.clone();
        Some(self.evaluate(declared.api_version.as_ref()?, &environment))
    }

    fn resource_info(&mut self, instance: usize, located: &Located, origin: &Origin) -> Value {
        let template = self.instances[instance].template.clone();
        let declared = &template.resources[located.index];
        let place = Place::new(template.file, declared.kind.span);
        let member = |key: &str, value: Value| Member {
            key: key.into(),
            key_place: place,
            value,
        };
        let mut info = Object::new();
        // An id is written where it is asked for; its parts stand elsewhere.
        let id = match located.found().naming.is_busy() {
            // Somebody may ask for the name alone: where it is the id, it is a circle.
            true => {
                let text = format!("id of {}", declared.kind.text);
                functions::failed(&text, "the id of this resource refers to itself", origin)
            }
            false => self.id(instance, located.index, located.found()),
        };
        info.insert(member("id", id.with_origin(origin.clone())));
        let name = self.own_name(instance, located.index, located.found());
        info.insert(member("name", name));
        info.insert(member(
            "type",
            Value::string(declared.kind.text.clone(), Origin::at(place)),
        ));
        if let Some(version) = self.version_of(instance, declared) {
            info.insert(member("apiVersion", version));
        }
        Value::object(info, origin.clone())
    }

    /// A loop's resources as an array; those whose condition is false are left out.
    fn references(
        &mut self,
        instance: usize,
        located: &Located,
        arguments: &[Value],
        origin: &Origin,
    ) -> Value {
        let copies: Rc<[Expanded]> = self.expanded(instance, located.index);
        let settled = copies
            .iter()
            .all(|copy| copy.copies.is_none() && copy.condition.as_bool().is_some());
        if !settled {
            return Value::symbolic(
                Symbol::call("references", arguments.to_vec()),
                origin.clone(),
            );
        }
        let full = arguments
            .get(1)
            .and_then(Value::as_str)
            .is_some_and(|word| word.eq_ignore_ascii_case("full"));
        let mut call = vec![Value::null(origin.clone()), Value::null(origin.clone())];
        if full {
            call.push(id::text("full", origin));
        }
        let items = copies
            .iter()
            .enumerate()
            .filter(|(_, copy)| copy.condition.as_bool() == Some(true))
            .filter_map(|(position, _)| {
                let one = Located::new(located.index, Some(position), copies.clone())?;
                Some(self.reference(instance, &one, &call, origin))
            })
            .collect();
        Value::array(items, origin.clone())
    }
}

/// Whether an id is that of a deployment.
fn is_deployment(id: &Value) -> bool {
    let Some(pieces) = id::segments(id) else {
        return false;
    };
    let word = |back: usize| {
        let index = pieces.len().checked_sub(back)?;
        pieces.get(index).and_then(Value::as_str)
    };
    let is = |back, text: &str| word(back).is_some_and(|word| word.eq_ignore_ascii_case(text));
    is(3, "Microsoft.Resources") && is(2, "deployments")
}

/// What a template declares of a resource: its properties, or all of it. `bare` is what the run time gives.
pub(super) fn declared_members(body: &Value, full: bool, bare: &Value) -> Object {
    let Some(body) = body.as_object() else {
        return Object::new();
    };
    let declared = if full {
        Some(body.clone())
    } else {
        body.get("properties")
            .and_then(|properties| properties.value.as_object())
            .cloned()
    };
    declared
        .unwrap_or_default()
        .iter()
        .filter(|member| !member.value.is_null())
        .map(|member| {
            let origin = &member.value.origin;
            let key = Value::string(member.key.clone(), origin.clone());
            let served = access_symbol(bare, key, origin);
            let value = served_value(&member.value, &served, 8);
            let origin = value
                .origin
                .through(Step::Property(member.key.clone()), member.key_place);
            Member {
                key: member.key.clone(),
                key_place: member.key_place,
                value: value.with_origin(origin),
            }
        })
        .collect()
}

/// Whether `reference` with these arguments gives all of a resource rather than its properties.
pub(super) fn is_full(arguments: &[Value]) -> bool {
    let mut words = arguments.iter().skip(1).filter_map(Value::as_str);
    words.any(|word| word.eq_ignore_ascii_case("full"))
}

/// What a step from a symbol gives.
pub(super) fn access_symbol(base: &Value, key: Value, origin: &Origin) -> Value {
    Value::symbolic(Symbol::access(base.clone(), key), origin.clone())
}

/// What the run time gives for a declared value: the service adds members to an object, and a value to what is null.
/// Arrays are taken to stay as they are declared.
fn served_value(declared: &Value, served: &Value, depth: u32) -> Value {
    let origin = &declared.origin;
    if declared.is_null() {
        return served.clone();
    }
    if let (Some((guard, then, otherwise)), Some(depth)) =
        (partial::as_choice(declared), depth.checked_sub(1))
    {
        let then = served_value(then, served, depth);
        let otherwise = served_value(otherwise, served, depth);
        return functions::choose(guard, &then, &otherwise, origin);
    }
    let call = |function: &str, arguments| {
        Value::symbolic(Symbol::call(function, arguments), origin.clone())
    };
    if partial::is_surely(declared, Shape::Object) {
        let declared = without_null(declared, served, depth);
        return call("union", vec![served.clone(), declared]);
    }
    if partial::may_be_null(declared) && !is_failure(declared) {
        return call("coalesce", vec![declared.clone(), served.clone()]);
    }
    declared.clone()
}

/// An object that is declared, without the members that are null, which would go over what the service gives to them.
fn without_null(declared: &Value, served: &Value, depth: u32) -> Value {
    let (Some(object), Some(depth)) = (declared.as_object(), depth.checked_sub(1)) else {
        return declared.clone();
    };
    let members = object.iter().filter(|member| !member.value.is_null());
    let members = members.map(|member| {
        let key = Value::string(member.key.clone(), member.value.origin.clone());
        let served = access_symbol(served, key, &member.value.origin);
        let value = match member.value.as_object() {
            Some(_) => without_null(&member.value, &served, depth),
            None => served_value(&member.value, &served, depth),
        };
        Member {
            value,
            ..member.clone()
        }
    });
    Value::object(members.collect(), declared.origin.clone())
}

fn is_failure(value: &Value) -> bool {
    value
        .as_symbol()
        .is_some_and(|symbol| matches!(symbol.term, Term::Failed { .. }))
}

/// `symbol`, or `symbol[index]` with a known or undecided index.
fn symbolic_name(wanted: &Value) -> Option<(String, Option<Value>)> {
    match &wanted.kind {
        Kind::String(text) => match text.strip_suffix(']').and_then(|text| text.split_once('[')) {
            Some((symbol, position)) => {
                let position =
                    Value::new(Kind::Integer(position.parse().ok()?), wanted.origin.clone());
                Some((symbol.to_owned(), Some(position)))
            }
            None if text.contains('/') && !text.contains("::") => None,
            None => Some((text.to_string(), None)),
        },
        Kind::Mixed(parts) => match &**parts {
            [Part::Text(symbol), Part::Hole(position), Part::Text(end)] if &**end == "]" => {
                Some((symbol.strip_suffix('[')?.to_owned(), Some(position.clone())))
            }
            _ => None,
        },
        _ => None,
    }
}
