//! What the language has, one small text each, and the tree it gives.

use akvlint::syntax::bicep::tree::*;
use akvlint::syntax::bicep::{Arena, Dialect, parse};

use super::{invariants, outline, template};

/// Parses each text, which has no errors, and compares the outline of its declarations.
fn gives(dialect: Dialect, table: &[(&str, &str)]) {
    for (text, expected) in table {
        let arena = Arena::default();
        let file = parse(text, dialect, &arena);
        assert_eq!(file.errors, [], "{text}");
        assert_eq!(outline::file(&file).join("\n"), *expected, "{text}");
        assert!(
            file.declarations
                .iter()
                .all(|declaration| !declaration.is_broken())
        );
        invariants::check(text, dialect);
    }
}

/// The same for expressions.
fn expressions(table: &[(&str, &str)]) {
    for (text, expected) in table {
        gives(
            Dialect::Template,
            &[(
                &format!("var x = {text}\nparam last string"),
                &format!("var x = {expected}\nparam last string"),
            )],
        );
    }
}

/// The same for types.
fn types(table: &[(&str, &str)]) {
    for (text, expected) in table {
        gives(
            Dialect::Template,
            &[(
                &format!("type x = {text}\nparam last string"),
                &format!("type x = {expected}\nparam last string"),
            )],
        );
    }
}

#[test]
fn literals() {
    expressions(&[
        ("null", "null"),
        ("true", "true"),
        ("false", "false"),
        ("0", "0"),
        ("007", "7"),
        ("18446744073709551615", "18446744073709551615"),
        ("-9223372036854775808", "(- 9223372036854775808)"),
        ("truely", "truely"),
        ("[]", "[]"),
        ("[ ]", "[]"),
        ("[\n]", "[]"),
        ("[1, 2]", "[1, 2]"),
        ("[1, 2,]", "[1, 2]"),
        ("[1\n2\n]", "[1, 2]"),
        ("[\n\n  1 // one\n\n  /* two */ 2\n]", "[1, 2]"),
        ("[\n  1, 2\n  3\n]", "[1, 2, 3]"),
        ("[...a, 1, ...[2]]", "[...a, 1, ...[2]]"),
        ("{}", "{}"),
        ("{ a: 1, b: 2 }", "{a: 1, b: 2}"),
        ("{ a: 1, b: 2, }", "{a: 1, b: 2}"),
        (
            "{\n  a: 1\n  'b c': 2\n  '${d}e': 3\n  for: 4\n  resource: 5\n}",
            "{a: 1, \"b c\": 2, 'd \"e\"': 3, for: 4, resource: 5}",
        ),
        ("{ ...a, b: 1, ...c.d }", "{...a, b: 1, ...c.d}"),
        (
            "{ a: {\n    b: [\n      {}\n    ]\n  }\n}",
            "{a: {b: [{}]}}",
        ),
    ]);
}

#[test]
fn strings() {
    expressions(&[
        ("''", "\"\""),
        ("'it\\'s'", "\"it's\""),
        ("'a\\nb\\u{e9}\\\\'", "\"a\\nbé\\\\\""),
        ("'$ $$ {a} \\${b}'", "\"$ $$ {a} ${b}\""),
        ("'${a}'", "'a'"),
        ("'a${b}c${d}e'", "'\"a\" b \"c\" d \"e\"'"),
        ("'${a}${b}'", "'a b'"),
        ("'$${a}'", "'\"$\" a'"),
        ("'${'${'${a}b'}c'}d'", "'''a \"b\"' \"c\"' \"d\"'"),
        ("'${a ? '}' : '{'}'", "'(? a \"}\" \"{\")'"),
        ("'${f({ a: 1 }, [1])}'", "'f({a: 1}, [1])'"),
        ("'${map(a, b => { c: b })}'", "'map(a, ((b) => {c: b}))'"),
        ("'${/* why */ a}'", "'a'"),
        ("''''''", "\"\""),
        ("'''a'''", "\"a\""),
        ("'''\na\n'''", "\"a\\n\""),
        ("'''\r\na\r\n\r\n'''", "\"a\\r\\n\\r\\n\""),
        ("'''\n\na'''", "\"\\na\""),
        ("''''a''''", "\"'a'\""),
        ("'''a''b'''''", "\"a''b''\""),
        ("'''a\\n${b}'''", "\"a\\\\n${b}\""),
        ("$'''a'''", "\"a\""),
        ("$'''\n${a}\n'''", "'a \"\\n\"'"),
        ("$'''a${b}c'''", "'\"a\" b \"c\"'"),
        ("$'''$a{b}$$${c}\\n'''", "'\"$a{b}$$\" c \"\\\\n\"'"),
        ("$$'''${a}$${b}$$${c}'''", "'\"${a}\" b \"$\" c'"),
        ("$'''${'''a'''}${$'''${b}'''}'''", "'\"a\" 'b''"),
        ("$'''{${1}{0}${true}}'''", "'\"{\" 1 \"{0}\" true \"}\"'"),
        ("'é😀${'ü'}'", "'\"é😀\" \"ü\"'"),
    ]);
}

#[test]
fn operators() {
    expressions(&[
        ("1 + 2 * 3", "(+ 1 (* 2 3))"),
        ("1 - 2 - 3", "(- (- 1 2) 3)"),
        ("8 / 4 % 3", "(% (/ 8 4) 3)"),
        ("a < b == c >= d", "(== (< a b) (>= c d))"),
        ("a <= b != c > d", "(!= (<= a b) (> c d))"),
        ("a =~ b !~ c", "(!~ (=~ a b) c)"),
        ("a || b && c == d", "(|| a (&& b (== c d)))"),
        ("a && b || c", "(|| (&& a b) c)"),
        ("a ?? b || c", "(?? a (|| b c))"),
        ("a ?? b ?? c", "(?? (?? a b) c)"),
        ("a ?? b ? c : d", "(? (?? a b) c d)"),
        ("!a && !b", "(&& (! a) (! b))"),
        ("!a.b", "(! a.b)"),
        ("-a[0] + -1", "(+ (- a[0]) (- 1))"),
        ("!(!a)", "(! <(! a)>)"),
        ("2 - -1", "(- 2 (- 1))"),
        ("a ? b : c ? d : e", "(? a b (? c d e))"),
        ("a ? b ? c : d : e", "(? a (? b c d) e)"),
        ("a\n  ? b\n  : c", "(? a b c)"),
        ("a // why\n  ? b // why not\n\n  : c", "(? a b c)"),
        ("(1 + 2) * 3", "(* <(+ 1 2)> 3)"),
        ("a!.b ?? c!", "(?? a!.b c!)"),
        ("a != b", "(!= a b)"),
        ("a! != b!", "(!= a! b!)"),
    ]);
}

#[test]
fn accesses() {
    expressions(&[
        ("a.b.c", "a.b.c"),
        ("a.?b.c", "a.?b.c"),
        ("a[0]", "a[0]"),
        ("a['b']", "a[\"b\"]"),
        ("a[?0]", "a[?0]"),
        ("a[^1]", "a[^1]"),
        ("a[?^1]", "a[?^1]"),
        ("a[?'b'].?c", "a[?\"b\"].?c"),
        ("a[b + 1][c]", "a[(+ b 1)][c]"),
        ("a::b::c.id", "a::b::c.id"),
        ("a!", "a!"),
        ("a!.b![0]!", "a!.b![0]!"),
        ("f()", "f()"),
        ("f( )", "f()"),
        ("f (1)", "f(1)"),
        ("f(1, 'b', [], {})", "f(1, \"b\", [], {})"),
        ("sys.concat('a')", "sys.concat(\"a\")"),
        ("a.f(b).g()[0]", "a.f(b).g()[0]"),
        ("(a.?b).c", "<a.?b>.c"),
        ("[1, 2][0]", "[1, 2][0]"),
        ("{ a: 1 }.a", "{a: 1}.a"),
        ("'a'.length", "\"a\".length"),
        ("if(a, b)", "if(a, b)"),
        ("a.for.resource", "a.for.resource"),
    ]);
}

#[test]
fn lambdas_and_loops() {
    expressions(&[
        ("map(a, b => b.c)", "map(a, ((b) => b.c))"),
        ("map(a, (b, i) => b + i)", "map(a, ((b, i) => (+ b i)))"),
        ("f(() => 1)", "f((() => 1))"),
        ("f((\n  a,\n  b\n) => a)", "f(((a, b) => a))"),
        ("map(a, b =>\n  b)", "map(a, ((b) => b))"),
        (
            "sort(a, (x, y) => x < y ? true : false)",
            "sort(a, ((x, y) => (? (< x y) true false)))",
        ),
        ("map(a, b => c => b)", "map(a, ((b) => ((c) => b)))"),
        ("(a)", "<a>"),
        ("[for a in b: a]", "[for a in b: a]"),
        ("[for (a, i) in b: '${a}${i}']", "[for a, i in b: 'a i']"),
        (
            "[\n  for a in b: {\n    c: a\n  }\n]",
            "[for a in b: {c: a}]",
        ),
        (
            "[for a in [for b in c: b]: [for d in a: d]]",
            "[for a in [for b in c: b]: [for d in a: d]]",
        ),
        (
            "[for a in b ? c : d: a ? 1 : 2]",
            "[for a in (? b c d): (? a 1 2)]",
        ),
        ("[for in in in: in]", "[for in in in: in]"),
    ]);
}

#[test]
fn line_ends_mean_nothing_in_parentheses() {
    expressions(&[
        ("f(\n  1,\n  2\n)", "f(1, 2)"),
        ("f(\n\n  1\n  ,\n\n  2)", "f(1, 2)"),
        ("(\n  a\n)", "<a>"),
        ("(a &&\n  b)", "<(&& a b)>"),
        ("(a\n  || b\n  || c)", "<(|| (|| a b) c)>"),
        ("f(a ==\n  b, c\n  .d\n  .e())", "f((== a b), c.d.e())"),
        ("(a ?\n  b :\n  c)", "<(? a b c)>"),
        (
            "f({\n  a: 1\n  b: [\n    2\n    3\n  ]\n})",
            "f({a: 1, b: [2, 3]})",
        ),
        ("f([\n  a\n  (b)\n  -1\n])", "f([a, <b>, (- 1)])"),
    ]);
}

#[test]
fn line_ends_separate_elsewhere() {
    expressions(&[
        ("[\n  a\n  (b)\n]", "[a, <b>]"),
        ("[\n  a\n  [0]\n]", "[a, [0]]"),
        ("[\n  1\n  -2\n]", "[1, (- 2)]"),
        ("[\n  a\n  !b\n]", "[a, (! b)]"),
        ("[\n  subscription().id\n]", "[subscription().id]"),
    ]);
    gives(
        Dialect::Template,
        &[
            (
                "param a t?\nimport * as b from 'c'",
                "param a t?\nimport * as b from \"c\"",
            ),
            ("param a string\nvar b = 1", "param a string\nvar b = 1"),
        ],
    );
}

#[test]
fn type_expressions() {
    types(&[
        ("string", "string"),
        ("sys.string", "sys.string"),
        ("a.b.c", "a.b.c"),
        ("int[]", "int[]"),
        ("int [] [] ?", "int[][]?"),
        ("a!", "a!"),
        ("a?!", "a?!"),
        ("(a | b)[]?", "<(| a b)>[]?"),
        ("'a'", "\"a\""),
        ("'''a'''", "\"a\""),
        ("'a' | 'b'", "(| \"a\" \"b\")"),
        ("| 'a'", "(| \"a\")"),
        ("'a'\n  | 'b'\n  | 'c'", "(| \"a\" \"b\" \"c\")"),
        ("\n  | 'a'\n\n  // why\n  | 'b'", "(| \"a\" \"b\")"),
        (
            "1 | -1 | true | !true | null",
            "(| 1 (- 1) true (! true) null)",
        ),
        ("-a", "(- a)"),
        ("-a.b?", "(- a.b)?"),
        ("{}", "{}"),
        ("{ a: string, *: int }", "{a: string, *: int}"),
        (
            "{\n  @description('d')\n  @secure()\n  a: string?\n\n  'b-c': int\n}",
            "{@description(\"d\") @secure() a: string?, \"b-c\": int}",
        ),
        (
            "{\n  @discriminator('k')\n  a: b | c\n}",
            "{@discriminator(\"k\") a: (| b c)}",
        ),
        ("[]", "[]"),
        ("[string, int]", "[string, int]"),
        (
            "[\n  @minLength(1)\n  string\n  int\n]",
            "[@minLength(1) string, int]",
        ),
        ("a[0]", "a[0]"),
        ("a[*]", "a[*]"),
        ("a.*", "a.*"),
        ("a.*.b[*][1]", "a.*.b[*][1]"),
        ("resourceInput<'a/b@1'>", "resourceInput<\"a/b@1\">"),
        (
            "resourceOutput<'a/b@1'>.properties.c[*]?",
            "resourceOutput<\"a/b@1\">.properties.c[*]?",
        ),
        ("sys.resourceInput<'a/b@1'>", "sys.resourceInput<\"a/b@1\">"),
        ("resource<'a/b@1'>", "resource<\"a/b@1\">"),
        ("resource 'a/b@1'", "resource \"a/b@1\""),
        ("a<\n  b,\n  c\n>", "a<b, c>"),
    ]);
}

#[test]
fn declarations() {
    gives(
        Dialect::Template,
        &[
            ("", ""),
            ("\n\n", ""),
            ("// nothing", ""),
            (
                "targetScope = 'subscription'",
                "targetScope = \"subscription\"",
            ),
            ("metadata a = { b: 1 }", "metadata a = {b: 1}"),
            ("param a string", "param a string"),
            ("param a string = 'b'", "param a string = \"b\""),
            (
                "param a {\n  b: string\n} = {\n  b: 'c'\n}",
                "param a {b: string} = {b: \"c\"}",
            ),
            ("param a resource 'b/c@1'", "param a resource \"b/c@1\""),
            ("@secure()\nparam a string", "@secure() param a string"),
            (
                "@description('a')\n@sys.allowed([\n  1\n])\n\n// why\nparam a int",
                "@description(\"a\") @sys.allowed([1]) param a int",
            ),
            ("var a = 1", "var a = 1"),
            ("var a string[] = []", "var a string[] = []"),
            (
                "@export()\nvar a = [for b in c: b]",
                "@export() var a = [for b in c: b]",
            ),
            ("type a = string", "type a = string"),
            ("func a() string => 'b'", "func a() string => \"b\""),
            (
                "func a(b string, c int?) object =>\n  { d: b }",
                "func a(b string, c int?) object => {d: b}",
            ),
            (
                "func a(\n  b string,\n  c int\n) string => b",
                "func a(b string, c int) string => b",
            ),
            ("output a string = b", "output a string = b"),
            (
                "output a resource 'b@1' = c",
                "output a resource \"b@1\" = c",
            ),
            ("output a resource = c", "output a resource = c"),
            ("assert a = b == 1", "assert a = (== b 1)"),
            (
                "test a 'b.bicep' = {\n  params: {}\n}",
                "test a \"b.bicep\" = {params: {}}",
            ),
            (
                "import * as a from 'b.bicep'",
                "import * as a from \"b.bicep\"",
            ),
            (
                "import {a, b as c} from 'br/public:d:1'",
                "import {a, b as c} from \"br/public:d:1\"",
            ),
            (
                "import {\n  a\n  'b-c' as d\n} from 'e.json'",
                "import {a, \"b-c\" as d} from \"e.json\"",
            ),
            ("import 'az@1.0.0'", "extension \"az@1.0.0\""),
            (
                "import 'a@1' with {\n  b: 1\n} as c",
                "extension \"a@1\" with {b: 1} as c",
            ),
            ("provider 'a@1' as b", "extension \"a@1\" as b"),
            ("extension az", "extension az"),
            ("extension kubernetes as k8s", "extension kubernetes as k8s"),
            (
                "extension 'br:a/b:1' with { c: d } as e",
                "extension \"br:a/b:1\" with {c: d} as e",
            ),
        ],
    );
}

#[test]
fn resources_and_modules() {
    gives(
        Dialect::Template,
        &[
            ("resource a 'b@1' = {}", "resource a \"b@1\" = {}"),
            (
                "resource a 'b@1'={name:'c'}",
                "resource a \"b@1\" = {name: \"c\"}",
            ),
            (
                "resource a 'b@1' existing = {\n  name: 'c'\n}",
                "resource a \"b@1\" existing = {name: \"c\"}",
            ),
            (
                "resource a 'b@1' = if (c) {}",
                "resource a \"b@1\" = if c {}",
            ),
            (
                "resource a 'b@1' =\n  if (c) {}",
                "resource a \"b@1\" = if c {}",
            ),
            (
                "resource a 'b@1' = if (\n  c &&\n  d\n) {}",
                "resource a \"b@1\" = if (&& c d) {}",
            ),
            (
                "resource a 'b@1' = if ({ c: d }.c) {}",
                "resource a \"b@1\" = if {c: d}.c {}",
            ),
            (
                "resource a 'b@1' = [for c in d: {}]",
                "resource a \"b@1\" = for c in d: {}",
            ),
            (
                "resource a 'b@1' = [for (c, i) in d: if (c.e) {\n  name: c.f\n}]",
                "resource a \"b@1\" = for c, i in d: if c.e {name: c.f}",
            ),
            (
                "resource a 'b@1' = [\n  for c in d: {}\n]",
                "resource a \"b@1\" = for c in d: {}",
            ),
            (
                "resource a 'b@1' = {\n  resource: 1\n  resource c 'd' = {\n    name: 'e'\n\n    @batchSize(1)\n    resource f 'g@2' = [for h in i: {}]\n  }\n}",
                "resource a \"b@1\" = {resource: 1, resource c \"d\" = {name: \"e\", @batchSize(1) resource f \"g@2\" = for h in i: {}}}",
            ),
            (
                "resource a 'b@1' = if (c) {\nresource d 'e' existing = {\n}\n}\noutput f string = a::d.id",
                "resource a \"b@1\" = if c {resource d \"e\" existing = {}}\noutput f string = a::d.id",
            ),
            ("module a './b.bicep' = {}", "module a \"./b.bicep\" = {}"),
            (
                "module a 'br:c.io/d:1' = {\n  params: {}\n}",
                "module a \"br:c.io/d:1\" = {params: {}}",
            ),
            (
                "module a 'br/public:avm/b:1' = if (c) {}",
                "module a \"br/public:avm/b:1\" = if c {}",
            ),
            (
                "module a 'ts:b/c/d:1' = [for e in f: {}]",
                "module a \"ts:b/c/d:1\" = for e in f: {}",
            ),
            (
                "module a 'b' = [for c in d: if (e) {}]",
                "module a \"b\" = for c in d: if e {}",
            ),
        ],
    );
}

#[test]
fn parameter_files() {
    gives(
        Dialect::Parameters,
        &[
            ("using 'main.bicep'", "using \"main.bicep\""),
            ("using none", "using none"),
            (
                "using 'br/public:a:1' with {\n  mode: 'stack'\n}",
                "using \"br/public:a:1\" with {mode: \"stack\"}",
            ),
            ("using none with {}", "using none with {}"),
            ("extends 'base.bicepparam'", "extends \"base.bicepparam\""),
            ("param a = 'b'", "param a = \"b\""),
            (
                "param a = {\n  ...base\n}\nparam c = null",
                "param a = {...base}\nparam c = null",
            ),
            (
                "@description('a')\nparam b = [for c in d: c]",
                "@description(\"a\") param b = [for c in d: c]",
            ),
            (
                "var a = readEnvironmentVariable('B')",
                "var a = readEnvironmentVariable(\"B\")",
            ),
            ("import { a } from 'b.bicep'", "import {a} from \"b.bicep\""),
            ("type a = string", "type a = string"),
            (
                "extensionConfig a with {\n  b: 1\n}",
                "extensionConfig a with {b: 1}",
            ),
        ],
    );
}

#[test]
fn keywords_are_names_too() {
    gives(
        Dialect::Template,
        &[(
            "var if = for\nvar param = resource.module\ntype type = func\nparam output string\nfunc in(as string) int => from(as)",
            "var if = for\nvar param = resource.module\ntype type = func\nparam output string\nfunc in(as string) int => from(as)",
        )],
    );
}

#[test]
fn line_ends_and_byte_order_marks() {
    gives(
        Dialect::Template,
        &[
            (
                "\u{feff}param a string\r\nvar b = [\r\n  1\r\n]\r\n",
                "param a string\nvar b = [1]",
            ),
            ("param a string\rvar b = 1", "param a string\nvar b = 1"),
            (
                "\u{feff}#disable-next-line x\nparam a string",
                "param a string",
            ),
            (
                "\tparam\ta\tstring // why\n/* what\n*/ var b = /* how */ 1",
                "param a string\nvar b = 1",
            ),
        ],
    );
}

#[test]
fn places() {
    let text = "@secure()\nparam a string?\nresource kv 'v@1' existing = if (a != 'b') {\n  'na\\'me': '${a}c'\n}\n";
    let arena = Arena::default();
    let file = template(text, &arena);
    let at = |span: akvlint::source::Span| &text[span.range()];
    let [parameter, resource] = &file.declarations[..] else {
        panic!("two declarations");
    };
    assert_eq!(at(parameter.span), "@secure()\nparam a string?");
    assert_eq!(at(parameter.keyword), "param");
    assert_eq!(at(parameter.decorators[0].span), "@secure()");
    assert_eq!(at(parameter.name().unwrap().span), "a");
    let DeclarationKind::Resource(resource) = &resource.kind else {
        panic!("a resource");
    };
    let kind = resource.ty.as_ref().unwrap();
    assert_eq!((at(kind.span), at(kind.text.span)), ("'v@1'", "v@1"));
    assert_eq!(at(resource.existing.unwrap()), "existing");
    assert_eq!(
        at(resource.body.condition.as_ref().unwrap().span),
        "a != 'b'"
    );
    assert!(at(resource.body.span).starts_with("if (a"));
    assert!(at(resource.body.object.span).starts_with("{\n"));
    let ObjectItem::Property(property) = &resource.body.object.items[0] else {
        panic!("a property");
    };
    assert_eq!(at(property.span), "'na\\'me': '${a}c'");
    assert_eq!(at(property.key.span), "'na\\'me'");
    let KeyKind::Text(key) = &property.key.kind else {
        panic!("a string");
    };
    assert_eq!(property.key.text(), Some("na'me"));
    assert_eq!(at(key.span_of(text, 2..3)), "\\'");
    let ExpressionKind::Interpolated(parts) = &property.value.kind else {
        panic!("a string with a hole");
    };
    let [Part::Hole(hole), Part::Text(rest)] = &parts[..] else {
        panic!("two parts");
    };
    assert_eq!((at(hole.span), at(rest.span)), ("a", "c"));
}

#[test]
fn comments_and_directives_are_kept() {
    use akvlint::syntax::bicep::token::TriviaKind;

    let text = "// one\n#disable-next-line no-unused-params, BCP081 // two\nparam a string /* three */\n  #restore-diagnostics x\n#disable-diagnostics y z\n";
    let arena = Arena::default();
    let file = template(text, &arena);
    assert_eq!(file.errors, []);
    let trivia: Vec<(TriviaKind, &str)> = file
        .trivia
        .iter()
        .map(|trivia| (trivia.kind, &text[trivia.span.range()]))
        .collect();
    assert_eq!(
        trivia,
        [
            (TriviaKind::LineComment, "// one"),
            (
                TriviaKind::DisableNextLine,
                "#disable-next-line no-unused-params, BCP081"
            ),
            (TriviaKind::LineComment, "// two"),
            (TriviaKind::BlockComment, "/* three */"),
            (TriviaKind::RestoreDiagnostics, "#restore-diagnostics x"),
            (TriviaKind::DisableDiagnostics, "#disable-diagnostics y z"),
        ]
    );
    let codes: Vec<&str> = file
        .trivia
        .iter()
        .flat_map(|trivia| trivia.codes(text))
        .map(|(code, _)| code)
        .collect();
    assert_eq!(codes, ["no-unused-params", "BCP081", "x", "y", "z"]);
    for (code, span) in file.trivia.iter().flat_map(|trivia| trivia.codes(text)) {
        assert_eq!(&text[span.range()], code);
    }
}
