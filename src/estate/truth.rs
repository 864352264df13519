//! Three-valued logic with causes.
//!
//! Kleene's strong logic: an unknown operand leaves the result unknown unless the other operand settles it. What is
//! unknown carries the reasons, for an open verdict must say what it hangs on.

use std::fmt;

use crate::evaluate::partial::as_call;
use crate::evaluate::symbol::Term;
use crate::evaluate::value::Value;
use crate::source::Place;
use crate::syntax::expression::Text;

/// More reasons than this help nobody; the first ones stay.
const MAX_REASONS: usize = 16;

/// Whether something holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Truth {
    /// It does.
    True,
    /// It does not.
    False,
    /// It cannot be decided offline: the reasons, each once, in the order of asking. Never empty.
    Unknown(Vec<Reason>),
}

/// Why something cannot be decided.
#[derive(Debug, Clone, PartialEq)]
pub enum Reason {
    /// It hangs on this value, which is symbolic or known in part only.
    Value(Value),
    /// The export does not hold this property, which the resource may well have: `properties`.
    NotExported {
        /// The property's path.
        property: Text,
    },
    /// The API version does not model this property, and what the service makes of it is not documented.
    NotModelled {
        /// The property's path.
        property: Text,
        /// The API version as written.
        api_version: Text,
    },
    /// A resource that is not in the estate may exist elsewhere.
    Elsewhere {
        /// What is looked for, in the plural: `private endpoints`.
        what: Text,
    },
    /// A module or linked template could not be read, and what is looked for may be in it.
    Unread {
        /// What it is called where it is named.
        reference: Text,
        /// Where that is.
        place: Place,
        /// Why it could not be read, for what is judged because of that.
        why: Option<Text>,
    },
    /// Deciding it would cost more than it is worth.
    Limit {
        /// What there is too much of: `more than 64 combinations of undecided values`.
        what: Text,
    },
}

impl Truth {
    /// Unknown for one reason.
    pub fn unknown(reason: Reason) -> Self {
        Self::Unknown(vec![reason])
    }

    /// Unknown because it hangs on this value.
    pub fn hangs_on(value: &Value) -> Self {
        Self::unknown(Reason::of(value))
    }

    /// Whether it surely holds.
    pub fn is_true(&self) -> bool {
        matches!(self, Self::True)
    }

    /// Whether it surely does not hold.
    pub fn is_false(&self) -> bool {
        matches!(self, Self::False)
    }

    /// Whether it is undecided.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }

    /// Why it is undecided; empty where it is not.
    pub fn reasons(&self) -> &[Reason] {
        match self {
            Self::Unknown(reasons) => reasons,
            _ => &[],
        }
    }

    /// The opposite.
    #[must_use]
    pub fn negate(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            unknown => unknown,
        }
    }

    /// Whether both hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::True, other) => other,
            (this, Self::True) => this,
            (Self::Unknown(first), Self::Unknown(second)) => Self::Unknown(merged(first, second)),
        }
    }

    /// Whether one of them holds.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.negate().and(other.negate()).negate()
    }

    /// Whether all hold; none at all does. Stops at the first that does not.
    pub fn all(truths: impl IntoIterator<Item = Self>) -> Self {
        let mut result = Self::True;
        for truth in truths {
            result = result.and(truth);
            if result.is_false() {
                break;
            }
        }
        result
    }

    /// Whether one holds; none at all does not. Stops at the first that does.
    pub fn any(truths: impl IntoIterator<Item = Self>) -> Self {
        Self::all(truths.into_iter().map(Self::negate)).negate()
    }

    /// What holds whichever of these is the case: their common value, or unknown for this reason where they differ.
    pub fn agreement(
        truths: impl IntoIterator<Item = Self>,
        otherwise: impl FnOnce() -> Reason,
    ) -> Self {
        let mut truths = truths.into_iter();
        let Some(first) = truths.next() else {
            return Self::unknown(otherwise());
        };
        if first.is_unknown() || truths.any(|truth| truth != first) {
            return Self::unknown(otherwise());
        }
        first
    }
}

impl Reason {
    /// That it hangs on this value: on what an export leaves out, or on the value as it is.
    pub fn of(value: &Value) -> Self {
        match not_exported(value) {
            Some(property) => Self::NotExported { property },
            None => Self::Value(value.clone()),
        }
    }

    /// That it hangs on a member of this value.
    pub fn of_member(value: &Value, name: &str) -> Self {
        match not_exported(value) {
            Some(property) => Self::NotExported {
                property: member_of(&property, name),
            },
            None => Self::Value(value.clone()),
        }
    }
}

/// The property that an export leaves out, where this value is it, a member of it, or an object that lacks it.
fn not_exported(value: &Value) -> Option<Text> {
    if let Some(("shallowMerge", [operands])) = as_call(value) {
        let symbol = operands.as_array()?.first()?.as_symbol()?;
        return match &symbol.term {
            Term::NotExported { property, .. } => Some(property.clone()),
            _ => None,
        };
    }
    let mut names = Vec::new();
    let mut value = value;
    loop {
        match &value.as_symbol()?.term {
            Term::NotExported { property, .. } => {
                let names = names.into_iter().rev();
                return Some(names.fold(property.clone(), |path, name| member_of(&path, name)));
            }
            Term::Access { base, key, .. } => {
                names.push(key.as_str()?);
                value = base;
            }
            _ => return None,
        }
    }
}

/// The path of a member; `properties.*` is where any may be missing.
fn member_of(path: &str, name: &str) -> Text {
    format!("{}.{name}", path.trim_end_matches(".*")).into()
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }
}

fn merged(mut first: Vec<Reason>, second: Vec<Reason>) -> Vec<Reason> {
    for reason in second {
        if first.len() < MAX_REASONS && !first.contains(&reason) {
            first.push(reason);
        }
    }
    first
}

impl fmt::Display for Reason {
    /// A sentence without its end stop. A value is named by the caller, who knows how to print it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(_) => f.write_str("a value is not known offline"),
            Self::NotExported { property } => write!(f, "the export leaves `{property}` out"),
            Self::NotModelled {
                property,
                api_version,
            } => write!(
                f,
                "API version {api_version} does not model `{property}`, so the service may ignore it"
            ),
            Self::Elsewhere { what } => write!(f, "{what} may exist outside of what was read"),
            Self::Unread { why: Some(why), .. } => f.write_str(why),
            Self::Unread { reference, .. } if reference.is_empty() => {
                f.write_str("a nested deployment could not be read")
            }
            Self::Unread { reference, .. } => write!(f, "`{reference}` could not be read"),
            Self::Limit { what } => f.write_str(what),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::origin::Origin;
    use crate::evaluate::symbol::Symbol;
    use crate::evaluate::value::Object;
    use crate::source::{FileId, Place, Span};

    fn unknown(what: &str) -> Truth {
        Truth::unknown(Reason::Limit { what: what.into() })
    }

    #[test]
    fn an_operand_that_settles_it_hides_the_unknown_one() {
        assert_eq!(unknown("a").and(Truth::False), Truth::False);
        assert_eq!(Truth::False.and(unknown("a")), Truth::False);
        assert_eq!(unknown("a").or(Truth::True), Truth::True);
        assert_eq!(unknown("a").and(Truth::True), unknown("a"));
        assert_eq!(unknown("a").or(Truth::False), unknown("a"));
        assert_eq!(unknown("a").negate(), unknown("a"));
    }

    #[test]
    fn what_an_export_leaves_out_is_the_reason_for_all_below_it() {
        let origin = Origin::at(Place::new(FileId(0), Span::point(0)));
        let left_out = |property: &str| {
            let (property, place) = (property.into(), origin.place);
            let symbol = Symbol::new(Term::NotExported { property, place });
            Value::symbolic(symbol, origin.clone())
        };
        let reason = |reason: Reason| reason.to_string();
        let acls = left_out("properties.networkAcls");
        assert_eq!(
            reason(Reason::of_member(&acls, "bypass")),
            "the export leaves `properties.networkAcls.bypass` out"
        );
        let access = Value::symbolic(
            Symbol::new(Term::Access {
                base: acls,
                key: Value::string("bypass", origin.clone()),
                safe: false,
                from_end: false,
            }),
            origin.clone(),
        );
        assert_eq!(
            reason(Reason::of(&access)),
            "the export leaves `properties.networkAcls.bypass` out"
        );
        let known = Value::object(Object::new(), origin.clone());
        let operands = Value::array(vec![left_out("properties.*"), known], origin.clone());
        let partial = Symbol::call("shallowMerge", vec![operands]);
        let partial = Value::symbolic(partial, origin);
        assert_eq!(
            reason(Reason::of_member(&partial, "sku")),
            "the export leaves `properties.sku` out"
        );
    }

    #[test]
    fn reasons_are_kept_once_in_order_of_asking() {
        let both = unknown("a").and(unknown("b")).or(unknown("a"));
        assert_eq!(
            both.reasons()
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>(),
            ["a", "b"]
        );
    }

    #[test]
    fn quantifiers_over_nothing() {
        assert_eq!(Truth::all([]), Truth::True);
        assert_eq!(Truth::any([]), Truth::False);
    }

    #[test]
    fn agreement_needs_every_case_to_be_known_and_equal() {
        let reason = || Reason::Limit { what: "x".into() };
        assert_eq!(
            Truth::agreement([Truth::True, Truth::True], reason),
            Truth::True
        );
        assert_eq!(
            Truth::agreement([Truth::True, Truth::False], reason),
            unknown("x")
        );
        assert_eq!(
            Truth::agreement([unknown("a"), unknown("a")], reason),
            unknown("x")
        );
        assert_eq!(Truth::agreement([], reason), unknown("x"));
    }
}
