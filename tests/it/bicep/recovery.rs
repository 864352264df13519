//! Broken text: what is reported where, and what is read all the same.

use akvlint::syntax::bicep::{Arena, Dialect, parse};

use super::{invariants, outline};

/// A text; the message and the text of each error; the outline of each declaration, with a tilde if it is broken.
pub(super) type Case = (
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static [&'static str],
);

/// Parses each text with a declaration after it, which must come through whatever is wrong before it.
pub(super) fn recovers(table: &[Case]) {
    for (text, errors, declarations) in table {
        let text = format!("{text}\nparam keep string\n");
        let arena = Arena::default();
        let file = parse(&text, Dialect::Template, &arena);
        let found: Vec<(&str, &str)> = file
            .errors
            .iter()
            .map(|error| (error.message.as_str(), &text[error.span.range()]))
            .collect();
        assert_eq!(found, *errors, "{text}");
        let mut found: Vec<String> = file
            .declarations
            .iter()
            .map(|declaration| {
                let mark = if declaration.is_broken() { "~ " } else { "" };
                mark.to_owned() + &outline::declaration(declaration)
            })
            .collect();
        assert_eq!(found.pop().as_deref(), Some(KEPT), "{text}");
        assert_eq!(found, *declarations, "{text}");
        invariants::check(&text, Dialect::Template);
    }
}

const KEPT: &str = "param keep string";

#[test]
fn broken_declarations() {
    recovers(DECLARATIONS);
}

#[test]
fn broken_decorators_and_directives() {
    recovers(DECORATORS);
}

#[test]
fn broken_strings() {
    recovers(STRINGS);
}

#[test]
fn broken_expressions() {
    recovers(EXPRESSIONS);
}

#[test]
fn broken_types() {
    recovers(TYPES);
}

#[test]
fn broken_resources() {
    recovers(RESOURCES);
}

const DECLARATIONS: &[Case] = &[
    (
        "bad",
        &[("expected a declaration, found `bad`", "bad")],
        &[],
    ),
    (
        "var",
        &[(
            "expected the name of a variable, found the end of the line",
            "",
        )],
        &["~ var MISSING = ERROR"],
    ),
    (
        "var a",
        &[("expected `=`, found the end of the line", "")],
        &["~ var a = ERROR"],
    ),
    (
        "var a =",
        &[("expected an expression, found the end of the line", "")],
        &["~ var a = ERROR"],
    ),
    (
        "var = 1",
        &[("expected the name of a variable, found `=`", "=")],
        &["~ var MISSING = 1"],
    ),
    (
        "var 2 = 1",
        &[("expected the name of a variable, found a number", "2")],
        &["~ var MISSING = 1"],
    ),
    (
        "var a = 1 2",
        &[("expected a new line, found a number", "2")],
        &["~ var a = 1"],
    ),
    (
        "var a☕ = 1",
        &[("unexpected character `☕`", "☕")],
        &["~ var a ERROR = 1"],
    ),
    ("☕", &[("unexpected character `☕`", "☕")], &[]),
    (
        "param a",
        &[("expected a type, found the end of the line", "")],
        &["~ param a ERROR"],
    ),
    (
        "param a string string",
        &[("expected `=` or a new line, found `string`", "string")],
        &["~ param a string"],
    ),
    (
        "param a string =",
        &[("expected an expression, found the end of the line", "")],
        &["~ param a string = ERROR"],
    ),
    (
        "param a = 1",
        &[("expected a type, found `=`", "=")],
        &["~ param a ERROR = 1"],
    ),
    (
        "output a string",
        &[("expected `=`, found the end of the line", "")],
        &["~ output a string = ERROR"],
    ),
    (
        "metadata a",
        &[("expected `=`, found the end of the line", "")],
        &["~ metadata a = ERROR"],
    ),
    (
        "assert a",
        &[("expected `=`, found the end of the line", "")],
        &["~ assert a = ERROR"],
    ),
    (
        "targetScope 'tenant'",
        &[("expected `=`, found a string", "'tenant'")],
        &["~ targetScope = \"tenant\""],
    ),
    (
        "extension",
        &[(
            "expected the name or path of an extension in quotes, found the end of the line",
            "",
        )],
        &["~ extension MISSING"],
    ),
    (
        "import a from 'b'",
        &[("expected `{`, `*` or a path in quotes, found `a`", "a")],
        &["~ import {} from MISSING"],
    ),
    (
        "import {a} 'b'",
        &[(
            "expected `from` and the path of a file, found a string",
            "'b'",
        )],
        &["~ import {a} from \"b\""],
    ),
    (
        "import * from 'b'",
        &[("expected `as` and a name, found `from`", "from")],
        &["~ import * as MISSING from \"b\""],
    ),
    (
        "import {'a'} from 'b'",
        &[("expected `as` and a name, found `}`", "}")],
        &["~ import {\"a\"} from \"b\""],
    ),
    (
        "test a 'b' = c",
        &[("expected `{`, found `c`", "c")],
        &["~ test a \"b\" = {ERROR}"],
    ),
    (
        "if (true) {\n  var a = 1\n}",
        &[("expected a declaration, found `if`", "if")],
        &[],
    ),
    (
        "var a = b\n  c: d\n  type: e\n}\nvar f = 1",
        &[
            ("expected a declaration, found `c`", "c"),
            ("expected a declaration, found `type`", "type"),
            ("unexpected `}`", "}"),
        ],
        &["~ var a = b", "var f = 1"],
    ),
    (
        "param a string\n  = 'b'",
        &[("expected a declaration, found `=`", "=")],
        &["~ param a string"],
    ),
    (
        "var a = b\n  && c",
        &[("expected a declaration, found `&&`", "&&")],
        &["~ var a = b"],
    ),
    (
        "using 'a.bicep'",
        &[("`using` is not allowed in a template", "using")],
        &["~ using \"a.bicep\""],
    ),
];

const DECORATORS: &[Case] = &[
    (
        "@secure() param a string",
        &[(
            "expected a new line after the decorator, found `param`",
            "param",
        )],
        &["~ @secure() param a string"],
    ),
    (
        "@secure(\nparam a string",
        &[("this `(` is not closed: expected `)`", "(")],
        &["~ @secure() param a string"],
    ),
    (
        "@a.b.c()\nparam a string",
        &[("expected a new line after the decorator, found `.`", ".")],
        &["~ @a.b() param a string"],
    ),
    (
        "@a() @b() param a string",
        &[
            ("expected a new line after the decorator, found `@`", "@"),
            (
                "expected a new line after the decorator, found `param`",
                "param",
            ),
        ],
        &["~ @a() @b() param a string"],
    ),
    (
        "var a = 1\n  'b'\n])\nparam c string\nvar d = 1",
        &[
            ("expected a declaration, found a string", "'b'"),
            ("unexpected `]`", "]"),
            ("unexpected `)`", ")"),
        ],
        &["~ var a = 1", "~ param c string", "var d = 1"],
    ),
    (
        "#disable-next-line",
        &[("expected the code of a diagnostic", "#disable-next-line")],
        &[],
    ),
    (
        "#pragma once\nparam a string",
        &[("unknown directive", "#pragma")],
        &["param a string"],
    ),
    (
        "resource a 'b@1' = {\n  @c()\n  name: 'd'\n  location: e\n}",
        &[("expected a declaration, found `name`", "name")],
        &["~ resource a \"b@1\" = {ERROR, location: e}"],
    ),
];

const STRINGS: &[Case] = &[
    (
        "var a = 'b",
        &[(
            "this string is not closed: expected `'` on the same line",
            "'b",
        )],
        &["~ var a = \"b\""],
    ),
    (
        "var a = 'b ${c",
        &[(
            "this interpolation is not closed: expected `}` on the same line",
            "${",
        )],
        &["~ var a = '\"b \" c'"],
    ),
    (
        "var a = 'b ${c'",
        &[
            (
                "this interpolation is not closed: expected `}` on the same line",
                "${",
            ),
            (
                "this string is not closed: expected `'` on the same line",
                "'",
            ),
        ],
        &["~ var a = '\"b \" c'"],
    ),
    (
        "var a = \"b\"",
        &[
            ("unexpected character `\"`", "\""),
            ("unexpected character `\"`", "\""),
        ],
        &["~ var a = ERROR"],
    ),
    (
        "var a = '${b c}'",
        &[("expected `}`, found `c`", "c")],
        &["~ var a = 'b'"],
    ),
    (
        "var a = '${}'",
        &[(
            "expected an expression, found the end of the interpolation",
            "}'",
        )],
        &["~ var a = 'ERROR'"],
    ),
    (
        "var a = 'b\\ec'",
        &[("unknown escape sequence", "\\e")],
        &["~ var a = \"b\\\\ec\""],
    ),
    (
        "var a = '\\u{110000}'",
        &[("not a Unicode code point", "\\u{110000}")],
        &["~ var a = \"\\\\u{110000}\""],
    ),
    (
        "var a = '''\n  b\n",
        &[("this string is not closed: expected `'''`", "'''")],
        &["~ var a = \"  b\\n\""],
    ),
    (
        "var a = $'''\n ${b\n c}\n'''",
        &[(
            "this interpolation is not closed: expected `}` on the same line",
            "${",
        )],
        &["~ var a = '\" \" b \"\\n c}\\n\"'"],
    ),
    (
        "var a = $'''${b\n",
        &[(
            "this interpolation is not closed: expected `}` on the same line",
            "${",
        )],
        &["~ var a = 'b \"\\n\"'"],
    ),
    (
        "var a = 'x${f(y}z'",
        &[("this `(` is not closed: expected `)`", "(")],
        &["~ var a = '\"x\" f(y) \"z\"'"],
    ),
    (
        "var a = {\n  b: 'c\n  d: 1\n}",
        &[(
            "this string is not closed: expected `'` on the same line",
            "'c",
        )],
        &["~ var a = {b: \"c\", d: 1}"],
    ),
    (
        "resource a 'b${c}@1' = {}",
        &[(
            "the type of a resource cannot have `${…}` in it",
            "'b${c}@1'",
        )],
        &["~ resource a MISSING = {}"],
    ),
    (
        "module a './${b}' = {}",
        &[("the path of a module cannot have `${…}` in it", "'./${b}'")],
        &["~ module a MISSING = {}"],
    ),
];

const EXPRESSIONS: &[Case] = &[
    (
        "var a = b &&\n  c",
        &[
            ("expected an expression, found the end of the line", ""),
            ("expected a declaration, found `c`", "c"),
        ],
        &["~ var a = (&& b ERROR)"],
    ),
    (
        "var a = f(b c)",
        &[("expected `,` or `)`, found `c`", "c")],
        &["~ var a = f(b, c)"],
    ),
    (
        "var a = f(b,)",
        &[("expected another item after `,`, found `)`", ")")],
        &["~ var a = f(b)"],
    ),
    (
        "var a = ['b' 'c']",
        &[("expected a new line, `,` or `]`, found a string", "'c'")],
        &["~ var a = [\"b\", \"c\"]"],
    ),
    (
        "var a = { 'b': 1 'c': 2 }",
        &[("expected a new line, `,` or `}`, found a string", "'c'")],
        &["~ var a = {\"b\": 1, \"c\": 2}"],
    ),
    (
        "var a = [\n  b,\n  c\n]",
        &[("unexpected line end after `,`", ",")],
        &["~ var a = [b, c]"],
    ),
    (
        "var a = !!b",
        &[("expected an operand, found `!`", "!")],
        &["~ var a = (! (! b))"],
    ),
    (
        "var a = - -1",
        &[("expected an operand, found `-`", "-")],
        &["~ var a = (- (- 1))"],
    ),
    (
        "var a = 1.5",
        &[(
            "expected the name of a property or function, found a number",
            "5",
        )],
        &["~ var a = 1.MISSING"],
    ),
    (
        "var a = 1;",
        &[("unexpected character `;`", ";")],
        &["~ var a = 1"],
    ),
    (
        "var a = b.",
        &[(
            "expected the name of a property or function, found the end of the line",
            "",
        )],
        &["~ var a = b.MISSING"],
    ),
    (
        "var a = b[]",
        &[("expected an expression, found `]`", "]")],
        &["~ var a = b[ERROR]"],
    ),
    (
        "var a = b.?c()",
        &[("`.?` cannot be used with a function", "?")],
        &["~ var a = b.c()"],
    ),
    (
        "var a = (b, c)",
        &[("expected `)`, found `,`", ",")],
        &["~ var a = <b>"],
    ),
    (
        "var a = ()",
        &[("expected an expression, found `)`", ")")],
        &["~ var a = <ERROR>"],
    ),
    (
        "var a = (b, 1) => b",
        &[("expected `)`, found `,`", ",")],
        &["~ var a = ERROR"],
    ),
    (
        "var a = 99999999999999999999",
        &[(
            "this number does not fit into 64 bits",
            "99999999999999999999",
        )],
        &["~ var a = ERROR"],
    ),
    (
        "var a = { true: 1 }",
        &[("expected the name of a property, found `true`", "true")],
        &["~ var a = {true: 1}"],
    ),
    (
        "var a = b ? c",
        &[("expected `:`, found the end of the line", "")],
        &["~ var a = (? b c ERROR)"],
    ),
    (
        "var a = b ? c :",
        &[("expected an expression, found the end of the line", "")],
        &["~ var a = (? b c ERROR)"],
    ),
    (
        "var a = [for b of c: d]",
        &[("expected `in`, found `of`", "of")],
        &["~ var a = [for b in ERROR: d]"],
    ),
    (
        "var a = [for (b) in c: d]",
        &[("expected two names, of the item and of its index", "(b)")],
        &["~ var a = [for b in c: d]"],
    ),
    (
        "var a = [for b in c d]",
        &[("expected `:`, found `d`", "d")],
        &["~ var a = [for b in c: d]"],
    ),
    (
        "var a = {\n  resource b 'c' = {}\n}",
        &[(
            "a nested resource stands directly in the body of a resource",
            "resource",
        )],
        &["~ var a = {resource b \"c\" = {}}"],
    ),
    (
        "var a = [\n  3 + 4\n  =\n  !null\n]",
        &[("expected an expression, found `=`", "=")],
        &["~ var a = [(+ 3 4), ERROR, (! null)]"],
    ),
];

const TYPES: &[Case] = &[
    (
        "param a string[",
        &[("this `[` is not closed: expected `]`", "[")],
        &["~ param a string[]"],
    ),
    (
        "param a {\n  b string\n  c: int\n}",
        &[("expected `:`, found `string`", "string")],
        &["~ param a {b: string, c: int}"],
    ),
    (
        "type a = 'b' |",
        &[("expected a type, found the end of the line", "")],
        &["~ type a = (| \"b\" ERROR)"],
    ),
    (
        "type a = b<'c'",
        &[("expected `>`, found the end of the line", "")],
        &["~ type a = b<\"c\">"],
    ),
    (
        "type a = (b",
        &[("this `(` is not closed: expected `)`", "(")],
        &["~ type a = <b>"],
    ),
    (
        "func a(b) string => c",
        &[("expected a type, found `)`", ")")],
        &["~ func a(b ERROR) string => c"],
    ),
    (
        "func a string => b",
        &[("expected `(`, found `string`", "string")],
        &["~ func a() string => b"],
    ),
    (
        "func a(b string) => c",
        &[("expected a type, found `=>`", "=>")],
        &["~ func a(b string) ERROR => c"],
    ),
    (
        "func a(,) string => b",
        &[
            ("expected the name of a parameter, found `,`", ","),
            ("expected another item after `,`, found `)`", ")"),
        ],
        &["~ func a(MISSING ERROR) string => b"],
    ),
];

const RESOURCES: &[Case] = &[
    (
        "resource a 'b' = {\n  ...c\n}",
        &[("the body of a resource or module takes no spread", "...c")],
        &["~ resource a \"b\" = {...c}"],
    ),
    (
        "module a 'b' = [for c in d: if (e) {\n  params: {\n    ...f\n    g: 1\n    ...h\n  }\n}]",
        &[
            ("`params` of a module takes no spread", "...f"),
            ("`params` of a module takes no spread", "...h"),
        ],
        &["~ module a \"b\" = for c in d: if e {params: {...f, g: 1, ...h}}"],
    ),
    (
        "resource 'b@1' = {\n  name: 'c'\n}",
        &[(
            "expected the symbolic name of a resource, found a string",
            "'b@1'",
        )],
        &["~ resource MISSING \"b@1\" = {name: \"c\"}"],
    ),
    (
        "resource a = {\n  name: 'c'\n}",
        &[("expected the type of a resource in quotes, found `=`", "=")],
        &["~ resource a MISSING = {name: \"c\"}"],
    ),
    (
        "resource a 'b@1' {\n  name: 'c'\n}",
        &[("expected `=`, found `{`", "{")],
        &["~ resource a \"b@1\" = {name: \"c\"}"],
    ),
    (
        "resource a 'b@1' =\n{\n  name: 'c'\n}",
        &[(
            "expected `{`, `[for` or `if`, found the end of the line",
            "",
        )],
        &["~ resource a \"b@1\" = {name: \"c\"}"],
    ),
    (
        "resource a 'b@1'",
        &[("expected `=`, found the end of the line", "")],
        &["~ resource a \"b@1\" = {ERROR}"],
    ),
    (
        "resource a 'b@1' = c",
        &[("expected `{`, `[for` or `if`, found `c`", "c")],
        &["~ resource a \"b@1\" = {ERROR}"],
    ),
    (
        "resource a 'b@1' = if {\n  name: 'c'\n}",
        &[("expected `(`, found `{`", "{")],
        &["~ resource a \"b@1\" = if ERROR {name: \"c\"}"],
    ),
    (
        "resource a 'b@1' = if (c",
        &[
            ("this `(` is not closed: expected `)`", "("),
            ("expected `{`, found the end of the line", ""),
        ],
        &["~ resource a \"b@1\" = if c {ERROR}"],
    ),
    (
        "resource a 'b@1' = if (c {\n  name: 'd'\n}",
        &[("this `(` is not closed: expected `)`", "(")],
        &["~ resource a \"b@1\" = if c {name: \"d\"}"],
    ),
    (
        "resource a 'b@1' = [for c of d: {}]",
        &[("expected `in`, found `of`", "of")],
        &["~ resource a \"b@1\" = for c in ERROR: {}"],
    ),
    (
        "resource a 'b@1' = [for c in d: e]",
        &[("expected `{` or `if`, found `e`", "e")],
        &["~ resource a \"b@1\" = for c in d: {ERROR}"],
    ),
    (
        "resource a 'b@1' = {\n  name 'c'\n  tags = {}\n  location:\n  sku: { = }\n  kind: 'd'\n}",
        &[
            ("expected `:`, found a string", "'c'"),
            ("expected `:`, found `=`", "="),
            ("expected an expression, found the end of the line", ""),
            ("expected the name of a property, found `=`", "="),
        ],
        &[
            "~ resource a \"b@1\" = {name: \"c\", tags: {}, location: ERROR, sku: {ERROR}, kind: \"d\"}",
        ],
    ),
];
