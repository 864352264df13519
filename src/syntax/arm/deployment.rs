//! What nested deployments deploy: the template in them, or the link to it, and its arguments.
use super::argument::Reading;
use super::value::{Lowering, loops, name};
use crate::syntax::error::SyntaxError;
use crate::syntax::expression::{Expression, is_expression};
use crate::syntax::json::{Kind, Member, Node};
use crate::syntax::template::{
    Argument, DEPLOYMENT_TYPE, Deployment, DeploymentSource, Link, STACK_TYPE,
};

/// The resource types that deploy a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deployer {
    /// [`DEPLOYMENT_TYPE`]
    Deployment,
    /// `Microsoft.Resources/deploymentStacks`. To a template it is a resource like any other: all expressions in it are
    /// evaluated there, and what is escaped (`[[…]`) is an expression of the stack's own template.
    Stack,
}

impl Deployer {
    /// The one that resources of this type are.
    pub(super) fn of_type(kind: &str) -> Option<Self> {
        if kind.eq_ignore_ascii_case(DEPLOYMENT_TYPE) {
            Some(Self::Deployment)
        } else if kind.eq_ignore_ascii_case(STACK_TYPE) {
            Some(Self::Stack)
        } else {
            None
        }
    }
}

impl Lowering<'_> {
    /// What the deployment at `resource` with these `properties` deploys. `symbolic_names` is that of the template that it is in.
    pub(super) fn deployment(
        &mut self,
        deployer: Deployer,
        properties: Option<&Node<'_>>,
        resource: &Node<'_>,
        symbolic_names: bool,
    ) -> Deployment {
        let Some(properties) = properties.filter(|properties| properties.is_object()) else {
            match properties {
                Some(other) => self.wrong_kind("`properties` of a deployment", "an object", other),
                None => {
                    self.missing("a deployment", "properties", resource);
                }
            }
            return nothing();
        };
        let source = self.source(deployer, properties);
        let scope = self.is_outer(properties).unwrap_or(!symbolic_names);
        let (arguments, argument_object) = self.arguments(properties.get("parameters"));
        let link = properties
            .get("parametersLink")
            .filter(|link| link.kind != Kind::Null);
        Deployment {
            outer: matches!(source, DeploymentSource::Inline(_))
                && (scope || deployer == Deployer::Stack),
            source,
            arguments,
            argument_object,
            arguments_link: link.and_then(|link| self.link("`parametersLink`", link)),
            resource_group: None,
            subscription: None,
        }
    }

    /// `properties` of a deployment without what [`Deployment`] holds in another form.
    pub(super) fn deployment_properties(&mut self, properties: &Node<'_>) -> Expression {
        let is_held = |key: &str| {
            key.eq_ignore_ascii_case("template") || key.eq_ignore_ascii_case("parameters")
        };
        let members = properties.members().iter();
        let members = members.filter(|member| !is_held(&member.key));
        self.object(members, properties.span)
    }

    /// `expressionEvaluationOptions.scope`. `None` is the default, which depends on the template around: `outer`, or
    /// `inner` where resources have symbolic names.
    fn is_outer(&mut self, properties: &Node<'_>) -> Option<bool> {
        let options = properties.get("expressionEvaluationOptions")?;
        let scope = options.get("scope")?;
        let text = scope.as_str().unwrap_or_default().to_ascii_lowercase();
        match text.as_str() {
            "inner" => return Some(false),
            "outer" => return Some(true),
            "notspecified" => {}
            _ => self.report(SyntaxError::new(
                "the scope of a nested deployment must be written as `inner` or `outer`",
                scope.span,
            )),
        }
        None
    }

    fn source(&mut self, deployer: Deployer, properties: &Node<'_>) -> DeploymentSource {
        let member = |name| properties.get(name).filter(|node| node.kind != Kind::Null);
        let Some(template) = member("template") else {
            let Some(link) = member("templateLink") else {
                self.missing("a deployment", "properties.template", properties);
                return DeploymentSource::Missing;
            };
            let link = self.link("`templateLink`", link);
            return link.map_or(DeploymentSource::Missing, DeploymentSource::Link);
        };
        match &template.kind {
            Kind::Object(_) if deployer == Deployer::Stack && holds_escape(template) => {
                DeploymentSource::Computed(self.value(template))
            }
            Kind::Object(_) => {
                DeploymentSource::Inline(std::sync::Arc::new(self.template(template)))
            }
            Kind::String(text) if is_expression(text) => {
                DeploymentSource::Computed(self.value(template))
            }
            _ => {
                self.wrong_kind("`template`", "an object", template);
                DeploymentSource::Missing
            }
        }
    }

    /// `{"relativePath": …}`, `{"uri": …}` or `{"id": …}`.
    fn link(&mut self, what: &str, node: &Node<'_>) -> Option<Link> {
        if node.as_str().is_some_and(is_expression) {
            return Some(Link::Computed(self.value(node)));
        }
        if !node.is_object() {
            self.wrong_kind(what, "an object", node);
            return None;
        }
        if let Some(path) = node.get("relativePath") {
            return Some(Link::RelativePath(self.value(path)));
        }
        if let Some(uri) = node.get("uri") {
            return Some(Link::Uri(self.value(uri)));
        }
        if let Some(id) = node.get("id") {
            return Some(Link::Id(self.value(id)));
        }
        self.missing(what, "uri", node);
        None
    }

    /// The arguments one by one, or as one expression where their names are not all written.
    fn arguments(&mut self, section: Option<&Node<'_>>) -> (Vec<Argument>, Option<Expression>) {
        let Some(section) = section.filter(|section| section.kind != Kind::Null) else {
            return (Vec::new(), None);
        };
        let is_computed =
            |member: &Member<'_>| is_expression(&member.key) || loops(member).is_some();
        let members = section.members();
        let is_damaged = section.is_object() && self.is_damaged(section);
        if section.as_str().is_some_and(is_expression)
            || members.iter().any(is_computed)
            || is_damaged
        {
            return (Vec::new(), Some(self.value(section)));
        }
        if !section.is_object() {
            self.wrong_kind("`parameters`", "an object", section);
        }
        let arguments = members.iter().map(|member| Argument {
            name: name(member),
            value: self.argument(&member.value, Reading::Template),
        });
        (arguments.collect(), None)
    }
}

/// What a deployment deploys that could not be understood; it was reported.
fn nothing() -> Deployment {
    Deployment::of(DeploymentSource::Missing)
}

/// Whether a string in this value is escaped: `[[…]`.
fn holds_escape(node: &Node<'_>) -> bool {
    let is_escaped = |text: &str| text.starts_with("[[") && text.ends_with(']');
    match &node.kind {
        Kind::String(text) => is_escaped(text),
        Kind::Array(elements) => elements.iter().any(holds_escape),
        Kind::Object(members) => members
            .iter()
            .any(|member| is_escaped(&member.key) || holds_escape(&member.value)),
        _ => false,
    }
}
