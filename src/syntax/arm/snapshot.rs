//! What `bicep snapshot` predicts: the resources of a template with all loops, modules and conditions resolved.
//! <https://github.com/Azure/bicep/blob/main/docs/experimental/snapshot-command.md>
use super::resource::Resources;
use super::value::Lowering;
use crate::syntax::expression::is_expression;
use crate::syntax::json::{Kind, Node};
use crate::syntax::template::{Language, Name, Parameter, Template, Type, TypeBase};
use std::collections::BTreeMap;

impl Lowering<'_> {
    /// The template that deploys what a snapshot predicts. A parameter without a value stays in expressions, so that
    /// what they name is declared, without a type.
    pub(super) fn snapshot(&mut self, root: &Node<'_>) -> Template {
        let mut resources = Resources::of(root);
        let predicted = root
            .get("predictedResources")
            .map_or(&[][..], Node::elements);
        // A resource of an extension (Microsoft Graph, Kubernetes) has a type and properties only.
        for node in predicted.iter().filter(|node| node.get("name").is_some()) {
            self.resource(node, None, None, &mut resources);
        }
        let mut names = BTreeMap::new();
        for node in predicted {
            collect_parameters(node, &mut names);
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
            span: root.span,
        }
    }
}

fn parameter(name: Name) -> Parameter {
    let span = name.span;
    Parameter {
        name,
        kind: Type {
            base: TypeBase::Any,
            nullable: false,
            secure: false,
            allowed: None,
            minimum: None,
            maximum: None,
            span,
        },
        default: None,
        span,
    }
}

/// The names in `parameters('name')` of the expressions in a value, by their lower case.
fn collect_parameters(node: &Node<'_>, names: &mut BTreeMap<String, Name>) {
    match &node.kind {
        Kind::String(text) if is_expression(text) => {
            for after in text.split("parameters('").skip(1) {
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
                collect_parameters(element, names);
            }
        }
        Kind::Object(members) => {
            for member in members {
                collect_parameters(&member.value, names);
            }
        }
        _ => {}
    }
}
