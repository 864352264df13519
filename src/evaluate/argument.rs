//! What a deployment gives to the parameters of its template.

use std::sync::Arc;

use foldhash::HashMap;

use super::environment::Environment;
use super::value::Value;
use crate::source::Place;
use crate::syntax::expression::Text;
use crate::syntax::template::{Argument, Template};

/// What a parameter is given.
#[derive(Debug, Clone)]
pub(super) enum Given {
    /// A value; null means that the default is used.
    Value(Value),
    /// A secret of a vault.
    Secret(Place),
    /// An argument that is evaluated when the parameter is asked for.
    Deferred(Deferred),
    /// Something that is not known, nor whether it is given at all; with what may give it and could not be read.
    Unknown(Option<Value>),
}

/// An argument of a deployment, and what its expression sees.
#[derive(Debug, Clone)]
pub(super) struct Deferred {
    /// The template that declares the deployment.
    pub(super) around: Arc<Template>,
    /// The deployment among its resources, and the argument.
    pub(super) position: (usize, usize),
    /// What the expression sees.
    pub(super) environment: Environment,
}

impl Deferred {
    /// The argument.
    pub(super) fn argument(&self) -> Option<&Argument> {
        let (resource, argument) = self.position;
        let declared = self.around.resources.get(resource)?;
        declared.deployment.as_ref()?.arguments.get(argument)
    }
}

/// What parameters are given, by their names, whose case does not matter.
#[derive(Debug, Clone, Default)]
pub(super) struct Arguments {
    /// By the name in lower case, with the name as it was given.
    given: HashMap<String, (Text, Given)>,
    /// What else may give something and could not be read.
    unread: Option<Value>,
}

impl Arguments {
    /// What the parameter of this name is given; `None` where its default is used.
    pub(super) fn get(&self, name: &str) -> Option<Given> {
        let known = self.given.get(&name.to_ascii_lowercase());
        let given = known.map(|(_, given)| given.clone());
        given.or_else(|| {
            let unread = self.unread.as_ref()?;
            Some(Given::Unknown(Some(unread.clone())))
        })
    }

    /// Gives something to a parameter, in the place of what it was given before.
    pub(super) fn insert(&mut self, name: &str, given: Given) {
        self.given
            .insert(name.to_ascii_lowercase(), (name.into(), given));
    }

    /// Some of what is given could not be read: what is not here may be given all the same. `unread` is not known, or a
    /// failure to read it.
    pub(super) fn set_incomplete(&mut self, unread: Value) {
        self.unread = Some(unread);
    }

    /// Gives all of this as well, in the place of what was given before.
    pub(super) fn extend(&mut self, other: Self) {
        self.given.extend(other.given);
        self.unread = other.unread.or(self.unread.take());
    }

    /// The names, in no order, and what they are given.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Given)> {
        self.given.values().map(|(name, given)| (&**name, given))
    }
}
