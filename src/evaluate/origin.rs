//! Where a value comes from.
//!
//! A value knows the place to edit (the literal that it was written as, or the expression that computed it) and the
//! chain of uses that carried it from there to where it is read: parameter file → parameter → variable → module
//! argument → property.

use std::sync::Arc;

use crate::source::Place;
use crate::syntax::expression::Text;

/// The provenance of one value.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The most specific place to edit: the literal, or the expression that computes the value.
    pub place: Place,
    /// How it came from there to where it is used; the last use first. `None` where it stands where it is used.
    pub uses: Option<Arc<Use>>,
}

/// One use of a value on its way.
#[derive(Debug, Clone)]
pub struct Use {
    /// What carried the value.
    pub step: Step,
    /// Where that is written.
    pub place: Place,
    /// The use before this one, nearer to the literal.
    pub earlier: Option<Arc<Use>>,
}

/// What carries a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The default of this parameter; the place is the parameter's declaration.
    Default(Text),
    /// The value that a parameter file gives to this parameter; the place is the parameter's declaration.
    ParameterFile(Text),
    /// The value that the command line gives to this parameter; the place is the parameter's declaration.
    CommandLine(Text),
    /// The argument that a module or nested deployment gives to this parameter; the place is the argument.
    Argument(Text),
    /// A secret, handed to this parameter that is not secure; the place is the parameter's declaration.
    Exposed(Text),
    /// Text that is written out, given to this secure parameter; the place is the parameter's declaration.
    Written(Text),
    /// This variable; the place is its declaration.
    Variable(Text),
    /// This output of a module or nested deployment; the place is the output.
    Output(Text),
    /// A property of another resource of the deployment; the place is the property.
    Property(Text),
    /// A file read by a `load…Content` function; the place is the call.
    File(Text),
    /// The value of this parameter, which a condition asks that chose the value; the place is where that value is
    /// written.
    Condition(Text),
    /// An expression that uses the value; the place is the expression.
    Expression,
}

/// How many steps a way has at most before those of a container are left out.
const LONGEST_WAY: usize = 16;

impl Origin {
    /// A value that is written at `place`, and used there.
    pub fn at(place: Place) -> Self {
        Self { place, uses: None }
    }

    /// The same value after one more use.
    #[must_use]
    pub fn through(&self, step: Step, place: Place) -> Self {
        Self {
            place: self.place,
            uses: Some(Arc::new(Use {
                step,
                place,
                earlier: self.uses.clone(),
            })),
        }
    }

    /// The same value, taken out of the array or object that came this way: what carried the container carried its
    /// members. A way that is longer than anybody reads stays as it is.
    #[must_use]
    pub fn out_of(&self, container: &Self) -> Self {
        if self.uses.is_none() || container.uses.is_none() {
            return Self {
                place: self.place,
                uses: self.uses.clone().or_else(|| container.uses.clone()),
            };
        }
        if self.steps().nth(LONGEST_WAY).is_some() {
            return self.clone();
        }
        let carried: Vec<&Use> = container.steps().take(LONGEST_WAY).collect();
        carried.iter().rev().fold(self.clone(), |origin, carrier| {
            origin.through(carrier.step.clone(), carrier.place)
        })
    }

    /// The uses from where the value is read back to where it is written.
    pub fn steps(&self) -> impl Iterator<Item = &Use> {
        std::iter::successors(self.uses.as_deref(), |step| step.earlier.as_deref())
    }
}
