//! The API versions that templates ask for where they read resources: `reference(id, version)`.
//!
//! In: the templates that were deployed, with the conditions around them. Out: for each call that names a version, what it
//! reads: a resource that is read and not deployed, of which type, name and version are known. Calls are looked for where
//! they are written, in outputs and in resources of types that no rule looks at too; only their arguments are evaluated,
//! and those of the branches that may be taken.

use foldhash::{HashMap, HashMapExt};

use super::deployment::Around;
use super::environment::Environment;
use super::evaluator::Evaluator;
use super::id;
use super::origin::Origin;
use super::partial;
use super::resource::Resource;
use super::value::{Member, Object, Part, Value};
use crate::source::Place;
use crate::syntax::expression::{Call, Expression, ExpressionKind, Property, Rounds, Text};
use crate::syntax::template::{ArgumentValue, Resource as Declared};

/// How deep expressions are followed.
const MAX_DEPTH: usize = 200;

/// A template that is deployed, by its instance, and what is around it.
pub(super) type Deployed = (usize, Around);

/// What has been found of calls that read a type that is `wanted`.
struct Found<'w> {
    wanted: &'w dyn Fn(&str) -> bool,
    reads: Vec<Resource>,
}

impl Evaluator<'_> {
    /// What the calls in these templates read, of the types that are `wanted`.
    pub(super) fn version_reads(
        &mut self,
        deployed: &[Deployed],
        wanted: &dyn Fn(&str) -> bool,
    ) -> Vec<Resource> {
        let mut reads = Vec::new();
        for (instance, around) in deployed {
            let template = self.instances[*instance].template.clone();
            if !template.refers {
                continue;
            }
            let environment = self.instances[*instance].environment.clone();
            let mut found = Found {
                wanted,
                reads: Vec::new(),
            };
            for variable in &template.variables {
                self.find(&variable.value, &environment, MAX_DEPTH, &mut found);
            }
            for output in &template.outputs {
                if self.may_hold(output.condition.as_ref(), &environment) {
                    self.find(&output.value, &environment, MAX_DEPTH, &mut found);
                }
            }
            for (index, declared) in template.resources.iter().enumerate() {
                let mut calls = Vec::new();
                each_call(declared, |expression| {
                    calls.extend(has_reference(expression, MAX_DEPTH).then_some(expression));
                });
                if calls.is_empty() {
                    continue;
                }
                // Which copy it is makes no other type or version.
                let copies = self.guarded(|evaluator| evaluator.expanded(*instance, index));
                let first = copies
                    .iter()
                    .find(|copy| copy.condition.as_bool() != Some(false));
                if let Some(first) = first {
                    for expression in calls {
                        self.find(expression, &first.environment, MAX_DEPTH, &mut found);
                    }
                }
            }
            let mut found = found.reads;
            found.sort_by_key(|read| read.head);
            found.dedup_by_key(|read| read.head);
            for mut read in found {
                read.condition = around.condition.clone();
                read.calls.clone_from(&around.calls);
                read.instance = *instance;
                reads.push(read);
            }
        }
        one_for_each_version(&mut reads);
        reads
    }

    fn may_hold(&mut self, condition: Option<&Expression>, environment: &Environment) -> bool {
        let Some(condition) = condition else {
            return true;
        };
        let holds = self.guarded(|evaluator| evaluator.evaluate(condition, environment));
        holds.as_bool() != Some(false)
    }

    /// Adds what the calls in an expression read.
    fn find(
        &mut self,
        expression: &Expression,
        environment: &Environment,
        depth: usize,
        found: &mut Found<'_>,
    ) {
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        if let ExpressionKind::Call(call) = &expression.kind
            && call.namespace.is_none()
        {
            if call.name.eq_ignore_ascii_case("if")
                && let [guard, then, otherwise] = &*call.arguments
                && (has_reference(then, depth) || has_reference(otherwise, depth))
            {
                self.find(guard, environment, depth, found);
                let guard = self.guarded(|evaluator| evaluator.evaluate(guard, environment));
                if guard.as_bool() != Some(false) {
                    self.find(then, environment, depth, found);
                }
                if guard.as_bool() != Some(true) {
                    self.find(otherwise, environment, depth, found);
                }
                return;
            }
            if is_reference(call) {
                let place = Place::new(environment.file, expression.span);
                let wanted = found.wanted;
                let read =
                    self.guarded(|evaluator| evaluator.read(call, environment, place, wanted));
                found.reads.extend(read);
            }
        }
        each_part(expression, |part| {
            self.find(part, environment, depth, found)
        });
    }

    /// What a call reads, where that is known and `wanted` and the call says a version of its own.
    fn read(
        &mut self,
        call: &Call,
        environment: &Environment,
        place: Place,
        wanted: &dyn Fn(&str) -> bool,
    ) -> Option<Resource> {
        let [target, version, rest @ ..] = &*call.arguments else {
            return None;
        };
        let version = self.evaluate(version, environment);
        if version.is_null() || is_no_version(&version) {
            return None;
        }
        // Azure refuses another word, which is mostly a version after a type and a name, as `resourceId` takes them.
        let full = rest.first().map(|word| self.evaluate(word, environment));
        let full = full.as_ref().and_then(Value::as_str);
        if full.is_some_and(|word| !word.eq_ignore_ascii_case("full")) {
            return None;
        }
        let target = self.evaluate(target, environment);
        // What reads what no rule looks at need not be found in the template.
        if type_and_name(&target).is_some_and(|(kind, _)| !wanted(&kind)) {
            return None;
        }
        let mut id = target.clone();
        if let Some(index) = self.located(environment.instance, &target) {
            let template = self.instances[environment.instance].template.clone();
            let declared = template.resources.get(index)?;
            let own = declared.api_version.as_ref();
            // That version is told of where it is declared.
            if own.is_some_and(|own| self.evaluate(own, environment) == version) {
                return None;
            }
            let copies = self.expanded(environment.instance, index);
            let first = self.id(environment.instance, index, copies.first()?);
            if id::segments(&target).is_none_or(|pieces| pieces.len() < 2) {
                id = first;
            }
        }
        let (kind, name) = type_and_name(&id).filter(|(kind, _)| wanted(kind))?;
        let origin = Origin::at(place);
        let mut body = Object::new();
        let mut add = |key: &str, value: Value| {
            body.insert(Member {
                key: key.into(),
                key_place: place,
                value,
            });
        };
        add("type", Value::string(&*kind, origin.clone()));
        add("name", name.clone());
        let api_version = version.as_str().map(Into::into);
        add("apiVersion", version);
        let body = Value::object(body, origin);
        let mut read = Resource::as_it_is(kind.into(), [id, name, body], place, place);
        read.api_version = api_version;
        read.existing = true;
        Some(read)
    }
}

/// Takes reads that have their version from one place, and are of one type, for one that is declared where the first is:
/// there is one thing to say of them, and one place to mend.
fn one_for_each_version(reads: &mut [Resource]) {
    let mut first: HashMap<(Place, Text), Place> = HashMap::new();
    for read in reads {
        let version = read
            .body
            .as_object()
            .and_then(|body| body.get("apiVersion"));
        if let Some(version) = version {
            let key = (version.value.origin.place, read.kind.clone());
            read.declared = *first.entry(key).or_insert(read.declared);
        }
    }
}

/// Whether it begins as no version does: a name or an id was meant.
fn is_no_version(value: &Value) -> bool {
    let bounds = partial::text_bounds(value);
    let first = bounds.and_then(|bounds| bounds.prefix.chars().next());
    first.is_some_and(|first| !first.is_ascii_digit())
}

fn is_reference(call: &Call) -> bool {
    call.name.eq_ignore_ascii_case("reference") && call.arguments.len() > 1
}

fn has_reference(expression: &Expression, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else {
        return false;
    };
    if let ExpressionKind::Call(call) = &expression.kind
        && call.namespace.is_none()
        && is_reference(call)
    {
        return true;
    }
    let mut has = false;
    each_part(expression, |part| has |= has || has_reference(part, depth));
    has
}

/// The values of a resource, and what a deployment is given.
fn each_call<'t>(declared: &'t Declared, mut show: impl FnMut(&'t Expression)) {
    for Property { value, .. } in &declared.body {
        show(value);
    }
    let Some(deployment) = &declared.deployment else {
        return;
    };
    for argument in &deployment.arguments {
        match &argument.value {
            ArgumentValue::Value(value) | ArgumentValue::Computed(value) => show(value),
            ArgumentValue::Secret { vault, secret } => {
                show(vault);
                show(secret);
            }
        }
    }
    deployment.argument_object.iter().for_each(show);
}

/// The expressions that an expression is made of.
fn each_part<'t>(expression: &'t Expression, mut show: impl FnMut(&'t Expression)) {
    match &expression.kind {
        ExpressionKind::Array(items) => items.iter().for_each(show),
        ExpressionKind::Object(properties) => {
            for property in properties {
                show(&property.key);
                show(&property.value);
            }
        }
        ExpressionKind::Call(call) => call.arguments.iter().for_each(show),
        ExpressionKind::Access(access) => {
            show(&access.base);
            show(&access.key);
        }
        ExpressionKind::Lambda(lambda) => show(&lambda.body),
        ExpressionKind::Loop(repeat) => {
            show(Rounds::expression(&repeat.over));
            show(&repeat.body);
        }
        ExpressionKind::Null
        | ExpressionKind::Bool(_)
        | ExpressionKind::Integer(_)
        | ExpressionKind::Decimal(_)
        | ExpressionKind::String(_)
        | ExpressionKind::Reference(..)
        | ExpressionKind::Invalid(_)
        | ExpressionKind::Undecided(_) => {}
    }
}

/// The type and the name in an id whose type is known.
fn type_and_name(id: &Value) -> Option<(String, Value)> {
    let pieces = id::segments(id)?;
    let is_providers = |piece: &Value| {
        piece
            .as_str()
            .is_some_and(|piece| piece.eq_ignore_ascii_case("providers"))
    };
    // A relative id, `Microsoft.KeyVault/vaults/kv`, has none.
    let start = pieces.iter().rposition(is_providers).map_or(0, |at| at + 1);
    let [namespace, rest @ ..] = pieces.get(start..)? else {
        return None;
    };
    let mut kind = namespace
        .as_str()
        .filter(|word| word.contains('.'))?
        .to_owned();
    let mut name: Vec<Part> = Vec::new();
    for pair in rest.chunks(2) {
        let [of_type, of_name] = pair else {
            return None;
        };
        kind.push('/');
        kind.push_str(of_type.as_str()?);
        if !name.is_empty() {
            name.push(Part::Text("/".into()));
        }
        name.push(match of_name.as_str() {
            Some(text) => Part::Text(text.into()),
            None => Part::Hole(of_name.clone()),
        });
    }
    let has_name = !name.is_empty();
    has_name.then(|| (kind, super::functions::compose(name, &id.origin)))
}
