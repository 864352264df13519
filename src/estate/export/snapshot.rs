//! What `bicep snapshot` predicts: a deployment, whose resources say themselves where they are.

use crate::evaluate::Resource;
use crate::evaluate::value::Value;

/// Gives the resources that a snapshot's template evaluates to the ids that are written in it, rather than those that
/// the scope of the entry point makes: a snapshot is flat, whatever scopes its resources were deployed to.
pub fn place_by_id(resources: &mut [Resource]) {
    for resource in resources {
        let written = resource.body.as_object().and_then(|body| body.get("id"));
        let is_id = |value: &Value| !value.is_null();
        if let Some(written) = written.filter(|written| is_id(&written.value)) {
            resource.id = written.value.clone();
        }
    }
}
