//! ARM templates and parameter files, from their JSON tree to the template model.
//!
//! In: a JSON tree. Out: a [`Template`] or a [`ParameterFile`] whose strings are literals or parsed expressions, free
//! of JSON, and the errors of what could not be understood. Nothing is fatal: an error poisons the smallest piece that
//! holds it, and what is dropped (a resource that is no object) has an error.
//!
//! It refuses to know any value: which resources there are, how often, and under which names is for the evaluation.
//! Strings inside templates that are data (policy definitions, template specs) are values like any other.
mod argument;
mod declaration;
mod deployment;
mod enclosed;
mod parameters;
mod policy;
mod prediction;
mod resource;
mod snapshot;
mod types;
mod value;

pub use enclosed::enclosed;
pub(crate) use enclosed::{enclosed_node, enclosing};
pub use parameters::{ParameterFile, parameters};
pub(crate) use policy::deploying_policy;
pub(crate) use prediction::is_prediction;
pub use value::literal;

use crate::source::FileId;
use crate::syntax::expression::Expression;
use crate::syntax::json::{Node, Written};
use crate::syntax::template::{Language, Template};

pub use crate::syntax::template::Lowered;
use value::Lowering;

/// The template that a JSON tree is.
///
/// `written` is what the tree was parsed from. Without it, for a tree that was computed, the parts of an expression stand
/// at the whole string instead of their place in it.
pub fn template(root: &Node<'_>, written: Option<Written<'_>>, file: FileId) -> Lowered<Template> {
    let mut lowering = Lowering::new(written, file);
    let template = lowering.template(root);
    lowering.finish(template)
}

/// What the template that a JSON tree is says of itself, without anything that it declares.
pub fn outline(root: &Node<'_>, file: FileId) -> Template {
    Lowering::new(None, file).outline(root)
}

/// The template that deploys what a snapshot of Bicep (`{"predictedResources": […]}`), a what-if (`{"changes": […]}`)
/// or a validation (`{"validatedResources": […]}`) predicts. Its resources keep the `id` that is written in them as a member.
pub fn snapshot(root: &Node<'_>, written: Option<Written<'_>>, file: FileId) -> Lowered<Template> {
    let mut lowering = Lowering::new(written, file);
    let template = lowering.snapshot(root);
    lowering.finish(template)
}

/// The template that declares a policy definition in a file of its own; one without resources where it deploys nothing.
pub fn policy(root: &Node<'_>, written: Option<Written<'_>>, file: FileId) -> Lowered<Template> {
    let lowering = Lowering::new(written, file);
    let template = match deploying_policy(root) {
        Some(definition) => lowering.policy(definition, file),
        None => Template::empty(file, Language::Arm, root.span),
    };
    lowering.finish(template)
}

/// The value of a part of a template, its strings being expressions where they are written so.
pub fn value(node: &Node<'_>, written: Option<Written<'_>>) -> Lowered<Expression> {
    let mut lowering = Lowering::new(written, FileId(0));
    let value = lowering.value(node);
    lowering.finish(value)
}
