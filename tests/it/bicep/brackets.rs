//! Brackets that do not match: where the missing ones are put, and which are too many.

use super::recovery::{Case, recovers};

#[test]
fn brackets_that_do_not_match() {
    recovers(BRACKETS);
}

const BRACKETS: &[Case] = &[
    (
        "var a = [1, 2",
        &[("this `[` is not closed: expected `]`", "[")],
        &["~ var a = [1, 2]"],
    ),
    (
        "var a = {\n  b: 1\n",
        &[("this `{` is not closed: expected `}`", "{")],
        &["~ var a = {b: 1}"],
    ),
    (
        "var a = (1",
        &[("this `(` is not closed: expected `)`", "(")],
        &["~ var a = <1>"],
    ),
    (
        "var a = f(1, 2",
        &[("this `(` is not closed: expected `)`", "(")],
        &["~ var a = f(1, 2)"],
    ),
    (
        "var a = f(\n  1,\n  2\n",
        &[("this `(` is not closed: expected `)`", "(")],
        &["~ var a = f(1, 2)"],
    ),
    (
        "var a = [1, 2}",
        &[
            ("this `[` is not closed: expected `]`", "["),
            ("unexpected `}`", "}"),
        ],
        &["~ var a = [1, 2]"],
    ),
    ("var a = 1)", &[("unexpected `)`", ")")], &["~ var a = 1"]),
    ("var a = [)]", &[("unexpected `)`", ")")], &["~ var a = []"]),
    ("}", &[("unexpected `}`", "}")], &[]),
    (
        "var a = {}}\nvar b = 1",
        &[("unexpected `}`", "}")],
        &["~ var a = {}", "var b = 1"],
    ),
    (
        "var a = {\n  b: f(1\n  c: 2\n}",
        &[("this `(` is not closed: expected `)`", "(")],
        &["~ var a = {b: f(1), c: 2}"],
    ),
    (
        "var a = {\n  b: [1, 2\n  c: 2\n}",
        &[("this `[` is not closed: expected `]`", "[")],
        &["~ var a = {b: [1, 2], c: 2}"],
    ),
    (
        "var a = {\n  b: [\n    1\n  c: 2\n}",
        &[("this `[` is not closed: expected `]`", "[")],
        &["~ var a = {b: [1], c: 2}"],
    ),
    (
        "var a = {\n  b: f(\n    1,\n    2\n  c: 2\n}",
        &[("this `(` is not closed: expected `)`", "(")],
        &["~ var a = {b: f(1, 2), c: 2}"],
    ),
    (
        "var a = f('x', {\n  b: 1\n}",
        &[("this `(` is not closed: expected `)`", "(")],
        &["~ var a = f(\"x\", {b: 1})"],
    ),
    (
        "var a = {\nb: 1\nc: [\n2\n}",
        &[("this `[` is not closed: expected `]`", "[")],
        &["~ var a = {b: 1, c: [2]}"],
    ),
    (
        "var a = [\n  {\n    b: 1\n  {\n    c: 2\n  }\n]",
        &[("this `{` is not closed: expected `}`", "{")],
        &["~ var a = [{b: 1}, {c: 2}]"],
    ),
    (
        "var a = {\n  b: 1 }\n  c: 2\n}",
        &[
            ("expected a declaration, found `c`", "c"),
            ("unexpected `}`", "}"),
        ],
        &["~ var a = {b: 1}"],
    ),
    (
        "resource a 'b@1' = {\n  properties: {\n    d: {\n      e: [\n        1\n    }\n    f: 2\n  tags: {\n    g: 'h'\n  }\n}",
        &[
            ("this `{` is not closed: expected `}`", "{"),
            ("this `[` is not closed: expected `]`", "["),
        ],
        &["~ resource a \"b@1\" = {properties: {d: {e: [1]}, f: 2}, tags: {g: \"h\"}}"],
    ),
    (
        "resource a 'b@1' = {\n  properties: {\n    d: 1\n  tags: {}\n}\nvar x = [\n  {a: {\n b: 1\n} }]",
        &[("this `{` is not closed: expected `}`", "{")],
        &[
            "~ resource a \"b@1\" = {properties: {d: 1}, tags: {}}",
            "var x = [{a: {b: 1}}]",
        ],
    ),
    (
        "resource a 'b@1' = {\n  resource c 'd' = {\n    e: 1\n  resource f 'g' = {\n    h: 1\n  }\n}",
        &[("this `{` is not closed: expected `}`", "{")],
        &["~ resource a \"b@1\" = {resource c \"d\" = {e: 1}, resource f \"g\" = {h: 1}}"],
    ),
    (
        "resource a 'b@1' = {\n  properties: {\n    d: 1\n}\n\nresource e 'f@1' = {\n  name: 'g'\n}",
        &[("this `{` is not closed: expected `}`", "{")],
        &[
            "~ resource a \"b@1\" = {properties: {d: 1}}",
            "resource e \"f@1\" = {name: \"g\"}",
        ],
    ),
    (
        "resource a 'b@1' = {\n  name: 'c'\n    d: 1\n  }\n}",
        &[("unexpected `}`", "}")],
        &["~ resource a \"b@1\" = {name: \"c\", d: 1}"],
    ),
    (
        "resource a 'b@1' = {\n  name: 'c'\n  }\nvar d = [",
        &[("this `[` is not closed: expected `]`", "[")],
        &["resource a \"b@1\" = {name: \"c\"}", "~ var d = []"],
    ),
    (
        "resource a 'b@1' = [for c in d: {}",
        &[("this `[` is not closed: expected `]`", "[")],
        &["~ resource a \"b@1\" = for c in d: {}"],
    ),
    (
        "resource a 'b@1' = {\nresource c 'd' = {\n}\n}\nvar e = [",
        &[("this `[` is not closed: expected `]`", "[")],
        &[
            "resource a \"b@1\" = {resource c \"d\" = {}}",
            "~ var e = []",
        ],
    ),
];
