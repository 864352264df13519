//! Resources, and the children nested in them.
use super::deployment::Deployer;
use super::value::{Lowering, invalid, name};
use crate::syntax::error::SyntaxError;
use crate::syntax::expression::{Expression, ExpressionKind, Property, Rounds, Text, shared};
use crate::syntax::json::{Kind, Member, Node};
use crate::syntax::template::{Copy, Deployment, Name, Parent, Resource};

/// The resources of a template, and what of it bears on how they are read.
pub(super) struct Resources<'n, 's> {
    template: &'n Node<'s>,
    symbolic_names: bool,
    /// Whether it is known what `existing` means.
    knows_existing: bool,
    /// The resources so far; a parent stands before its children.
    pub(super) lowered: Vec<Resource>,
}

impl<'n, 's> Resources<'n, 's> {
    /// None yet, of a template without symbolic names.
    pub(super) fn of(template: &'n Node<'s>) -> Self {
        Self {
            template,
            symbolic_names: false,
            knows_existing: true,
            lowered: Vec::new(),
        }
    }
}

/// The members of a resource that are not values of it. Names are case-insensitive, of several the last counts, and
/// null is as good as none.
#[derive(Default)]
struct Members<'n, 's> {
    kind: Option<&'n Node<'s>>,
    api_version: Option<&'n Node<'s>>,
    name: Option<&'n Node<'s>>,
    condition: Option<&'n Node<'s>>,
    copy: Option<&'n Node<'s>>,
    scope: Option<&'n Node<'s>>,
    depends_on: Option<&'n Node<'s>>,
    existing: Option<&'n Node<'s>>,
    extension: Option<&'n Node<'s>>,
    resources: Option<&'n Node<'s>>,
    /// The others in source order.
    values: Vec<&'n Member<'s>>,
}

impl<'n, 's> Members<'n, 's> {
    fn of(members: &'n [Member<'s>]) -> Self {
        let mut found = Self {
            values: Vec::with_capacity(members.len()),
            ..Self::default()
        };
        for member in members {
            match found.slot(&member.key) {
                Some(slot) => *slot = Some(&member.value).filter(|value| value.kind != Kind::Null),
                None => found.values.push(member),
            }
        }
        found
    }

    fn slot(&mut self, key: &str) -> Option<&mut Option<&'n Node<'s>>> {
        let is = |name: &str| key.eq_ignore_ascii_case(name);
        if is("type") {
            Some(&mut self.kind)
        } else if is("name") {
            Some(&mut self.name)
        } else if is("apiVersion") {
            Some(&mut self.api_version)
        } else if is("dependsOn") {
            Some(&mut self.depends_on)
        } else if is("condition") {
            Some(&mut self.condition)
        } else if is("copy") {
            Some(&mut self.copy)
        } else if is("scope") {
            Some(&mut self.scope)
        } else if is("existing") {
            Some(&mut self.existing)
        } else if is("import") || is("extension") {
            Some(&mut self.extension)
        } else if is("resources") {
            Some(&mut self.resources)
        } else {
            None
        }
    }

    fn value(&self, name: &str) -> Option<&'n Node<'s>> {
        let mut values = self.values.iter().rev();
        let member = values.find(|member| member.key.eq_ignore_ascii_case(name))?;
        Some(&member.value).filter(|value| value.kind != Kind::Null)
    }
}

impl Lowering<'_> {
    /// All resources of a template, each before the children that are nested in it.
    pub(super) fn all_resources(
        &mut self,
        template: &Node<'_>,
        symbolic_names: bool,
    ) -> Vec<Resource> {
        let mut resources = Resources {
            symbolic_names,
            knows_existing: symbolic_names,
            ..Resources::of(template)
        };
        if let Some(section) = template.get("resources") {
            self.resources(section, None, &mut resources);
        }
        // Templates are kept while others are read.
        resources.lowered.shrink_to_fit();
        resources.lowered
    }

    /// A section `resources`: an array, or an object of symbolic names.
    fn resources(
        &mut self,
        section: &Node<'_>,
        parent: Option<usize>,
        resources: &mut Resources<'_, '_>,
    ) {
        match &section.kind {
            Kind::Array(elements) => {
                for element in elements {
                    self.resource(element, None, parent, resources);
                }
            }
            Kind::Object(members) => {
                for member in members {
                    self.resource(&member.value, Some(name(member)), parent, resources);
                }
            }
            Kind::Null => {}
            _ => self.wrong_kind("`resources`", "an array or an object", section),
        }
    }

    pub(super) fn resource(
        &mut self,
        node: &Node<'_>,
        symbol: Option<Name>,
        parent: Option<usize>,
        resources: &mut Resources<'_, '_>,
    ) {
        let Kind::Object(members) = &node.kind else {
            self.wrong_kind("a resource", "an object", node);
            return;
        };
        let members = Members::of(members);
        let extension = members
            .extension
            .is_some_and(|alias| is_foreign(resources.template, alias));
        let (own_kind, version) = self.kind(members.kind, node);
        let around = parent.and_then(|index| resources.lowered.get(index));
        let (kind, is_child) = full_kind(own_kind, around);
        let existing = self.is_existing(members.existing, resources.knows_existing);
        let deployer = Deployer::of_type(&kind.text).filter(|_| !existing && !extension);
        let (deployment, body) = match deployer {
            Some(deployer) => {
                let (deployment, body) =
                    self.deploying(deployer, &members, node, resources.symbolic_names);
                (Some(Box::new(deployment)), body)
            }
            None => (None, self.body(&members)),
        };
        let body = self.with_lost_properties(body, &members, node);
        let index = resources.lowered.len();
        resources.lowered.push(Resource {
            symbol,
            kind,
            api_version: self.optional(members.api_version).or(version),
            name: match members.name {
                Some(name) => self.value(name),
                None if extension => Expression::new(ExpressionKind::Null, node.span),
                None => self.missing("a resource", "name", node),
            },
            parent: parent.filter(|_| is_child).map(|resource| Parent {
                resource,
                inherits: false,
                index: None,
            }),
            condition: self.optional(members.condition),
            copy: members.copy.map(|copy| Box::new(self.copy(copy))),
            scope: match members.scope {
                Some(scope) => Some(self.value(scope)),
                None if existing => self.scope_of_existing(&members),
                None => None,
            },
            existing,
            extension,
            body,
            depends_on: self.depends_on(members.depends_on),
            deployment,
            span: node.span,
        });
        if let Some(children) = members.resources {
            self.resources(children, Some(index), resources);
        }
    }

    /// The type as written; with the version, where the type holds one: types of extensions do (`core/Secret@v1`).
    fn kind(&mut self, node: Option<&Node<'_>>, resource: &Node<'_>) -> (Name, Option<Expression>) {
        let unknown = |span| Name {
            text: "".into(),
            span,
        };
        let Some(node) = node else {
            self.missing("a resource", "type", resource);
            return (unknown(resource.span), None);
        };
        let value = self.value(node);
        let Some(text) = value.as_str() else {
            let is_reported = matches!(
                value.kind,
                ExpressionKind::Invalid(_) | ExpressionKind::Undecided(_)
            );
            if !is_reported {
                self.wrong_kind("the type of a resource", "a literal string", node);
            }
            return (unknown(node.span), None);
        };
        let (kind, version) = match text.split_once('@') {
            Some((kind, version)) => (kind, Some(Expression::string(version, node.span))),
            None => (text, None),
        };
        let kind = Name {
            text: shared(kind),
            span: node.span,
        };
        (kind, version)
    }

    /// Where an `existing` resource is: the Bicep compiler writes its `scope` in the members that deployments have too.
    fn scope_of_existing(&mut self, members: &Members<'_, '_>) -> Option<Expression> {
        let subscription = self.optional(members.value("subscriptionId"));
        let group = self.optional(members.value("resourceGroup"));
        let function = match (&subscription, &group) {
            (None, None) => return None,
            (Some(_), None) => "subscription",
            (_, Some(_)) => "resourceGroup",
        };
        let arguments: Vec<_> = subscription.into_iter().chain(group).collect();
        let span = arguments.first()?.span;
        Some(Expression::call(function, arguments, span))
    }

    /// Whether a resource is read only. The Bicep compiler writes `existing` where resources have symbolic names
    /// (<https://github.com/Azure/bicep/issues/12204>). No documentation says what it does elsewhere, where a resource that is
    /// deployed all the same must not pass for one that is not.
    fn is_existing(&mut self, node: Option<&Node<'_>>, is_known: bool) -> bool {
        match node.map(|node| (&node.kind, node)) {
            Some((Kind::Bool(true), node)) if !is_known => {
                let message = "`existing` is known in templates with `languageVersion` 2.0 only; the resource is judged as one that is deployed";
                self.report(SyntaxError::new(message, node.span));
                false
            }
            Some((Kind::Bool(existing), _)) => *existing,
            Some((_, node)) => {
                self.wrong_kind("`existing`", "`true` or `false`", node);
                false
            }
            None => false,
        }
    }

    /// The members that are values.
    fn body(&mut self, members: &Members<'_, '_>) -> Vec<Property> {
        let mut body = Vec::with_capacity(members.values.len());
        for member in &members.values {
            self.member(member, &mut body);
        }
        body
    }

    /// The members that are values, with `properties` where they may be lost: they are then not absent but unknown.
    fn with_lost_properties(
        &self,
        mut body: Vec<Property>,
        members: &Members<'_, '_>,
        resource: &Node<'_>,
    ) -> Vec<Property> {
        if self.is_damaged(resource) && members.value("properties").is_none() {
            body.push(Property {
                key: Expression::string("properties", resource.span),
                value: invalid(resource.span),
            });
        }
        body
    }

    /// What a deployment deploys, and the members that are values besides.
    fn deploying(
        &mut self,
        deployer: Deployer,
        members: &Members<'_, '_>,
        resource: &Node<'_>,
        symbolic_names: bool,
    ) -> (Deployment, Vec<Property>) {
        let properties = members.value("properties");
        let deployment = Deployment {
            resource_group: self.optional(members.value("resourceGroup")),
            subscription: self.optional(members.value("subscriptionId")),
            ..self.deployment(deployer, properties, resource, symbolic_names)
        };
        let mut body = Vec::with_capacity(members.values.len());
        for member in &members.values {
            let is = |name: &str| member.key.eq_ignore_ascii_case(name);
            if is("properties") && member.value.is_object() {
                body.push(Property {
                    key: Expression::string(member.key.as_ref(), member.key_span),
                    value: self.deployment_properties(&member.value),
                });
            } else if !is("resourceGroup") && !is("subscriptionId") {
                self.member(member, &mut body);
            }
        }
        (deployment, body)
    }

    /// A member that is a value. What is said to people is no expression, even in brackets.
    fn member(&mut self, member: &Member<'_>, body: &mut Vec<Property>) {
        let is = |name: &str| member.key.eq_ignore_ascii_case(name);
        if is("comments") || is("metadata") {
            body.push(Property {
                key: Expression::string(member.key.as_ref(), member.key_span),
                value: self.literal(&member.value),
            });
        } else {
            self.property(member, body);
        }
    }

    /// `{"name": …, "count": …, "mode": …, "batchSize": …}`
    fn copy(&mut self, node: &Node<'_>) -> Copy {
        if !node.is_object() {
            self.wrong_kind("`copy` of a resource", "an object", node);
            return Copy {
                name: "".into(),
                over: Rounds::Count(invalid(node.span)),
                batch: None,
            };
        }
        let name = node.get("name").and_then(Node::as_str);
        if name.is_none() {
            self.missing("a `copy` loop", "name", node);
        }
        let mode = node.get("mode").and_then(Node::as_str);
        let size = match node.get("batchSize").map(|size| &size.kind) {
            Some(Kind::Number(size)) => size.parse().unwrap_or(1),
            _ => 1,
        };
        Copy {
            name: name.unwrap_or_default().into(),
            over: Rounds::Count(self.loop_member(node, "count")),
            batch: mode
                .is_some_and(|mode| mode.eq_ignore_ascii_case("serial"))
                .then_some(size),
        }
    }

    /// The entries of `dependsOn`. An expression in place of the array is one entry, which gives an array.
    fn depends_on(&mut self, node: Option<&Node<'_>>) -> Vec<Expression> {
        let Some(node) = node else {
            return Vec::new();
        };
        match &node.kind {
            Kind::Array(entries) => entries.iter().map(|entry| self.value(entry)).collect(),
            Kind::String(_) => vec![self.value(node)],
            Kind::Null => Vec::new(),
            _ => {
                self.wrong_kind("`dependsOn`", "an array", node);
                Vec::new()
            }
        }
    }
}

/// The full type of a resource, and whether its name goes after that of the resource around it.
///
/// A nested resource has the last segments of its type only. Some authors write the full type, and one with a namespace
/// of its own (a solution in its workspace) is no child in name.
fn full_kind(own: Name, around: Option<&Resource>) -> (Name, bool) {
    let Some(around) = around else {
        return (own, false);
    };
    let is_full = own
        .text
        .split_once('/')
        .is_some_and(|(namespace, _)| namespace.contains('.'));
    let parent = &around.kind.text;
    if is_full {
        let is_under_parent = own.text.as_bytes().get(parent.len()) == Some(&b'/')
            && own
                .text
                .get(..parent.len())
                .is_some_and(|prefix| prefix.eq_ignore_ascii_case(parent));
        return (own, is_under_parent);
    }
    let text: Text = if own.text.is_empty() || parent.is_empty() {
        "".into()
    } else {
        format!("{parent}/{}", own.text).into()
    };
    (
        Name {
            text,
            span: own.span,
        },
        true,
    )
}

/// Whether `alias`, the extension of a resource, is another one than Azure Resource Manager itself. The template says
/// under `extensions` (`imports` before 2.1) what its aliases stand for; `az` is the Bicep compiler's own.
fn is_foreign(template: &Node<'_>, alias: &Node<'_>) -> bool {
    let alias = alias.as_str().unwrap_or_default();
    let declared = ["extensions", "imports"]
        .iter()
        .find_map(|section| template.get(section)?.get(alias));
    let provider = declared
        .and_then(|extension| extension.get("name").or_else(|| extension.get("provider")))
        .and_then(Node::as_str);
    match provider {
        Some(provider) => !provider.eq_ignore_ascii_case("AzureResourceManager"),
        None => !alias.eq_ignore_ascii_case("az"),
    }
}
