//! Values in print: JSON for what is known, the canonical expression for what is not.
//!
//! In: a value. Out: what `akvlint expand` shows of it, in the form of `bicep snapshot`. The text of an expression is
//! bounded, since symbols share operands and a short template can describe one that prints without end. It refuses to
//! evaluate anything.

mod outline;

use memchr::memchr2;
use serde_json::{Number, Value as Json};

use crate::evaluate::symbol::{Symbol, Term};
use crate::evaluate::value::{Kind, Object, Part, Value};

pub use outline::{outline, stable_outline};

/// How many bytes an expression prints at most, before the mark of omission.
pub const MAX_EXPRESSION: usize = 64 * 1024;

/// How deep the printer follows operands.
const MAX_NESTING: usize = 600;

/// Ends an expression that is longer than [`MAX_EXPRESSION`].
const OMISSION: char = '…';

/// A value as JSON: what is known is printed, what is not is the string `"[expression]"`. A known string that would
/// read as an expression is escaped as in a template (`"[[x]"`), and so are names of properties. A property that is
/// null means "not specified" and is left out; a null in an array stays.
pub fn to_json(value: &Value) -> Json {
    if let Some(text) = with_tokens(value) {
        return Json::String(escaped(&text));
    }
    match &value.kind {
        Kind::Null => Json::Null,
        Kind::Bool(value) => Json::Bool(*value),
        Kind::Integer(value) => Json::from(*value),
        Kind::Decimal(text) => {
            number(text).map_or_else(|| Json::String(bracketed(value)), Json::Number)
        }
        Kind::String(text) => Json::String(escaped(text)),
        Kind::Mixed(_) | Kind::Symbolic(_) => Json::String(bracketed(value)),
        Kind::Array(items) => Json::Array(items.iter().map(to_json).collect()),
        Kind::Object(object) => Json::Object(
            object
                .iter()
                .filter(|member| !member.value.is_null())
                .map(|member| (escaped(&member.key), to_json(&member.value)))
                .collect(),
        ),
    }
}

/// A value as an ARM expression, without the brackets. `…` ends one that is longer than [`MAX_EXPRESSION`].
pub fn expression(value: &Value) -> String {
    let mut printer = Printer::new();
    printer.value(value);
    printer.out
}

/// A text that is known but for tokens, as it is written; `None` for any other value.
fn with_tokens(value: &Value) -> Option<String> {
    let token = |value: &Value| match &value.as_symbol()?.term {
        Term::Token(token) => Some(token.to_string()),
        _ => None,
    };
    match &value.kind {
        Kind::Symbolic(_) => token(value),
        Kind::Mixed(parts) => parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => Some(text.to_string()),
                Part::Hole(hole) => token(hole),
            })
            .collect(),
        _ => None,
    }
}

/// A call as an ARM expression, for one that has no symbol of its own: it failed.
pub fn call_expression(function: &str, arguments: &[Value]) -> String {
    let mut printer = Printer::new();
    printer.call(function, arguments);
    printer.out
}

fn bracketed(value: &Value) -> String {
    let mut bracketed = expression(value);
    bracketed.insert(0, '[');
    bracketed.push(']');
    bracketed
}

/// A string as a template writes it: `[` and `]` around it would make it an expression.
fn escaped(text: &str) -> String {
    if text.starts_with('[') && text.ends_with(']') {
        format!("[{text}")
    } else {
        text.to_owned()
    }
}

/// A JSON number of this text, if there is one that says the same.
fn number(text: &str) -> Option<Number> {
    if let Ok(whole) = text.parse::<u64>() {
        return Some(Number::from(whole));
    }
    Number::from_f64(text.parse().ok()?)
}

#[derive(Default)]
struct Printer {
    out: String,
    /// The binders of the loops around what is printed, which print as lambda variables.
    loops: Vec<u32>,
    nesting: usize,
    full: bool,
}

impl Printer {
    /// What most expressions have room in.
    const ROOM: usize = 256;

    fn new() -> Self {
        Self {
            out: String::with_capacity(Self::ROOM),
            ..Self::default()
        }
    }

    fn text(&mut self, text: &str) {
        if self.full {
            return;
        }
        let room = MAX_EXPRESSION - self.out.len();
        if text.len() <= room {
            self.out.push_str(text);
            return;
        }
        let end = (0..=room)
            .rev()
            .find(|end| text.is_char_boundary(*end))
            .unwrap_or(0);
        self.out.push_str(&text[..end]);
        self.out.push(OMISSION);
        self.full = true;
    }

    fn value(&mut self, value: &Value) {
        if self.full {
            return;
        }
        if self.nesting == MAX_NESTING {
            self.out.push(OMISSION);
            self.full = true;
            return;
        }
        self.nesting += 1;
        match &value.kind {
            Kind::Null => self.text("null()"),
            Kind::Bool(true) => self.text("true()"),
            Kind::Bool(false) => self.text("false()"),
            Kind::Integer(value) => self.text(&value.to_string()),
            Kind::Decimal(text) => {
                self.text("json(");
                self.quoted(text);
                self.text(")");
            }
            Kind::String(text) => self.quoted(text),
            Kind::Mixed(parts) => self.mixed(parts),
            Kind::Array(items) => self.call("createArray", items),
            Kind::Object(object) => self.object(object),
            Kind::Symbolic(symbol) => self.symbol(symbol),
        }
        self.nesting -= 1;
    }

    fn quoted(&mut self, text: &str) {
        self.text("'");
        self.inside_quotes(text);
        self.text("'");
    }

    fn inside_quotes(&mut self, text: &str) {
        if text.contains('\'') {
            self.text(&text.replace('\'', "''"));
        } else {
            self.text(text);
        }
    }

    fn separated(&mut self, values: &[Value]) {
        for (index, value) in values.iter().enumerate() {
            if index > 0 {
                self.text(", ");
            }
            self.value(value);
        }
    }

    fn call(&mut self, function: &str, arguments: &[Value]) {
        self.text(function);
        self.text("(");
        self.separated(arguments);
        self.text(")");
    }

    fn mixed(&mut self, parts: &[Part]) {
        let mut holes = 0usize;
        self.text("format('");
        for part in parts {
            match part {
                Part::Text(text) if memchr2(b'{', b'}', text.as_bytes()).is_some() => {
                    self.inside_quotes(&text.replace('{', "{{").replace('}', "}}"));
                }
                Part::Text(text) => self.inside_quotes(text),
                Part::Hole(_) => {
                    self.text(&format!("{{{holes}}}"));
                    holes += 1;
                }
            }
        }
        self.text("'");
        for part in parts {
            if let Part::Hole(value) = part {
                self.text(", ");
                self.value(value);
            }
        }
        self.text(")");
    }

    fn object(&mut self, object: &Object) {
        self.text("createObject(");
        for (index, member) in object.iter().enumerate() {
            if index > 0 {
                self.text(", ");
            }
            self.quoted(&member.key);
            self.text(", ");
            self.value(&member.value);
        }
        self.text(")");
    }

    fn symbol(&mut self, symbol: &Symbol) {
        match &symbol.term {
            Term::Parameter(parameter) => self.named("parameters", &parameter.name),
            Term::Context(context) => self.call(&context.function, &context.arguments),
            Term::Bound(binder) if binder.index && !self.loops.contains(&binder.id) => {
                if binder.name.is_empty() {
                    self.text("copyIndex()");
                } else {
                    self.named("copyIndex", &binder.name);
                }
            }
            Term::Bound(binder) => self.named("lambdaVariables", &binder.name),
            Term::Call {
                function,
                arguments,
            } => self.call(function, arguments),
            Term::Access {
                base,
                key,
                safe,
                from_end,
            } => self.access(base, key, *safe, *from_end),
            Term::Lambda { binders, body } => {
                self.text("lambda(");
                for binder in binders {
                    self.quoted(&binder.name);
                    self.text(", ");
                }
                self.value(body);
                self.text(")");
            }
            Term::Loop {
                binder,
                count,
                body,
            } => {
                self.text("map(range(0, ");
                self.value(count);
                self.text("), lambda(");
                self.quoted(&binder.name);
                self.text(", ");
                self.loops.push(binder.id);
                self.value(body);
                self.loops.pop();
                self.text("))");
            }
            Term::Except { of, .. } => self.value(of),
            Term::Failed { text, .. } => self.text(text),
            Term::Token(token) => self.quoted(token),
            Term::NotExported { property, .. } => self.named("notExported", property),
        }
    }

    fn named(&mut self, function: &str, name: &str) {
        self.text(function);
        self.text("(");
        self.quoted(name);
        self.text(")");
    }

    fn access(&mut self, base: &Value, key: &Value, safe: bool, from_end: bool) {
        if safe {
            return self.safe_access(base, key, from_end);
        }
        if from_end {
            self.text("indexFromEnd(");
            self.value(base);
            self.text(", ");
            self.value(key);
            return self.text(")");
        }
        self.value(base);
        match key.as_str() {
            Some(name) if is_identifier(name) => {
                self.text(".");
                self.text(name);
            }
            _ => {
                self.text("[");
                self.value(key);
                self.text("]");
            }
        }
    }

    /// A chain of safe steps is one call: `tryGet(base, 'k1', 'k2')`.
    fn safe_access(&mut self, base: &Value, key: &Value, from_end: bool) {
        let mut steps = vec![(key, from_end)];
        let mut start = base;
        while let Some((base, key, from_end)) = safe_step(start) {
            steps.push((key, from_end));
            start = base;
        }
        steps.reverse();
        let first_from_end = steps.first().is_some_and(|(_, from_end)| *from_end);
        self.text(if first_from_end {
            "tryIndexFromEnd("
        } else {
            "tryGet("
        });
        self.value(start);
        for (index, (key, from_end)) in steps.into_iter().enumerate() {
            self.text(", ");
            if index > 0 && from_end {
                self.text("createObject('value', ");
                self.value(key);
                self.text(", 'fromEnd', true())");
            } else {
                self.value(key);
            }
        }
        self.text(")");
    }
}

/// The base, the key and the direction of a value that is a safe access.
fn safe_step(value: &Value) -> Option<(&Value, &Value, bool)> {
    match &value.as_symbol()?.term {
        Term::Access {
            base,
            key,
            safe: true,
            from_end,
        } => Some((base, key, *from_end)),
        _ => None,
    }
}

/// Whether a member's name may follow a dot in an ARM expression.
fn is_identifier(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || matches!(first, b'_' | b'$'))
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::origin::Origin;
    use crate::evaluate::symbol::{Binder, Context};
    use crate::source::{FileId, Place, Span};
    use std::sync::Arc;

    pub(super) fn here() -> Origin {
        Origin::at(Place::new(FileId(0), Span::point(0)))
    }

    pub(super) fn text(text: &str) -> Value {
        Value::string(text, here())
    }

    fn symbolic(term: Term) -> Value {
        Value::symbolic(Symbol::new(term), here())
    }

    fn binder(id: u32, name: &str, index: bool) -> Binder {
        Binder {
            id,
            name: name.into(),
            index,
        }
    }

    pub(super) fn context(function: &str, arguments: Vec<Value>) -> Value {
        symbolic(Term::Context(Arc::new(Context {
            function: function.into(),
            arguments,
            deployment: 0,
            members: Object::new(),
        })))
    }

    pub(super) fn step(base: Value, key: Value, safe: bool, from_end: bool) -> Value {
        symbolic(Term::Access {
            base,
            key,
            safe,
            from_end,
        })
    }

    #[test]
    fn surroundings_print_with_what_names_their_scope() {
        let group = context("resourceGroup", vec![text("hub")]);
        let location = step(group, text("location"), false, false);
        assert_eq!(expression(&location), "resourceGroup('hub').location");
    }

    #[test]
    fn an_index_is_a_variable_within_its_loop_only() {
        let index = symbolic(Term::Bound(binder(7, "copy", true)));
        assert_eq!(expression(&index), "copyIndex('copy')");
        let looped = symbolic(Term::Loop {
            binder: binder(7, "copy", true),
            count: context("deployment", Vec::new()),
            body: index.clone(),
        });
        assert_eq!(
            expression(&looped),
            "map(range(0, deployment()), lambda('copy', lambdaVariables('copy')))"
        );
        let unnamed = symbolic(Term::Bound(binder(8, "", true)));
        assert_eq!(expression(&unnamed), "copyIndex()");
    }

    #[test]
    fn a_chain_of_safe_steps_is_one_call() {
        let base = context("deployment", Vec::new());
        let one = Value::new(Kind::Integer(1), here());
        let chain = step(
            step(base.clone(), text("a"), true, false),
            one.clone(),
            true,
            true,
        );
        assert_eq!(
            expression(&chain),
            "tryGet(deployment(), 'a', createObject('value', 1, 'fromEnd', true()))"
        );
        let from_end = step(step(base, one, true, true), text("b c"), false, false);
        assert_eq!(
            expression(&from_end),
            "tryIndexFromEnd(deployment(), 1)['b c']"
        );
    }

    #[test]
    fn assumptions_do_not_show_and_failures_print_their_text() {
        let of = context("tenant", Vec::new());
        let assumed = symbolic(Term::Except {
            of,
            excluded: vec![text("x")],
        });
        assert_eq!(expression(&assumed), "tenant()");
        let failed = symbolic(Term::Failed {
            text: "div(1, 0)".into(),
            message: "the divisor is 0".into(),
            place: here().place,
            surely: true,
        });
        assert_eq!(to_json(&failed), "[div(1, 0)]");
    }

    #[test]
    fn decimals_are_numbers_where_json_can_hold_them() {
        let decimal = |text: &str| Value::new(Kind::Decimal(text.into()), here());
        assert_eq!(to_json(&decimal("1.5")).to_string(), "1.5");
        assert_eq!(
            to_json(&decimal("18446744073709551615")).to_string(),
            "18446744073709551615"
        );
        assert_eq!(to_json(&decimal("1e400")), "[json('1e400')]");
        assert_eq!(expression(&decimal("1.5")), "json('1.5')");
    }

    #[test]
    fn an_expression_without_end_is_cut() {
        let mut value = context("deployment", Vec::new());
        for _ in 0..60 {
            let arguments = vec![value.clone(), value];
            value = Value::symbolic(Symbol::call("add", arguments), here());
        }
        let text = expression(&value);
        assert!(text.ends_with(OMISSION));
        assert!(text.len() <= MAX_EXPRESSION + OMISSION.len_utf8());
    }
}
