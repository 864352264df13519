//! What is certain of values that are not wholly known.

use akvlint::evaluate::partial::{
    Alphabet, Lookup, emptiness, items, may_be_null, members, same, shape, text_bounds,
};
use akvlint::evaluate::symbol::Shape;
use akvlint::evaluate::value::Value;

use super::expression::{Environment, read};
use super::parameter;

/// The value of an expression over these parameters.
fn value(text: &str) -> Value {
    let declarations = [
        "name string",
        "env string = 'dev', 'prod'",
        "flag bool",
        "list array",
        "tags object",
        "maybe string?",
        "any any",
    ];
    let mut environment = Environment::default();
    for (order, declaration) in (0..).zip(declarations) {
        let parameter = parameter(declaration, order);
        environment
            .parameters
            .push((parameter.name, parameter.symbol));
    }
    let text = text.replace('$', "parameters(");
    let (expression, rest) = read(&text);
    assert_eq!(rest, "", "{text}");
    environment.evaluate(&expression).unwrap()
}

fn member(text: &str, name: &str) -> String {
    match members(&value(text)).lookup(name) {
        Lookup::Certain(member) => match member.value.as_integer() {
            Some(number) => format!("certain {number}"),
            None => "certain".to_owned(),
        },
        Lookup::Present => "present".to_owned(),
        Lookup::Optional(_) | Lookup::Possible => "possible".to_owned(),
        Lookup::Absent => "absent".to_owned(),
    }
}

#[test]
fn members_of_a_deep_merge() {
    for (text, name, expected) in [
        ("union(createObject('a', 1), $'tags'))", "a", "present"),
        ("union(createObject('a', 1), $'tags'))", "b", "possible"),
        ("union($'tags'), createObject('a', 1))", "A", "certain 1"),
        (
            "union($'tags'), createObject('a', createObject('x', 1)))",
            "a",
            "present",
        ),
        (
            "union($'tags'), createObject('a', createObject('x', 1))).a",
            "x",
            "certain 1",
        ),
        (
            "union($'tags'), createObject('a', createObject('x', 1))).a",
            "y",
            "possible",
        ),
        // The unknown may have a string for `a`, which takes the place of the object.
        (
            "union(createObject('a', createObject('x', 1)), $'tags')).a",
            "x",
            "possible",
        ),
        (
            "union(createObject('a', createObject('x', 1)), $'tags'), createObject('a', createObject('y', 2))).a",
            "y",
            "certain 2",
        ),
        (
            "union(createObject('a', createObject('x', 1)), $'tags'), createObject('a', createObject('y', 2))).a",
            "x",
            "possible",
        ),
        (
            "union($'tags'), createObject('a', createObject('b', createObject('c', 1)))).a.b",
            "c",
            "certain 1",
        ),
        (
            "union(createObject('a', 1), $'tags'), createObject('b', 2))",
            "b",
            "certain 2",
        ),
        (
            "union(createObject('a', $'any')), createObject('a', createObject('x', 1)))",
            "a",
            "present",
        ),
    ] {
        assert_eq!(member(text, name), expected, "{text}: {name}");
    }
}

#[test]
fn members_of_other_objects() {
    for (text, name, expected) in [
        ("createObject('a', 1, $'name'), 2)", "a", "present"),
        ("createObject($'name'), 2, 'a', 1)", "a", "certain 1"),
        ("createObject($'name'), 2, 'a', 1)", "b", "possible"),
        (
            "shallowMerge(createArray(createObject('a', 1), $'tags')))",
            "a",
            "present",
        ),
        (
            "shallowMerge(createArray($'tags'), createObject('a', 1)))",
            "a",
            "certain 1",
        ),
        (
            "shallowMerge(createArray($'tags'), createObject('a', createObject('x', 1))))",
            "a",
            "certain",
        ),
        (
            "if($'flag'), createObject('a', 1), createObject('a', 1, 'b', 2))",
            "a",
            "certain 1",
        ),
        (
            "if($'flag'), createObject('a', 1), createObject('a', 1, 'b', 2))",
            "b",
            "possible",
        ),
        (
            "if($'flag'), createObject('a', 1), createObject('a', 1, 'b', 2))",
            "c",
            "absent",
        ),
        (
            "if($'flag'), createObject('a', 1), $'tags'))",
            "a",
            "possible",
        ),
        (
            "mapValues(createObject('a', 1), lambda('x', $'any')))",
            "a",
            "certain",
        ),
        (
            "mapValues(union(createObject('a', 1), $'tags')), lambda('x', 1))",
            "a",
            "present",
        ),
        ("$'tags')", "a", "possible"),
        ("$'name')", "a", "absent"),
        ("$'any')", "a", "possible"),
        ("resourceGroup()", "id", "certain"),
        ("resourceGroup()", "tags", "possible"),
        ("concat('a', $'name'))", "a", "absent"),
    ] {
        assert_eq!(member(text, name), expected, "{text}: {name}");
    }
}

/// `start | middle | end ? possible`, and `…` where there may be more.
fn listed(text: &str) -> String {
    let items = items(&value(text));
    let names = |values: &[Value]| -> String {
        let names = values.iter().map(|value| value.as_str().unwrap_or("_"));
        names.collect::<Vec<_>>().join(" ")
    };
    let more = if items.open { " …" } else { "" };
    format!(
        "{}|{}|{}?{}{more} {}",
        names(&items.start),
        names(&items.middle),
        names(&items.end),
        names(&items.possible),
        items.minimum
    )
}

#[test]
fn items_of_arrays() {
    for (text, expected) in [
        ("createArray('a', $'name'))", "a _||? 2"),
        (
            "concat(createArray('a'), $'list'), createArray('z'))",
            "a||z? … 2",
        ),
        (
            "concat(createArray('a'), $'list'), createArray('m'), $'list'), createArray('z'))",
            "a|m|z? … 3",
        ),
        (
            "flatten(createArray(createArray('a'), $'list')))",
            "a||? … 1",
        ),
        ("flatten($'any'))", "||? … 0"),
        (
            "union(createArray('a', 'b', 'a'), $'list'), createArray('z'))",
            "a b|z|? … 2",
        ),
        ("union($'list'), createArray('z'))", "|z|? … 1"),
        (
            "union(createArray('a', $'name')), createArray('z'))",
            "a|_ z|? 1",
        ),
        (
            "skip(concat(createArray('a', 'b'), $'list')), 1)",
            "b||? … 1",
        ),
        ("skip(concat(createArray('a'), $'list')), 2)", "||?a … 0"),
        ("take(concat(createArray('a'), $'list')), 2)", "a||? … 1"),
        (
            "filter(createArray('a', 'b'), lambda('x', equals(lambdaVariables('x'), $'name'))))",
            "||?a b 0",
        ),
        ("map($'list'), lambda('x', 1))", "||? … 0"),
        (
            "map(concat(createArray('a'), $'list')), lambda('x', 1))",
            "||? … 1",
        ),
        ("split(concat('a/b', $'name'), '/c'), '/')", "a||c? … 3"),
        ("split(concat('a/b', $'name'), '-c'), '/')", "a||? … 2"),
        ("split($'name'), '/')", "||? … 1"),
        (
            "if($'flag'), createArray('a'), createArray('b', 'c'))",
            "||?a b c 1",
        ),
        ("intersection(createArray('a'), $'list'))", "||?a 0"),
        (
            "objectKeys(union(createObject('a', 1), $'tags')))",
            "||?a … 1",
        ),
        ("$'list')", "||? … 0"),
        ("$'name')", "||? 0"),
        ("$'any')", "||? … 0"),
    ] {
        assert_eq!(listed(text), expected, "{text}");
    }
}

#[test]
fn emptiness_of_values() {
    for (text, expected) in [
        ("concat('a', $'name'))", Some(false)),
        ("concat($'name'), $'name'))", None),
        ("uniqueString($'name'))", Some(false)),
        ("concat($'list'), createArray('z'))", Some(false)),
        ("union(createObject('a', 1), $'tags'))", Some(false)),
        ("$'env')", Some(false)),
        ("$'name')", None),
        ("$'maybe')", None),
        ("if($'flag'), 'a', 'b')", Some(false)),
        ("if($'flag'), '', null())", Some(true)),
        ("if($'flag'), '', 'b')", None),
        ("intersection(createArray(), $'list'))", Some(true)),
        ("resourceGroup().name", Some(false)),
        ("take($'name'), 0)", Some(true)),
        ("split($'name'), '/')", Some(false)),
    ] {
        assert_eq!(emptiness(&value(text)), expected, "{text}");
    }
}

#[test]
fn bounds_of_strings() {
    let bounds = |text: &str| text_bounds(&value(text)).unwrap();
    let vault = bounds("concat('kv-', $'name'), '-', uniqueString(resourceGroup().id))");
    assert_eq!((vault.prefix.as_str(), vault.suffix.as_str()), ("kv-", ""));
    assert_eq!((vault.min, vault.max), (17, None));
    let fixed = bounds("concat('kv', uniqueString($'name')), 'é')");
    assert_eq!((fixed.min, fixed.max), (16, Some(16)));
    let taken = bounds("take(concat('kv-', $'name')), 24)");
    assert_eq!(
        (taken.prefix.as_str(), taken.min, taken.max),
        ("kv-", 3, Some(24))
    );
    let id = bounds("resourceId('Microsoft.KeyVault/vaults', $'name'))");
    assert_eq!(id.prefix, "/subscriptions/");
    let choice = bounds("if($'flag'), 'dev-vault', 'prod-vault')");
    assert_eq!(
        (choice.prefix.as_str(), choice.suffix.as_str()),
        ("", "-vault")
    );
    assert_eq!((choice.min, choice.max), (9, Some(10)));
    let domain = bounds("$'env')");
    assert_eq!((domain.min, domain.max), (3, Some(4)));
    assert_eq!(
        bounds("subscription().subscriptionId").alphabet,
        Alphabet::Guid
    );
    assert_eq!(bounds("resourceGroup().name").max, Some(90));
    for text in ["$'maybe')", "$'any')", "$'list')", "5"] {
        assert!(text_bounds(&value(text)).is_none(), "{text}");
    }
}

#[test]
fn shapes() {
    for (text, expected, nullable) in [
        ("concat('a', $'any'))", Shape::String, false),
        ("concat($'any'), $'any'))", Shape::Any, false),
        ("concat($'any'), createArray())", Shape::Array, false),
        (
            "union($'any'), createObject('a', $'any')))",
            Shape::Object,
            false,
        ),
        ("if($'flag'), 'a', $'name'))", Shape::String, false),
        ("if($'flag'), 'a', null())", Shape::String, true),
        ("if($'flag'), 'a', 5)", Shape::Any, false),
        ("coalesce($'maybe'), 'a')", Shape::String, false),
        ("$'maybe')", Shape::String, true),
        ("$'tags').a", Shape::Any, true),
        ("resourceGroup().location", Shape::String, false),
        ("resourceGroup().tags", Shape::Any, true),
        ("equals($'any'), 1)", Shape::Bool, false),
        ("first($'list'))", Shape::Any, true),
    ] {
        let value = value(text);
        assert_eq!(shape(&value), expected, "{text}");
        assert_eq!(may_be_null(&value), nullable, "{text}");
    }
}

#[test]
fn equality_of_strings_with_holes() {
    for (a, b, expected) in [
        ("concat('a', $'name'))", "concat('a', $'name'))", Some(true)),
        (
            "concat('a', $'name'))",
            "concat('b', $'name'))",
            Some(false),
        ),
        (
            "concat('a', $'name'), 'c')",
            "concat('a', $'name'), 'd')",
            Some(false),
        ),
        (
            "concat('a', $'name'), 'c')",
            "concat('a', $'env'), 'c')",
            None,
        ),
        ("concat('a', $'env'), 'c')", "'axc'", Some(false)),
        ("concat('a', $'env'), 'c')", "'adevc'", None),
        ("concat('a', uniqueString($'name')))", "'abc'", Some(false)),
        ("concat($'name'), 'a')", "concat('b', $'name'))", None),
        ("resourceGroup().name", "'hub/spoke'", Some(false)),
        (
            "concat('/subscriptions/', subscription().subscriptionId)",
            "'/subscriptions/x'",
            Some(false),
        ),
        (
            "resourceId('A.B/c', 'd')",
            "resourceId('A.B/c', 'e')",
            Some(false),
        ),
        (
            "resourceId('A.B/c', $'name'))",
            "resourceId('A.B/c', 'e')",
            None,
        ),
        (
            "resourceId('A.B/c', $'name'))",
            "resourceId('A.B/c', $'name'))",
            Some(true),
        ),
    ] {
        assert_eq!(same(&value(a), &value(b)), expected, "{a} == {b}");
        assert_eq!(same(&value(b), &value(a)), expected, "{b} == {a}");
    }
}
