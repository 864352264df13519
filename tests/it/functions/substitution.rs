//! Substituting and then looking is the same as evaluating with the values from the start.

use akvlint::evaluate::assignment::Assignment;
use akvlint::evaluate::canonical::to_json;
use akvlint::evaluate::substitute::substitute;
use akvlint::evaluate::symbol::Term;
use akvlint::evaluate::value::{Kind, Part, Value};

use super::expression::{Environment, Expression, read};
use super::facts::broken;
use super::generated::Generator;
use super::{Expected, Parameter, Table, parsed, tables};
use crate::dice::number;

/// How many combinations of samples one expression is tried with.
const MAX_COMBINATIONS: usize = 40;

/// Combinations of the samples of parameters.
fn combinations(parameters: &[&Parameter]) -> Vec<Vec<Value>> {
    let mut all = vec![Vec::new()];
    for parameter in parameters {
        all = all
            .iter()
            .flat_map(|chosen: &Vec<Value>| {
                parameter.samples.iter().map(|sample| {
                    let mut chosen = chosen.clone();
                    chosen.push(sample.clone());
                    chosen
                })
            })
            .take(MAX_COMBINATIONS)
            .collect();
    }
    all
}

fn concretely(table: &Table, used: &[&Parameter], chosen: &[Value]) -> Environment {
    let mut environment = table.environment();
    for (parameter, value) in used.iter().zip(chosen) {
        environment
            .parameters
            .push((parameter.name.clone(), value.clone()));
    }
    environment
}

/// Whether a part of a value failed.
pub(crate) fn has_failure(value: &Value) -> bool {
    match &value.kind {
        Kind::Symbolic(symbol) => {
            matches!(symbol.term, Term::Failed { .. })
                || symbol.operands().into_iter().any(has_failure)
        }
        Kind::Mixed(parts) => parts
            .iter()
            .any(|part| matches!(part, Part::Hole(hole) if has_failure(hole))),
        Kind::Array(items) => items.iter().any(has_failure),
        Kind::Object(object) => object.iter().any(|member| has_failure(&member.value)),
        _ => false,
    }
}

/// The parameters that an expression names, if all of them have samples.
fn used<'a>(table: &'a Table, expression: &str) -> Option<Vec<&'a Parameter>> {
    let used: Vec<&Parameter> = table
        .parameters
        .iter()
        .filter(|parameter| expression.contains(&format!("parameters('{}')", parameter.name)))
        .collect();
    let usable = !used.is_empty() && used.iter().all(|parameter| !parameter.samples.is_empty());
    usable.then_some(used)
}

/// Tries an expression with the samples of its parameters; gives what went wrong, and counts what was tried.
fn attempt(table: &Table, text: &str, expression: &Expression, tried: &mut usize) -> Vec<String> {
    let Some(used) = used(table, text) else {
        return Vec::new();
    };
    let symbolic = table.environment().evaluate(expression);
    let mut wrong = Vec::new();
    for chosen in combinations(&used) {
        // What fails with values is undecided, and what does not need it may still be known.
        let Ok(expected) = concretely(table, &used, &chosen).evaluate(expression) else {
            continue;
        };
        // A failure within prints the text that it had when it failed.
        if has_failure(&expected) {
            continue;
        }
        let known = expected;
        let expected = to_json(&known);
        *tried += 1;
        let values: Vec<_> = chosen.iter().map(to_json).collect();
        let symbolic = match &symbolic {
            Ok(symbolic) => symbolic,
            Err(error) => {
                wrong.push(format!(
                    "{text} with {values:?}\n  gives {expected}\n  failed {error}"
                ));
                continue;
            }
        };
        let mut together = Assignment::new();
        let mut one_by_one = symbolic.clone();
        for (parameter, value) in used.iter().zip(&chosen) {
            let symbol = parameter.symbol.as_symbol().unwrap();
            together.assign(symbol, value.clone());
            let mut alone = Assignment::new();
            alone.assign(symbol, value.clone());
            one_by_one = substitute(&one_by_one, &alone);
        }
        for fact in broken(symbolic, &known, &together) {
            wrong.push(format!(
                "{text} with {values:?}\n  symbolic  {}\n  evaluated {expected}\n  not so: {fact}",
                to_json(symbolic)
            ));
        }
        for found in [substitute(symbolic, &together), one_by_one] {
            let found = to_json(&found);
            // Names of members that differ in case only are the same to the evaluator, which keeps either.
            let lower = |json: &serde_json::Value| json.to_string().to_lowercase();
            if found != expected && lower(&found) != lower(&expected) {
                wrong.push(format!(
                    "{text} with {values:?}\n  symbolic    {}\n  evaluated   {expected}\n  substituted {found}",
                    to_json(symbolic)
                ));
            }
        }
    }
    wrong
}

#[test]
fn substitution_is_evaluation_with_values() {
    let mut wrong = Vec::new();
    let mut tried = 0;
    for table in tables() {
        for case in &table.cases {
            if matches!(case.expected, Expected::Json(_)) {
                wrong.extend(attempt(&table, &case.expression, &parsed(case), &mut tried));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} are wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(tried > 300, "only {tried} combinations were tried");
}

#[test]
fn substitution_is_evaluation_with_values_for_generated_expressions() {
    let tables = tables();
    let table = tables
        .iter()
        .find(|table| !table.parameters.is_empty())
        .unwrap();
    let count = number("AKVLINT_TEST_EXPRESSIONS", 3_000);
    let mut generator = Generator::new(number("AKVLINT_TEST_SEED", 20_200_407));
    let mut wrong = Vec::new();
    let mut tried = 0;
    for index in 0..count {
        let text = generator.next(u32::try_from(1 + index % 4).unwrap());
        let (expression, rest) = read(&text);
        assert_eq!(rest, "", "{text}");
        wrong.extend(attempt(table, &text, &expression, &mut tried));
        if wrong.len() > 20 {
            break;
        }
    }
    wrong.sort_by_key(String::len);
    assert!(
        wrong.is_empty(),
        "{} are wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(
        tried as u64 > 3 * count,
        "only {tried} combinations were tried"
    );
}
