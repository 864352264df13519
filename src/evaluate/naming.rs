//! The names and ids of what a template declares.
//!
//! In: a copy of a declared resource. Out: its name and its id, made when somebody asks, and once: nobody asks for those of
//! most resources that no rule looks at. Of a name that Azure refuses it is told where the name is made.

use std::cell::{Cell, OnceCell};

use super::assignment::Assignment;
use super::canonical;
use super::diagnostic::Code;
use super::environment::Environment;
use super::evaluator::Evaluator;
use super::id;
use super::instance::Caller;
use super::origin::Origin;
use super::resource::Expanded;
use super::resource_name::{child_id, full_id, is_full_name};
use super::substitute::substitute;
use super::value::Value;
use crate::source::Place;
use crate::syntax::expression::Expression;
use crate::syntax::template::{DeploymentSource, Resource as Declared};

/// In characters.
const LONGEST_DEPLOYMENT_NAME: usize = 64;

/// What a copy of a resource is called.
#[derive(Debug, Default)]
pub(super) struct Naming {
    name: OnceCell<Name>,
    id: OnceCell<Value>,
    /// The name is being evaluated: whoever asks for the resource now is part of a cycle.
    busy: Cell<bool>,
    /// The same of the id.
    id_busy: Cell<bool>,
}

impl Naming {
    /// Whether the name is being evaluated.
    pub(super) fn is_being_named(&self) -> bool {
        self.busy.get()
    }

    /// Whether the name or the id is being evaluated: whoever asks for the resource then is a part of that.
    pub(super) fn is_busy(&self) -> bool {
        self.busy.get() || self.id_busy.get()
    }
}

#[derive(Debug, Clone)]
struct Name {
    /// The name as declared, without those of its parents.
    own: Value,
    full: Value,
    /// Whose name the full name starts with.
    parent: Option<ParentCopy>,
}

impl Name {
    /// What stands in for a name that cannot be told.
    fn of(value: Value) -> Self {
        Self {
            own: value.clone(),
            full: value,
            parent: None,
        }
    }
}

/// The copy of a resource that is the parent of another.
#[derive(Debug, Clone)]
pub(super) struct ParentCopy {
    resource: usize,
    copy: usize,
    /// The index that the child names, where the copy stands for all.
    index: Option<Value>,
}

impl ParentCopy {
    pub(super) fn at(resource: usize, copy: usize) -> Self {
        Self {
            resource,
            copy,
            index: None,
        }
    }
}

/// A name or an id of a copy of a resource.
type Called<'p> = fn(&mut Evaluator<'p>, usize, usize, &Expanded) -> Value;

impl<'p> Evaluator<'p> {
    /// The full name of a copy of a resource.
    pub(super) fn name(&mut self, instance: usize, index: usize, copy: &Expanded) -> Value {
        self.named(instance, index, copy).full
    }

    /// Its name as declared, without those of its parents.
    pub(super) fn own_name(&mut self, instance: usize, index: usize, copy: &Expanded) -> Value {
        self.named(instance, index, copy).own
    }

    /// Its id.
    pub(super) fn id(&mut self, instance: usize, index: usize, copy: &Expanded) -> Value {
        if let Some(known) = copy.naming.id.get() {
            return known.clone();
        }
        let name = self.named(instance, index, copy);
        let template = self.instances[instance].template.clone();
        let declared = &template.resources[index];
        if copy.naming.id_busy.replace(true) {
            return self.itself("id", instance, declared);
        }
        self.under_way.push((instance, index));
        let id = self.called(copy, declared, |evaluator| {
            evaluator.resource_id(instance, declared, &name, &copy.environment)
        });
        self.under_way.pop();
        copy.naming.id_busy.set(false);
        match id {
            Ok(id) => copy.naming.id.get_or_init(|| id).clone(),
            Err(limit) => limit,
        }
    }

    /// What the deployment of an instance is called, in one way or the other; `None` for an entry point.
    pub(super) fn of_caller(&mut self, instance: usize, called: Called<'p>) -> Option<Value> {
        let Caller {
            instance,
            resource,
            copy,
        } = self.instances[instance].caller?;
        let copies = self.expanded(instance, resource);
        Some(called(self, instance, resource, copies.get(copy)?))
    }

    fn named(&mut self, instance: usize, index: usize, copy: &Expanded) -> Name {
        let naming = &copy.naming;
        if let Some(known) = naming.name.get() {
            return known.clone();
        }
        let template = self.instances[instance].template.clone();
        let declared = &template.resources[index];
        if naming.busy.replace(true) {
            return Name::of(self.itself("name", instance, declared));
        }
        self.under_way.push((instance, index));
        let name = self.called(copy, declared, |evaluator| {
            evaluator.evaluate_name(instance, declared, copy)
        });
        self.under_way.pop();
        naming.busy.set(false);
        match name {
            Ok(name) => naming.name.get_or_init(|| name).clone(),
            Err(limit) => Name::of(limit),
        }
    }

    /// What stands in for a resource whose name needs what is asked of it.
    pub(super) fn named_by_itself(&mut self, instance: usize, index: usize) -> Value {
        let template = self.instances[instance].template.clone();
        self.itself("name", instance, &template.resources[index])
    }

    /// A name or an id that needs itself.
    fn itself(&mut self, what: &str, instance: usize, declared: &Declared) -> Value {
        let file = self.instances[instance].template.file;
        let origin = Origin::at(Place::new(file, declared.name.span));
        let text = format!("{what} of {}", declared.kind.text);
        let message = format!("the {what} of this resource refers to itself");
        self.failed(text, &message, origin)
    }

    /// A name or an id, one level deeper, since each parent may have another one. What is not sure to be deployed may have
    /// a name that cannot be evaluated: it matters where the name is needed.
    fn called<T>(
        &mut self,
        copy: &Expanded,
        declared: &Declared,
        evaluate: impl FnOnce(&mut Self) -> T,
    ) -> Result<T, Value> {
        let place = Place::new(copy.environment.file, declared.name.span);
        self.deeper(&Origin::at(place), |evaluator| match copy.is_sure {
            true => evaluate(evaluator),
            false => evaluator.guarded(evaluate),
        })
    }

    fn evaluate_name(&mut self, instance: usize, declared: &Declared, copy: &Expanded) -> Name {
        let own = id::without_splits(self.evaluate(&declared.name, &copy.environment));
        let parent = match &copy.parent {
            Some(parent) => Some(parent.clone()),
            None => self.indexed_parent(instance, declared, &copy.environment),
        };
        let parent = parent.filter(|_| !is_full_name(&declared.kind.text, &own));
        let around = parent
            .as_ref()
            .and_then(|parent| self.of_parent(instance, parent, Self::name));
        let full = match around {
            Some(name) => {
                let origin = &own.origin;
                id::join([&name, &id::text("/", origin), &own], origin)
            }
            None => own.clone(),
        };
        if copy.condition.as_bool() != Some(false) && !declared.extension {
            self.check_segments(&declared.kind.text, &full);
        }
        if declared.deployment.is_some() && !declared.existing {
            self.check_deployment_name(&full);
        }
        Name { own, full, parent }
    }

    /// What a parent is called, in one way or the other.
    fn of_parent(
        &mut self,
        instance: usize,
        parent: &ParentCopy,
        called: Called<'p>,
    ) -> Option<Value> {
        let copies = self.expanded(instance, parent.resource);
        let copy = copies.get(parent.copy)?;
        let value = called(self, instance, parent.resource, copy);
        let of_loop = copy.environment.loop_index(None).and_then(Value::as_symbol);
        // One copy stands for all: its index is the one that the child names.
        Some(match (&parent.index, of_loop) {
            (Some(index), Some(symbol)) => {
                let mut assignment = Assignment::new();
                assignment.assign(symbol, index.clone());
                substitute(&value, &assignment)
            }
            _ => value,
        })
    }

    /// The parent that `parent: vaults[i]` means.
    fn indexed_parent(
        &mut self,
        instance: usize,
        declared: &Declared,
        environment: &Environment,
    ) -> Option<ParentCopy> {
        let parent = declared.parent.as_ref()?;
        let index = self.evaluate(parent.index.as_ref()?, environment);
        let copies = self.expanded(instance, parent.resource);
        let position = index
            .as_integer()
            .and_then(|index| usize::try_from(index).ok());
        let known = position.filter(|position| *position < copies.len());
        let position = known.or((!copies.is_empty()).then_some(0))?;
        let is_meant = known.is_some() && copies.get(position)?.copies.is_none();
        Some(ParentCopy {
            index: (!is_meant).then_some(index),
            ..ParentCopy::at(parent.resource, position)
        })
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

    /// A longer name is refused, and one that is cut to the length may be that of another deployment.
    /// <https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftresources>
    fn check_deployment_name(&mut self, name: &Value) {
        let Some(text) = name.as_str() else { return };
        let length = text.chars().count();
        if length > LONGEST_DEPLOYMENT_NAME {
            let message = format!(
                "the name '{text}' has {length} characters, but that of a deployment has {LONGEST_DEPLOYMENT_NAME} at most"
            );
            self.diagnose(Code::Evaluate, &message, name.origin.place);
        }
    }

    fn resource_id(
        &mut self,
        instance: usize,
        declared: &Declared,
        name: &Name,
        environment: &Environment,
    ) -> Value {
        let kind = &*declared.kind.text;
        let origin = &name.own.origin;
        let parent = name.parent.as_ref().filter(|_| declared.scope.is_none());
        if let Some(parent) = parent.and_then(|parent| self.of_parent(instance, parent, Self::id)) {
            return child_id(&parent, kind, &name.own, origin);
        }
        let name = &name.full;
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
            (None, None) => self.instances[instance].scope.id(),
        };
        let group = [
            "Microsoft.Resources/resourceGroups",
            "Microsoft.Resources/subscriptions/resourceGroups",
        ]
        .iter()
        .any(|special| special.eq_ignore_ascii_case(kind));
        if group {
            let scope = self.instances[instance].scope.clone();
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
        let pieces = id::segments(&value).unwrap_or_default();
        let word = |index: usize| pieces.get(index).and_then(Value::as_str);
        let starts_in_full = ["subscriptions", "providers"];
        if let (Some(""), Some(first)) = (word(0), word(1))
            && !starts_in_full
                .iter()
                .any(|known| known.eq_ignore_ascii_case(first))
        {
            let message = format!(
                "the scope '{}' is no id: one in full begins with `/subscriptions/` or `/providers/`, a relative one with a namespace",
                canonical::outline(&value)
            );
            return self.failed(canonical::expression(&value), &message, origin);
        }
        // A relative id is at least a namespace, a type and a name.
        let relative = pieces.len() >= 3 && word(0).is_some_and(|word| word.contains('.'));
        if relative {
            let providers = id::text("/providers/", &origin);
            return id::join([&scope.id(), &providers, &value], &origin);
        }
        value
    }
}
