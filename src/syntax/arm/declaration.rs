//! The sections of a template, and what they declare: parameters, variables, functions, types and outputs.
use super::value::{Lowering, invalid, literal, loops, name};
use crate::syntax::expression::{ExpressionKind, Text};
use crate::syntax::json::{Kind, Member, Node};
use crate::syntax::template::{
    Function, Language, Name, NamedType, Output, Parameter, TargetScope, Template, Type, Variable,
};

impl Lowering<'_> {
    /// The template that `root` is.
    pub(super) fn template(&mut self, root: &Node<'_>) -> Template {
        if !root.is_object() {
            self.wrong_kind("a template", "an object", root);
        }
        let outline = self.outline(root);
        Template {
            parameters: self.parameter_declarations(root),
            variables: self.variables(root),
            functions: self.functions(root),
            types: self.definitions(root),
            resources: self.all_resources(root, outline.symbolic_names),
            outputs: self.outputs(root),
            refers: self.refers(),
            ..outline
        }
    }

    /// What the template that `root` is says of itself.
    pub(super) fn outline(&self, root: &Node<'_>) -> Template {
        let schema = root.get("$schema").and_then(Node::as_str);
        Template {
            target: schema.and_then(target_scope),
            symbolic_names: has_symbolic_names(root),
            metadata: root.get("metadata").map(literal),
            ..Template::empty(self.file, Language::Arm, root.span)
        }
    }

    /// The members of a section; none where it is missing, or is no object.
    fn section<'n, 't>(&mut self, root: &'n Node<'t>, section: &str) -> &'n [Member<'t>] {
        match root.get(section) {
            Some(node) if !node.is_object() && node.kind != Kind::Null => {
                self.wrong_kind(&format!("`{section}`"), "an object", node);
                &[]
            }
            Some(node) => node.members(),
            None => &[],
        }
    }

    fn parameter_declarations(&mut self, root: &Node<'_>) -> Vec<Parameter> {
        let members = self.section(root, "parameters").iter();
        members
            .map(|member| Parameter {
                name: name(member),
                kind: self.declared_type("a parameter", &member.value),
                default: self.optional(member.value.get("defaultValue")),
            })
            .collect()
    }

    fn variables(&mut self, root: &Node<'_>) -> Vec<Variable> {
        let members = self.section(root, "variables");
        let mut variables = Vec::with_capacity(members.len());
        for member in members {
            match loops(member) {
                Some(loops) => {
                    variables.extend(loops.iter().map(|node| self.variable_loop(node)));
                }
                None => variables.push(Variable {
                    name: name(member),
                    value: self.value(&member.value),
                }),
            }
        }
        variables
    }

    fn variable_loop(&mut self, node: &Node<'_>) -> Variable {
        let property = self.property_loop(node);
        let text = match property.key.kind {
            ExpressionKind::String(text) => text,
            _ => "".into(),
        };
        Variable {
            name: Name {
                text,
                span: property.key.span,
            },
            value: property.value,
        }
    }

    fn definitions(&mut self, root: &Node<'_>) -> Vec<NamedType> {
        let members = self.section(root, "definitions").iter();
        members
            .map(|member| NamedType {
                name: name(member),
                kind: self.type_of("a definition", &member.value),
            })
            .collect()
    }

    /// `functions`: `[{"namespace": …, "members": {…}}]`
    fn functions(&mut self, root: &Node<'_>) -> Vec<Function> {
        let mut functions = Vec::new();
        let Some(section) = root.get("functions") else {
            return functions;
        };
        if !section.is_array() && section.kind != Kind::Null {
            self.wrong_kind("`functions`", "an array", section);
        }
        for node in section.elements() {
            let Some(namespace) = node.get("namespace").and_then(Node::as_str) else {
                if node.is_object() {
                    self.missing("an element of `functions`", "namespace", node);
                } else {
                    self.wrong_kind("an element of `functions`", "an object", node);
                }
                continue;
            };
            let namespace = Text::from(namespace);
            for member in self.section(node, "members") {
                functions.push(self.function(member, &namespace));
            }
        }
        functions
    }

    fn function(&mut self, member: &Member<'_>, namespace: &Text) -> Function {
        let node = &member.value;
        if !node.is_object() {
            self.wrong_kind("a function", "an object", node);
        }
        let parameters = node.get("parameters").map_or(&[][..], Node::elements);
        let body = node.get("output").and_then(|output| output.get("value"));
        Function {
            namespace: namespace.clone(),
            name: name(member),
            parameters: parameters
                .iter()
                .map(|node| self.function_parameter(node))
                .collect(),
            body: match body {
                Some(body) => self.value(body),
                None if node.is_object() => self.missing("a function", "output.value", node),
                None => invalid(node.span),
            },
        }
    }

    fn function_parameter(&mut self, node: &Node<'_>) -> (Name, Type) {
        let name = match node.get("name") {
            Some(name) => Name {
                text: name.as_str().unwrap_or_default().into(),
                span: name.span,
            },
            None => {
                self.missing("a parameter of a function", "name", node);
                Name {
                    text: "".into(),
                    span: node.span,
                }
            }
        };
        (name, self.declared_type("a parameter of a function", node))
    }

    fn outputs(&mut self, root: &Node<'_>) -> Vec<Output> {
        let members = self.section(root, "outputs").iter();
        members.map(|member| self.output(member)).collect()
    }

    fn output(&mut self, member: &Member<'_>) -> Output {
        let node = &member.value;
        let kind = self.declared_type("an output", node);
        let value = match (node.get("copy"), node.get("value")) {
            (Some(copy), _) => self.value_loop(copy, None),
            (None, Some(value)) => self.value(value),
            (None, None) if node.is_object() => self.missing("an output", "value", node),
            (None, None) => invalid(node.span),
        };
        Output {
            name: name(member),
            kind,
            value,
            condition: self.optional(node.get("condition").filter(|node| node.kind != Kind::Null)),
        }
    }
}

/// Whether resources have symbolic names: from `languageVersion` 1.9 on, or where they are an object, which no other
/// template can have.
fn has_symbolic_names(root: &Node<'_>) -> bool {
    let version = root.get("languageVersion").and_then(Node::as_str);
    version.is_some_and(|version| language_version(version) >= (1, 9))
        || root.get("resources").is_some_and(Node::is_object)
}

/// `2.2-experimental` is (2, 2).
fn language_version(text: &str) -> (u32, u32) {
    let mut numbers = text
        .split(|character: char| !character.is_ascii_digit())
        .map(|number| number.parse().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}

/// What a template deploys to by the file name of its `$schema`; a schema of another kind says nothing. Hosts, dates,
/// letter case and the end vary.
fn target_scope(schema: &str) -> Option<TargetScope> {
    const SCOPES: [(&str, TargetScope); 4] = [
        ("deploymentTemplate", TargetScope::ResourceGroup),
        ("subscriptionDeploymentTemplate", TargetScope::Subscription),
        (
            "managementGroupDeploymentTemplate",
            TargetScope::ManagementGroup,
        ),
        ("tenantDeploymentTemplate", TargetScope::Tenant),
    ];
    let end = schema.bytes().position(|byte| matches!(byte, b'#' | b'?'));
    let path = schema.get(..end.unwrap_or(schema.len()))?;
    let path = path.trim().trim_end_matches('/');
    let file = path.rsplit('/').next()?;
    let name = match file.rsplit_once('.') {
        Some((name, extension)) if extension.eq_ignore_ascii_case("json") => name,
        _ => file,
    };
    let scope = |known: &&(&str, _)| known.0.eq_ignore_ascii_case(name);
    SCOPES.iter().find(scope).map(|(_, scope)| *scope)
}
