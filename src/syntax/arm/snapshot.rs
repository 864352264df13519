//! What `bicep snapshot` predicts: the resources of a template with all loops, modules and conditions resolved
//! (<https://github.com/Azure/bicep/blob/main/docs/experimental/snapshot-command.md>). What a what-if or a validation
//! predicts is read in the same way.
use super::resource::Resources;
use super::value::Lowering;
use crate::syntax::error::SyntaxError;
use crate::syntax::expression::{Rounds, is_expression};
use crate::syntax::json::{Kind, Node};
use crate::syntax::template::{Copy, Language, Name, Parameter, Template, Type};
use std::borrow::Cow;
use std::collections::BTreeMap;

impl Lowering<'_> {
    /// The template that deploys what a snapshot predicts. A parameter without a value stays in expressions, so that
    /// what they name is declared, without a type.
    pub(super) fn snapshot(&mut self, root: &Node<'_>) -> Template {
        let mut resources = Resources::of(root);
        let predicted = match root.get("predictedResources") {
            Some(predicted) => {
                if !predicted.is_array() {
                    self.wrong_kind("`predictedResources`", "an array", predicted);
                }
                Cow::Borrowed(predicted.elements())
            }
            None => Cow::Owned(self.prediction(root)),
        };
        for node in &*predicted {
            if node.get("name").is_some() {
                self.predicted(node, &mut resources);
            } else if !is_of_extension(node) {
                let message = "what this resource is like is not told: it has no type and name";
                self.report(SyntaxError::new(message, node.span));
            }
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
        };
        if let Some(resource) = resources.lowered.last_mut() {
            resource.copy = Some(Box::new(copy));
        }
    }
}

/// A resource of an extension (Microsoft Graph, Kubernetes) has a type and properties only.
fn is_of_extension(node: &Node<'_>) -> bool {
    let mut others = ["id", "apiVersion"].iter();
    node.get("type").is_some() && !others.any(|key| node.get(key).is_some())
}

pub(super) fn is_mask(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte == b'*')
}

fn parameter(name: Name) -> Parameter {
    let secure = is_mask(&name.text);
    Parameter {
        name,
        kind: Type {
            secure,
            ..Type::any()
        },
        default: None,
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
