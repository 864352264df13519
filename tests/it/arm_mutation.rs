//! The lowering of mutilated templates: nothing panics, and everything has its place in the text.
//! `AKVLINT_FUZZ_ITERATIONS` sets how many.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may panic"
)]
use super::arm::fixture;
use super::expression::parts;
use akvlint::source::{FileId, Span};
use akvlint::syntax::arm;
use akvlint::syntax::expression::{Expression, ExpressionKind};
use akvlint::syntax::json::{Node, parse};
use akvlint::syntax::template::{
    Argument, ArgumentValue, Deployment, DeploymentSource, Link, Template, Type, TypeBase,
};

const FIXTURES: [&str; 5] = [
    "classic.json",
    "symbolic.json",
    "damaged.json",
    "escapes.json",
    "values.parameters.json",
];

/// What is put in the place of a value.
const VALUES: [&str; 20] = [
    "null",
    "true",
    "-1",
    "1e400",
    "99999999999999999999",
    "\"\"",
    "\"[\"",
    "\"[]\"",
    "\"[[\"",
    "\"[[]\"",
    "\"[[a()]\"",
    "\"[a('\\ud83d\\ude00', '\\n').b[0]]\"",
    "\"[a(]\"",
    "\"['\\\"]\"",
    "[]",
    "{}",
    "[[]]",
    "{\"copy\": [{}, {\"name\": \"[a()]\", \"count\": 1, \"input\": 2}]}",
    "{\"value\": {\"reference\": 1}}",
    "{\"type\": \"Microsoft.Resources/deployments\", \"properties\": {\"template\": {}}}",
];

/// What is put in the place of a character.
const CHARACTERS: [char; 20] = [
    '[', ']', '(', ')', '{', '}', '\'', '"', '.', ',', ':', '\\', '-', '0', 'a', ' ', '\n', 'ö',
    '😀', '\u{0}',
];

/// A generator of numbers that look random (xorshift64*), the same ones in every run.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(number).unwrap() % bound.max(1)
    }
}

/// The places of all values.
fn places(node: &Node<'_>, found: &mut Vec<Span>) {
    found.push(node.span);
    for element in node.elements() {
        places(element, found);
    }
    for member in node.members() {
        places(&member.value, found);
    }
}

/// A text with a value exchanged: for another one, or one from another text.
pub(super) fn exchange(texts: &[String], text: &str, dice: &mut Dice) -> String {
    let mut own = Vec::new();
    places(&parse(text).root, &mut own);
    let place = own[dice.below(own.len())].range();
    let other = &texts[dice.below(texts.len())];
    let mut foreign = Vec::new();
    places(&parse(other).root, &mut foreign);
    let value = match dice.below(3) {
        0 => &other[foreign[dice.below(foreign.len())].range()],
        _ => VALUES[dice.below(VALUES.len())],
    };
    format!("{}{value}{}", &text[..place.start], &text[place.end..])
}

/// A text with a character exchanged, left out or put in.
pub(super) fn scratch(text: &str, dice: &mut Dice) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    let at = dice.below(characters.len());
    let character = CHARACTERS[dice.below(CHARACTERS.len())];
    match dice.below(3) {
        _ if characters.is_empty() => characters.push(character),
        0 => characters[at] = character,
        1 => drop(characters.remove(at)),
        _ => characters.insert(at, character),
    }
    characters.into_iter().collect()
}

/// Checks that all places of a template lie in the text.
struct Checker<'t>(&'t str);

impl Checker<'_> {
    fn place(&self, span: Span) {
        assert!(
            self.0.get(span.range()).is_some(),
            "{span:?} in {:?}",
            self.0
        );
    }

    fn expression(&self, expression: &Expression) {
        self.place(expression.span);
        if let ExpressionKind::Call(call) = &expression.kind {
            self.place(call.name_span);
            assert!(expression.span.holds(call.name_span));
        }
        for part in parts(expression) {
            self.expression(part);
        }
    }

    fn expressions<'e>(&self, expressions: impl IntoIterator<Item = &'e Expression>) {
        for expression in expressions {
            self.expression(expression);
        }
    }

    fn kind(&self, kind: &Type) {
        self.expressions(kind.allowed.iter().flatten());
        match &kind.base {
            TypeBase::Array(items) => items.iter().for_each(|kind| self.kind(kind)),
            TypeBase::Tuple(kinds) | TypeBase::Union(kinds) => {
                kinds.iter().for_each(|kind| self.kind(kind));
            }
            TypeBase::Object(properties, others) => {
                for (name, kind) in properties {
                    self.place(name.span);
                    self.kind(kind);
                }
                others.iter().for_each(|kind| self.kind(kind));
            }
            _ => {}
        }
    }

    fn template(&self, template: &Template) {
        self.place(template.span);
        self.expressions(&template.metadata);
        for parameter in &template.parameters {
            self.place(parameter.name.span);
            self.kind(&parameter.kind);
            self.expressions(&parameter.default);
        }
        for variable in &template.variables {
            self.place(variable.name.span);
            self.expression(&variable.value);
        }
        for function in &template.functions {
            self.place(function.name.span);
            self.expression(&function.body);
            for (name, kind) in &function.parameters {
                self.place(name.span);
                self.kind(kind);
            }
        }
        for named in &template.types {
            self.place(named.name.span);
            self.kind(&named.kind);
        }
        for output in &template.outputs {
            self.place(output.name.span);
            self.kind(&output.kind);
            self.expressions([&output.value].into_iter().chain(&output.condition));
        }
        self.resources(template);
    }

    fn resources(&self, template: &Template) {
        for (index, resource) in template.resources.iter().enumerate() {
            self.place(resource.span);
            self.place(resource.kind.span);
            self.expression(&resource.name);
            let optional = [&resource.api_version, &resource.condition, &resource.scope];
            self.expressions(optional.into_iter().flatten());
            self.expressions(&resource.depends_on);
            for property in &resource.body {
                self.expressions([&property.key, &property.value]);
            }
            if let Some(copy) = &resource.copy {
                self.expression(copy.over.expression());
            }
            if let Some(parent) = &resource.parent {
                assert!(
                    parent.resource < index,
                    "a parent stands before its children"
                );
            }
            if let Some(deployment) = &resource.deployment {
                self.deployment(deployment);
            }
        }
    }

    fn deployment(&self, deployment: &Deployment) {
        self.expressions(&deployment.argument_object);
        self.expressions(&deployment.resource_group);
        self.expressions(&deployment.subscription);
        self.arguments(&deployment.arguments);
        let link = |link: &Link| match link {
            Link::RelativePath(at) | Link::Uri(at) | Link::Id(at) | Link::Computed(at) => {
                self.expression(at);
            }
        };
        deployment.arguments_link.iter().for_each(link);
        match &deployment.source {
            DeploymentSource::Inline(template) => self.template(template),
            DeploymentSource::Link(at) => link(at),
            DeploymentSource::Computed(value) => self.expression(value),
            _ => {}
        }
    }

    fn arguments(&self, arguments: &[Argument]) {
        for argument in arguments {
            self.place(argument.name.span);
            match &argument.value {
                ArgumentValue::Value(value) | ArgumentValue::Computed(value) => {
                    self.expression(value);
                }
                ArgumentValue::Secret { vault, secret } => self.expressions([vault, secret]),
            }
        }
    }

    /// Lowers the text as everything it may be; gives how many errors that has.
    fn check(&self) -> usize {
        let document = parse(self.0);
        let written = Some(document.written(self.0));
        let template = arm::template(&document.root, written, FileId(0));
        self.template(&template.value);
        let parameters = arm::parameters(&document.root, written);
        self.arguments(&parameters.value.arguments);
        let value = arm::value(&document.root, written);
        self.expression(&value.value);
        self.expression(&arm::literal(&document.root));
        for errors in [&template.errors, &parameters.errors, &value.errors] {
            errors.iter().for_each(|error| self.place(error.span));
            assert!(errors.is_sorted_by_key(|error| error.span));
        }
        template.errors.len()
    }
}

#[test]
fn mutilated_templates_never_panic_and_keep_their_places() {
    let rounds = std::env::var("AKVLINT_FUZZ_ITERATIONS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(2_000);
    let texts: Vec<String> = FIXTURES.iter().map(|name| fixture(name)).collect();
    let mut dice = Dice(20_260_801);
    let mut sound = 0;
    for _ in 0..rounds {
        let mut text = texts[dice.below(texts.len())].clone();
        for _ in 0..=dice.below(3) {
            text = match dice.below(2) {
                0 => exchange(&texts, &text, &mut dice),
                _ => scratch(&text, &mut dice),
            };
        }
        sound += usize::from(Checker(&text).check() == 0);
    }
    let broken = rounds - sound;
    assert!(
        sound * 20 > rounds && broken * 20 > rounds,
        "{sound} without an error, {broken} with one: both must be met"
    );
}

#[test]
fn a_template_nested_to_the_bound_is_lowered() {
    let deployment = r#"{"resources": [{"type": "Microsoft.Resources/deployments", "name": "n", "properties": {"template": "#;
    let text = format!("{}{{}}{}", deployment.repeat(100), "}}]}".repeat(100));
    Checker(&text).check();
    let resource = r#"{"type": "a", "name": "n", "resources": ["#;
    let text = format!(
        r#"{{"resources": [{}{}]}}"#,
        resource.repeat(200),
        "]}".repeat(200)
    );
    Checker(&text).check();
    let items = r#"{"type": "array", "items": "#;
    let text = format!(
        r#"{{"parameters": {{"p": {}{{}}{}}}}}"#,
        items.repeat(300),
        "}".repeat(300)
    );
    Checker(&text).check();
    let calls = format!("[{}1{}]", "a(".repeat(127), ")".repeat(127));
    let text = format!("{}\"{calls}\"{}", "[".repeat(250), "]".repeat(250));
    Checker(&text).check();
}
