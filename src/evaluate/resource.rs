//! Resources: names, ids, conditions, loops and bodies.

use std::cell::{Cell, OnceCell};
use std::rc::Rc;

use foldhash::{HashMap, HashMapExt};

use super::canonical;
use super::diagnostic::Code;
use super::environment::{Environment, FrameKind};
use super::evaluator::{Evaluator, Turns};
use super::id;
use super::instance::Slot;
use super::origin::Origin;
use super::resource_name::{child_id, full_id, is_full_name};
use super::substitute::{Assignment, substitute};
use super::symbol::{Binder, Symbol, Term};
use super::value::{Kind, Member, Object, Value};
use crate::source::Place;
use crate::syntax::expression::{Expression, Text};
use crate::syntax::template::{Copy, DeploymentSource, Resource as Declared, Template};

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

/// One copy of a declared resource.
#[derive(Debug)]
pub(super) struct Expanded {
    pub(super) environment: Environment,
    /// The name as declared, without those of its parents.
    pub(super) own_name: Value,
    /// The full name.
    pub(super) name: Value,
    pub(super) id: Value,
    pub(super) condition: Value,
    /// The undecided count of its loop.
    pub(super) copies: Option<Value>,
    body: OnceCell<Value>,
    /// Its body is being evaluated: whoever asks for it now is part of a cycle.
    busy: Cell<bool>,
    /// The instance that a deployment resource deploys; `None` where its template could not be read.
    pub(super) deployed: OnceCell<Option<usize>>,
}

/// What a child takes from its parent.
#[derive(Debug, Clone)]
pub(super) struct Parent {
    name: Value,
    id: Value,
    /// The condition that the child inherits.
    condition: Option<Value>,
}

/// What a resource is expanded in: what its expressions see, its parent, and the undecided count of the parent's loop.
type Around = (Environment, Option<Parent>, Option<Value>);

impl Evaluator<'_> {
    /// The copies of a declared resource.
    pub(super) fn expanded(&mut self, instance: usize, index: usize) -> Rc<[Expanded]> {
        match &self.instances[instance].resources[index] {
            Slot::Ready(copies) => return copies.clone(),
            Slot::Busy => return Rc::new([]),
            Slot::Empty => {}
        }
        self.instances[instance].resources[index] = Slot::Busy;
        let template = self.instances[instance].template.clone();
        let declared = &template.resources[index];
        let environment = self.instances[instance].environment.clone();
        let mut copies = Vec::new();
        for (environment, parent, around) in
            self.parents(instance, &template, declared, environment)
        {
            self.expand_copies(
                instance,
                declared,
                environment,
                parent.as_ref(),
                around,
                &mut copies,
            );
        }
        let copies: Rc<[Expanded]> = copies.into();
        self.instances[instance].resources[index] = Slot::Ready(copies.clone());
        copies
    }

    /// The parents of a child and what its expressions see; a resource that is no child has one way to be.
    pub(super) fn parents(
        &mut self,
        instance: usize,
        template: &Template,
        declared: &Declared,
        environment: Environment,
    ) -> Vec<Around> {
        let Some(parent) = &declared.parent else {
            return vec![(environment, None, None)];
        };
        let Some(outer) = template.resources.get(parent.resource) else {
            return vec![(environment, None, None)];
        };
        if matches!(
            self.instances[instance].resources[parent.resource],
            Slot::Busy
        ) {
            let place = Place::new(template.file, declared.kind.span);
            self.diagnose(Code::Evaluate, "this resource is a child of itself", place);
            return vec![(environment, None, None)];
        }
        let copies = self.expanded(instance, parent.resource);
        let names = |copy: &Expanded| {
            Some(Parent {
                name: copy.name.clone(),
                id: copy.id.clone(),
                condition: parent.inherits.then(|| copy.condition.clone()),
            })
        };
        match (&parent.index, copies.first()) {
            // `parent: vaults[i]`: the index is seen by the child's own loop, which gives one parent for each copy.
            (Some(_), _) => vec![(environment, None, None)],
            (None, Some(_)) if outer.copy.is_some() && declared.copy.is_none() => copies
                .iter()
                .map(|copy| (copy.environment.clone(), names(copy), copy.copies.clone()))
                .collect(),
            (None, Some(first)) => vec![(environment, names(first), None)],
            (None, None) => Vec::new(),
        }
    }

    fn expand_copies(
        &mut self,
        instance: usize,
        declared: &Declared,
        environment: Environment,
        parent: Option<&Parent>,
        around: Option<Value>,
        copies: &mut Vec<Expanded>,
    ) {
        let Some(copy) = &declared.copy else {
            copies.push(self.expand_one(instance, declared, environment, parent, around));
            return;
        };
        let rounds = self.rounds(&copy.over, &environment);
        let mut count = rounds.count.clone();
        if let Kind::Integer(number) = count.kind
            && (0..=MAXIMUM_COPIES).contains(&number)
        {
            for position in 0..number {
                let index = Value::new(Kind::Integer(position), count.origin.clone());
                let inner = within(&environment, copy, &rounds, index);
                copies.push(self.expand_one(instance, declared, inner, parent, around.clone()));
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
        let inner = within(&environment, copy, &rounds, index);
        let expanded = self.guarded(|evaluator| {
            evaluator.expand_one(instance, declared, inner, parent, Some(count))
        });
        copies.push(expanded);
    }

    pub(super) fn expand_one(
        &mut self,
        instance: usize,
        declared: &Declared,
        environment: Environment,
        parent: Option<&Parent>,
        copies: Option<Value>,
    ) -> Expanded {
        let inherited = parent.and_then(|parent| parent.condition.clone());
        let origin = Origin::at(Place::new(environment.file, declared.name.span));
        let condition = self.condition(declared, inherited, &environment, &origin);
        // What is not deployed may have a name that cannot be evaluated: it matters where the name is needed.
        if condition.as_bool() == Some(true) && !declared.existing {
            return self.named(instance, declared, environment, parent, copies, condition);
        }
        self.guarded(|evaluator| {
            evaluator.named(instance, declared, environment, parent, copies, condition)
        })
    }

    /// A copy of a resource under its condition: its name and its id.
    fn named(
        &mut self,
        instance: usize,
        declared: &Declared,
        environment: Environment,
        parent: Option<&Parent>,
        copies: Option<Value>,
        condition: Value,
    ) -> Expanded {
        let own_name = id::without_splits(self.evaluate(&declared.name, &environment));
        let indexed = self.indexed_parent(instance, declared, &environment);
        let parent = indexed
            .as_ref()
            .or(parent)
            .filter(|_| !is_full_name(&declared.kind.text, &own_name));
        let origin = own_name.origin.clone();
        let name = match parent {
            Some(Parent { name, .. }) => {
                id::join([name, &id::text("/", &origin), &own_name], &origin)
            }
            None => own_name.clone(),
        };
        let id = match parent {
            Some(Parent { id: parent, .. }) if declared.scope.is_none() => {
                child_id(parent, &declared.kind.text, &own_name, &origin)
            }
            _ => self.id(instance, declared, &name, &environment, &origin),
        };
        if condition.as_bool() != Some(false) && !declared.extension {
            self.check_segments(&declared.kind.text, &name);
        }
        Expanded {
            environment,
            own_name,
            name,
            id,
            condition,
            copies,
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

    /// A name has as many segments as its type has after the namespace, or Azure refuses the template.
    /// <https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-invalid-template#solution-2-incorrect-segment-lengths>
    fn check_segments(&mut self, kind: &str, name: &Value) {
        let Some(text) = name.as_str() else { return };
        let types = kind.trim_end_matches('/').split('/').count() - 1;
        let names = text.split('/').count();
        if types > 0 && names != types {
            let message = format!(
                "the name '{text}' has {names} segments, but a resource of type {kind} has {types}"
            );
            self.diagnose(Code::Evaluate, &message, name.origin.place);
        }
    }

    /// The name and id of the parent that `parent: vaults[i]` means.
    fn indexed_parent(
        &mut self,
        instance: usize,
        declared: &Declared,
        environment: &Environment,
    ) -> Option<Parent> {
        let parent = declared.parent.as_ref()?;
        let index = self.evaluate(parent.index.as_ref()?, environment);
        let copies = self.expanded(instance, parent.resource);
        let position = index
            .as_integer()
            .and_then(|index| usize::try_from(index).ok());
        let copy = position
            .and_then(|position| copies.get(position))
            .or(copies.first())?;
        if position.is_some() && copy.copies.is_none() {
            return Some(Parent {
                name: copy.name.clone(),
                id: copy.id.clone(),
                condition: None,
            });
        }
        // One instance stands for all: its index is the one that the child names.
        let place =
            |value: &Value| match copy.environment.loop_index(None).and_then(Value::as_symbol) {
                Some(symbol) => {
                    let mut assignment = Assignment::new();
                    assignment.assign(symbol, index.clone());
                    substitute(value, &assignment)
                }
                None => value.clone(),
            };
        Some(Parent {
            name: place(&copy.name),
            id: place(&copy.id),
            condition: None,
        })
    }

    /// The id of a resource that is not nested in another.
    fn id(
        &mut self,
        instance: usize,
        declared: &Declared,
        name: &Value,
        environment: &Environment,
        origin: &Origin,
    ) -> Value {
        let kind = &*declared.kind.text;
        let scope = self.instances[instance].scope.clone();
        let base = match (&declared.deployment, &declared.scope) {
            // A deployment lies where it deploys to.
            (Some(deployment), _) => {
                let target = match &deployment.source {
                    DeploymentSource::Inline(template) => template.target,
                    _ => None,
                };
                self.deployment_scope(instance, deployment, declared, target, environment)
                    .id()
            }
            (None, Some(written)) => self.extended(instance, written, environment),
            (None, None) => scope.id(),
        };
        let group = [
            "Microsoft.Resources/resourceGroups",
            "Microsoft.Resources/subscriptions/resourceGroups",
        ]
        .iter()
        .any(|special| special.eq_ignore_ascii_case(kind));
        if group {
            let named = declared.scope.as_ref().and_then(|written| {
                let value = self.evaluate(written, environment);
                scope.named_by(&value)
            });
            let subscription = named.unwrap_or(scope).own_subscription().id();
            return id::join(
                [&subscription, &id::text("/resourceGroups/", origin), name],
                origin,
            );
        }
        let tenant_level = [
            "Microsoft.Management/managementGroups",
            "Microsoft.Subscription/aliases",
        ]
        .iter()
        .any(|special| special.eq_ignore_ascii_case(kind));
        let base = if tenant_level {
            id::text("", origin)
        } else {
            base
        };
        full_id(&base, kind, name, origin)
    }

    /// The id of what an extension resource extends, or of the scope that an `existing` resource is in. A relative one
    /// (`Microsoft.KeyVault/vaults/kv`) lies in the scope of the deployment.
    fn extended(
        &mut self,
        instance: usize,
        written: &Expression,
        environment: &Environment,
    ) -> Value {
        let value = self.evaluate(written, environment);
        let scope = self.instances[instance].scope.clone();
        let origin = value.origin.clone();
        if let Some(named) = scope.named_by(&value) {
            return named.id();
        }
        // A relative id is at least a namespace, a type and a name.
        let relative = id::segments(&value).is_some_and(|pieces| {
            let namespace = pieces.first().and_then(Value::as_str);
            pieces.len() >= 3 && namespace.is_some_and(|word| word.contains('.'))
        });
        if relative {
            let providers = id::text("/providers/", &origin);
            return id::join([&scope.id(), &providers, &value], &origin);
        }
        value
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
        if expanded.busy.replace(true) {
            return Value::object(Object::new(), expanded.name.origin.clone());
        }
        let template = self.instances[instance].template.clone();
        let declared = &template.resources[index];
        let decided = expanded.condition.as_bool().is_some() && expanded.copies.is_none();
        let body = if decided {
            self.evaluate_body(declared, expanded, &template)
        } else {
            self.guarded(|evaluator| evaluator.evaluate_body(declared, expanded, &template))
        };
        expanded.busy.set(false);
        expanded.body.get_or_init(|| body).clone()
    }

    fn evaluate_body(
        &mut self,
        declared: &Declared,
        expanded: &Expanded,
        template: &Template,
    ) -> Value {
        let at = |span| Place::new(template.file, span);
        let word = |key: &str, text: &Text, span| Member {
            key: key.into(),
            key_place: at(span),
            value: Value::string(text.clone(), Origin::at(at(span))),
        };
        let mut body = Object::new();
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
            value: expanded.name.clone(),
        });
        if let Some(version) = &declared.api_version {
            body.insert(Member {
                key: "apiVersion".into(),
                key_place: at(version.span),
                value: self.evaluate(version, &expanded.environment),
            });
        }
        for property in &declared.body {
            let Some(key) = property.key.as_str() else {
                continue;
            };
            let value = self.evaluate_used(&property.value, &expanded.environment);
            body.insert(Member {
                key: key.into(),
                key_place: at(property.key.span),
                value,
            });
        }
        Value::object(body, Origin::at(at(declared.kind.span)))
    }

    /// The resource of this full name.
    pub(super) fn find_name(&mut self, instance: usize, wanted: &Value) -> Option<(usize, usize)> {
        let key = id::key(wanted);
        if let Some(names) = &self.instances[instance].names_of_resources {
            return names.get(&key).copied();
        }
        // While a name is being evaluated the list is not complete, and not kept.
        let complete = self.is_settled(instance);
        let mut names = HashMap::new();
        for index in 0..self.instances[instance].template.resources.len() {
            for (copy, expanded) in self.expanded(instance, index).iter().enumerate() {
                names
                    .entry(id::key(&expanded.name))
                    .or_insert((index, copy));
            }
        }
        let found = names.get(&key).copied();
        if complete {
            self.instances[instance].names_of_resources = Some(names);
        }
        found
    }

    /// Whether no resource's name is being evaluated.
    fn is_settled(&self, instance: usize) -> bool {
        let mut resources = self.instances[instance].resources.iter();
        !resources.any(|slot| matches!(slot, Slot::Busy))
    }

    /// Declared resources and their copies by canonical id.
    pub(super) fn resource_ids(&mut self, instance: usize) -> Rc<HashMap<String, (usize, usize)>> {
        if let Some(ids) = &self.instances[instance].ids {
            return ids.clone();
        }
        // While a name is being evaluated the list is not complete, and not kept.
        let complete = self.is_settled(instance);
        let mut ids = HashMap::new();
        for index in 0..self.instances[instance].template.resources.len() {
            for (copy, expanded) in self.expanded(instance, index).iter().enumerate() {
                if expanded.copies.is_none() {
                    ids.entry(id::key(&expanded.id)).or_insert((index, copy));
                }
            }
        }
        let ids = Rc::new(ids);
        if complete {
            self.instances[instance].ids = Some(ids.clone());
        }
        ids
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
