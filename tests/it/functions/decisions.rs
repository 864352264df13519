//! Assignments: guards, exclusions, loops, and where values come from afterwards.

use std::sync::Arc;

use akvlint::evaluate::access::access;
use akvlint::evaluate::assignment::Assignment;
use akvlint::evaluate::bounds::MAX_DEPTH;
use akvlint::evaluate::canonical::{expression, to_json};
use akvlint::evaluate::functions::{self, FunctionError};
use akvlint::evaluate::origin::{Origin, Step};
use akvlint::evaluate::partial::emptiness;
use akvlint::evaluate::substitute::{apply_lambda, substitute};
use akvlint::evaluate::symbol::{Binder, Symbol, Term};
use akvlint::evaluate::value::{Kind, Object, Value};
use akvlint::source::{FileId, Place, Span};
use serde_json::json;

use super::expression::{Environment, here, read, symbol};
use super::{Parameter, parameter};

fn evaluate(parameters: &[&Parameter], text: &str) -> Value {
    let mut environment = Environment::default();
    for parameter in parameters {
        environment
            .parameters
            .push((parameter.name.clone(), parameter.symbol.clone()));
    }
    environment.evaluate(&read(text).0).unwrap()
}

fn symbol_of(value: &Value) -> &Arc<Symbol> {
    value.as_symbol().unwrap()
}

fn text(text: &str) -> Value {
    Value::string(text, here())
}

fn integer(value: i64) -> Value {
    Value::new(Kind::Integer(value), here())
}

#[test]
fn a_decided_guard_collapses_what_depends_on_it() {
    let env = parameter("env string", 0);
    let acls = evaluate(
        &[&env],
        "createObject('defaultAction', if(contains(createArray('prod'), parameters('env')), 'Deny', 'Allow'), 'name', format('kv-{0}', if(not(contains(createArray('prod'), parameters('env'))), 'x', 'y')))",
    );
    let guard = evaluate(&[&env], "contains(createArray('prod'), parameters('env'))");
    let mut assignment = Assignment::new();
    assignment.assign(symbol_of(&guard), Value::bool(true, here()));
    assert_eq!(
        to_json(&substitute(&acls, &assignment)),
        json!({"defaultAction": "Deny", "name": "kv-y"})
    );
}

#[test]
fn a_guard_may_be_decided_under_the_name_that_it_gets() {
    let (env, list) = (parameter("env string", 0), parameter("list array", 1));
    let value = evaluate(
        &[&env, &list],
        "if(contains(parameters('list'), parameters('env')), 1, 2)",
    );
    let mut assignment = Assignment::new();
    assignment.assign(symbol_of(&env.symbol), text("prod"));
    let guard = evaluate(&[&env, &list], "contains(parameters('list'), 'prod')");
    assignment.assign(symbol_of(&guard), Value::bool(true, here()));
    assert_eq!(to_json(&substitute(&value, &assignment)), json!(1));
}

#[test]
fn an_exclusion_decides_comparisons_and_adds_up() {
    let env = parameter("env string", 0);
    let value = evaluate(
        &[&env],
        "createArray(equals(parameters('env'), 'dev'), equals(parameters('env'), 'prod'), empty(parameters('env')), parameters('env'))",
    );
    let mut assignment = Assignment::new();
    let parameter = symbol_of(&env.symbol).clone();
    assignment.exclude(&parameter, &[text("dev")], &here());
    let first = substitute(&value, &assignment);
    assert_eq!(
        to_json(&first),
        json!([
            false,
            "[equals(parameters('env'), 'prod')]",
            "[empty(parameters('env'))]",
            "[parameters('env')]"
        ])
    );
    assignment.exclude(&parameter, &[text("prod"), text("")], &here());
    let expected = json!([false, false, false, "[parameters('env')]"]);
    assert_eq!(to_json(&substitute(&value, &assignment)), expected);

    // A second assignment adds to what a first one has left in a value.
    let mut later = Assignment::new();
    later.exclude(&parameter, &[text("prod"), text("")], &here());
    let again = substitute(&first, &later);
    assert_eq!(to_json(&again), expected);
    let left = &again.as_array().unwrap()[3];
    assert!(matches!(&symbol_of(left).term, Term::Except { excluded, .. } if excluded.len() == 3));
    assert_eq!(emptiness(left), Some(false));

    // A decision for a value goes over an exclusion.
    let mut decided = Assignment::new();
    decided.assign(&parameter, text("test"));
    decided.exclude(&parameter, &[text("dev")], &here());
    assert_eq!(
        to_json(&substitute(&again, &decided)),
        json!([false, false, false, "test"])
    );
}

#[test]
fn not_empty_is_an_exclusion_of_all_that_is_empty() {
    let any = parameter("any any", 0);
    let value = evaluate(&[&any], "empty(parameters('any'))");
    let empty = [
        Value::null(here()),
        text(""),
        Value::array(Vec::new(), here()),
        Value::object(Object::new(), here()),
    ];
    let mut assignment = Assignment::new();
    assignment.exclude(symbol_of(&any.symbol), &empty[..3], &here());
    assert!(substitute(&value, &assignment).as_bool().is_none());
    assignment.exclude(symbol_of(&any.symbol), &empty[3..], &here());
    assert_eq!(substitute(&value, &assignment).as_bool(), Some(false));
}

fn binder(id: u32, name: &str) -> Binder {
    Binder {
        id,
        name: name.into(),
        index: true,
    }
}

fn looped(id: u32, count: &Value, body: Value) -> Value {
    symbol(Symbol::new(Term::Loop {
        binder: binder(id, "copy"),
        count: count.clone(),
        body,
    }))
}

fn apply(function: &str, arguments: Vec<Value>) -> Value {
    functions::apply(functions::find(function).unwrap(), arguments, &here()).unwrap()
}

#[test]
fn a_loop_runs_once_its_count_is_known() {
    let (count, name) = (parameter("count int", 0), parameter("name string", 1));
    let index = symbol(Symbol::new(Term::Bound(binder(0, "copy"))));
    let body = apply(
        "format",
        vec![text("{0}-{1}"), name.symbol.clone(), index.clone()],
    );
    let value = looped(0, &count.symbol, body);
    assert_eq!(
        expression(&value),
        "map(range(0, parameters('count')), lambda('copy', format('{0}-{1}', parameters('name'), lambdaVariables('copy'))))"
    );
    let mut assignment = Assignment::new();
    assignment.assign(symbol_of(&count.symbol), integer(2));
    let half = substitute(&value, &assignment);
    assert_eq!(
        to_json(&half),
        json!([
            "[format('{0}-0', parameters('name'))]",
            "[format('{0}-1', parameters('name'))]"
        ])
    );
    assignment.assign(symbol_of(&name.symbol), text("kv"));
    assert_eq!(
        to_json(&substitute(&value, &assignment)),
        json!(["kv-0", "kv-1"])
    );

    // The loop within a loop reads both indexes.
    let inner = symbol(Symbol::new(Term::Bound(binder(1, "inner"))));
    let nested = looped(
        0,
        &count.symbol,
        looped(
            1,
            &count.symbol,
            apply("concat", vec![text("x"), index, inner]),
        ),
    );
    assert_eq!(
        to_json(&substitute(&nested, &assignment)),
        json!([["x00", "x01"], ["x10", "x11"]])
    );
    for (bad, message) in [(-1, "negative"), (10_001, "more than 10000")] {
        assignment.assign(symbol_of(&count.symbol), integer(bad));
        let failed = substitute(&value, &assignment);
        assert!(
            matches!(&symbol_of(&failed).term, Term::Failed { message: found, .. } if found.contains(message))
        );
    }
}

#[test]
fn an_item_of_a_loop_is_its_body_with_that_index() {
    let (count, name) = (parameter("count int", 0), parameter("name string", 1));
    let index = |id| symbol(Symbol::new(Term::Bound(binder(id, "copy"))));
    let body = apply(
        "format",
        vec![text("{0}-{1}"), name.symbol.clone(), index(0)],
    );
    let value = looped(0, &count.symbol, body);
    let at = |key: &Value, safe| access(&value, key, safe, false, &here()).unwrap();
    assert_eq!(
        expression(&at(&integer(3), false)),
        "format('{0}-3', parameters('name'))"
    );
    assert_eq!(
        expression(&at(&index(5), false)),
        "format('{0}-{1}', parameters('name'), copyIndex('copy'))"
    );
    assert!(expression(&at(&integer(3), true)).starts_with("tryGet(map("));

    // An index that is numbered like a loop within the body stays outside.
    let inner = looped(
        1,
        &count.symbol,
        apply("concat", vec![text("x"), index(0), index(1)]),
    );
    let outer = looped(0, &count.symbol, inner);
    let at = |id| access(&outer, &index(id), false, false, &here()).unwrap();
    assert!(expression(&at(1)).ends_with("[copyIndex('copy')]"));
    assert!(expression(&at(2)).starts_with("map(range(0, parameters('count')), "));
    assert_eq!(
        expression(&apply("length", vec![value])),
        "parameters('count')"
    );
}

#[test]
fn loops_within_loops_end() {
    let count = parameter("count int", 0);
    let index = |id| symbol(Symbol::new(Term::Bound(binder(id, "copy"))));
    let mut value = apply("concat", vec![text("x"), index(0), index(1), index(2)]);
    for id in (0..3).rev() {
        value = looped(id, &count.symbol, value);
    }
    let mut assignment = Assignment::new();
    assignment.assign(symbol_of(&count.symbol), integer(10_000));
    let result = substitute(&value, &assignment);
    assert_eq!(result.as_array().unwrap().len(), 10_000);
}

#[test]
fn a_lambda_is_applied_to_values() {
    let (list, name) = (parameter("list array", 0), parameter("name string", 1));
    let call = evaluate(
        &[&list, &name],
        "map(parameters('list'), lambda('x', concat(lambdaVariables('x'), parameters('name'))))",
    );
    let Term::Call { arguments, .. } = &symbol_of(&call).term else {
        panic!("a call");
    };
    let result = apply_lambda(&arguments[1], &[text("a")]).unwrap();
    assert_eq!(expression(&result), "format('a{0}', parameters('name'))");
    assert!(apply_lambda(&arguments[0], &[]).is_none());
}

fn place(offset: usize) -> Place {
    Place::new(FileId(1), Span::point(offset))
}

#[test]
fn a_branch_keeps_its_place_and_gets_the_uses_of_the_choice() {
    let flag = parameter("flag bool", 0);
    let branch = Value::string("Deny", Origin::at(place(10)));
    let other = Value::string("Allow", Origin::at(place(20)));
    let choice = functions::choose(&flag.symbol, &branch, &other, &Origin::at(place(30)));
    let origin = choice
        .origin
        .through(Step::Variable("acls".into()), place(40))
        .through(Step::Property("defaultAction".into()), place(50));
    let choice = choice.with_origin(origin);
    let mut assignment = Assignment::new();
    assignment.assign(symbol_of(&flag.symbol), Value::bool(true, here()));
    let result = substitute(&choice, &assignment);
    assert_eq!(result.as_str(), Some("Deny"));
    assert_eq!(result.origin.place, place(10));
    let steps: Vec<_> = result.origin.steps().map(|step| step.place).collect();
    assert_eq!(steps, [place(50), place(40)]);
}

#[test]
fn a_decided_parameter_stays_where_it_stood() {
    let env = parameter("env string", 0);
    let value = env.symbol.clone().with_origin(Origin::at(place(7)));
    let mut assignment = Assignment::new();
    assignment.assign(
        symbol_of(&env.symbol),
        Value::string("dev", Origin::at(place(99))),
    );
    let result = substitute(&value, &assignment);
    assert_eq!(
        (result.as_str(), result.origin.place),
        (Some("dev"), place(7))
    );
}

#[test]
fn what_fails_under_an_assignment_fails_there_only() {
    let count = parameter("count int", 0);
    let value = evaluate(
        &[&count],
        "createArray(div(10, parameters('count')), add(parameters('count'), 1), createArray(5, 6)[parameters('count')])",
    );
    let mut assignment = Assignment::new();
    assignment.assign(symbol_of(&count.symbol), integer(0));
    assert_eq!(
        to_json(&substitute(&value, &assignment)),
        json!(["[div(10, 0)]", 1, 5])
    );
    assignment.assign(symbol_of(&count.symbol), integer(2));
    assert_eq!(
        to_json(&substitute(&value, &assignment)),
        json!([5, 3, "[createArray(5, 6)[2]]"])
    );
}

#[test]
fn what_is_shared_is_rewritten_once() {
    let count = parameter("count int", 0);
    let mut value = count.symbol.clone();
    for _ in 0..60 {
        value = apply("add", vec![value.clone(), value]);
    }
    let mut assignment = Assignment::new();
    assignment.assign(symbol_of(&count.symbol), integer(1));
    assert_eq!(substitute(&value, &assignment).as_integer(), Some(1 << 60));
}

#[test]
fn nothing_changes_where_nothing_is_decided() {
    let (name, other) = (parameter("name string", 0), parameter("other string", 1));
    let value = evaluate(&[&name], "createArray(concat('a', parameters('name')))");
    let mut assignment = Assignment::new();
    assert!(shares(&value, &substitute(&value, &assignment)));
    assignment.assign(symbol_of(&other.symbol), text("x"));
    assert!(shares(&value, &substitute(&value, &assignment)));
}

fn shares(a: &Value, b: &Value) -> bool {
    matches!((&a.kind, &b.kind), (Kind::Array(a), Kind::Array(b)) if Arc::ptr_eq(a, b))
}

#[test]
fn expressions_nest_so_deep_and_no_deeper() {
    let count = parameter("count int", 0);
    let add = functions::find("add").unwrap();
    let mut value = count.symbol.clone();
    let mut depth = 0;
    let error = loop {
        match functions::apply(add, vec![value.clone(), integer(1)], &here()) {
            Ok(deeper) => value = deeper,
            Err(error) => break error,
        }
        depth += 1;
    };
    assert!(matches!(error, FunctionError::TooLarge { .. }));
    assert_eq!(depth + 1, MAX_DEPTH);
    let mut assignment = Assignment::new();
    assignment.assign(symbol_of(&count.symbol), integer(1));
    let expected = i64::from(MAX_DEPTH);
    assert_eq!(substitute(&value, &assignment).as_integer(), Some(expected));
}
