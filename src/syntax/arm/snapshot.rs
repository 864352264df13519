//! What `bicep snapshot`, a what-if and a validation predict: the resources of a template with all loops, modules and
//! conditions resolved. <https://github.com/Azure/bicep/blob/main/docs/experimental/snapshot-command.md>,
//! <https://learn.microsoft.com/rest/api/resources/deployments/what-if>,
//! <https://learn.microsoft.com/rest/api/resources/deployments/validate>
use super::resource::Resources;
use super::value::Lowering;
use crate::syntax::error::SyntaxError;
use crate::syntax::expression::{Rounds, is_expression};
use crate::syntax::json::{Kind, Node};
use crate::syntax::template::{Copy, Language, Name, Parameter, Template, Type, TypeBase};
use std::borrow::Cow;
use std::collections::BTreeMap;

impl Lowering<'_> {
    /// The template that deploys what a snapshot predicts. A parameter without a value stays in expressions, so that
    /// what they name is declared, without a type.
    pub(super) fn snapshot(&mut self, root: &Node<'_>) -> Template {
        let mut resources = Resources::of(root);
        let predicted = match root.get("predictedResources") {
            Some(predicted) => Cow::Borrowed(predicted.elements()),
            None => {
                let changes = what_if_changes(root);
                let mut made: Vec<Node<'_>> =
                    changes.filter_map(|change| self.made(change)).collect();
                let validated = answers(root).flat_map(validated);
                made.extend(validated.filter_map(|resource| self.told(resource)));
                for answer in answers(root).filter(|answer| is_failed_what_if(answer)) {
                    self.what_if_failed(answer);
                }
                Cow::Owned(made)
            }
        };
        // A resource of an extension (Microsoft Graph, Kubernetes) has a type and properties only.
        for node in predicted.iter().filter(|node| node.get("name").is_some()) {
            self.predicted(node, &mut resources);
        }
        let mut names = BTreeMap::new();
        for node in &*predicted {
            named_in(node, "parameters('", &mut names);
        }
        Template {
            file: self.file,
            language: Language::Arm,
            target: None,
            symbolic_names: false,
            parameters: names.into_values().map(parameter).collect(),
            variables: Vec::new(),
            functions: Vec::new(),
            types: Vec::new(),
            resources: resources.lowered,
            outputs: Vec::new(),
            metadata: None,
            imports: Vec::new(),
            refers: false,
            span: root.span,
        }
    }
}

impl Lowering<'_> {
    /// What a change leaves behind, if the deployment makes it: what is `Ignore` is there but no part of it. It is reported
    /// where that is not told, as with `--result-format ResourceIdOnly`.
    fn made<'s>(&mut self, change: &Node<'s>) -> Option<Node<'s>> {
        let kind = change.get("changeType").and_then(Node::as_str);
        let leaves_nothing = |kind: &str| {
            let mut known = ["Delete", "Ignore"].iter();
            known.any(|known| known.eq_ignore_ascii_case(kind))
        };
        if kind.is_some_and(leaves_nothing) {
            return None;
        }
        let after = change.get("after").filter(is_told).map(unmasked);
        if after.is_none() {
            let message =
                "what this change makes is not told: it has no `after` with a type and a name";
            self.report(SyntaxError::new(message, change.span));
        }
        after
    }

    /// A resource that a validation tells of; it may tell of its id alone.
    fn told<'s>(&mut self, resource: &Node<'s>) -> Option<Node<'s>> {
        let told = Some(resource).filter(is_told).map(unmasked);
        if told.is_none() {
            let message = "what this resource is like is not told: it has no type and name";
            self.report(SyntaxError::new(message, resource.span));
        }
        told
    }

    fn what_if_failed(&mut self, answer: &Node<'_>) {
        let code = answer.get("error").and_then(|error| error.get("code"));
        let code = code.and_then(Node::as_str).unwrap_or_default();
        let message =
            format!("this what-if failed ({code}), so that what would be made is not told");
        self.report(SyntaxError::new(message, answer.span));
    }

    /// A predicted resource. `akvlint expand` writes the count of a loop that is undecided into it as `copy`.
    fn predicted(&mut self, node: &Node<'_>, resources: &mut Resources<'_, '_>) {
        let count = node.get("copy").filter(|copy| copy.as_str().is_some());
        let Some(count) = count else {
            self.resource(node, None, None, resources);
            return;
        };
        let others = node.members().iter();
        let others = others.filter(|member| !member.key.eq_ignore_ascii_case("copy"));
        let one = Node {
            kind: Kind::Object(others.cloned().collect()),
            span: node.span,
        };
        self.resource(&one, None, None, resources);
        // Where a resource is in loops of modules too, the count is a product, and which index is which is not told.
        let mut indexes = BTreeMap::new();
        named_in(node, "copyIndex('", &mut indexes);
        let name = indexes.into_values().next().map(|name| name.text);
        let copy = Copy {
            name: name.unwrap_or_else(|| "".into()),
            over: Rounds::Count(self.value(count)),
            batch: None,
            span: count.span,
        };
        if let Some(resource) = resources.lowered.last_mut() {
            resource.copy = Some(Box::new(copy));
        }
    }
}

/// Whether it is what a what-if or a validation tells.
pub(crate) fn is_prediction(root: &Node<'_>) -> bool {
    what_if_changes(root)
        .any(|change| change.get("resourceId").is_some() && change.get("changeType").is_some())
        || answers(root)
            .flat_map(validated)
            .any(|resource| is_told(&resource))
        || answers(root).any(is_failed_what_if)
}

/// The answers in a document: itself, or those in a list, as a script collects them.
fn answers<'n, 's>(root: &'n Node<'s>) -> impl Iterator<Item = &'n Node<'s>> {
    let itself = Some(root).filter(|root| root.is_object());
    itself.into_iter().chain(root.elements())
}

/// The resources that a validation tells of.
fn validated<'n, 's>(answer: &'n Node<'s>) -> &'n [Node<'s>] {
    let properties = answer.get("properties").unwrap_or(answer);
    let resources = properties.get("validatedResources");
    resources.map(Node::elements).unwrap_or_default()
}

/// Whether it says what the resource is: it may be an id alone.
fn is_told(resource: &&Node<'_>) -> bool {
    let mut needed = ["type", "name"].iter();
    needed.all(|key| resource.get(key).and_then(Node::as_str).is_some())
}

/// Whether it is the answer of a what-if that failed. What other operations fail with has no room for changes.
fn is_failed_what_if(answer: &Node<'_>) -> bool {
    let status = answer.get("status").and_then(Node::as_str);
    let is_failed = status.is_some_and(|status| status.eq_ignore_ascii_case("Failed"));
    let code = answer.get("error").and_then(|error| error.get("code"));
    let properties = answer.get("properties").unwrap_or(answer);
    let changes = properties
        .get("changes")
        .or_else(|| properties.get("potentialChanges"));
    is_failed && code.is_some() && changes.is_some_and(|changes| changes.elements().is_empty())
}

/// The changes that a what-if tells, those that are only possible too: as Azure answers, or with `properties` left out as
/// `az` prints it.
fn what_if_changes<'n, 's>(root: &'n Node<'s>) -> impl Iterator<Item = &'n Node<'s>> {
    answers(root).flat_map(|answer| {
        let properties = answer.get("properties").filter(|node| node.is_object());
        let lists = ["changes", "potentialChanges"];
        let lists = lists.map(|list| properties.unwrap_or(answer).get(list));
        lists.into_iter().flatten().flat_map(Node::elements)
    })
}

/// The same with what is masked (`*******`) as a secure parameter of that name: a what-if masks what comes from one.
fn unmasked<'s>(node: &Node<'s>) -> Node<'s> {
    let kind = match &node.kind {
        Kind::String(text) if is_mask(text) => {
            Kind::String(format!("[parameters('{text}')]").into())
        }
        Kind::Array(elements) => Kind::Array(elements.iter().map(unmasked).collect()),
        Kind::Object(members) => Kind::Object(
            members
                .iter()
                .map(|member| {
                    let mut member = member.clone();
                    member.value = unmasked(&member.value);
                    member
                })
                .collect(),
        ),
        other => other.clone(),
    };
    Node {
        kind,
        span: node.span,
    }
}

fn is_mask(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte == b'*')
}

fn parameter(name: Name) -> Parameter {
    let span = name.span;
    let secure = is_mask(&name.text);
    Parameter {
        name,
        kind: Type {
            base: TypeBase::Any,
            nullable: false,
            secure,
            allowed: None,
            minimum: None,
            maximum: None,
            sealed: false,
            span,
        },
        default: None,
        span,
    }
}

/// The names that follow `call`, up to their quote, in the expressions in a value, by their lower case.
fn named_in(node: &Node<'_>, call: &str, names: &mut BTreeMap<String, Name>) {
    match &node.kind {
        Kind::String(text) if is_expression(text) => {
            for after in text.split(call).skip(1) {
                if let Some((name, _)) = after.split_once('\'') {
                    names
                        .entry(name.to_ascii_lowercase())
                        .or_insert_with(|| Name {
                            text: name.into(),
                            span: node.span,
                        });
                }
            }
        }
        Kind::Array(elements) => {
            for element in elements {
                named_in(element, call, names);
            }
        }
        Kind::Object(members) => {
            for member in members {
                named_in(&member.value, call, names);
            }
        }
        _ => {}
    }
}
