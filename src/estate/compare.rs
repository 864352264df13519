//! Comparing values with literals as the service does, and asking what is known of a symbolic one.
//!
//! The service's enums are compared without regard to case, and its JSON reader takes `"true"` for `true` and `"90"`
//! for `90`. What a template's own `equals` says is the evaluator's business.

use crate::evaluate::declared;
use crate::evaluate::partial::may_be_null;
use crate::evaluate::symbol::{Symbol, Term};
use crate::evaluate::value::{Kind, Part, Value};
use crate::syntax::expression::Text;

use super::truth::{Reason, Truth};

/// Choices inside choices are followed so deep.
const MAX_DEPTH: usize = 8;

/// A value that a rule names.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A string; its case does not matter.
    Text(Text),
}

impl Literal {
    /// A string.
    pub fn text(text: &str) -> Self {
        Self::Text(text.into())
    }
}

/// Whether the value is one of these literals.
pub fn equals_any(value: &Value, literals: &[Literal]) -> Truth {
    equals_any_or(value, literals, &Truth::False)
}

/// The same; `absent` is the answer where the value is null.
pub fn equals_any_or(value: &Value, literals: &[Literal], absent: &Truth) -> Truth {
    if let Kind::Symbolic(symbol) = &value.kind
        && let Term::Except { excluded, .. } = &symbol.term
        && literals
            .iter()
            .all(|literal| excluded.iter().any(|value| is_literal(value, literal)))
    {
        let is_null = is_null(value);
        return if absent.is_false() || is_null.is_false() {
            Truth::False
        } else {
            is_null.and(absent.clone())
        };
    }
    decide(value, &|known| {
        if known.is_null() {
            return absent.clone();
        }
        let mut possible = false;
        for literal in literals {
            match (&known.kind, literal) {
                (Kind::Mixed(parts), Literal::Text(text)) => possible |= may_be(parts, text),
                _ if is_literal(known, literal) => return Truth::True,
                _ => {}
            }
        }
        if possible {
            Truth::hangs_on(known)
        } else {
            Truth::False
        }
    })
}

/// Whether the value is null, which means that the property is not specified.
pub fn is_null(value: &Value) -> Truth {
    if !may_be_null(value) {
        return Truth::False;
    }
    decide(value, &|known| Truth::from(known.is_null()))
}

/// The result of a test for a value of which only the outermost layer need be known.
///
/// The test sees values that are not symbolic. A symbolic one passes or fails it where all the values that it can have
/// do: those that it is declared to have, those of the branches of its undecided choice.
pub fn decide(value: &Value, test: &dyn Fn(&Value) -> Truth) -> Truth {
    decide_within(value, test, MAX_DEPTH)
}

fn decide_within(value: &Value, test: &dyn Fn(&Value) -> Truth, depth: usize) -> Truth {
    let Kind::Symbolic(symbol) = &value.kind else {
        return test(value);
    };
    let possible = possibilities(symbol);
    if possible.is_empty() || depth == 0 {
        return Truth::hangs_on(value);
    }
    Truth::agreement(
        possible
            .iter()
            .map(|possible| decide_within(possible, test, depth - 1)),
        || Reason::of(value),
    )
}

/// All the values that a symbolic value can have, symbolic ones among them; empty where they are not known.
fn possibilities(symbol: &Symbol) -> Vec<Value> {
    match &symbol.term {
        Term::Parameter(_) | Term::Access { .. } => declared::values(symbol).unwrap_or_default(),
        Term::Call {
            function,
            arguments,
        } if &**function == "if" => arguments.iter().skip(1).cloned().collect(),
        Term::Except { of, excluded } => match &of.kind {
            Kind::Symbolic(symbol) => possibilities(symbol)
                .into_iter()
                .filter(|value| !excluded.contains(value))
                .collect(),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn is_literal(value: &Value, literal: &Literal) -> bool {
    match (&value.kind, literal) {
        (Kind::String(text), Literal::Text(literal)) => text.eq_ignore_ascii_case(literal),
        (Kind::Bool(value), Literal::Bool(literal)) => value == literal,
        (Kind::String(text), Literal::Bool(literal)) => {
            text.eq_ignore_ascii_case(if *literal { "true" } else { "false" })
        }
        (Kind::Integer(value), Literal::Integer(literal)) => value == literal,
        (Kind::Decimal(text) | Kind::String(text), Literal::Integer(literal)) => text
            .parse::<f64>()
            .is_ok_and(|number| number == *literal as f64),
        _ => false,
    }
}

/// Whether a string with holes can be this text: its known parts occur in it in order, the first and last ones at its
/// ends. A hole can be any text.
pub fn may_be(parts: &[Part], text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let mut rest = text.as_str();
    for (index, part) in parts.iter().enumerate() {
        let Part::Text(known) = part else { continue };
        let known = known.to_ascii_lowercase();
        let after = if index == 0 {
            rest.strip_prefix(&known)
        } else if index + 1 == parts.len() {
            return rest.ends_with(&known);
        } else {
            rest.split_once(&known).map(|(_, after)| after)
        };
        match after {
            Some(after) => rest = after,
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::evaluate::origin::Origin;
    use crate::evaluate::symbol::{ParameterSymbol, Shape, Structure};
    use crate::source::{FileId, Place, Span};

    fn origin() -> Origin {
        Origin::at(Place::new(FileId(0), Span::point(0)))
    }

    fn string(text: &str) -> Value {
        Value::string(text, origin())
    }

    fn parameter(nullable: bool, domain: Option<&[&str]>) -> Value {
        let term = Term::Parameter(Arc::new(ParameterSymbol {
            deployment: 0,
            name: "p".into(),
            declared: origin().place,
            order: 0,
            shape: Shape::String,
            nullable,
            secure: false,
            empty: None,
            limits: [None, None],
            domain: domain.map(|texts| texts.iter().map(|text| string(text)).collect()),
            given: None,
            structure: Structure::default(),
        }));
        Value::symbolic(Symbol::new(term), origin())
    }

    fn mixed(parts: &[&str]) -> Value {
        let parts = parts.iter().map(|text| match *text {
            "*" => Part::Hole(parameter(false, None)),
            text => Part::Text(text.into()),
        });
        Value::from_parts(parts, origin())
    }

    fn is(value: &Value, text: &str) -> Truth {
        equals_any(value, &[Literal::text(text)])
    }

    #[test]
    fn case_and_spelling_of_scalars_do_not_matter() {
        assert!(is(&string("deny"), "Deny").is_true());
        assert!(is(&string("deny "), "Deny").is_false());
        assert!(equals_any(&string("True"), &[Literal::Bool(true)]).is_true());
        assert!(equals_any(&string("90"), &[Literal::Integer(90)]).is_true());
        assert!(equals_any(&Value::bool(true, origin()), &[Literal::text("true")]).is_false());
    }

    #[test]
    fn known_parts_settle_what_they_can() {
        assert!(is(&mixed(&["De", "*"]), "deny").is_unknown());
        assert!(is(&mixed(&["Al", "*"]), "deny").is_false());
        assert!(is(&mixed(&["*", "y"]), "deny").is_unknown());
        assert!(is(&mixed(&["*", "x", "*"]), "deny").is_false());
        // The last part must not take text that an earlier one has taken.
        assert!(is(&mixed(&["den", "*", "ny"]), "deny").is_false());
    }

    #[test]
    fn a_domain_decides_where_its_values_agree() {
        assert!(is(&parameter(false, Some(&["a", "b"])), "Deny").is_false());
        assert!(is(&parameter(false, Some(&["deny", "Deny"])), "Deny").is_true());
        assert!(is(&parameter(false, Some(&["a", "Deny"])), "Deny").is_unknown());
        assert!(is(&parameter(false, None), "Deny").is_unknown());
    }

    #[test]
    fn what_is_excluded_is_no_possibility() {
        let except = |of: Value, text: &str| {
            let excluded = vec![string(text)];
            Value::symbolic(Symbol::new(Term::Except { of, excluded }), origin())
        };
        assert!(is(&except(parameter(false, None), "Deny"), "deny").is_false());
        assert!(is(&except(parameter(false, None), "Allow"), "deny").is_unknown());
        assert!(
            is(
                &except(parameter(false, Some(&["Allow", "Deny"])), "Allow"),
                "deny"
            )
            .is_true()
        );
    }

    #[test]
    fn a_call_that_cannot_give_null_is_a_value() {
        let call = |name: &str| Value::symbolic(Symbol::call(name, vec![]), origin());
        assert!(is_null(&call("utcNow")).is_false());
        assert!(is_null(&call("tryGet")).is_unknown());
        assert!(is_null(&parameter(false, None)).is_false());
        assert!(is_null(&parameter(true, None)).is_unknown());
        assert!(is_null(&mixed(&["x", "*"])).is_false());
    }

    #[test]
    fn branches_of_an_undecided_choice_that_agree_decide() {
        let choice = |a: &str, b: &str| {
            let arguments = vec![parameter(false, None), string(a), string(b)];
            Value::symbolic(Symbol::call("if", arguments), origin())
        };
        assert!(is(&choice("Deny", "deny"), "Deny").is_true());
        assert!(is(&choice("Deny", "Allow"), "Deny").is_unknown());
    }
}
