//! The expressions of ARM templates: what parses to what, where every part of it is, and what is said of the rest.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may panic"
)]
use akvlint::source::Span;
use akvlint::syntax::error::SyntaxError;
use akvlint::syntax::expression::{
    Expression, ExpressionKind, MAX_DEPTH, Rounds, is_expression, parse, unescape,
};

/// Parses a string that is written without escapes, the offsets being those of the text.
fn parsed(text: &str) -> Result<Expression, SyntaxError> {
    parse(text, &|range| Span::new(range.start, range.end))
}

/// The tree in a form that shows its structure: every access in brackets, strings in double quotes.
pub(crate) fn shown(expression: &Expression) -> String {
    let list = |items: &[Expression]| items.iter().map(shown).collect::<Vec<_>>().join(", ");
    match &expression.kind {
        ExpressionKind::Null => "null".to_owned(),
        ExpressionKind::Bool(value) => value.to_string(),
        ExpressionKind::Integer(value) => value.to_string(),
        ExpressionKind::Decimal(text) => format!("decimal {text}"),
        ExpressionKind::String(text) => format!("{text:?}"),
        ExpressionKind::Array(items) => format!("[{}]", list(items)),
        ExpressionKind::Object(properties) => {
            let shown = |property: &akvlint::syntax::expression::Property| {
                format!("{}: {}", shown(&property.key), shown(&property.value))
            };
            let properties = properties.iter().map(shown).collect::<Vec<_>>();
            format!("{{{}}}", properties.join(", "))
        }
        ExpressionKind::Reference(referent, name) => {
            format!("{}({name:?})", referent.function())
        }
        ExpressionKind::Call(call) => {
            let namespace = call
                .namespace
                .as_ref()
                .map_or(String::new(), |name| format!("{name}."));
            format!("{namespace}{}({})", call.name, list(&call.arguments))
        }
        ExpressionKind::Access(access) => {
            let marks = match (access.safe, access.from_end) {
                (false, false) => "",
                (true, false) => "?",
                (false, true) => "^",
                (true, true) => "?^",
            };
            format!("{}[{marks}{}]", shown(&access.base), shown(&access.key))
        }
        ExpressionKind::Lambda(lambda) => {
            format!(
                "({}) => {}",
                lambda.parameters.join(", "),
                shown(&lambda.body)
            )
        }
        ExpressionKind::Loop(repeated) => format!(
            "loop {}({}) {}",
            repeated.name.as_deref().unwrap_or_default(),
            rounds(&repeated.over),
            shown(&repeated.body)
        ),
        ExpressionKind::Invalid(_) => "invalid".to_owned(),
        ExpressionKind::Undecided(_) => "undecided".to_owned(),
    }
}

/// What a loop runs over.
pub(crate) fn rounds(rounds: &Rounds) -> String {
    match rounds {
        Rounds::Count(count) => shown(count),
        Rounds::Items {
            items,
            item,
            position,
        } => {
            let position = position
                .as_ref()
                .map_or(String::new(), |name| format!(", {name}"));
            format!("{item}{position} in {}", shown(items))
        }
    }
}

/// The parts of an expression that have a place of their own.
pub(crate) fn parts(expression: &Expression) -> Vec<&Expression> {
    match &expression.kind {
        ExpressionKind::Array(items) => items.iter().collect(),
        ExpressionKind::Object(properties) => properties
            .iter()
            .flat_map(|property| [&property.key, &property.value])
            .collect(),
        ExpressionKind::Call(call) => call.arguments.iter().collect(),
        ExpressionKind::Access(access) => vec![&access.base, &access.key],
        ExpressionKind::Lambda(lambda) => vec![&lambda.body],
        ExpressionKind::Loop(repeated) => vec![repeated.over.expression(), &repeated.body],
        _ => Vec::new(),
    }
}

/// Every part of an expression is written at its place: what stands there is the same expression when it is read alone.
fn check_places(text: &str, expression: &Expression) {
    let written = text
        .get(expression.span.range())
        .expect("a place in the text");
    match &expression.kind {
        ExpressionKind::String(name) if !written.starts_with('\'') => assert_eq!(written, &**name),
        _ => {
            let alone = parsed(&format!("[{written}]")).expect("an expression");
            assert_eq!(shown(&alone), shown(expression), "{written}");
        }
    }
    if let ExpressionKind::Call(call) = &expression.kind {
        assert_eq!(text.get(call.name_span.range()), Some(&*call.name));
    }
    for part in parts(expression) {
        assert!(expression.span.holds(part.span), "{text}");
        check_places(text, part);
    }
}

#[test]
fn expressions_have_one_opening_bracket_and_a_closing_one() {
    for text in ["[a()]", "[]", "[ ]", "[a()\n]", "['[']", "[x]]", "[a]-[b]"] {
        assert!(is_expression(text), "{text}");
    }
    for text in [
        "", "[", "]", "[[", "[[]", "[[a()]", " [a()]", "[a()] ", "[a()", "a()]", "[[a()",
    ] {
        assert!(!is_expression(text), "{text}");
    }
}

#[test]
fn one_bracket_is_taken_from_an_escaped_literal() {
    for (written, meant) in [
        ("[[a]", "[a]"),
        ("[[]", "[]"),
        ("[[[a]", "[[a]"),
        ("[[]]", "[]]"),
        ("[[a", "[[a"),
        ("[a", "[a"),
        ("[[", "[["),
        ("[", "["),
        ("a]", "a]"),
        ("", ""),
    ] {
        assert_eq!(unescape(written), meant);
    }
}

#[test]
fn a_parameter_or_variable_of_a_name_that_is_written_is_a_reference() {
    for (text, name) in [
        ("[parameters('a')]", "a"),
        ("[VARIABLES ( 'a''b' )]", "a'b"),
        ("[lambdavariables('x')]", "x"),
    ] {
        let ExpressionKind::Reference(_, referred) = parsed(text).unwrap().kind else {
            panic!("{text}");
        };
        assert_eq!(&*referred, name);
    }
    for text in [
        "[parameters(concat('a', 'b'))]",
        "[parameters('a', 'b')]",
        "[parameters()]",
        "[variables('a'.b)]",
        "[contoso.parameters('a')]",
        "[parameter('a')]",
    ] {
        let kind = parsed(text).unwrap().kind;
        assert!(matches!(kind, ExpressionKind::Call(_)), "{text}");
    }
    assert!(parsed("[parameters('a']").is_err());
}

#[test]
fn the_whole_grammar_is_read() {
    for (text, tree) in [
        ("[parameters('name')]", r#"parameters("name")"#),
        (
            "[ resourceGroup ( ) . location ]",
            r#"resourceGroup()["location"]"#,
        ),
        ("[concat('a', 'b', 1, -2)]", r#"concat("a", "b", 1, -2)"#),
        ("[contoso.unique('it''s')]", r#"contoso.unique("it's")"#),
        ("[contoso . unique ()]", "contoso.unique()"),
        ("[__bicep.f($x.y())]", "__bicep.f($x.y())"),
        ("['']", r#""""#),
        ("['''']", r#""'""#),
        ("['''a''']", r#""'a'""#),
        ("['[x] ] (, .']", r#""[x] ] (, .""#),
        ("['a\nb']", r#""a\nb""#),
        ("['größe 😀']", r#""größe 😀""#),
        ("[007]", "7"),
        ("[-0]", "0"),
        ("[9223372036854775807]", "9223372036854775807"),
        ("[9223372036854775808]", "decimal 9223372036854775808"),
        (
            "[reference(variables('id'), '2021-01-01').outputs.x.value]",
            r#"reference(variables("id"), "2021-01-01")["outputs"]["x"]["value"]"#,
        ),
        (
            "[a()[0].b[c().d]['e-f'][-1]]",
            r#"a()[0]["b"][c()["d"]]["e-f"][-1]"#,
        ),
        ("[a()\r\n\t.b\n[\n0\n]\n]", r#"a()["b"][0]"#),
        ("['abc'[0]]", r#""abc"[0]"#),
        ("[a()._$1]", r#"a()["_$1"]"#),
        (
            "[map(x(), lambda('item', lambdaVariables('item').name))]",
            r#"map(x(), (item) => lambdaVariables("item")["name"])"#,
        ),
        (
            "[LAMBDA('a', 'b', add(a(), b()))]",
            "(a, b) => add(a(), b())",
        ),
        ("[lambda(1)]", "() => 1"),
        ("[lambda()]", "lambda()"),
        ("[lambda(a(), 1)]", "lambda(a(), 1)"),
        ("[x.lambda('a', 1)]", r#"x.lambda("a", 1)"#),
        (
            "[if(true(), null(), false())]",
            "if(true(), null(), false())",
        ),
    ] {
        let expression = parsed(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(shown(&expression), tree);
        check_places(text, &expression);
    }
}

#[test]
fn an_error_points_at_the_token_that_should_be_another() {
    for (text, at, found, message) in [
        ("[]", 0, "[]", "the expression is empty"),
        ("[ \n]", 0, "[ \n]", "the expression is empty"),
        (
            "[concat('a'",
            11,
            "",
            "expected `,` or `)` after an argument of `concat`, found the end of the expression",
        ),
        (
            "[concat('a']",
            11,
            "]",
            "expected `,` or `)` after an argument of `concat`, found the end of the expression",
        ),
        (
            "[concat('a' 'b')]",
            12,
            "'b'",
            "expected `,` or `)` after an argument of `concat`, found `'b'`",
        ),
        (
            "[concat(, 'b')]",
            8,
            ",",
            "expected a function call, a string or a number, found `,`",
        ),
        (
            "[concat('a',)]",
            12,
            ")",
            "expected a function call, a string or a number, found `)`",
        ),
        (
            "[concat('a', 'b]",
            13,
            "'b",
            "this string has no closing `'`",
        ),
        (
            "[concat(\"a\")]",
            8,
            "\"",
            "expected a function call, a string or a number, found `\"`",
        ),
        (
            "[true]",
            5,
            "]",
            "expected `(` after the function name `true`, found the end of the expression",
        ),
        (
            "[a.b.c()]",
            4,
            ".",
            "expected `(` after the function name `b`, found `.`",
        ),
        (
            "[vaultName]",
            10,
            "]",
            "expected `(` after the function name `vaultName`, found the end of the expression",
        ),
        (
            "[a().my-key]",
            7,
            "-",
            "expected a letter, a digit, `_` or `$` in a property name, found `-`",
        ),
        (
            "[a().]",
            5,
            "]",
            "expected a property name after `.`, found the end of the expression",
        ),
        (
            "[a().1]",
            5,
            "1",
            "expected a property name after `.`, found `1`",
        ),
        (
            "[a().größe]",
            7,
            "ö",
            "expected the end of the expression, found `ö`",
        ),
        (
            "[a()[0]",
            6,
            "]",
            "expected `]` after the index, found the end of the expression",
        ),
        (
            "[a()[]]",
            5,
            "]",
            "expected a function call, a string or a number, found `]`",
        ),
        (
            "[a()[0, 1]]",
            6,
            ",",
            "expected `]` after the index, found `,`",
        ),
        (
            "[a()]-[b()]",
            4,
            "]",
            "expected the end of the expression, found `]`",
        ),
        (
            "[a() b()]",
            5,
            "b",
            "expected the end of the expression, found `b`",
        ),
        (
            "[add(1 + 2)]",
            7,
            "+",
            "expected `,` or `)` after an argument of `add`, found `+`",
        ),
        (
            "[mul(1.5, 2)]",
            5,
            "1.5",
            "expressions have no decimal numbers",
        ),
        (
            "[- 1]",
            1,
            "-",
            "expected a function call, a string or a number, found `-`",
        ),
        (
            "[(a())]",
            1,
            "(",
            "expected a function call, a string or a number, found `(`",
        ),
        (
            "[a(😀)]",
            3,
            "😀",
            "expected a function call, a string or a number, found `😀`",
        ),
    ] {
        let error = parsed(text).expect_err(text);
        assert_eq!(error.message, message, "{text}");
        assert_eq!(error.span, Span::new(at, at + found.len()), "{text}");
        assert_eq!(text.get(error.span.range()), Some(found), "{text}");
    }
}

#[test]
fn known_mistakes_are_answered_with_what_to_write() {
    for (text, help) in [
        ("[true]", "`true()`"),
        ("[if(a(), FALSE, b())]", "`false()`"),
        ("[null]", "`null()`"),
        ("[concat(\"a\")]", "single quotes"),
        ("[a().my-key]", "`['a-b']`"),
        ("[a().my-1]", "`['a-b']`"),
        ("['it's']", "twice"),
        ("[1.5]", "`json('1.5')`"),
        ("[vaultName]", "`parameters('name')`"),
        ("[]", "`[[]`"),
    ] {
        let error = parsed(text).expect_err(text);
        let given = error.help.unwrap_or_default();
        assert!(given.contains(help), "{text}: {error}: {given}");
    }
}

#[test]
fn nesting_is_bounded_and_length_is_not() {
    let nested = |depth: usize| format!("[{}1{}]", "a(".repeat(depth), ")".repeat(depth));
    assert!(parsed(&nested(MAX_DEPTH - 1)).is_ok());
    let error = parsed(&nested(MAX_DEPTH)).unwrap_err();
    assert!(error.message.contains("levels"), "{error}");
    assert!(parsed(&nested(1_000_000)).is_err());
    assert!(parsed(&format!("[{}", "a()[".repeat(1_000_000))).is_err());

    let chain = |length: usize| format!("[a(){}]", ".b".repeat(length));
    assert!(parsed(&chain(MAX_DEPTH - 2)).is_ok());
    assert!(parsed(&chain(MAX_DEPTH)).is_err());
    assert!(parsed(&chain(1_000_000)).is_err());

    let wide = format!("[concat({}'end')]", "parameters('a'), ".repeat(100_000));
    let expression = parsed(&wide).unwrap();
    let ExpressionKind::Call(call) = &expression.kind else {
        panic!("{expression:?}");
    };
    assert_eq!(call.arguments.len(), 100_001);
    let long = format!("['{}']", "x".repeat(1_000_000));
    assert_eq!(
        parsed(&long).unwrap().as_str().map(str::len),
        Some(1_000_000)
    );
}
