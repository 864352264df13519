//! Templates that policies deploy.
//!
//! In: a policy definition as it is evaluated. Out: where the template stands that its effect `deployIfNotExists` deploys,
//! and whether it deploys what somebody wants to know of
//! (<https://learn.microsoft.com/azure/governance/policy/concepts/effect-deploy-if-not-exists>). It refuses to evaluate
//! that template: its parameters are those of assignments, and it is deployed for each resource that the policy is about.

use super::diagnostic::Code;
use super::evaluator::Evaluator;
use super::value::{Kind, Value};
use crate::source::Place;
use crate::syntax::template::DEPLOYMENT_TYPE;

/// How deep deployments are followed in the template of a policy.
const MAXIMUM_DEPTH: usize = 64;

/// The way from the members of a policy definition to the template that it deploys.
const WAY: [&str; 7] = [
    "properties",
    "policyRule",
    "then",
    "details",
    "deployment",
    "properties",
    "template",
];

impl Evaluator<'_> {
    /// Tells of the template that a policy definition deploys, where it deploys what is `wanted` or this is not known.
    pub(super) fn note_policy(
        &mut self,
        instance: usize,
        (index, copy): (usize, usize),
        wanted: &dyn Fn(&str) -> bool,
    ) {
        let template = self.instances[instance].template.clone();
        let declared = &template.resources[index];
        if declared.existing {
            return;
        }
        // What fails in the rest of a policy is no matter of a rule.
        let body = self.guarded(|evaluator| evaluator.body(instance, index, copy));
        let Some(deployed) = deployed_by(&body) else {
            return;
        };
        let depth = MAXIMUM_DEPTH;
        let (is_wanted, message) = match deployed.kind {
            Kind::Object(_) => (
                may_deploy(deployed, wanted, depth),
                "the template that this policy deploys is not judged, since the parameters of its assignments are not known",
            ),
            _ => (
                true,
                "what this policy deploys is not judged, since it is not known offline",
            ),
        };
        if is_wanted {
            let own = deployed.origin.place;
            let head = Place::new(template.file, declared.kind.span);
            let place = if own.file == template.file { own } else { head };
            self.diagnose(Code::Module, message, place);
        }
    }
}

/// The template that a policy deploys, or the value on the way to it that is not known.
fn deployed_by(body: &Value) -> Option<&Value> {
    let mut at = body;
    for name in WAY {
        match &at.kind {
            Kind::Object(members) => at = &members.get(name)?.value,
            Kind::Symbolic(_) | Kind::Mixed(_) => return Some(at),
            _ => return None,
        }
    }
    (!at.is_null()).then_some(at)
}

/// Whether a template that is data may deploy what is wanted.
fn may_deploy(template: &Value, wanted: &dyn Fn(&str) -> bool, depth: usize) -> bool {
    let Kind::Object(members) = &template.kind else {
        return true;
    };
    let resources = members.get("resources");
    resources.is_some_and(|resources| any_resource(&resources.value, wanted, depth))
}

/// Whether one of the resources, in an array or by symbolic name, is wanted.
fn any_resource(resources: &Value, wanted: &dyn Fn(&str) -> bool, depth: usize) -> bool {
    match &resources.kind {
        Kind::Array(elements) => elements.iter().any(|one| is_wanted(one, wanted, depth)),
        Kind::Object(members) => members
            .iter()
            .any(|one| is_wanted(&one.value, wanted, depth)),
        Kind::Null => false,
        _ => true,
    }
}

fn is_wanted(resource: &Value, wanted: &dyn Fn(&str) -> bool, depth: usize) -> bool {
    let (Some(members), Some(depth)) = (resource.as_object(), depth.checked_sub(1)) else {
        return true;
    };
    let Some(kind) = members.get("type").and_then(|kind| kind.value.as_str()) else {
        return true;
    };
    if kind.eq_ignore_ascii_case(DEPLOYMENT_TYPE) {
        let properties = members.get("properties");
        let properties = properties.and_then(|properties| properties.value.as_object());
        let template = properties.and_then(|properties| properties.get("template"));
        return template.is_none_or(|template| may_deploy(&template.value, wanted, depth));
    }
    let children = members.get("resources");
    wanted(kind) || children.is_some_and(|children| any_resource(&children.value, wanted, depth))
}
