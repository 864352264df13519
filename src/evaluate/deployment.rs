//! Deployments inside of deployments: nested and linked templates, Bicep modules.
//!
//! In: a deployment resource. Out: an instance of what it deploys, in its scope, with its arguments; or the reason why
//! it is not known what it deploys.

use std::sync::Arc;

use super::access;
use super::argument::{Arguments, Deferred, Given};
use super::diagnostic::Code;
use super::entry::Wanted;
use super::environment::Environment;
use super::evaluator::Evaluator;
use super::functions;
use super::instance::{Caller, Instance};
use super::origin::{Origin, Step};
use super::resource::{Expanded, Resource};
use super::scope::{self, Scope};
use super::template_source::link_path;
use super::value::{Member, Object, Value};
use crate::source::Place;
use crate::syntax::expression::Text;
use crate::syntax::template::{
    ArgumentValue, Deployment, DeploymentSource, Link, POLICY_TYPE, Resource as Declared,
    TargetScope, Template,
};

/// How deep deployments may nest.
const MAXIMUM_DEPLOYMENTS: usize = 64;
/// How many template instances one entry point may have: loops of modules multiply.
const MAXIMUM_INSTANCES: usize = 5_000;

/// A module or linked template that could not be read, so that its resources are not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Where the module is named.
    pub place: Place,
    /// What it is called there: a path, a URI, `br:…`.
    pub reference: String,
    /// Why it could not be read, and what to do.
    pub reason: String,
}

/// A secret of a vault that is read into a parameter when it is deployed.
#[derive(Debug, Clone)]
pub struct SecretRead {
    /// The id of the vault.
    pub vault: Value,
    /// The name of the secret.
    pub secret: Value,
    /// The parameter that gets it.
    pub parameter: Text,
    /// Where that is written.
    pub place: Place,
    /// Under which condition it is read: `true`, or undecided.
    pub condition: Value,
}

impl Evaluator<'_> {
    /// The instance that a copy of a deployment resource deploys.
    pub(super) fn deployed(&mut self, instance: usize, index: usize, copy: usize) -> Option<usize> {
        let copies = self.expanded(instance, index);
        let expanded = copies.get(copy)?;
        if let Some(known) = expanded.deployed.get() {
            return *known;
        }
        let template = self.instances[instance].template.clone();
        let inner = self.deploy(instance, &template, (index, copy), expanded);
        *expanded.deployed.get_or_init(|| inner)
    }

    fn deploy(
        &mut self,
        instance: usize,
        around: &Arc<Template>,
        (index, copy): (usize, usize),
        expanded: &Expanded,
    ) -> Option<usize> {
        let declared = &around.resources[index];
        let deployment = declared.deployment.as_ref()?;
        let environment = &expanded.environment;
        let (template, computed) =
            match self.deployed_template(around.file, deployment, environment) {
                Ok(template) => template,
                Err((reference, reason)) => {
                    let span = match &deployment.source {
                        DeploymentSource::Module(name) => name.span,
                        DeploymentSource::Link(link) => link.expression().span,
                        DeploymentSource::Computed(expression) => expression.span,
                        _ => declared.kind.span,
                    };
                    self.not_read(Place::new(around.file, span), reference, reason);
                    return None;
                }
            };
        if self.is_thorough {
            self.name(instance, index, expanded);
        }
        let linked = matches!(
            deployment.source,
            DeploymentSource::Link(_) | DeploymentSource::Module(_)
        );
        if let Some(reason) = self.too_deep(instance, &template, linked) {
            let reference = match &deployment.source {
                DeploymentSource::Module(name) => name.text.to_string(),
                _ => super::canonical::outline(&self.name(instance, index, expanded)),
            };
            let place = Place::new(around.file, declared.kind.span);
            self.not_read(place, reference, reason);
            return None;
        }
        let scope =
            self.deployment_scope(instance, deployment, declared, template.target, environment);
        let outer = deployment.outer && matches!(deployment.source, DeploymentSource::Inline(_));
        let mut arguments = Arguments::default();
        if !outer {
            arguments = self.deployment_arguments(around, index, environment);
            arguments.extend(computed);
        }
        // Arguments may have made instances of their own, which have their numbers before this one.
        let number = self.instances.len();
        let inner_environment = match outer {
            true => environment.clone(),
            false => Environment {
                instance: number,
                file: template.file,
                frames: None,
            },
        };
        let caller = Caller {
            instance,
            resource: index,
            copy,
        };
        self.instances.push(Instance::new(
            template,
            inner_environment,
            scope,
            arguments,
            Some(caller),
        ));
        self.check_call(around, deployment, number);
        Some(number)
    }

    pub(super) fn not_read(&mut self, place: Place, reference: String, reason: String) {
        self.diagnose(Code::Module, &reason, place);
        let unread = Unread {
            place,
            reference,
            reason,
        };
        if !self.unread.contains(&unread) {
            self.unread.push(unread);
        }
    }

    /// Whether deploying this template from here has no end, or is more than akvlint follows.
    fn too_deep(&self, instance: usize, template: &Template, linked: bool) -> Option<String> {
        if self.instances.len() >= MAXIMUM_INSTANCES {
            return Some(format!(
                "there are more than {MAXIMUM_INSTANCES} deployments in this one"
            ));
        }
        let mut depth = 0;
        let mut next = Some(instance);
        while let Some(number) = next {
            let around = &self.instances[number];
            if linked && around.template.file == template.file {
                return Some(
                    "it deploys itself: a cycle of modules or linked templates".to_owned(),
                );
            }
            depth += 1;
            next = around.caller.as_ref().map(|caller| caller.instance);
        }
        (depth >= MAXIMUM_DEPLOYMENTS)
            .then(|| format!("deployments nest deeper than {MAXIMUM_DEPLOYMENTS} levels here"))
    }

    /// Whether an instance is deployed, and once, whenever the one with this number is, which is around it. Deployments
    /// nest no deeper than [`MAXIMUM_DEPLOYMENTS`].
    pub(super) fn is_sure_within(&self, instance: usize, around: u64) -> bool {
        let mut inner = instance;
        while let Some(caller) = self.instances[inner].caller {
            let declared = &self.instances[caller.instance].template.resources[caller.resource];
            if declared.condition.is_some() || declared.copy.is_some() || declared.parent.is_some()
            {
                return false;
            }
            if self.number_of(caller.instance) == around {
                return true;
            }
            inner = caller.instance;
        }
        false
    }

    /// Where a deployment goes.
    pub(super) fn deployment_scope(
        &mut self,
        instance: usize,
        deployment: &Deployment,
        declared: &Declared,
        target: Option<TargetScope>,
        environment: &Environment,
    ) -> Scope {
        let here = self.instances[instance].scope.clone();
        let subscription = deployment
            .subscription
            .as_ref()
            .map(|subscription| self.evaluate(subscription, environment));
        if let Some(group) = &deployment.resource_group {
            let group = self.evaluate(group, environment);
            return here.resource_group(subscription, group);
        }
        if let Some(subscription) = subscription {
            return here.subscription(subscription);
        }
        if let Some(scope) = &declared.scope {
            let value = self.evaluate(scope, environment);
            if let Some(named) = here.named_by(&value) {
                return named;
            }
            if let Some(text) = value.as_str() {
                let message = format!(
                    "the scope '{text}' is the id of no management group, subscription or resource group"
                );
                self.diagnose(Code::Evaluate, &message, value.origin.place);
            }
        }
        match target {
            Some(TargetScope::Subscription) if here.level == TargetScope::ResourceGroup => {
                here.own_subscription()
            }
            Some(TargetScope::ManagementGroup) => here.own_management_group(),
            Some(TargetScope::Tenant) => here.tenant(),
            _ => here,
        }
    }

    /// What the deployment gives to the parameters of its template. Arguments that are written one by one are evaluated
    /// when their parameters are asked for.
    fn deployment_arguments(
        &mut self,
        around: &Arc<Template>,
        index: usize,
        environment: &Environment,
    ) -> Arguments {
        let mut given = Arguments::default();
        let Some(deployment) = &around.resources[index].deployment else {
            return given;
        };
        if let Some(whole) = &deployment.argument_object {
            let whole = self.evaluate(whole, environment);
            if let Some(object) = whole.as_object() {
                for member in object.iter() {
                    given.insert(&member.key, wrapped_argument(member));
                }
            } else if !whole.is_null() {
                given.set_incomplete(whole);
            }
        }
        if let Some(link) = &deployment.arguments_link {
            self.linked_arguments(around, link, environment, &mut given);
        }
        for (position, argument) in deployment.arguments.iter().enumerate() {
            let deferred = Deferred {
                around: around.clone(),
                position: (index, position),
                environment: environment.clone(),
            };
            let value = match self.is_thorough {
                true => self.argument(&deferred),
                false => Given::Deferred(deferred),
            };
            given.insert(&argument.name.text, value);
        }
        given
    }

    /// An argument that was left until now.
    pub(super) fn argument(&mut self, deferred: &Deferred) -> Given {
        let Some(argument) = deferred.argument() else {
            return Given::Unknown(None);
        };
        let place = Place::new(deferred.around.file, argument.name.span);
        let (ArgumentValue::Value(expression) | ArgumentValue::Computed(expression)) =
            &argument.value
        else {
            return Given::Secret(place);
        };
        let value = self.evaluate(expression, &deferred.environment);
        let step = Step::Argument(argument.name.text.clone());
        let origin = value.origin.through(step, place);
        let value = value.with_origin(origin);
        match &argument.value {
            ArgumentValue::Computed(_) => self.computed_argument(&value, place),
            _ => Given::Value(value),
        }
    }

    /// The arguments of a linked parameter file.
    fn linked_arguments(
        &mut self,
        around: &Arc<Template>,
        link: &Link,
        environment: &Environment,
        given: &mut Arguments,
    ) {
        let value = self.evaluate(link.expression(), environment);
        let place = Place::new(around.file, link.expression().span);
        let Some(path) = link_path(&value) else {
            let reason = "the path of the linked parameter file is not known offline".to_owned();
            let shown = super::canonical::expression(&value);
            given.set_incomplete(value);
            return self.not_read(place, shown, reason);
        };
        let linked = match link {
            Link::RelativePath(_) => self.project.linked_parameters(around.file, &path),
            _ => self.project.linked_parameters_by_uri(around.file, &path),
        };
        match linked {
            Ok(parameters) => self.assign(&parameters, environment.instance, given),
            Err(error) => {
                let reason = error.to_string();
                given.set_incomplete(functions::failed(&path, &reason, &Origin::at(place)));
                self.not_read(place, path, reason);
            }
        }
    }

    /// An object with `value` or `reference` that an expression gives.
    fn computed_argument(&mut self, wrapper: &Value, place: Place) -> Given {
        if let Some(object) = wrapper.as_object()
            && object.get("reference").is_some()
        {
            return Given::Secret(place);
        }
        let key = Value::string("value", wrapper.origin.clone());
        match access::access(wrapper, &key, true, false, &wrapper.origin) {
            Ok(value) => {
                let origin = wrapper.origin.clone();
                Given::Value(value.with_origin(origin))
            }
            Err(error) => {
                let message = error.to_string();
                Given::Value(self.failed(
                    super::canonical::expression(wrapper),
                    &message,
                    wrapper.origin.clone(),
                ))
            }
        }
    }

    /// `deployment()` of an instance.
    pub(super) fn deployment_value(&mut self, instance: usize, origin: &Origin) -> Value {
        // What is imported is part of the deployment that imports it.
        let instance = self.instances[instance].importer.unwrap_or(instance);
        let number = self.number_of(instance);
        let mut members = Object::new();
        let mut insert = |key: &str, value: Value| {
            members.insert(Member {
                key: key.into(),
                key_place: origin.place,
                value,
            });
        };
        if let Some(name) = self.of_caller(instance, Self::name) {
            insert("name", name);
        }
        if let Some(location) = self.instances[instance].scope.deployment_location() {
            insert("location", location.clone());
        }
        scope::context("deployment", Vec::new(), number, members, origin)
    }

    /// All resources of an instance and of what it deploys, in source order, depth first. Of those whose type is not
    /// `wanted` nothing is evaluated.
    pub(super) fn collect(
        &mut self,
        instance: usize,
        around: &Around,
        wanted: &Wanted<'_>,
    ) -> Vec<Resource> {
        let template = self.instances[instance].template.clone();
        self.deployed.push((instance, around.clone()));
        let mut resources = Vec::new();
        for (index, declared) in template.resources.iter().enumerate() {
            let is_policy = declared.kind.text.eq_ignore_ascii_case(POLICY_TYPE);
            if declared.deployment.is_none()
                && !is_policy
                && !(wanted.resources)(&declared.kind.text)
            {
                continue;
            }
            let copies = self.expanded(instance, index);
            for (copy, expanded) in copies.iter().enumerate() {
                if expanded.condition.as_bool() == Some(false) {
                    if let Some(deployment) = &declared.deployment {
                        self.check_idle_module(&template, deployment);
                    }
                    continue;
                }
                if is_policy {
                    self.note_policy(instance, (index, copy), wanted.in_policies);
                    if !(wanted.resources)(&declared.kind.text) {
                        continue;
                    }
                }
                let around = self.around(around, expanded);
                if let Some(deployment) = &declared.deployment {
                    self.read_secrets(&template, deployment, expanded, &around.condition);
                }
                if declared.deployment.is_some() && !declared.existing {
                    let collect =
                        |evaluator: &mut Self| match evaluator.deployed(instance, index, copy) {
                            Some(inner) => {
                                let mut calls = vec![Place::new(template.file, declared.kind.span)];
                                calls.extend(around.calls.iter().copied());
                                let inside = Around {
                                    calls,
                                    ..around.clone()
                                };
                                evaluator.collect(inner, &inside, wanted)
                            }
                            None => vec![
                                evaluator.resource(instance, index, copy, expanded, &around, true),
                            ],
                        };
                    let sure = around.condition.as_bool() == Some(true) && around.copies.is_none();
                    let inner = if sure {
                        collect(self)
                    } else {
                        self.guarded(collect)
                    };
                    resources.extend(inner);
                } else {
                    resources.push(self.resource(instance, index, copy, expanded, &around, false));
                }
            }
        }
        self.note_order(instance, &resources);
        resources
    }

    /// Notes the secrets that the arguments of a deployment read.
    fn read_secrets(
        &mut self,
        around: &Template,
        deployment: &Deployment,
        expanded: &Expanded,
        condition: &Value,
    ) {
        for argument in &deployment.arguments {
            let place = Place::new(around.file, argument.name.span);
            let environment = &expanded.environment;
            let (vault, secret) = match &argument.value {
                ArgumentValue::Value(_) => continue,
                ArgumentValue::Secret { vault, secret } => (
                    self.evaluate(vault, environment),
                    self.evaluate(secret, environment),
                ),
                ArgumentValue::Computed(value) => {
                    let value = self.evaluate(value, environment);
                    match reference_of(&value) {
                        Some(read) => read,
                        None => continue,
                    }
                }
            };
            self.secret_reads.push(SecretRead {
                vault,
                secret,
                parameter: argument.name.text.clone(),
                place,
                condition: condition.clone(),
            });
        }
    }

    fn around(&mut self, outer: &Around, expanded: &Expanded) -> Around {
        let origin = expanded.condition.origin.clone();
        let condition = match (outer.condition.as_bool(), expanded.condition.as_bool()) {
            (Some(true), _) => expanded.condition.clone(),
            (_, Some(true)) => outer.condition.clone(),
            _ => self.apply(
                "and",
                vec![outer.condition.clone(), expanded.condition.clone()],
                &origin,
            ),
        };
        let copies = match (&outer.copies, &expanded.copies) {
            (Some(outer), Some(inner)) => {
                Some(self.apply("mul", vec![outer.clone(), inner.clone()], &origin))
            }
            (outer, inner) => outer.clone().or_else(|| inner.clone()),
        };
        Around {
            condition,
            copies,
            calls: outer.calls.clone(),
        }
    }

    fn resource(
        &mut self,
        instance: usize,
        index: usize,
        copy: usize,
        expanded: &Expanded,
        around: &Around,
        unread: bool,
    ) -> Resource {
        let template = self.instances[instance].template.clone();
        let declared = &template.resources[index];
        let body = self.body(instance, index, copy);
        Resource {
            id: self.id(instance, index, expanded),
            kind: declared.kind.text.clone(),
            name: self.name(instance, index, expanded),
            api_version: body
                .as_object()
                .and_then(|body| body.get("apiVersion")?.value.as_str().map(Text::from)),
            body,
            condition: around.condition.clone(),
            copies: around.copies.clone(),
            existing: declared.existing,
            extension: declared.extension,
            unread,
            declared: Place::new(template.file, declared.span),
            head: Place::new(template.file, declared.kind.span),
            calls: around.calls.clone(),
            instance,
        }
    }
}

/// What the deployments around a resource add to it.
#[derive(Debug, Clone)]
pub(super) struct Around {
    pub(super) condition: Value,
    pub(super) copies: Option<Value>,
    pub(super) calls: Vec<Place>,
}

/// `{value: …}` or `{reference: …}` of a computed argument object.
fn wrapped_argument(member: &Member) -> Given {
    let wrapper = member.value.as_object();
    if wrapper.is_some_and(|wrapper| wrapper.get("reference").is_some()) {
        return Given::Secret(member.key_place);
    }
    match wrapper.and_then(|wrapper| wrapper.get("value")) {
        Some(value) => Given::Value(value.value.clone()),
        None => Given::Value(member.value.clone()),
    }
}

/// The vault and the secret of a `{reference: {keyVault: {id}, secretName}}`.
fn reference_of(wrapper: &Value) -> Option<(Value, Value)> {
    let member = |value: &Value, key: &str| Some(value.as_object()?.get(key)?.value.clone());
    let reference = member(wrapper, "reference")?;
    let vault = member(&member(&reference, "keyVault")?, "id")?;
    Some((vault, member(&reference, "secretName")?))
}
