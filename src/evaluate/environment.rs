//! What an expression can see: the deployment whose parameters and variables it reads, and the loops, lambdas and
//! function bodies around it.

use std::rc::Rc;

use super::value::Value;
use crate::source::FileId;
use crate::syntax::expression::Text;

/// The surroundings of one expression.
#[derive(Debug, Clone)]
pub(super) struct Environment {
    /// The deployment whose parameters, variables and functions it reads, by its number in the evaluator.
    pub(super) instance: usize,
    /// The file that its spans are in.
    pub(super) file: FileId,
    /// The loops, lambdas and functions around it, the innermost first.
    pub(super) frames: Option<Rc<Frame>>,
}

/// One loop, lambda or function around an expression.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) kind: FrameKind,
    pub(super) outer: Option<Rc<Frame>>,
}

#[derive(Debug)]
pub(super) enum FrameKind {
    /// A loop at this index. A bare `copyIndex()` means the innermost one that is `bare`: that of a resource or an
    /// output, not that of a property. A loop in Bicep has variables for the item and its position.
    Loop {
        name: Option<Text>,
        bare: bool,
        index: Value,
        variables: Vec<(Text, Value)>,
    },
    /// A lambda's variables.
    Lambda(Vec<(Text, Value)>),
    /// A user-defined function's parameters, which hide those of the deployment.
    Function(Vec<(Text, Value)>),
}

impl Environment {
    /// The same with one more frame around.
    pub(super) fn within(&self, kind: FrameKind) -> Self {
        Self {
            instance: self.instance,
            file: self.file,
            frames: Some(Rc::new(Frame {
                kind,
                outer: self.frames.clone(),
            })),
        }
    }

    /// The body of a function of that deployment and file: it sees its parameters only.
    pub(super) fn function(instance: usize, file: FileId, parameters: Vec<(Text, Value)>) -> Self {
        Self {
            instance,
            file,
            frames: Some(Rc::new(Frame {
                kind: FrameKind::Function(parameters),
                outer: None,
            })),
        }
    }

    fn frames(&self) -> impl Iterator<Item = &FrameKind> {
        std::iter::successors(self.frames.as_deref(), |frame| frame.outer.as_deref())
            .map(|frame| &frame.kind)
    }

    /// The index of the loop of this name, or of the innermost bare one.
    pub(super) fn loop_index(&self, wanted: Option<&str>) -> Option<&Value> {
        self.frames().find_map(|frame| match (frame, wanted) {
            (
                FrameKind::Loop {
                    name: Some(name),
                    index,
                    ..
                },
                Some(wanted),
            ) => name.eq_ignore_ascii_case(wanted).then_some(index),
            (
                FrameKind::Loop {
                    bare: true, index, ..
                },
                None,
            ) => Some(index),
            _ => None,
        })
    }

    /// The variable of a lambda, or of a loop in Bicep.
    pub(super) fn lambda_variable(&self, name: &str) -> Option<&Value> {
        self.frames().find_map(|frame| match frame {
            FrameKind::Lambda(variables) | FrameKind::Loop { variables, .. } => {
                named(variables, name)
            }
            _ => None,
        })
    }

    /// The parameters of the function whose body this is.
    pub(super) fn function_parameters(&self) -> Option<&[(Text, Value)]> {
        self.frames().find_map(|frame| match frame {
            FrameKind::Function(parameters) => Some(parameters.as_slice()),
            _ => None,
        })
    }

    /// How many loops and lambdas are around: the number of a variable that a lambda in here binds.
    pub(super) fn depth(&self) -> u32 {
        self.frames().count().try_into().unwrap_or(u32::MAX)
    }
}

/// The value of a name, whatever its case.
pub(super) fn named<'v>(values: &'v [(Text, Value)], name: &str) -> Option<&'v Value> {
    values
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}
