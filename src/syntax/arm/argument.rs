//! What parameters are given: the same form in parameter files and in nested deployments.
use super::value::{Lowering, invalid, loops};
use crate::syntax::expression::{Expression, ExpressionKind, Property, is_expression};
use crate::syntax::json::Node;
use crate::syntax::template::ArgumentValue;

/// How the strings of an argument are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// As those of a template.
    Template,
    /// As literals, whatever brackets they stand in.
    Literal,
}

impl Lowering<'_> {
    /// What an argument is given: `{"value": …}` or `{"reference": …}`. In a template it may also be computed, in whole
    /// or in part; in a parameter file `{"expression": …}` is an expression over external inputs.
    pub(super) fn argument(&mut self, node: &Node<'_>, reading: Reading) -> ArgumentValue {
        if reading == Reading::Template && is_computed(node) {
            return self.computed_argument(node);
        }
        if !node.is_object() {
            self.wrong_kind("an argument", "an object with `value` or `reference`", node);
            return ArgumentValue::Value(invalid(node.span));
        }
        if let Some(value) = node.get("value") {
            return ArgumentValue::Value(self.read(value, reading));
        }
        if let Some(reference) = node.get("reference") {
            return self.secret(reference, reading);
        }
        match node.get("expression") {
            Some(expression) if reading == Reading::Literal => {
                ArgumentValue::Value(self.value(expression))
            }
            _ => ArgumentValue::Value(self.missing("an argument", "value", node)),
        }
    }

    /// An argument that is an expression, or has expressions or loops for keys. A loop that makes `value` is the value.
    fn computed_argument(&mut self, node: &Node<'_>) -> ArgumentValue {
        let mut argument = self.value(node);
        if let ExpressionKind::Object(properties) = &mut argument.kind
            && let [only] = &mut **properties
            && is_value(only)
        {
            let value = std::mem::replace(&mut only.value, invalid(node.span));
            return ArgumentValue::Value(value);
        }
        ArgumentValue::Computed(argument)
    }

    /// `{"keyVault": {"id": …}, "secretName": …}`
    fn secret(&mut self, reference: &Node<'_>, reading: Reading) -> ArgumentValue {
        if !reference.is_object() {
            self.wrong_kind("a reference to a secret", "an object", reference);
            return ArgumentValue::Secret {
                vault: invalid(reference.span),
                secret: invalid(reference.span),
            };
        }
        let id = reference.get("keyVault").and_then(|vault| vault.get("id"));
        let name = reference.get("secretName");
        let mut part = |part: Option<&Node<'_>>, member| match part {
            Some(node) => self.read(node, reading),
            None => self.missing("a reference to a secret", member, reference),
        };
        ArgumentValue::Secret {
            vault: part(id, "keyVault.id"),
            secret: part(name, "secretName"),
        }
    }

    fn read(&mut self, node: &Node<'_>, reading: Reading) -> Expression {
        match reading {
            Reading::Template => self.value(node),
            Reading::Literal => self.literal(node),
        }
    }
}

/// Whether it takes an evaluation to see what an argument is given.
fn is_computed(argument: &Node<'_>) -> bool {
    let is_computed_reference = |node: &Node<'_>| {
        is_expression_node(node) || node.get("keyVault").is_some_and(is_expression_node)
    };
    is_expression_node(argument)
        || argument.get("reference").is_some_and(is_computed_reference)
        || argument
            .members()
            .iter()
            .any(|member| is_expression(&member.key) || loops(member).is_some())
}

fn is_expression_node(node: &Node<'_>) -> bool {
    node.as_str().is_some_and(is_expression)
}

fn is_value(property: &Property) -> bool {
    property
        .key
        .as_str()
        .is_some_and(|key| key.eq_ignore_ascii_case("value"))
}
