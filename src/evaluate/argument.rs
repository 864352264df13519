//! What a deployment gives to the parameters of its template.

use std::sync::Arc;

use super::environment::Environment;
use super::positions::Positions;
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
    /// With the names as they were given.
    given: Vec<(Text, Given)>,
    positions: Positions,
    /// What else may give something and could not be read.
    unread: Option<Value>,
}

impl Arguments {
    /// What the parameter of this name is given; `None` where its default is used.
    pub(super) fn get(&self, name: &str) -> Option<Given> {
        match self.position(name) {
            Some(position) => Some(self.given[position].1.clone()),
            None => {
                let unread = self.unread.as_ref()?;
                Some(Given::Unknown(Some(unread.clone())))
            }
        }
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.positions.find(name, names(&self.given))
    }

    /// Gives something to a parameter, in the place of what it was given before.
    pub(super) fn insert(&mut self, name: &Text, given: Given) {
        let argument = (name.clone(), given);
        match self.position(name) {
            Some(position) => self.given[position] = argument,
            None => {
                self.given.push(argument);
                self.positions.added(names(&self.given));
            }
        }
    }

    /// Some of what is given could not be read: what is not here may be given all the same. `unread` is not known, or a
    /// failure to read it.
    pub(super) fn set_incomplete(&mut self, unread: Value) {
        self.unread = Some(unread);
    }

    /// Gives all of this as well, in the place of what was given before.
    pub(super) fn extend(&mut self, other: Self) {
        for (name, given) in other.given {
            self.insert(&name, given);
        }
        self.unread = other.unread.or(self.unread.take());
    }

    /// The names, and what they are given.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Given)> {
        self.given.iter().map(|(name, given)| (&**name, given))
    }
}

fn names(
    given: &[(Text, Given)],
) -> impl ExactSizeIterator<Item = &str> + DoubleEndedIterator<Item = &str> {
    given.iter().map(|(name, _)| &**name)
}
