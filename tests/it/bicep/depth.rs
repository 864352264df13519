//! Nesting without end: every construct ends in an error, quickly and on a small stack.

use std::time::{Duration, Instant};

use akvlint::syntax::bicep::tree::{Declaration, DeclarationKind, ExpressionKind, File};
use akvlint::syntax::bicep::{Arena, Dialect, MAX_DEPTH, parse};
use akvlint::syntax::error::SyntaxError;

use super::invariants;

const DEPTH: usize = 100_000;

/// Runs on a thread with the stack of any thread but the main one.
fn on_a_small_stack(run: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(run)
        .unwrap()
        .join()
        .unwrap();
}

/// Texts that open a construct and repeat a part of it: `before`, the part, `after`, the part that closes.
const NESTED: &[(&str, &str, &str, &str, &str)] = &[
    ("parentheses", "var x = ", "(", "1", ")"),
    ("arrays", "var x = ", "[", "1", "]"),
    ("arrays over lines", "var x = ", "[\n", "1", "\n]"),
    ("objects", "var x = ", "{a:", "1", "}"),
    ("objects over lines", "var x = ", "{\na: ", "1", "\n}"),
    ("object keys", "var x = ", "{'${", "1", "}': 1}"),
    ("spreads", "var x = ", "[...", "y", "]"),
    ("calls", "var x = ", "f(", "1", ")"),
    ("second arguments", "var x = ", "f(1, ", "1", ")"),
    ("methods", "var x = ", "a.f(", "1", ")"),
    ("indexes", "var x = ", "a[", "1", "]"),
    ("safe indexes from the end", "var x = ", "a[?^", "1", "]"),
    ("interpolations", "var x = ", "'a${", "1", "}b'"),
    (
        "interpolations over lines",
        "var x = ",
        "$'''a${",
        "1",
        "}b'''",
    ),
    ("not", "var x = ", "!", "y", ""),
    ("not in parentheses", "var x = ", "!(", "y", ")"),
    ("minus", "var x = ", "-", "1", ""),
    ("sums", "var x = ", "1 + ", "1", ""),
    ("sums to the left", "var x = 1", " + 1", "", ""),
    ("coalescing", "var x = a", " ?? a", "", ""),
    (
        "rising precedence",
        "var x = ",
        "a || b && c == d < e + f * (",
        "1",
        ")",
    ),
    (
        "first operands in parentheses",
        "var x = ",
        "(",
        "1",
        " + 1 + 1 + 1)",
    ),
    ("conditions", "var x = ", "a ? b : ", "c", ""),
    ("conditions in the middle", "var x = ", "a ? ", "b", " : c"),
    ("lambdas", "var x = ", "a => ", "1", ""),
    ("lambdas in parentheses", "var x = ", "(a, b) => ", "1", ""),
    ("lambdas in calls", "var x = ", "map(y, z => ", "1", ")"),
    ("loops", "var x = ", "[for a in b: ", "1", "]"),
    ("loop collections", "var x = ", "[for a in ", "b", ": 1]"),
    ("properties", "var x = a", ".b", "", ""),
    ("safe properties", "var x = a", ".?b", "", ""),
    ("method chains", "var x = a", ".b()", "", ""),
    ("index chains", "var x = a", "[0]", "", ""),
    ("nested resources by name", "var x = a", "::b", "", ""),
    ("assertions", "var x = a", "!", "", ""),
    ("decorator arguments", "@d(", "[", "1", "]"),
    ("type parentheses", "type x = ", "(", "int", ")"),
    ("array types", "type x = int", "[]", "", ""),
    ("nullable types", "type x = int", "? ", "", ""),
    ("types that are not null", "type x = int", "!", "", ""),
    ("type properties", "type x = a", ".b", "", ""),
    ("other properties", "type x = a", ".*", "", ""),
    ("type items", "type x = a", "[0]", "", ""),
    ("tuples", "type x = ", "[", "int", "]"),
    ("object types", "type x = ", "{a: ", "int", "}"),
    (
        "object types over lines",
        "type x = ",
        "{\na: ",
        "int",
        "\n}",
    ),
    ("generic types", "type x = ", "a<", "int", ">"),
    ("type literals", "type x = ", "'${[", "1", "]}'"),
    ("unions in parentheses", "type x = ", "(a | ", "int", ")"),
    ("function types", "func f(a ", "[", "int", "]"),
    (
        "nested resources",
        "resource x 'a@b' = {\n",
        "resource y 'c' = {\n",
        "name: 1",
        "\n}\n",
    ),
    (
        "nested resources in loops",
        "resource x 'a@b' = {\n",
        "resource y 'c' = [for i in j: {\n",
        "",
        "}\n]\n",
    ),
    (
        "nested resources with decorators",
        "resource x 'a@b' = {\n",
        "@d()\nresource y 'c' = {\n",
        "",
        "\n}\n",
    ),
    ("module parameters", "module x 'y' = ", "{params:", "1", "}"),
];

/// Repetition that nests nothing.
const FLAT: &[(&str, &str, &str)] = &[
    ("unions", "type x = 'a'", " | 'b'"),
    ("unions over lines", "type x = 'a'", "\n | 'b'"),
    ("items", "var x = [\n", "1\n"),
    ("decorators", "", "@a()\n"),
    ("arguments", "var x = f(1", ",\n1"),
    ("holes", "var x = '", "${a}"),
    ("closers", "", ")]}\n"),
    ("openers", "var x = 1\n", "([{\n"),
    ("quotes", "", "'"),
    ("triple quotes", "", "'''\n"),
    ("dollars", "", "$"),
    ("dollars and quotes", "", "$'''"),
    ("escapes", "var x = '", "\\u{"),
    ("comments", "", "/*"),
    ("line ends and comments", "var x = a", "\n//\n"),
    ("hashes", "", " #"),
    ("directives", "", "#disable-next-line a\n"),
    ("mixed closers", "var x = ", "(]"),
    ("names in parentheses", "var x = ", "(a, "),
    ("declarations without end", "", "var x = {\n"),
    ("wrong tokens", "", "= "),
    ("wrong items", "var x = [", ", "),
    ("bars", "type x = ", "|"),
    ("angle brackets", "type x = ", "a<"),
    ("at signs", "", "@"),
    ("unknown characters", "", "\u{1f600}"),
];

fn parse_quickly<'s>(name: &str, text: &'s str, arena: &'s Arena) -> File<'s> {
    let start = Instant::now();
    let file = parse(text, Dialect::Template, arena);
    // A quadratic algorithm takes minutes.
    assert!(
        start.elapsed() < Duration::from_secs(30),
        "{name} took {:?}",
        start.elapsed()
    );
    file
}

fn is_of_depth(error: &SyntaxError) -> bool {
    error.message.contains("levels deep")
}

#[test]
fn unbounded_nesting_costs_what_it_is_in() {
    on_a_small_stack(|| {
        for (name, before, opener, middle, closer) in NESTED {
            let before = format!("param p string\n{before}");
            let closed = before.clone() + &opener.repeat(DEPTH) + middle + &closer.repeat(DEPTH);
            let unclosed = before + &opener.repeat(DEPTH);
            for text in [closed, unclosed] {
                let text = text + "\nparam q string";
                let arena = Arena::default();
                let file = parse_quickly(name, &text, &arena);
                // Two signs in a row are an error of their own, and lines that begin as resources do end the groups around.
                let other =
                    matches!(*name, "not" | "minus") || name.starts_with("nested resources");
                let is_told = |error| is_of_depth(error) || other;
                assert!(file.errors.iter().any(is_told), "{name}");
                let names = ["p", "q"].map(|name| {
                    let is = |declaration: &&Declaration<'_>| match &declaration.kind {
                        DeclarationKind::Parameter(parameter) => parameter.name.text == name,
                        _ => false,
                    };
                    file.declarations
                        .iter()
                        .find(is)
                        .map(|found| found.is_broken())
                });
                // Of so many errors some are not kept, and any declaration may have one.
                let all = file.errors.len() >= 500;
                assert_eq!(names[0], Some(all), "{name}");
                assert!(names[1].is_some(), "{name}");
            }
        }
    });
}

#[test]
fn what_stands_around_deep_nesting_is_read() {
    let deep = "[".repeat(DEPTH) + &"]".repeat(DEPTH);
    let text = format!("var x = {{\n a: 1\n b: {deep}\n c: 2\n}}\nvar y = 1");
    let arena = Arena::default();
    let file = parse_quickly("an object", &text, &arena);
    assert_eq!(file.errors.len(), 1);
    assert_eq!(file.declarations.len(), 2);
    assert!(file.declarations[0].is_broken() && !file.declarations[1].is_broken());
    let DeclarationKind::Variable(variable) = &file.declarations[0].kind else {
        panic!("a variable");
    };
    let ExpressionKind::Object(object) = &variable.value.kind else {
        panic!("an object");
    };
    assert_eq!(object.items.len(), 3);
}

#[test]
fn nesting_up_to_the_limit_is_kept() {
    on_a_small_stack(|| {
        for (name, before, opener, middle, closer) in NESTED {
            let levels = MAX_DEPTH as usize / 9;
            let end = match *name {
                "decorator arguments" => ")\nparam p string",
                "function types" => ") int => 1",
                "nested resources"
                | "nested resources in loops"
                | "nested resources with decorators" => "\n}",
                _ => "",
            };
            let text = String::from(*before)
                + &opener.repeat(levels)
                + middle
                + &closer.repeat(levels)
                + end;
            let arena = Arena::default();
            let file = parse(&text, Dialect::Template, &arena);
            assert!(!file.errors.iter().any(is_of_depth), "{name}");
            if !matches!(*name, "not" | "minus") {
                assert_eq!(file.errors, [], "{name}");
            }
            invariants::check(&text, Dialect::Template);
        }
    });
}

#[test]
fn trees_just_below_the_limit_can_be_walked() {
    on_a_small_stack(|| {
        for (_, before, opener, middle, closer) in NESTED {
            for levels in (1..=MAX_DEPTH as usize).rev().step_by(7) {
                let text = String::from(*before)
                    + &opener.repeat(levels)
                    + middle
                    + &closer.repeat(levels);
                invariants::check(&text, Dialect::Template);
            }
        }
    });
}

#[test]
fn repetition_is_read_in_linear_time() {
    on_a_small_stack(|| {
        for (name, before, part) in FLAT {
            let text = String::from(*before) + &part.repeat(DEPTH);
            parse_quickly(name, &text, &Arena::default());
        }
    });
}
