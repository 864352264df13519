//! The functions against known answers, and substitution against evaluation.
//!
//! `testdata/functions/*.txt` holds one case a line, `expression => JSON` or `expression !! part of the error`, as an
//! ARM template would have the expression. `param name type` declares a parameter without a value; after `=` stand
//! all the values that it can have, after `~` some that it is tried with. `known scope` says that the subscription and
//! the resource group of the deployment are known. Lines that begin with `#` are comments.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may panic"
)]

mod decisions;
mod expression;
pub(crate) mod facts;
mod generated;
mod partial;
pub(crate) mod substitution;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use akvlint::evaluate::canonical::to_json;
use akvlint::evaluate::symbol::{ParameterSymbol, Shape, Structure, Symbol, Term};
use akvlint::evaluate::value::Value;

use expression::{Environment, Expression, here, read, symbol};

/// A parameter of a table.
struct Parameter {
    name: String,
    symbol: Value,
    /// Values that it is tried with.
    samples: Vec<Value>,
}

/// A table of cases.
#[derive(Default)]
struct Table {
    parameters: Vec<Parameter>,
    known_scope: bool,
    cases: Vec<Case>,
}

struct Case {
    /// `file:line`, for messages.
    at: String,
    expression: String,
    expected: Expected,
}

enum Expected {
    Json(serde_json::Value),
    Error(String),
}

impl Table {
    fn environment(&self) -> Environment {
        let parameters = self
            .parameters
            .iter()
            .map(|parameter| (parameter.name.clone(), parameter.symbol.clone()));
        Environment {
            parameters: parameters.collect(),
            known_scope: self.known_scope,
            ..Environment::default()
        }
    }
}

fn tables() -> Vec<Table> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/functions");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths.iter().map(|path| table(path)).collect()
}

fn table(path: &Path) -> Table {
    let text = fs::read_to_string(path).unwrap();
    let file = path.file_name().unwrap().to_string_lossy();
    let mut table = Table::default();
    for (number, line) in text.lines().enumerate() {
        let at = format!("{file}:{}", number + 1);
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(declaration) = line.strip_prefix("param ") {
            let order = u32::try_from(table.parameters.len()).unwrap();
            table.parameters.push(parameter(declaration, order));
        } else if line == "known scope" {
            table.known_scope = true;
        } else if let Some((expression, expected)) = line.rsplit_once(" !! ") {
            table.cases.push(Case {
                at,
                expression: expression.to_owned(),
                expected: Expected::Error(expected.to_owned()),
            });
        } else {
            let (expression, expected) = line
                .split_once(" => ")
                .unwrap_or_else(|| panic!("{at}: no case: {line}"));
            let json = serde_json::from_str(expected)
                .unwrap_or_else(|error| panic!("{at}: {error}: {expected}"));
            table.cases.push(Case {
                at,
                expression: expression.to_owned(),
                expected: Expected::Json(json),
            });
        }
    }
    table
}

fn parameter(declaration: &str, order: u32) -> Parameter {
    let (head, values) = declaration
        .split_once(['=', '~'])
        .unwrap_or((declaration, ""));
    let mut words = head.split_whitespace();
    let (name, kind) = (words.next().unwrap(), words.next().unwrap());
    let nullable = kind.ends_with('?');
    let shape = match kind.trim_end_matches('?') {
        "string" => Shape::String,
        "int" => Shape::Integer,
        "bool" => Shape::Bool,
        "array" => Shape::Array,
        "object" => Shape::Object,
        _ => Shape::Any,
    };
    let mut samples = Vec::new();
    let mut rest = values.trim();
    while !rest.is_empty() {
        let (value, after) = read(rest);
        samples.push(Environment::default().evaluate(&value).unwrap());
        rest = after.trim_start().trim_start_matches(',').trim_start();
    }
    let domain = declaration.contains('=').then(|| samples.clone());
    let parameter = ParameterSymbol {
        deployment: 1,
        name: name.into(),
        declared: here().place,
        order,
        shape,
        nullable,
        secure: false,
        empty: None,
        limits: [None, None],
        domain,
        given: None,
        structure: Structure::default(),
    };
    Parameter {
        name: name.to_owned(),
        symbol: symbol(Symbol::new(Term::Parameter(Arc::new(parameter)))),
        samples,
    }
}

fn parsed(case: &Case) -> Expression {
    let (expression, rest) = read(&case.expression);
    assert_eq!(rest.trim(), "", "{}: left over", case.at);
    expression
}

#[test]
fn known_answers() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for table in tables() {
        for case in &table.cases {
            count += 1;
            let result = table.environment().evaluate(&parsed(case));
            match (&case.expected, result) {
                (Expected::Json(expected), Ok(value)) => {
                    // In print `1` is not `1.0`, and the order of members counts.
                    let (found, expected) = (to_json(&value).to_string(), expected.to_string());
                    if found != expected {
                        wrong.push(format!(
                            "{}: {}\n  expected {expected}\n  found    {found}",
                            case.at, case.expression
                        ));
                    }
                }
                (Expected::Error(part), Err(error)) if error.to_string().contains(part) => {}
                (Expected::Json(expected), Err(error)) => wrong.push(format!(
                    "{}: {}\n  expected {expected}\n  failed   {error}",
                    case.at, case.expression
                )),
                (Expected::Error(part), Ok(value)) => wrong.push(format!(
                    "{}: {}\n  expected the error {part}\n  found    {}",
                    case.at,
                    case.expression,
                    to_json(&value)
                )),
                (Expected::Error(part), Err(error)) => wrong.push(format!(
                    "{}: {}\n  expected the error {part}\n  failed   {error}",
                    case.at, case.expression
                )),
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count} cases:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(count > 400, "only {count} cases were found");
}
