//! The lowering of ARM templates and parameter files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may panic"
)]
use super::expression::{parts, rounds, shown};
use akvlint::source::{FileId, Span};
use akvlint::syntax::arm::{self, Lowered, ParameterFile};
use akvlint::syntax::error::SyntaxError;
use akvlint::syntax::expression::{Expression, ExpressionKind};
use akvlint::syntax::json::parse;
use akvlint::syntax::template::{
    Argument, ArgumentValue, Deployment, DeploymentSource, Link, Resource, TargetScope, Template,
    Type, TypeBase,
};
use std::fmt::Write as _;
use std::path::Path;

const FILE: FileId = FileId(7);

pub(crate) fn fixture(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata/arm")
        .join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn lowered(text: &str) -> Lowered<Template> {
    let document = parse(text);
    assert_eq!(document.errors, [], "{text}");
    arm::template(&document.root, Some(document.written(text)), FILE)
}

/// The template of a text without an error.
fn template(text: &str) -> Template {
    let lowered = lowered(text);
    assert_eq!(lowered.errors, []);
    lowered.value
}

fn parameters(text: &str) -> Lowered<ParameterFile> {
    let document = parse(text);
    arm::parameters(&document.root, Some(document.written(text)))
}

/// One line for each declaration, nested ones indented.
pub(crate) fn described(template: &Template) -> String {
    let mut out = String::new();
    describe(template, 0, &mut out);
    out
}

fn describe(template: &Template, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    let mut line = |text: String| writeln!(out, "{indent}{text}").unwrap();
    line(format!(
        "template for {:?}, symbolic names: {}",
        template.target, template.symbolic_names
    ));
    for parameter in &template.parameters {
        let default = parameter
            .default
            .as_ref()
            .map_or(String::new(), |value| format!(" = {}", shown(value)));
        let name = &parameter.name.text;
        line(format!(
            "parameter {name}: {}{default}",
            type_of(&parameter.kind)
        ));
    }
    for variable in &template.variables {
        line(format!(
            "variable {} = {}",
            variable.name.text,
            shown(&variable.value)
        ));
    }
    for function in &template.functions {
        let parameters: Vec<String> = function
            .parameters
            .iter()
            .map(|(name, kind)| format!("{}: {}", name.text, type_of(kind)))
            .collect();
        line(format!(
            "function {}.{}({}) = {}",
            function.namespace,
            function.name.text,
            parameters.join(", "),
            shown(&function.body)
        ));
    }
    for named in &template.types {
        line(format!(
            "type {} = {}",
            named.name.text,
            type_of(&named.kind)
        ));
    }
    for (index, resource) in template.resources.iter().enumerate() {
        writeln!(out, "{indent}resource {index} {}", head(resource)).unwrap();
        for (name, value) in members(resource) {
            writeln!(out, "{indent}  {name}: {value}").unwrap();
        }
        if let Some(deployment) = &resource.deployment {
            describe_deployment(deployment, depth + 1, out);
        }
    }
    for output in &template.outputs {
        let condition = output
            .condition
            .as_ref()
            .map_or(String::new(), |value| format!(" if {}", shown(value)));
        let name = &output.name.text;
        let kind = type_of(&output.kind);
        writeln!(
            out,
            "{indent}output {name}: {kind} = {}{condition}",
            shown(&output.value)
        )
        .unwrap();
    }
    if let Some(metadata) = &template.metadata {
        writeln!(out, "{indent}metadata {}", shown(metadata)).unwrap();
    }
}

fn head(resource: &Resource) -> String {
    let symbol = resource
        .symbol
        .as_ref()
        .map_or(String::new(), |name| format!("{} ", name.text));
    let parent = resource.parent.as_ref().map_or(String::new(), |parent| {
        let index = parent
            .index
            .as_ref()
            .map_or(String::new(), |index| format!("[{}]", shown(index)));
        let inherits = if parent.inherits {
            " and its condition"
        } else {
            ""
        };
        format!(" in {}{index}{inherits}", parent.resource)
    });
    let flags = [
        (resource.existing, " existing"),
        (resource.extension, " of an extension"),
    ];
    let flags: String = flags
        .iter()
        .filter_map(|(set, word)| set.then_some(*word))
        .collect();
    let version = resource.api_version.as_ref().map_or("-".to_owned(), shown);
    let name = shown(&resource.name);
    format!(
        "{symbol}{}@{version} {name}{parent}{flags}",
        resource.kind.text
    )
}

fn members(resource: &Resource) -> Vec<(String, String)> {
    let mut members = Vec::new();
    let mut member = |name: &str, value: Option<String>| {
        members.extend(value.map(|value| (name.to_owned(), value)));
    };
    member("condition", resource.condition.as_ref().map(shown));
    member("scope", resource.scope.as_ref().map(shown));
    member(
        "copy",
        resource.copy.as_ref().map(|copy| {
            format!(
                "{}({}) batch {:?}",
                copy.name,
                rounds(&copy.over),
                copy.batch
            )
        }),
    );
    for entry in &resource.depends_on {
        member("dependsOn", Some(shown(entry)));
    }
    for property in &resource.body {
        member(&shown(&property.key), Some(shown(&property.value)));
    }
    members
}

fn describe_deployment(deployment: &Deployment, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    let mut line = |text: String| writeln!(out, "{indent}{text}").unwrap();
    let context = if deployment.outer { "outer" } else { "inner" };
    line(format!("deploys, {context}"));
    for (name, value) in [
        ("group", &deployment.resource_group),
        ("subscription", &deployment.subscription),
        ("arguments", &deployment.argument_object),
    ] {
        if let Some(value) = value {
            line(format!("  {name}: {}", shown(value)));
        }
    }
    for given in &deployment.arguments {
        line(format!("  {}", argument(given)));
    }
    if let Some(at) = &deployment.arguments_link {
        line(format!("  arguments {}", link(at)));
    }
    match &deployment.source {
        DeploymentSource::Inline(nested) => describe(nested, depth + 1, out),
        DeploymentSource::Link(at) => line(format!("  {}", link(at))),
        DeploymentSource::Computed(value) => line(format!("  computed {}", shown(value))),
        other => line(format!("  {other:?}")),
    }
}

fn argument(argument: &Argument) -> String {
    let name = &argument.name.text;
    match &argument.value {
        ArgumentValue::Value(value) => format!("{name} = {}", shown(value)),
        ArgumentValue::Secret { vault, secret } => {
            format!("{name} = secret {} of {}", shown(secret), shown(vault))
        }
        ArgumentValue::Computed(value) => format!("{name} computed {}", shown(value)),
    }
}

fn link(link: &Link) -> String {
    match link {
        Link::RelativePath(at) => format!("path {}", shown(at)),
        Link::Uri(at) => format!("uri {}", shown(at)),
        Link::Id(at) => format!("id {}", shown(at)),
        Link::Computed(at) => format!("computed link {}", shown(at)),
    }
}

fn type_of(kind: &Type) -> String {
    let list = |types: &[Type]| types.iter().map(type_of).collect::<Vec<_>>().join(", ");
    let mut text = match &kind.base {
        TypeBase::Any => "any".to_owned(),
        TypeBase::String => "string".to_owned(),
        TypeBase::Integer => "int".to_owned(),
        TypeBase::Bool => "bool".to_owned(),
        TypeBase::Array(items) => {
            format!("array<{}>", items.as_deref().map_or(String::new(), type_of))
        }
        TypeBase::Tuple(items) => format!("[{}]", list(items)),
        TypeBase::Union(cases) => format!(
            "({})",
            cases.iter().map(type_of).collect::<Vec<_>>().join(" | ")
        ),
        TypeBase::Object(properties, others) => {
            let mut members: Vec<String> = properties
                .iter()
                .map(|(name, kind)| format!("{}: {}", name.text, type_of(kind)))
                .collect();
            members.extend(
                others
                    .as_deref()
                    .map(|kind| format!("*: {}", type_of(kind))),
            );
            format!("{{{}}}", members.join(", "))
        }
        TypeBase::Named(path) => path.join(" > "),
    };
    if kind.secure {
        text.push_str(" secure");
    }
    if kind.nullable {
        text.push_str(" nullable");
    }
    if let Some(allowed) = &kind.allowed {
        let allowed: Vec<String> = allowed.iter().map(shown).collect();
        write!(text, " of [{}]", allowed.join(", ")).unwrap();
    }
    if kind.minimum.is_some() || kind.maximum.is_some() {
        write!(text, " {:?}..{:?}", kind.minimum, kind.maximum).unwrap();
    }
    text
}

/// Each error with what stands at its place.
fn errors(text: &str, errors: &[SyntaxError]) -> String {
    let mut out = String::new();
    for error in errors {
        let before = text.get(..error.span.start as usize).unwrap();
        let line = before.matches('\n').count() + 1;
        let place: String = text
            .get(error.span.range())
            .unwrap()
            .chars()
            .take(60)
            .collect();
        writeln!(out, "{line}: {error}: {place}").unwrap();
    }
    out
}

#[test]
fn a_template_is_lowered() {
    insta::assert_snapshot!(described(&template(&fixture("classic.json"))));
}

#[test]
fn a_template_with_symbolic_names_is_lowered() {
    insta::assert_snapshot!(described(&template(&fixture("symbolic.json"))));
}

#[test]
fn what_is_wrong_is_reported_and_the_rest_is_kept() {
    let text = fixture("damaged.json");
    let Lowered {
        value,
        errors: found,
    } = lowered(&text);
    let report = format!("{}\n{}", errors(&text, &found), described(&value));
    insta::assert_snapshot!(report);
}

#[test]
fn a_parameter_file_holds_literals_secrets_and_external_inputs() {
    let text = fixture("values.parameters.json");
    let Lowered { value, errors } = parameters(&text);
    assert_eq!(errors, []);
    let given: Vec<String> = value.arguments.iter().map(argument).collect();
    assert_eq!(
        given,
        [
            r#"name = "[[x]""#,
            r#"bracketed = "[resourceGroup().location]""#,
            r#"object = {"copy": [{"name": "a", "count": 1, "input": 2}], "[k]": [true, null, 1, decimal 1.50]}"#,
            "nothing = null",
            r#"secret = secret "password" of "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv""#,
            r#"external = concat(externalInputs("env_0"), "-kv")"#,
        ]
    );
    assert_eq!(value.span.range(), 0..text.trim_end().len());
    let name = &value.arguments[0].name;
    assert_eq!(text.get(name.span.range()), Some("\"name\""));
}

#[test]
fn a_parameter_file_may_be_bare() {
    let Lowered { value, errors } =
        parameters(r#"{"contentVersion": "1.0.0.0", "a": {"value": 1}, "b": {"Value": "x"}}"#);
    assert_eq!(errors, []);
    let given: Vec<String> = value.arguments.iter().map(argument).collect();
    assert_eq!(given, ["a = 1", r#"b = "x""#]);
}

#[test]
fn a_parameter_that_is_given_nothing_is_reported_and_kept() {
    for (text, message) in [
        (r#"{"parameters": {"a": {}}}"#, "an argument needs `value`"),
        (
            r#"{"parameters": {"a": 1}}"#,
            "an argument must be an object with `value` or `reference`, not a number",
        ),
        (
            r#"{"parameters": {"a": {"reference": {"keyVault": {"id": "v"}}}}}"#,
            "a reference to a secret needs `secretName`",
        ),
        (
            r#"{"parameters": {"a": {"expression": "[f(]"}}}"#,
            "expected a function call, a string or a number, found the end of the expression",
        ),
    ] {
        let Lowered { value, errors } = parameters(text);
        let messages: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(messages, [message], "{text}");
        assert_eq!(value.arguments.len(), 1);
        assert!(argument(&value.arguments[0]).contains("invalid"));
    }
    for text in [r#"{"parameters": []}"#, "[]", r#"{"parameters": "[x()]"}"#] {
        let Lowered { value, errors } = parameters(text);
        assert_eq!((value.arguments.len(), errors.len()), (0, 1), "{text}");
    }
}

#[test]
fn the_schema_says_what_a_template_deploys_to() {
    for (schema, target) in [
        (
            "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
            Some(TargetScope::ResourceGroup),
        ),
        (
            "http://schema.management.azure.com/schemas/2015-01-01/DeploymentTemplate.json",
            Some(TargetScope::ResourceGroup),
        ),
        (
            "https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#",
            Some(TargetScope::Subscription),
        ),
        (
            "https://schema.management.azure.com/schemas/2019-08-01/managementGroupDeploymentTemplate.json#",
            Some(TargetScope::ManagementGroup),
        ),
        (
            "https://schema.management.azure.com/schemas/2019-08-01/TENANTDEPLOYMENTTEMPLATE.JSON#",
            Some(TargetScope::Tenant),
        ),
        ("https://json-schema.org/draft/2020-12/schema", None),
        ("", None),
    ] {
        let text = format!(r#"{{"$schema": "{schema}", "resources": []}}"#);
        assert_eq!(template(&text).target, target, "{schema}");
    }
}

/// Whether the nested deployment of this template is evaluated in its caller.
fn is_outer(version: &str, options: &str) -> bool {
    let text = format!(
        r#"{{{version} "resources": [{{"type": "Microsoft.Resources/deployments", "name": "n",
            "properties": {{{options} "template": {{"resources": []}}}}}}]}}"#
    );
    let template = template(&text);
    template.resources[0].deployment.as_ref().unwrap().outer
}

#[test]
fn the_default_scope_of_nested_expressions_depends_on_the_language_version() {
    let option = |scope: &str| format!(r#""expressionEvaluationOptions": {{"scope": "{scope}"}},"#);
    for (version, default) in [
        ("", true),
        (r#""languageVersion": "1.0","#, true),
        (r#""languageVersion": "1.9-experimental","#, false),
        (r#""languageVersion": "1.10-experimental","#, false),
        (r#""languageVersion": "2.0","#, false),
    ] {
        assert_eq!(is_outer(version, ""), default, "{version}");
        assert_eq!(is_outer(version, &option("NotSpecified")), default);
        assert!(is_outer(version, &option("OUTER")));
        assert!(!is_outer(version, &option("Inner")));
    }
}

#[test]
fn a_stack_without_escapes_is_evaluated_where_it_stands() {
    let text = r#"{"languageVersion": "2.0", "resources": {"s": {"type": "Microsoft.Resources/deploymentStacks", "name": "s",
        "properties": {"template": {"resources": [{"type": "a/b", "name": "[parameters('n')]"}]}}}}}"#;
    let template = template(text);
    let deployment = template.resources[0].deployment.as_ref().unwrap();
    assert!(deployment.outer);
    assert!(matches!(deployment.source, DeploymentSource::Inline(_)));
}

#[test]
fn a_blueprint_artifact_holds_a_template() {
    let text = r#"{"kind": "template", "properties": {"template": {"resources": [{"type": "a/b", "name": "n"}]}, "parameters": {}}}"#;
    let document = parse(text);
    let lowered = arm::enclosed(&document.root, Some(document.written(text)), FILE).unwrap();
    assert_eq!(lowered.errors, []);
    assert_eq!(lowered.value.resources.len(), 1);
    assert_eq!(lowered.value.file, FILE);
    assert!(arm::enclosed(&parse("{}").root, None, FILE).is_none());
}

#[test]
fn what_the_json_parser_could_not_read_is_reported_once() {
    let text = r#"{"resources": [{"type": "a/b", "name": , "properties": {"x": @, "y": 1}}, ?]}"#;
    let document = parse(text);
    assert!(!document.errors.is_empty());
    let lowered = arm::template(&document.root, Some(document.written(text)), FILE);
    assert_eq!(lowered.errors, []);
    let described = described(&lowered.value);
    assert!(described.contains("a/b@- invalid"), "{described}");
    assert!(
        described.contains(r#"{"x": invalid, "y": 1}"#),
        "{described}"
    );
}

#[test]
fn without_its_text_the_parts_of_an_expression_stand_at_the_string() {
    let text = r#"{"resources": [{"type": "a/b", "name": "[concat('a', b(1).c)]"}]}"#;
    let lowered = arm::template(&parse(text).root, None, FILE);
    let name = &lowered.value.resources[0].name;
    fn check(expression: &Expression, span: Span) {
        assert_eq!(expression.span, span);
        parts(expression)
            .into_iter()
            .for_each(|part| check(part, span));
    }
    let start = text.find("\"[").unwrap();
    check(name, Span::new(start, text.find("\"}").unwrap() + 1));
}

/// Every expression of a value is written at its place: what stands there gives the same expression when it is lowered
/// alone.
fn check_places(text: &str, expression: &Expression) {
    let written = text
        .get(expression.span.range())
        .expect("a place in the text");
    let alone = match (&expression.kind, written.as_bytes()) {
        (ExpressionKind::Invalid(_) | ExpressionKind::Loop(_), _) => None,
        (
            _,
            [
                b'"' | b'{' | b'[' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n',
                ..,
            ],
        ) if !matches!(
            expression.kind,
            ExpressionKind::Call(_) | ExpressionKind::Access(_)
        ) && parse(written).errors.is_empty() =>
        {
            Some(written.to_owned())
        }
        // The name after a `.`: only here is a string written without quotes.
        (ExpressionKind::String(name), [first, ..]) if !first.is_ascii_punctuation() => {
            assert_eq!(written, &**name);
            None
        }
        _ => Some(format!("\"[{written}]\"")),
    };
    if let Some(alone) = alone {
        let document = parse(&alone);
        let value = arm::value(&document.root, Some(document.written(&alone)));
        assert_eq!(shown(&value.value), shown(expression), "{alone}");
    }
    parts(expression)
        .into_iter()
        .for_each(|part| check_places(text, part));
}

#[test]
fn every_value_of_a_template_has_its_place() {
    for name in ["classic.json", "symbolic.json"] {
        let text = fixture(name);
        let template = template(&text);
        for variable in &template.variables {
            check_places(&text, &variable.value);
        }
        for resource in &template.resources {
            assert!(text[resource.span.range()].starts_with('{'));
            if !resource.extension {
                check_places(&text, &resource.name);
            }
            for property in resource.body.iter().filter(|property| {
                !matches!(property.key.as_str(), Some("properties"))
                    || resource.deployment.is_none()
            }) {
                check_places(&text, &property.value);
            }
        }
    }
}

#[test]
fn every_part_of_an_expression_has_its_place_through_escapes() {
    let text = fixture("escapes.json");
    let lowered = lowered_any(&text);
    for variable in &lowered.value.variables {
        check_places(&text, &variable.value);
    }
    let x = lowered
        .value
        .variables
        .iter()
        .flat_map(|variable| references(&variable.value))
        .map(|expression| text.get(expression.span.range()).unwrap())
        .collect::<Vec<_>>();
    assert_eq!(x, ["parameters('x')"; 7]);
    let error = text.get(lowered.errors[0].span.range());
    assert_eq!(
        error,
        Some(r#"\""#),
        "the character of the file, not of the decoded string"
    );
    assert_eq!(lowered.errors.len(), 1);
}

/// As [`lowered`], of a text that is JSON only for a tolerant parser.
fn lowered_any(text: &str) -> Lowered<Template> {
    let document = parse(text);
    arm::template(&document.root, Some(document.written(text)), FILE)
}

fn references(expression: &Expression) -> Vec<&Expression> {
    let mut found: Vec<&Expression> = parts(expression).into_iter().flat_map(references).collect();
    if matches!(expression.kind, ExpressionKind::Reference(..)) {
        found.push(expression);
    }
    found
}
