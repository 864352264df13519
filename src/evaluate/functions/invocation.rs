//! One call: typed access to its arguments, and what it makes of them.

use super::display::finish;
use super::{Function, FunctionError, Reduced, type_name};
use crate::evaluate::bounds::{self, Excess, MAX_TEXT, MAX_VALUES};
use crate::evaluate::composition::Composition;
use crate::evaluate::origin::Origin;
use crate::evaluate::value::{Kind, Member, Object, Part, Value};
use crate::syntax::expression::Text;

/// A call of a pure function. Arguments are counted from 0 here, from 1 in messages.
pub(super) struct Invocation<'a> {
    pub(super) function: &'static Function,
    pub(super) arguments: &'a [Value],
    pub(super) origin: &'a Origin,
}

impl<'a> Invocation<'a> {
    /// An argument that the function must have; their number was checked.
    pub(super) fn argument(&self, index: usize) -> &'a Value {
        &self.arguments[index]
    }

    pub(super) fn type_error(&self, index: usize, expected: &'static str) -> FunctionError {
        FunctionError::Type {
            function: self.function.name,
            position: index + 1,
            expected,
            given: type_name(self.argument(index)),
            url: self.function.url(),
        }
    }

    pub(super) fn error(&self, message: impl Into<String>) -> FunctionError {
        FunctionError::Argument {
            function: self.function.name,
            message: message.into(),
            url: self.function.url(),
        }
    }

    pub(super) fn too_large(&self, excess: Excess) -> FunctionError {
        FunctionError::TooLarge {
            function: self.function.name,
            excess,
        }
    }

    /// A string; `None` while it is undecided.
    pub(super) fn string(&self, index: usize) -> Result<Option<&'a str>, FunctionError> {
        match &self.argument(index).kind {
            Kind::String(text) => Ok(Some(text)),
            Kind::Symbolic(_) | Kind::Mixed(_) => Ok(None),
            _ => Err(self.type_error(index, "a string")),
        }
    }

    /// An integer; `None` while it is undecided.
    pub(super) fn integer(&self, index: usize) -> Result<Option<i64>, FunctionError> {
        match &self.argument(index).kind {
            Kind::Integer(value) => Ok(Some(*value)),
            Kind::Symbolic(_) => Ok(None),
            _ => Err(self.type_error(index, "an integer")),
        }
    }

    /// An array of known length; `None` while it is undecided.
    pub(super) fn items(&self, index: usize) -> Result<Option<&'a [Value]>, FunctionError> {
        match &self.argument(index).kind {
            Kind::Array(items) => Ok(Some(items)),
            Kind::Symbolic(_) => Ok(None),
            _ => Err(self.type_error(index, "an array")),
        }
    }

    /// An object of known members; `None` while it is undecided.
    pub(super) fn object(&self, index: usize) -> Result<Option<&'a Object>, FunctionError> {
        match &self.argument(index).kind {
            Kind::Object(object) => Ok(Some(object)),
            Kind::Symbolic(_) => Ok(None),
            _ => Err(self.type_error(index, "an object")),
        }
    }

    pub(super) fn gives(&self, kind: Kind) -> Reduced {
        Ok(Some(Value::new(kind, self.origin.clone())))
    }

    pub(super) fn gives_bool(&self, value: bool) -> Reduced {
        self.gives(Kind::Bool(value))
    }

    /// A bool that may be undecided.
    pub(super) fn gives_decided(&self, value: Option<bool>) -> Reduced {
        match value {
            Some(value) => self.gives_bool(value),
            None => Ok(None),
        }
    }

    pub(super) fn gives_integer(&self, value: i64) -> Reduced {
        self.gives(Kind::Integer(value))
    }

    pub(super) fn gives_count(&self, value: usize) -> Reduced {
        self.gives_integer(i64::try_from(value).unwrap_or(i64::MAX))
    }

    pub(super) fn gives_text(&self, text: impl Into<Text>) -> Reduced {
        let text: Text = text.into();
        if text.len() > MAX_TEXT {
            return Err(self.too_large(Excess::Text));
        }
        self.gives(Kind::String(text))
    }

    /// A string made of parts.
    pub(super) fn gives_parts(&self, parts: impl IntoIterator<Item = Part>) -> Reduced {
        self.gives_composed(Composition::of(parts))
    }

    /// A string that was put together.
    pub(super) fn gives_composed(&self, composed: Composition) -> Reduced {
        if composed.known_length() > MAX_TEXT {
            return Err(self.too_large(Excess::Text));
        }
        self.checked(finish(composed, self.origin))
    }

    pub(super) fn gives_items(&self, items: Vec<Value>) -> Reduced {
        self.checked(Value::array(items, self.origin.clone()))
    }

    pub(super) fn gives_object(&self, object: Object) -> Reduced {
        self.checked(Value::object(object, self.origin.clone()))
    }

    /// Whether an array that grows to this length may grow on.
    pub(super) fn check_length(&self, length: usize) -> Result<(), FunctionError> {
        if length > MAX_VALUES {
            return Err(self.too_large(Excess::Values));
        }
        Ok(())
    }

    fn checked(&self, value: Value) -> Reduced {
        match bounds::check(&value) {
            Ok(()) => Ok(Some(value)),
            Err(excess) => Err(self.too_large(excess)),
        }
    }

    /// A string that the function makes, as part of its value.
    pub(super) fn text_value(&self, text: impl Into<Text>) -> Value {
        Value::string(text, self.origin.clone())
    }

    /// A member that the function makes.
    pub(super) fn member(&self, key: impl Into<Text>, value: Value) -> Member {
        Member {
            key: key.into(),
            key_place: self.origin.place,
            value,
        }
    }
}
