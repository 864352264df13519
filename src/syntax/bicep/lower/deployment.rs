//! Deployments that are written as resources: their template is an object, whose values are evaluated where the
//! deployment is declared.

use super::Lowering;
use super::resource::properties;
use crate::syntax::bicep::tree::{self, ExpressionKind as Written, Object, ObjectItem};
use crate::syntax::expression::{Expression, ExpressionKind, Property};
use crate::syntax::template::{Deployment, DeploymentSource, Link};

impl<'s> Lowering<'_, 's> {
    /// What a resource of [`DEPLOYMENT_TYPE`] deploys.
    pub(super) fn deployment(&mut self, object: &Object<'s>) -> Deployment {
        let member = |object, name| {
            properties(object).find(|property| {
                property
                    .key
                    .text()
                    .is_some_and(|key| key.eq_ignore_ascii_case(name))
            })
        };
        let optional = |lowering: &mut Self, property: Option<&tree::Property<'s>>| {
            property.map(|property| lowering.expression(&property.value))
        };
        let inside = member(object, "properties").and_then(|property| literal(&property.value));
        let within = |name| inside.and_then(|object| member(object, name));
        let template = optional(self, within("template"));
        let link = within("templateLink").map(|property| self.link(&property.value));
        Deployment {
            source: match (template, link) {
                (Some(template), _) => DeploymentSource::Computed(template),
                (None, Some(link)) => DeploymentSource::Link(link),
                (None, None) => DeploymentSource::Missing,
            },
            outer: false,
            arguments: Vec::new(),
            argument_object: optional(self, within("parameters")),
            arguments_link: within("parametersLink").map(|property| self.link(&property.value)),
            resource_group: optional(self, member(object, "resourceGroup")),
            subscription: optional(self, member(object, "subscriptionId")),
        }
    }

    /// The properties of a deployment without what [`Deployment`] holds in another form.
    pub(super) fn deployment_properties(&mut self, property: &tree::Property<'s>) -> Property {
        let is_held = |item: &ObjectItem<'_>| match item {
            ObjectItem::Property(property) => property.key.text().is_some_and(|key| {
                key.eq_ignore_ascii_case("template") || key.eq_ignore_ascii_case("parameters")
            }),
            _ => true,
        };
        let Some(object) = literal(&property.value) else {
            return self.property(property);
        };
        let mut kept = Vec::new();
        for item in object.items {
            if let ObjectItem::Property(property) = item
                && !is_held(item)
            {
                kept.push(self.property(property));
            }
        }
        Property {
            key: Expression::string("properties", property.key.span),
            value: Expression::new(ExpressionKind::Object(kept.into()), object.span),
        }
    }

    /// `{uri: …}`, `{relativePath: …}` or `{id: …}`
    fn link(&mut self, value: &tree::Expression<'s>) -> Link {
        let Some(object) = literal(value) else {
            return Link::Computed(self.expression(value));
        };
        for property in properties(object) {
            let lowered = match property.key.text() {
                Some("relativePath" | "uri" | "id") => self.expression(&property.value),
                _ => continue,
            };
            return match property.key.text() {
                Some("relativePath") => Link::RelativePath(lowered),
                Some("uri") => Link::Uri(lowered),
                _ => Link::Id(lowered),
            };
        }
        Link::Computed(self.object(object))
    }
}

/// The object that is written in place.
fn literal<'o, 's>(value: &'o tree::Expression<'s>) -> Option<&'o Object<'s>> {
    match &value.kind {
        Written::Object(object) => Some(object),
        Written::Parenthesized(inner) => literal(inner),
        Written::Call(call) if call.name.text == "any" => literal(call.arguments.first()?),
        _ => None,
    }
}
