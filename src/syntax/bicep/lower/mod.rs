//! Bicep files, from their syntax tree to the template model.
//!
//! In: a [`File`]. Out: a [`Template`] or a [`ParameterFile`] whose expressions are those of the JSON that the Bicep
//! compiler would write, so that one evaluator gives both the same resources: operators are function calls,
//! `vault.id` is `resourceInfo('vault').id`, `vault.properties.x` is `reference('vault').x`. Nothing is fatal: what
//! could not be read is `Invalid`, and the rest of the file is lowered.
//!
//! It refuses to know any value, any other file, and which functions and resource types there are. Names of other files
//! stay names (see [`Import`](crate::syntax::template::Import)).

mod access;
mod declaration;
mod deployment;
mod expression;
mod import;
mod module;
mod modules_in;
mod names;
mod parameters;
mod resource;
mod resource_type;
mod types;

pub use crate::syntax::template::Lowered;

use foldhash::{HashMap, HashMapExt};

use super::tree::{self, File};
use crate::source::{FileId, Span};
use crate::syntax::error::SyntaxError;
use crate::syntax::expression::{Expression, ExpressionKind, shared};
use crate::syntax::template::{Name, ParameterFile, Template};
use modules_in::Modules;
use names::{Local, Names};

/// The template that a `.bicep` file is. `length` is that of its text.
pub fn template(file: &File<'_>, id: FileId, length: usize) -> Lowered<Template> {
    let mut lowering = Lowering::new(file);
    let template = lowering.template(file, id, length);
    lowering.finish(template)
}

/// What a `.bicepparam` file gives to the parameters of a template. `length` is that of its text.
pub fn parameters(file: &File<'_>, id: FileId, length: usize) -> Lowered<ParameterFile> {
    let mut lowering = Lowering::new(file);
    let parameters = lowering.parameter_file(file, id, length);
    lowering.finish(parameters)
}

/// The lowering of one file.
struct Lowering<'a, 's> {
    /// What the names at the top of the file stand for.
    names: Names<'a, 's>,
    /// What the names of the surroundings stand for, the innermost last.
    locals: Vec<(&'s str, Local)>,
    errors: Vec<SyntaxError>,
    /// How modules are in the variables of the file that were asked for.
    in_variables: HashMap<&'s str, Modules>,
    /// How deep an expression is followed to the modules in it, and how many have been.
    followed: u32,
    looked_at: u32,
    /// Whether an expression so far calls `reference` by its name.
    refers: bool,
}

impl<'a, 's> Lowering<'a, 's> {
    fn new(file: &'a File<'s>) -> Self {
        Self {
            names: Names::of(file),
            locals: Vec::new(),
            errors: Vec::new(),
            in_variables: HashMap::new(),
            followed: 0,
            looked_at: 0,
            refers: false,
        }
    }

    fn finish<T>(mut self, value: T) -> Lowered<T> {
        self.errors.sort_by_key(|error| error.span);
        Lowered {
            value,
            errors: self.errors,
        }
    }

    /// Lowers something that sees these names besides those around it.
    fn within<T>(
        &mut self,
        locals: impl IntoIterator<Item = (&'s str, Local)>,
        lower: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let before = self.locals.len();
        self.locals.extend(locals);
        let lowered = lower(self);
        self.locals.truncate(before);
        lowered
    }
}

/// What stands in the place of something that was reported.
fn invalid(span: Span) -> Expression {
    Expression::new(ExpressionKind::Invalid("".into()), span)
}

fn name(name: tree::Name<'_>) -> Name {
    Name {
        text: shared(name.text),
        span: name.span,
    }
}

fn quoted(text: &tree::Quoted<'_>) -> Name {
    Name {
        text: shared(text.text.value),
        span: text.span,
    }
}
