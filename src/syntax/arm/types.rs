//! Type declarations of parameters, outputs, functions and `definitions`: the JSON schema dialect of ARM templates.
use super::value::{Lowering, name};
use crate::syntax::error::SyntaxError;
use crate::syntax::expression::{Expression, ExpressionKind, Text};
use crate::syntax::json::{Kind, Node};
use crate::syntax::template::{Type, TypeBase};
use percent_encoding::percent_decode_str;

impl Lowering<'_> {
    /// The type in the declaration of a parameter, an output or the like, which must have one.
    pub(super) fn declared_type(&mut self, what: &str, node: &Node<'_>) -> Type {
        if node.is_object() && node.get("type").is_none() && node.get("$ref").is_none() {
            self.missing(what, "type", node);
        }
        self.type_of(what, node)
    }

    /// The type that `node` is; `what` names it. Members that are no part of a type (`defaultValue`, `metadata`) are
    /// left alone. One that says nothing is `any`: the Bicep compiler writes it so.
    pub(super) fn type_of(&mut self, what: &str, node: &Node<'_>) -> Type {
        if !node.is_object() {
            self.wrong_kind(what, "an object", node);
            return Type::any();
        }
        let (base, secure) = self.base(node);
        // A tuple has all of its items, and others unless it says that it has none.
        // <https://learn.microsoft.com/azure/azure-resource-manager/templates/definitions#prefixitems>
        let length = match &base {
            TypeBase::Tuple(items) => i64::try_from(items.len()).ok(),
            _ => None,
        };
        let others = node.get("items");
        let has_no_others = others.is_some_and(|others| others.kind == Kind::Bool(false));
        Type {
            base,
            nullable: node
                .get("nullable")
                .is_some_and(|flag| flag.kind == Kind::Bool(true)),
            secure,
            allowed: self.allowed(node),
            minimum: self.bound(node, "minValue", "minLength").max(length),
            maximum: self
                .bound(node, "maxValue", "maxLength")
                .or(length.filter(|_| has_no_others)),
            sealed: node
                .get("additionalProperties")
                .is_some_and(|others| others.kind == Kind::Bool(false)),
        }
    }

    /// The shape, and whether it is a secret.
    fn base(&mut self, node: &Node<'_>) -> (TypeBase, bool) {
        if let Some(reference) = node.get("$ref") {
            return (self.reference(reference), false);
        }
        let Some(name) = node.get("type") else {
            return (TypeBase::Any, false);
        };
        let text = name.as_str().unwrap_or_default().to_ascii_lowercase();
        let base = match text.as_str() {
            "string" | "securestring" => TypeBase::String,
            "int" => TypeBase::Integer,
            "bool" => TypeBase::Bool,
            "array" => self.array_type(node),
            "object" | "secureobject" => self.object_type(node),
            _ => self.unknown_type(name),
        };
        (base, text.starts_with("secure"))
    }

    fn unknown_type(&mut self, name: &Node<'_>) -> TypeBase {
        match &name.kind {
            Kind::String(text) => self.report(
                SyntaxError::new(format!("`{text}` is no type"), name.span).with_help(
                    "the types are `string`, `securestring`, `int`, `bool`, `object`, `secureObject` and `array`",
                ),
            ),
            _ => self.wrong_kind("`type`", "a string", name),
        }
        TypeBase::Any
    }

    /// `"$ref": "#/definitions/name/…"`: a JSON pointer (RFC 6901) in a URI fragment.
    fn reference(&mut self, node: &Node<'_>) -> TypeBase {
        let path = node
            .as_str()
            .and_then(|text| text.strip_prefix("#/definitions/"));
        let Some(path) = path else {
            match &node.kind {
                Kind::String(_) => self.report(SyntaxError::new(
                    "a type reference must start with `#/definitions/`",
                    node.span,
                )),
                _ => self.wrong_kind("`$ref`", "a string", node),
            }
            return TypeBase::Any;
        };
        TypeBase::Named(steps(path))
    }

    fn array_type(&mut self, node: &Node<'_>) -> TypeBase {
        if let Some(items) = node.get("prefixItems") {
            let items = items.elements().iter();
            return TypeBase::Tuple(
                items
                    .map(|item| self.type_of("an element type", item))
                    .collect(),
            );
        }
        let items = node.get("items").filter(|items| items.is_object());
        TypeBase::Array(items.map(|items| Box::new(self.type_of("`items`", items))))
    }

    fn object_type(&mut self, node: &Node<'_>) -> TypeBase {
        let mapping = node
            .get("discriminator")
            .and_then(|node| node.get("mapping"));
        if let Some(mapping) = mapping {
            let cases = mapping.members().iter();
            return TypeBase::Union(
                cases
                    .map(|case| self.type_of("a case of a discriminator", &case.value))
                    .collect(),
            );
        }
        let properties = node.get("properties").map_or(&[][..], Node::members).iter();
        let properties = properties
            .map(|member| (name(member), self.type_of("a property type", &member.value)))
            .collect();
        let others = node
            .get("additionalProperties")
            .filter(|others| others.is_object())
            .map(|others| Box::new(self.type_of("`additionalProperties`", others)));
        TypeBase::Object(properties, others)
    }

    /// `allowedValues`: literals; strings are escaped as everywhere in a template.
    fn allowed(&mut self, node: &Node<'_>) -> Option<Vec<Expression>> {
        let values = node.get("allowedValues")?;
        if !values.is_array() {
            self.wrong_kind("`allowedValues`", "an array", values);
            return None;
        }
        let mut allowed = Vec::with_capacity(values.elements().len());
        for node in values.elements() {
            let value = self.value(node);
            if matches!(
                value.kind,
                ExpressionKind::Reference(..) | ExpressionKind::Call(_) | ExpressionKind::Access(_)
            ) {
                self.wrong_kind("an allowed value", "a literal", node);
                return None;
            }
            allowed.push(value);
        }
        Some(allowed)
    }

    fn bound(&mut self, node: &Node<'_>, value: &str, length: &str) -> Option<i64> {
        let bound = node.get(value).or_else(|| node.get(length))?;
        let number = match bound.kind {
            Kind::Number(text) => text.parse().ok(),
            _ => None,
        };
        if number.is_none() {
            self.wrong_kind("a bound", "a whole number", bound);
        }
        number
    }
}

/// The name of a definition and the steps into it, without the words of the schema between them:
/// `acls/properties/bypass` is the property `bypass` of `acls`.
fn steps(path: &str) -> Vec<Text> {
    let mut segments = path.split('/');
    let mut steps: Vec<Text> = segments.next().map(pointer_segment).into_iter().collect();
    while let Some(segment) = segments.next() {
        match segment {
            "properties" | "prefixItems" => steps.extend(segments.next().map(pointer_segment)),
            "items" | "additionalProperties" => steps.push("*".into()),
            _ => steps.push(pointer_segment(segment)),
        }
    }
    steps
}

/// One segment of a JSON pointer, decoded.
fn pointer_segment(segment: &str) -> Text {
    let decoded = percent_decode_str(segment).decode_utf8_lossy();
    decoded.replace("~1", "/").replace("~0", "~").into()
}
