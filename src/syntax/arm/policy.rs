//! Azure Policy definitions in a file of their own: as `az policy definition show` prints them
//! (`{"name": …, "properties": {"policyRule": …}}`), their properties alone, or the rule alone, as
//! `az policy definition create --rules` takes it.
//!
//! In: the tree of a document. Out: the template that declares the definition. Its expressions are those of the policy and
//! of what it deploys, so that all of it is data.

use super::value::{Lowering, literal};
use crate::source::FileId;
use crate::syntax::expression::{Expression, ExpressionKind, Property};
use crate::syntax::json::{Kind, Node};
use crate::syntax::template::{Language, Name, POLICY_TYPE, Resource, Template};

/// Where the members of a definition stand that has a template: `policyRule.then.details.deployment`.
pub(crate) fn deploying_policy<'n, 's>(root: &'n Node<'s>) -> Option<Definition<'n, 's>> {
    let deploys = |rule: &'n Node<'s>| {
        let deployment = rule.get("then")?.get("details")?.get("deployment")?;
        (deployment.kind != Kind::Null).then_some(rule)
    };
    let properties = root.get("properties").unwrap_or(root);
    let rule = match properties.get("policyRule") {
        Some(rule) => rule,
        None => root.get("if").map(|_| root)?,
    };
    deploys(rule).map(|rule| Definition { root, rule })
}

/// A definition that deploys something.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Definition<'n, 's> {
    root: &'n Node<'s>,
    rule: &'n Node<'s>,
}

impl Lowering<'_> {
    /// The template that declares a definition.
    pub(super) fn policy(&self, definition: Definition<'_, '_>, file: FileId) -> Template {
        let Definition { root, rule } = definition;
        let object = |name: &str, value| {
            let property = Property {
                key: Expression::string(name, rule.span),
                value,
            };
            Expression::new(ExpressionKind::Object([property].into()), rule.span)
        };
        let name = root.get("name").map_or_else(
            || Expression::string("policy", root.span),
            |name| literal(name),
        );
        let resource = Resource {
            kind: Name {
                text: POLICY_TYPE.into(),
                span: rule.span,
            },
            body: vec![Property {
                key: Expression::string("properties", rule.span),
                value: object("policyRule", self.literal(rule)),
            }],
            ..Resource::of(POLICY_TYPE, name, root.span)
        };
        Template {
            resources: vec![resource],
            ..Template::empty(file, Language::Arm, root.span)
        }
    }
}
