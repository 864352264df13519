//! Resources: conditions, loops and bodies.

use std::cell::{Cell, OnceCell};
use std::rc::Rc;

use super::canonical;
use super::computed_names::Members;
use super::diagnostic::Code;
use super::environment::{Environment, FrameKind};
use super::evaluator::{Evaluator, Turns};
use super::instance::Slot;
use super::naming::{Naming, ParentCopy};
use super::origin::Origin;
use super::symbol::{Binder, Symbol, Term};
use super::value::{Kind, Member, Object, Value};
use crate::source::Place;
use crate::syntax::expression::{Expression, ExpressionKind, Text};
use crate::syntax::template::{Copy, Resource as Declared, Template};

/// A resource as a deployment would create it.
#[derive(Debug, Clone)]
pub struct Resource {
    /// Its full id: a string, perhaps with holes.
    pub id: Value,
    /// The full type as written, without version.
    pub kind: Text,
    /// The full name, of a child with those of its parents.
    pub name: Value,
    /// The API version as written.
    pub api_version: Option<Text>,
    /// All its members: `type`, `name`, `apiVersion`, then what the source has, in its order.
    pub body: Value,
    /// Under which condition it is deployed, those of the deployments around it included: `true`, or undecided.
    pub condition: Value,
    /// How many of it there are, where that is undecided: this is then one instance that stands for all.
    pub copies: Option<Value>,
    /// It is read, not deployed.
    pub existing: bool,
    /// It belongs to an extension (Microsoft Graph, Kubernetes) and is no Azure resource.
    pub extension: bool,
    /// A module or nested deployment whose template could not be read.
    pub unread: bool,
    /// The declaration.
    pub declared: Place,
    /// What to point at when the resource as a whole is meant: its type.
    pub head: Place,
    /// The module declarations and nested deployments that it was reached through, the nearest first.
    pub calls: Vec<Place>,
    /// Which template instance of the deployment it belongs to: resources of one instance are declared together.
    pub instance: usize,
}

impl Resource {
    /// A resource that is there once and for sure, and no template declares: one of an export, or what stands for something
    /// else that rules look at. The values are its id, its name and its members.
    pub fn as_it_is(
        kind: Text,
        [id, name, body]: [Value; 3],
        declared: Place,
        head: Place,
    ) -> Self {
        Self {
            id,
            kind,
            name,
            api_version: None,
            body,
            condition: Value::bool(true, Origin::at(declared)),
            copies: None,
            existing: false,
            extension: false,
            unread: false,
            declared,
            head,
            calls: Vec::new(),
            instance: 0,
        }
    }
}

/// One copy of a declared resource. Its name, its id and its members are made when they are asked for.
#[derive(Debug)]
pub(super) struct Expanded {
    pub(super) environment: Environment,
    pub(super) condition: Value,
    /// The undecided count of its loop.
    pub(super) copies: Option<Value>,
    /// Whether it is surely deployed: what fails in its name is a problem then.
    pub(super) is_sure: bool,
    /// The copy of its parent; what `parent: vaults[i]` means is known by the name only.
    pub(super) parent: Option<ParentCopy>,
    pub(super) naming: Naming,
    body: OnceCell<Value>,
    /// Its body is being evaluated: whoever asks for it now is part of a cycle.
    busy: Cell<bool>,
    /// The instance that a deployment resource deploys; `None` where its template could not be read.
    pub(super) deployed: OnceCell<Option<usize>>,
}

/// What a resource is expanded in.
#[derive(Debug, Clone)]
pub(super) struct Setting {
    /// What its expressions see.
    environment: Environment,
    parent: Option<ParentCopy>,
    /// The condition that it inherits from its parent.
    condition: Option<Value>,
    /// The undecided count of the parent's loop.
    copies: Option<Value>,
}

impl Setting {
    /// That of a resource without a parent.
    pub(super) fn of(environment: Environment) -> Self {
        Self {
            environment,
            parent: None,
            condition: None,
            copies: None,
        }
    }

    /// The same for one round of the resource's own loop, with the undecided count of the loops around.
    pub(super) fn in_round(&self, environment: Environment, copies: Option<Value>) -> Self {
        Self {
            environment,
            copies,
            ..self.clone()
        }
    }
}

impl Evaluator<'_> {
    /// The copies of a declared resource.
    pub(super) fn expanded(&mut self, instance: usize, index: usize) -> Rc<[Expanded]> {
        match self.instances[instance].resources[index].ask() {
            Slot::Ready(copies) => return copies,
            Slot::Busy => return Rc::new([]),
            Slot::Empty => {}
        }
        let template = self.instances[instance].template.clone();
        let declared = &template.resources[index];
        let settings = self.settings(instance, &template, declared);
        let mut copies = Vec::with_capacity(settings.len());
        for setting in settings {
            self.expand_copies(declared, &setting, &mut copies);
        }
        let copies: Rc<[Expanded]> = copies.into();
        self.instances[instance].resources[index] = Slot::Ready(copies.clone());
        copies
    }

    /// What a resource is expanded in: for a child, one setting for each copy of its parent that has children of its own.
    pub(super) fn settings(
        &mut self,
        instance: usize,
        template: &Template,
        declared: &Declared,
    ) -> Vec<Setting> {
        let environment = self.instances[instance].environment.clone();
        let Some(parent) = &declared.parent else {
            return vec![Setting::of(environment)];
        };
        let Some(outer) = template.resources.get(parent.resource) else {
            return vec![Setting::of(environment)];
        };
        if matches!(
            self.instances[instance].resources[parent.resource],
            Slot::Busy
        ) {
            let place = Place::new(template.file, declared.kind.span);
            self.diagnose(Code::Evaluate, "this resource is a child of itself", place);
            return vec![Setting::of(environment)];
        }
        let copies = self.expanded(instance, parent.resource);
        let below = |position, copy: &Expanded| Setting {
            environment: environment.clone(),
            parent: Some(ParentCopy::at(parent.resource, position)),
            condition: parent.inherits.then(|| copy.condition.clone()),
            copies: None,
        };
        match (&parent.index, copies.first()) {
            // `parent: vaults[i]`: the index is seen by the child's own loop, which gives one parent for each copy.
            (Some(_), _) => vec![Setting::of(environment)],
            (None, Some(_)) if outer.copy.is_some() && declared.copy.is_none() => copies
                .iter()
                .enumerate()
                .map(|(position, copy)| Setting {
                    environment: copy.environment.clone(),
                    copies: copy.copies.clone(),
                    ..below(position, copy)
                })
                .collect(),
            (None, Some(first)) => vec![below(0, first)],
            (None, None) => Vec::new(),
        }
    }

    fn expand_copies(
        &mut self,
        declared: &Declared,
        setting: &Setting,
        copies: &mut Vec<Expanded>,
    ) {
        let Some(copy) = &declared.copy else {
            copies.push(self.expand_one(declared, setting.clone(), true));
            return;
        };
        let rounds = self.rounds(&copy.over, &setting.environment);
        let mut count = rounds.count.clone();
        if let Kind::Integer(number) = count.kind
            && (0..=MAXIMUM_COPIES).contains(&number)
        {
            for position in 0..number {
                let index = Value::new(Kind::Integer(position), count.origin.clone());
                let inner = within(&setting.environment, copy, &rounds, index);
                copies.push(self.expand_one(
                    declared,
                    setting.in_round(inner, setting.copies.clone()),
                    true,
                ));
            }
            return;
        }
        // What is no count leaves it undecided how many there are: that the resource is wanted is known.
        if !matches!(count.kind, Kind::Symbolic(_)) {
            let text = canonical::expression(&count);
            let message = format!(
                "the count of a resource loop must be a whole number from 0 to {MAXIMUM_COPIES}, not {text}"
            );
            count = self.failed(text, &message, count.origin);
        }
        let binder = Binder {
            id: self.loops,
            name: copy.name.clone(),
            index: true,
        };
        self.loops += 1;
        let index = Value::symbolic(Symbol::new(Term::Bound(binder)), count.origin.clone());
        let inner = within(&setting.environment, copy, &rounds, index);
        let inner = setting.in_round(inner, Some(count));
        copies.push(self.guarded(|evaluator| evaluator.expand_one(declared, inner, false)));
    }

    /// A copy of a resource, which `may_be_sure` to be deployed if its condition holds.
    pub(super) fn expand_one(
        &mut self,
        declared: &Declared,
        setting: Setting,
        may_be_sure: bool,
    ) -> Expanded {
        let Setting {
            environment,
            parent,
            condition,
            copies,
        } = setting;
        let origin = Origin::at(Place::new(environment.file, declared.name.span));
        let condition = self.condition(declared, condition, &environment, &origin);
        Expanded {
            is_sure: may_be_sure && condition.as_bool() == Some(true) && !declared.existing,
            environment,
            condition,
            copies,
            parent,
            naming: Naming::default(),
            body: OnceCell::new(),
            busy: Cell::new(false),
            deployed: OnceCell::new(),
        }
    }

    /// The condition of a resource, after that which it inherits.
    fn condition(
        &mut self,
        declared: &Declared,
        inherited: Option<Value>,
        environment: &Environment,
        origin: &Origin,
    ) -> Value {
        let Some(own) = &declared.condition else {
            return inherited.unwrap_or_else(|| Value::bool(true, origin.clone()));
        };
        let Some(inherited) = inherited else {
            return self.truth(own, environment);
        };
        match inherited.as_bool() {
            Some(true) => self.truth(own, environment),
            Some(false) => inherited,
            None => {
                let own = self.guarded(|evaluator| evaluator.truth(own, environment));
                self.apply("and", vec![inherited, own], origin)
            }
        }
    }

    /// A condition as it is declared. What is no bool leaves it undecided whether the resource is deployed.
    fn truth(&mut self, condition: &Expression, environment: &Environment) -> Value {
        let value = self.evaluate(condition, environment);
        if matches!(value.kind, Kind::Bool(_) | Kind::Symbolic(_)) {
            return value;
        }
        let text = canonical::expression(&value);
        let message = format!("the condition of a resource must be a bool, not {text}");
        self.failed(text, &message, value.origin)
    }

    /// The members of a resource.
    pub(super) fn body(&mut self, instance: usize, index: usize, copy: usize) -> Value {
        let copies = self.expanded(instance, index);
        let Some(expanded) = copies.get(copy) else {
            return Value::null(Origin::at(super::instance::whole(
                self.instances[instance].template.file,
            )));
        };
        if let Some(body) = expanded.body.get() {
            return body.clone();
        }
        let template = self.instances[instance].template.clone();
        let declared = &template.resources[index];
        if expanded.busy.replace(true) {
            let place = Place::new(template.file, declared.kind.span);
            return Value::object(Object::new(), Origin::at(place));
        }
        let name = self.name(instance, index, expanded);
        let evaluate =
            |evaluator: &mut Self| evaluator.evaluate_body(declared, expanded, name, &template);
        let decided = expanded.condition.as_bool().is_some() && expanded.copies.is_none();
        let body = if decided {
            evaluate(self)
        } else {
            self.guarded(evaluate)
        };
        expanded.busy.set(false);
        expanded.body.get_or_init(|| body).clone()
    }

    fn evaluate_body(
        &mut self,
        declared: &Declared,
        expanded: &Expanded,
        name: Value,
        template: &Template,
    ) -> Value {
        let at = |span| Place::new(template.file, span);
        let word = |key: &str, text: &Text, span| Member {
            key: key.into(),
            key_place: at(span),
            value: Value::string(text.clone(), Origin::at(at(span))),
        };
        // With its type, name and version.
        let mut body = Members::of_size(declared.body.len() + 3);
        // The type of an extension's resource has its version in it, as templates have.
        let version = declared.api_version.as_ref().and_then(Expression::as_str);
        let kind = match version {
            Some(version) if declared.extension => {
                format!("{}@{version}", declared.kind.text).into()
            }
            _ => declared.kind.text.clone(),
        };
        body.insert(word("type", &kind, declared.kind.span));
        body.insert(Member {
            key: "name".into(),
            key_place: at(declared.name.span),
            value: name,
        });
        if let Some(version) = &declared.api_version {
            body.insert(Member {
                key: "apiVersion".into(),
                key_place: at(version.span),
                value: self.evaluate(version, &expanded.environment),
            });
        }
        for property in &declared.body {
            let value = self.evaluate_used(&property.value, &expanded.environment);
            let key_place = at(property.key.span);
            let member = |key: &Text, value| Member {
                key: key.clone(),
                key_place,
                value,
            };
            if let ExpressionKind::String(key) = &property.key.kind {
                body.insert(member(key, value));
                continue;
            }
            let key = self.evaluate(&property.key, &expanded.environment);
            body.insert_computed(match &key.kind {
                Kind::String(key) => member(key, value),
                // It may be any, and rules look into this one.
                _ => member(&"properties".into(), key),
            });
        }
        Value::object(body.finish(), Origin::at(at(declared.kind.span)))
    }
}

/// How many copies of a resource akvlint makes. ARM allows 800 resources in a template.
const MAXIMUM_COPIES: i64 = 800;

pub(super) fn within(
    environment: &Environment,
    copy: &Copy,
    rounds: &Turns<'_>,
    index: Value,
) -> Environment {
    environment.within(FrameKind::Loop {
        name: Some(copy.name.clone()),
        bare: true,
        variables: rounds.variables(&index),
        index,
    })
}
