//! The lowering of Bicep files.
#![allow(clippy::unwrap_used, reason = "tests may panic")]

use akvlint::source::FileId;
use akvlint::syntax::bicep::{Arena, Dialect, lower, parse};
use akvlint::syntax::expression::Expression;
use akvlint::syntax::template::{ArgumentValue, ParameterFile, Template};

use super::arm::described;
use super::expression::shown;

fn template(text: &str) -> Template {
    let arena = Arena::default();
    let file = parse(text, Dialect::Template, &arena);
    lower::template(&file, FileId(3), text.len()).value
}

fn parameters(text: &str) -> ParameterFile {
    let arena = Arena::default();
    let file = parse(text, Dialect::Parameters, &arena);
    assert_eq!(file.errors, [], "{text}");
    lower::parameters(&file, FileId(3), text.len()).value
}

/// What the expression of a variable is lowered to.
fn expression(text: &str) -> String {
    let text = format!(
        "param p string
         param o object
         import {{ imported }} from 'other.bicep'
         import * as lib from 'lib.bicep'
         func own(x string) string => x
         resource kv 'Microsoft.KeyVault/vaults@2023-07-01' = {{
           name: p
           resource child 'secrets' = {{ name: 'c' }}
         }}
         resource many 'Microsoft.KeyVault/vaults@2023-07-01' = [for v in o.list: {{ name: v }}]
         resource group 'Microsoft.Graph/groups@v1.0' = {{ displayName: p }}
         module m 'm.bicep' = {{ name: 'm' }}
         module apps 'm.bicep' = [for v in o.list: {{ name: v }}]
         var v = {text}
         var same = apps"
    );
    let arena = Arena::default();
    let file = parse(&text, Dialect::Template, &arena);
    assert_eq!(file.errors, [], "{text}");
    let template = lower::template(&file, FileId(3), text.len()).value;
    plain(&template.variables[0].value)
}

/// An expression in the words of ARM.
fn plain(expression: &Expression) -> String {
    let text = shown(expression).replace('"', "'");
    let member = regex::Regex::new(r"\[(\??)'(\w+)'\]").unwrap();
    member.replace_all(&text, ".$1$2").into_owned()
}

#[test]
fn operators_strings_and_spreads_are_calls() {
    for (written, expected) in [
        (
            "'a${p}{b}${1}'",
            "format('a{0}{{b}}{1}', parameters('p'), 1)",
        ),
        (
            "!(p == 'a') && p != 'b'",
            "and(not(equals(parameters('p'), 'a')), not(equals(parameters('p'), 'b')))",
        ),
        ("p =~ 'A'", "equals(toLower(parameters('p')), toLower('A'))"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("-o.n", "sub(0, parameters('o').n)"),
        (
            "o.a ?? o.b ?? 1",
            "coalesce(coalesce(parameters('o').a, parameters('o').b), 1)",
        ),
        ("p == '' ? 1 : 2", "if(equals(parameters('p'), ''), 1, 2)"),
        (
            "[1, ...o.list, 2]",
            "flatten([[1], parameters('o').list, [2]])",
        ),
        (
            "{ ...o, a: 1 }",
            "shallowMerge([parameters('o'), {'a': 1}])",
        ),
        ("any(p)", "parameters('p')"),
        ("nameof(o.a.b)", "'b'"),
        (
            "sys.concat(p, az.location())",
            "concat(parameters('p'), location())",
        ),
    ] {
        assert_eq!(expression(written), expected, "{written}");
    }
}

#[test]
fn names_are_what_they_stand_for() {
    for (written, expected) in [
        ("own(p)", "__bicep.own(parameters('p'))"),
        ("imported", "variables('imported')"),
        ("imported(1)", "__bicep.imported(1)"),
        ("lib.value.x", "variables('lib.value').x"),
        ("lib.make(p)", "__bicep.lib.make(parameters('p'))"),
        (
            "map(o.list, p => p)",
            "map(parameters('o').list, (p) => lambdaVariables('p'))",
        ),
        ("nothing", "variables('nothing')"),
    ] {
        assert_eq!(expression(written), expected, "{written}");
    }
}

#[test]
fn a_resource_is_referred_to_by_its_symbolic_name() {
    for (written, expected) in [
        ("kv.id", "resourceInfo('kv').id"),
        ("kv.name", "resourceInfo('kv').name"),
        ("kv.type", "'Microsoft.KeyVault/vaults'"),
        ("kv['apiVersion']", "'2023-07-01'"),
        ("kv.properties.vaultUri", "reference('kv').vaultUri"),
        (
            "kv.location",
            "reference('kv', '2023-07-01', 'full').location",
        ),
        ("kv", "reference('kv', '2023-07-01', 'full')"),
        ("kv::child.id", "resourceInfo('kv::child').id"),
        ("many[0].id", "resourceInfo(format('many[{0}]', 0)).id"),
        (
            "(many[0]).properties.x",
            "reference(format('many[{0}]', 0)).x",
        ),
        ("many", "references('many', 'full')"),
        ("kv.listSecrets()", "listSecrets('kv', '2023-07-01')"),
        (
            "kv.listSecrets('2020-01-01', o)",
            "listSecrets('kv', '2020-01-01', parameters('o'))",
        ),
        ("m.outputs.a.b", "reference('m').outputs.a.value.b"),
        ("m.outputs['a']", "reference('m').outputs.a.value"),
        ("m.name", "resourceInfo('m').name"),
        ("group.displayName", "reference('group').displayName"),
        ("kv!.properties!.x", "reference('kv').x"),
    ] {
        assert_eq!(expression(written), expected, "{written}");
    }
}

/// The compiler tells by its type that something is a module: what an output holds is in its `value`.
#[test]
fn the_items_of_a_list_of_modules_are_modules() {
    let mapped = |list: &str, body: &str| format!("map({list}, (a) => lambdaVariables('a'){body})");
    let apps = "references('apps')";
    for (written, expected) in [
        (
            "map(apps, a => a.outputs.id.x)",
            mapped(apps, ".outputs.id.value.x"),
        ),
        (
            "map(apps, a => a.outputs.?id)",
            mapped(apps, ".outputs.?id.?value"),
        ),
        (
            "map(apps, a => a!.outputs['id'])",
            mapped(apps, ".outputs.id.value"),
        ),
        (
            "map(same, a => a.outputs.id)",
            mapped("variables('same')", ".outputs.id.value"),
        ),
        (
            "map(filter(apps, x => x.outputs.on), a => a.outputs.id)",
            mapped(
                "filter(references('apps'), (x) => lambdaVariables('x').outputs.on.value)",
                ".outputs.id.value",
            ),
        ),
        (
            "toObject(apps, a => a.outputs.id, a => a.outputs)",
            "toObject(references('apps'), (a) => lambdaVariables('a').outputs.id.value, (a) => lambdaVariables('a').outputs)".to_owned(),
        ),
        (
            "sort(apps, (a, b) => a.outputs.n < b.outputs.n)",
            "sort(references('apps'), (a, b) => less(lambdaVariables('a').outputs.n.value, lambdaVariables('b').outputs.n.value))".to_owned(),
        ),
        (
            "reduce(apps, p, (a, b) => concat(a.outputs, b.outputs.n))",
            "reduce(references('apps'), parameters('p'), (a, b) => concat(lambdaVariables('a').outputs, lambdaVariables('b').outputs.n.value))".to_owned(),
        ),
        (
            "first(apps)!.outputs.id",
            "first(references('apps')).outputs.id.value".to_owned(),
        ),
        (
            "apps[^1].outputs.id",
            "references('apps')[^1].outputs.id.value".to_owned(),
        ),
        (
            "same[0].outputs.id",
            "variables('same')[0].outputs.id.value".to_owned(),
        ),
        (
            "(p == 'a' ? m : apps[0]).outputs.id",
            "if(equals(parameters('p'), 'a'), reference('m'), reference(format('apps[{0}]', 0))).outputs.id.value".to_owned(),
        ),
        // What is no module has its outputs as they are.
        (
            "map(o.list, a => a.outputs.id)",
            mapped("parameters('o').list", ".outputs.id"),
        ),
        (
            "map(many, a => a.outputs.id)",
            mapped("references('many', 'full')", ".outputs.id"),
        ),
    ] {
        assert_eq!(expression(written), expected, "{written}");
    }
}

#[test]
fn from_a_safe_step_on_a_chain_is_safe() {
    for (written, expected) in [
        ("o.a.?b.c[0].d", "parameters('o').a.?b.?c[?0].?d"),
        ("(o.?a).b", "parameters('o').?a.b"),
        ("o.?a!.b", "parameters('o').?a.b"),
        ("o[?0][^1]", "parameters('o')[?0][?^1]"),
        ("m.?outputs.a", "reference('m').?outputs.?a.?value"),
        ("kv.?properties.a", "reference('kv').?a"),
    ] {
        assert_eq!(expression(written), expected, "{written}");
    }
}

#[test]
fn a_file_is_lowered() {
    let text = include_str!("../../testdata/bicep/lower/everything.bicep");
    let arena = Arena::default();
    let file = parse(text, Dialect::Template, &arena);
    // What the compiler takes for no arguments is lowered all the same.
    let errors: Vec<&str> = file.errors.iter().map(|error| &*error.message).collect();
    assert_eq!(
        errors,
        ["`params` of a module is an object that is written out"]
    );
    let lowered = lower::template(&file, FileId(3), text.len());
    assert_eq!(lowered.errors, []);
    insta::assert_snapshot!(described(&lowered.value));
}

#[test]
fn what_is_broken_costs_its_own_declaration_only() {
    let text = "param a string = \nvar b = a +\nresource c 'Microsoft.KeyVault/vaults@2023-07-01' = {\n  name: 'c'\n  properties: {\n    x: 1\n    y = 2\n    z: 3\n  }\n}\nresource d 'Microsoft.KeyVault/vaults@2023-07-01' = {\n  name: 'd'\n  propert\n}\noutput e string = c.id\n";
    let arena = Arena::default();
    let file = parse(text, Dialect::Template, &arena);
    assert!(!file.errors.is_empty());
    insta::assert_snapshot!(described(&template(text)));
}

#[test]
fn a_parameter_file_names_its_template_and_gives_values() {
    let file = parameters(
        "using './main.bicep'
         extends 'base.bicepparam'
         import * as shared from 'shared.bicep'
         var name = 'kv'
         param vault = '${name}-${shared.suffix}'
         param list = [for i in range(0, 2): i]
         param secret = az.getSecret('sub', 'group', 'kv', 'password')
         param copy = vault",
    );
    assert_eq!(&*file.using.unwrap().text, "./main.bicep");
    assert_eq!(&*file.extends.unwrap().text, "base.bicepparam");
    assert_eq!(file.template.imports.len(), 1);
    let given: Vec<String> = file
        .assignments
        .iter()
        .map(|argument| match &argument.value {
            ArgumentValue::Value(value) => format!("{} = {}", argument.name.text, plain(value)),
            ArgumentValue::Secret { vault, secret } => {
                format!(
                    "{} of {} = {}",
                    plain(secret),
                    plain(vault),
                    argument.name.text
                )
            }
            ArgumentValue::Computed(value) => plain(value),
        })
        .collect();
    assert_eq!(
        given,
        [
            "vault = format('{0}-{1}', variables('name'), variables('shared.suffix'))",
            "list = loop list(i in range(0, 2)) lambdaVariables('i')",
            "'password' of format('/subscriptions/{0}/resourceGroups/{1}/providers/Microsoft.KeyVault/vaults/{2}', 'sub', 'group', 'kv') = secret",
            "copy = parameters('vault')",
        ]
    );
    assert!(parameters("using none\nparam a = 1").using.is_none());
}

/// What the lowering makes of deep and repetitive text must not grow out of proportion.
#[test]
fn nesting_costs_no_more_than_it_is_long() {
    let prefix = "param o object\nresource r 'Microsoft.KeyVault/vaults@2023-07-01' = [for i in o.l: if (i.x) {\n  name: i\n}]\n";
    let repeat = |open: &str, inner: &str, close: &str, count: usize| {
        format!(
            "{prefix}var v = {}{inner}{}",
            open.repeat(count),
            close.repeat(count)
        )
    };
    for text in [
        repeat("(r[(r[", "0", "].?name).length].name)", 12),
        repeat("[for a in [for b in ", "o.l", ": b]: a]", 40),
        repeat("(r[", "0", "]['x'].?y)", 60),
        repeat("o.?a[?", "0", "].?b", 60),
        repeat("{ a: '${", "o", "}' }", 80),
        repeat("!(", "true", ")", 100),
    ] {
        let lowered = template(&text);
        let size = format!("{:?}", lowered.variables[0].value).len();
        assert!(size < 4000 * text.len(), "{size} of {}", text.len());
    }
}
