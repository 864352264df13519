//! What people call a value that may not be known: a name with holes, as messages and reports show it.
//!
//! In: a value. Out: a short text, never an expression.

use super::{OMISSION, to_json, with_tokens};
use crate::evaluate::symbol::{Symbol, Term};
use crate::evaluate::value::{Kind, Part, Value};

/// What a person calls a value that may not be known: the known text of a string, and in braces what stands for the
/// rest: a parameter's name, `{uniqueString(…)}`, `{name or other}`. No expression, and never long.
pub fn outline(value: &Value) -> String {
    Outline { choices: true }.of(value)
}

/// The same without what an unknown is chosen from, so that it stays when that is written in another way.
pub fn stable_outline(value: &Value) -> String {
    Outline { choices: false }.of(value)
}

/// How many steps from an unknown are spelled out, and how many choices and calls within one another.
const MAX_OUTLINED: usize = 3;

/// How many pieces of a text in a choice are spelled out.
const MAX_PARTS: usize = 8;

/// How many letters the outline of a choice has at most.
const MAX_CHOICE: usize = 48;

/// What stands after the last slash of an id of which that is known.
fn last_of(id: &Value) -> Option<&str> {
    let end = match &id.kind {
        Kind::String(text) => text,
        Kind::Mixed(parts) => match parts.last()? {
            Part::Text(text) => text,
            Part::Hole(_) => return None,
        },
        _ => return None,
    };
    let (_, name) = end.rsplit_once('/')?;
    Some(name)
}

struct Outline {
    /// Whether to tell what a value is chosen from.
    choices: bool,
}

impl Outline {
    fn of(&self, value: &Value) -> String {
        if let Some(text) = with_tokens(value) {
            return text;
        }
        match &value.kind {
            Kind::String(text) => text.to_string(),
            Kind::Mixed(parts) => self.parts(parts, 0),
            Kind::Symbolic(symbol) => format!("{{{}}}", self.symbol(symbol, 0)),
            _ => to_json(value).to_string(),
        }
    }

    fn parts(&self, parts: &[Part], depth: usize) -> String {
        let outlined = parts.iter().map(|part| match part {
            Part::Text(text) => text.to_string(),
            Part::Hole(hole) => match hole.as_symbol() {
                Some(symbol) => format!("{{{}}}", self.symbol(symbol, depth)),
                None => OMISSION.to_string(),
            },
        });
        outlined.collect()
    }

    fn symbol(&self, symbol: &Symbol, depth: usize) -> String {
        let omitted = || OMISSION.to_string();
        let is_deep = depth >= MAX_OUTLINED;
        match &symbol.term {
            Term::Parameter(parameter) => parameter.name.to_string(),
            Term::Except { of, .. } => of
                .as_symbol()
                .map_or_else(omitted, |symbol| self.symbol(symbol, depth)),
            Term::Access { base, key, .. } if !is_deep => {
                let base = base.as_symbol().map(|base| self.symbol(base, depth + 1));
                match (base, key.as_str()) {
                    (Some(base), Some(key)) => format!("{base}.{key}"),
                    (Some(base), None) if self.choices => {
                        format!("{base}[{}]", self.within(key, depth + 1))
                    }
                    // A map that the template spells out.
                    (None, None) if self.choices && key.as_symbol().is_some() => {
                        let key = self.within(key, depth + 1);
                        match key.contains(OMISSION) {
                            true => omitted(),
                            false => format!("{OMISSION}[{key}]"),
                        }
                    }
                    _ => omitted(),
                }
            }
            Term::Context(context) => match context.arguments.first() {
                None => format!("{}()", context.function),
                // What is read of a resource is called by its name.
                Some(read) => match last_of(read) {
                    Some(name) if &*context.function == "reference" => name.to_owned(),
                    _ => format!("{}({OMISSION})", context.function),
                },
            },
            Term::Token(token) => token.to_string(),
            Term::Bound(binder) => binder.name.to_string(),
            Term::Call {
                function,
                arguments,
            } => {
                let spelled = (self.choices && !is_deep)
                    .then(|| self.call(function, arguments, depth + 1))
                    .flatten();
                spelled.unwrap_or_else(|| format!("{function}(…)"))
            }
            _ => omitted(),
        }
    }

    /// A call that says more by what it is given.
    fn call(&self, function: &str, arguments: &[Value], depth: usize) -> Option<String> {
        match (function, arguments) {
            ("if", [_, one, other]) | ("coalesce", [one, other]) => {
                let (one, other) = (self.within(one, depth), self.within(other, depth));
                let choice = match one == other {
                    true => one,
                    false => format!("{one} or {other}"),
                };
                (choice.chars().count() <= MAX_CHOICE).then_some(choice)
            }
            ("toLower" | "toUpper" | "trim", [of]) => {
                Some(format!("{function}({})", self.within(of, depth)))
            }
            _ => None,
        }
    }

    /// A part of an unknown, which is spelled out where it is short.
    fn within(&self, value: &Value, depth: usize) -> String {
        match &value.kind {
            Kind::Symbolic(symbol) => self.symbol(symbol, depth),
            Kind::String(text) if text.is_empty() => "''".to_owned(),
            Kind::String(text) if text.len() <= MAX_CHOICE => text.to_string(),
            Kind::Mixed(parts) if parts.len() <= MAX_PARTS => self.parts(parts, depth),
            Kind::Integer(_) | Kind::Bool(_) | Kind::Null => to_json(value).to_string(),
            _ => OMISSION.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{context, here, step, text};
    use super::*;
    use crate::evaluate::value::Object;

    #[test]
    fn what_is_read_is_outlined_by_its_name() {
        let outputs = |id: Value| {
            let read = context("reference", vec![id]);
            outline(&step(read, text("outputs"), false, false))
        };
        let hole = Part::Hole(context("resourceGroup", Vec::new()));
        let id = [hole, Part::Text("/deployments/names".into())];
        assert_eq!(outputs(Value::from_parts(id, here())), "{names.outputs}");
        assert_eq!(outputs(text("/deployments/names")), "{names.outputs}");
        let id = symbolic_call("variables", vec![text("id")]);
        assert_eq!(outputs(id), "{reference(…).outputs}");
        let group = context("resourceGroup", vec![text("hub")]);
        let name = step(group, text("name"), false, false);
        assert_eq!(outline(&name), "{resourceGroup(…).name}");
    }

    fn symbolic_call(name: &str, arguments: Vec<Value>) -> Value {
        Value::symbolic(Symbol::call(name, arguments), here())
    }

    #[test]
    fn a_choice_is_outlined_by_what_it_is_between() {
        let call = |name: &str, arguments| symbolic_call(name, arguments);
        let group = step(
            context("resourceGroup", Vec::new()),
            text("name"),
            false,
            false,
        );
        let guard = call("empty", vec![group.clone()]);
        let lower = call("toLower", vec![group.clone()]);
        let choice = call("if", vec![guard.clone(), text("kv"), lower]);
        assert_eq!(outline(&choice), "{kv or toLower(resourceGroup().name)}");
        assert_eq!(stable_outline(&choice), "{if(…)}");
        let long = call(
            "if",
            vec![guard, text("kv-of-a-name"), text(&"x".repeat(40))],
        );
        assert_eq!(outline(&long), "{if(…)}");
        let map = Value::object(Object::new(), here());
        let found = step(step(map, group, false, false), text("short"), false, false);
        assert_eq!(outline(&found), "{…[resourceGroup().name].short}");
        let mut nested = text("a");
        for _ in 0..60 {
            nested = call("coalesce", vec![nested.clone(), nested]);
        }
        assert_eq!(outline(&nested), "{coalesce(…)}");
    }
}
