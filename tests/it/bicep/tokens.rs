//! Single words.

use akvlint::syntax::bicep::lexer::lex;
use akvlint::syntax::bicep::token::TokenKind::{self, *};

use super::invariants::tokens_cover_the_text;

/// The tokens of a text, without the end of the file.
fn tokens(text: &str) -> Vec<(TokenKind, &str)> {
    tokens_cover_the_text(text);
    let mut tokens: Vec<(TokenKind, &str)> = lex(text)
        .tokens
        .iter()
        .map(|token| (token.kind, &text[token.span.range()]))
        .collect();
    assert_eq!(tokens.pop(), Some((EndOfFile, "")));
    tokens
}

#[test]
fn operators_take_as_much_as_they_can() {
    let text = "{}[](),....?.??????:::::!!=!~= =>===~<<=>>=+-*/%&&|||^@";
    let kinds: Vec<TokenKind> = tokens(text).into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(
        kinds,
        [
            LeftBrace,
            RightBrace,
            LeftBracket,
            RightBracket,
            LeftParen,
            RightParen,
            Comma,
            Ellipsis,
            Dot,
            Question,
            Dot,
            DoubleQuestion,
            DoubleQuestion,
            DoubleQuestion,
            DoubleColon,
            DoubleColon,
            Colon,
            Exclamation,
            NotEqual,
            NotEqualInsensitive,
            Assign,
            Arrow,
            Equal,
            EqualInsensitive,
            Less,
            LessOrEqual,
            Greater,
            GreaterOrEqual,
            Plus,
            Minus,
            Star,
            Slash,
            Percent,
            And,
            Or,
            Pipe,
            Caret,
            At,
        ]
    );
}

#[test]
fn words() {
    assert_eq!(
        tokens("true False null_ _1 12ab"),
        [
            (True, "true"),
            (Identifier, "False"),
            (Identifier, "null_"),
            (Identifier, "_1"),
            (Integer, "12"),
            (Identifier, "ab"),
        ]
    );
}

#[test]
fn line_ends_are_one_token_with_comments_between_them() {
    assert_eq!(
        tokens("\n \na // b\r\n\r\n  /* c\n */ \n d"),
        [
            (NewLine, "\n"),
            (Identifier, "a"),
            (NewLine, "\r\n\r\n"),
            (Identifier, "d"),
        ]
    );
}

#[test]
fn pieces_of_strings() {
    assert_eq!(
        tokens("'a${{}}b${'}'}' '${'${c}'}' $$'''${$${d}'''''"),
        [
            (StringStart, "'a${"),
            (LeftBrace, "{"),
            (RightBrace, "}"),
            (StringMiddle, "}b${"),
            (String, "'}'"),
            (StringEnd, "}'"),
            (StringStart, "'${"),
            (StringStart, "'${"),
            (Identifier, "c"),
            (StringEnd, "}'"),
            (StringEnd, "}'"),
            (StringStart, "$$'''${$${"),
            (Identifier, "d"),
            (StringEnd, "}'''''"),
        ]
    );
}

#[test]
fn strings_end_with_their_line() {
    assert_eq!(
        tokens("'a\n'b${c\n'd${'e${f\n'\\\ng"),
        [
            (String, "'a"),
            (NewLine, "\n"),
            (StringStart, "'b${"),
            (Identifier, "c"),
            (StringEnd, ""),
            (NewLine, "\n"),
            (StringStart, "'d${"),
            (StringStart, "'e${"),
            (Identifier, "f"),
            (StringEnd, ""),
            (StringEnd, ""),
            (NewLine, "\n"),
            (String, "'\\"),
            (NewLine, "\n"),
            (Identifier, "g"),
        ]
    );
}

#[test]
fn a_multi_line_string_without_end_stops_before_a_declaration() {
    assert_eq!(
        tokens("'''a\nparam:\nvar b = 1"),
        [
            (String, "'''a\nparam:"),
            (NewLine, "\n"),
            (Identifier, "var"),
            (Identifier, "b"),
            (Assign, "="),
            (Integer, "1"),
        ]
    );
}

#[test]
fn directives_begin_a_line() {
    for (text, count) in [
        ("#disable-next-line a", 1),
        ("a\n  #disable-next-line a", 1),
        ("a #disable-next-line a", 0),
        ("/* a */ #disable-next-line a", 0),
        ("#disable-next-lines a", 0),
        ("#restore-diagnostics a\n#disable-diagnostics a", 2),
    ] {
        let found = lex(text)
            .trivia
            .iter()
            .filter(|trivia| trivia.kind.is_directive())
            .count();
        assert_eq!(found, count, "{text}");
    }
}

#[test]
fn unknown_characters_are_whole() {
    assert_eq!(
        tokens("$$$ é\u{200b}&\"\0"),
        [
            (Unrecognized, "$$$"),
            (Unrecognized, "é"),
            (Unrecognized, "\u{200b}"),
            (Unrecognized, "&"),
            (Unrecognized, "\""),
            (Unrecognized, "\0"),
        ]
    );
    let lexed = lex("\u{202e}\"");
    let messages: Vec<&str> = lexed
        .errors
        .iter()
        .map(|error| error.message.as_str())
        .collect();
    assert_eq!(
        messages,
        [
            "unexpected character `\\u{202e}`",
            "unexpected character `\"`"
        ]
    );
}

#[test]
fn names_have_a_limit() {
    assert_eq!(lex(&"a".repeat(255)).errors, []);
    assert_eq!(lex(&"a".repeat(256)).errors.len(), 1);
}
