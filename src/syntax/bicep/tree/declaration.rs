//! Declarations.

use std::cell::Cell;

use super::expression::highest;
use super::{Expression, FunctionParameter, Name, Object, Quoted, Type};
use crate::source::Span;

/// A declaration at the top of a file, or a nested resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration<'s> {
    /// What it declares.
    pub kind: DeclarationKind<'s>,
    /// What stands above it.
    pub decorators: &'s [Decorator<'s>],
    /// Where its keyword stands.
    pub keyword: Span,
    /// From its first decorator to its end.
    pub span: Span,
    /// See [`is_broken`](Self::is_broken). It is known when the whole file has been read.
    pub(in super::super) broken: Cell<bool>,
}

/// What a declaration declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeclarationKind<'s> {
    /// `targetScope = value`
    TargetScope(Expression<'s>),
    /// `metadata name = value`
    Metadata {
        /// Its name.
        name: Name<'s>,
        /// What it says.
        value: Expression<'s>,
    },
    /// `param …`, a parameter or the value of one.
    Parameter(Parameter<'s>),
    /// `var …`
    Variable(Variable<'s>),
    /// `type …`
    Type(TypeAlias<'s>),
    /// `func …`
    Function(Function<'s>),
    /// `resource …`
    Resource(&'s Resource<'s>),
    /// `module …`
    Module(&'s Module<'s>),
    /// `output …`
    Output(Output<'s>),
    /// `import … from …`
    Import(Import<'s>),
    /// `extension …`, and what came before it: `provider …` and `import '…@…'`.
    Extension(Extension<'s>),
    /// `assert name = condition`
    Assert {
        /// Its name.
        name: Name<'s>,
        /// What is asserted.
        value: Expression<'s>,
    },
    /// `test …`
    Test(Test<'s>),
    /// `using …` of a parameter file.
    Using(Using<'s>),
    /// `extends 'path'` of a parameter file. Nothing where the path is missing.
    Extends(Option<Quoted<'s>>),
    /// `extensionConfig name with {…}` of a parameter file.
    ExtensionConfig {
        /// The extension.
        name: Name<'s>,
        /// Its configuration.
        config: Object<'s>,
    },
}

/// `@name(…)` or `@namespace.name(…)`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decorator<'s> {
    /// The name before the dot.
    pub namespace: Option<Name<'s>>,
    /// What it is called.
    pub name: Name<'s>,
    /// What it is given.
    pub arguments: &'s [Expression<'s>],
    /// From the `@` on.
    pub span: Span,
}

/// `param name type = default`, or `param name = value` in a parameter file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter<'s> {
    /// Its name.
    pub name: Name<'s>,
    /// Its type; none in a parameter file.
    pub ty: Option<Type<'s>>,
    /// Its default, or the value that a parameter file gives it.
    pub value: Option<Expression<'s>>,
}

/// `var name type = value`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variable<'s> {
    /// Its name.
    pub name: Name<'s>,
    /// Its type, which is seldom written.
    pub ty: Option<Type<'s>>,
    /// Its value.
    pub value: Expression<'s>,
}

/// `type name = type`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TypeAlias<'s> {
    /// Its name.
    pub name: Name<'s>,
    /// What it stands for.
    pub value: Type<'s>,
}

/// `func name(parameter type) type => body`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Function<'s> {
    /// Its name.
    pub name: Name<'s>,
    /// What it takes.
    pub parameters: &'s [FunctionParameter<'s>],
    /// The type of its value.
    pub returns: Type<'s>,
    /// Its value.
    pub body: Expression<'s>,
}

/// `resource name 'type@version' = …`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resource<'s> {
    /// Its symbolic name.
    pub name: Name<'s>,
    /// Its type and version. Nothing where there is no plain string.
    pub ty: Option<Quoted<'s>>,
    /// Where the word `existing` stands.
    pub existing: Option<Span>,
    /// What follows the `=`.
    pub body: Body<'s>,
}

/// `module name 'path' = …`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Module<'s> {
    /// Its symbolic name.
    pub name: Name<'s>,
    /// The file, or the registry module or template spec. Nothing where there is no plain string.
    pub path: Option<Quoted<'s>>,
    /// What follows the `=`.
    pub body: Body<'s>,
}

/// What follows the `=` of a resource or a module: an object, perhaps with a condition and in a loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Body<'s> {
    /// `for item in items`
    pub repeat: Option<Loop<'s>>,
    /// `if (condition)`; inside the loop where there is one. Without its brackets.
    pub condition: Option<Expression<'s>>,
    /// The object.
    pub object: Object<'s>,
    /// All of it.
    pub span: Span,
}

/// `for item in items` or `for (item, index) in items`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loop<'s> {
    /// The variable for the item.
    pub item: Name<'s>,
    /// The variable for its place.
    pub index: Option<Name<'s>>,
    /// What it runs over.
    pub collection: Expression<'s>,
    /// From the word `for` on.
    pub span: Span,
}

/// `output name type = value`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Output<'s> {
    /// Its name.
    pub name: Name<'s>,
    /// Its type.
    pub ty: Type<'s>,
    /// Its value.
    pub value: Expression<'s>,
}

/// `import … from 'path'`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Import<'s> {
    /// What is imported.
    pub symbols: ImportedSymbols<'s>,
    /// Where from. Nothing where there is no plain string.
    pub path: Option<Quoted<'s>>,
}

/// What an import names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportedSymbols<'s> {
    /// `{a, b as c}`
    List(&'s [ImportedSymbol<'s>]),
    /// `* as namespace`
    All(Name<'s>),
}

/// `name`, or `name as alias`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImportedSymbol<'s> {
    /// What it is called there.
    pub name: ImportedName<'s>,
    /// What it is called here.
    pub alias: Option<Name<'s>>,
}

/// The name of what is imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportedName<'s> {
    /// A plain name.
    Name(Name<'s>),
    /// One that is no name in Bicep, in quotes. An alias goes with it.
    Quoted(Quoted<'s>),
}

/// `extension 'specification' with {…} as alias`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extension<'s> {
    /// Which.
    pub name: ExtensionName<'s>,
    /// What follows `with`.
    pub config: Option<Object<'s>>,
    /// What it is called here.
    pub alias: Option<Name<'s>>,
}

/// Which extension is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExtensionName<'s> {
    /// One that is built in, or that `bicepconfig.json` names.
    Name(Name<'s>),
    /// A path, or a registry artifact.
    Quoted(Quoted<'s>),
}

/// `test name 'path' = {…}`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Test<'s> {
    /// Its name.
    pub name: Name<'s>,
    /// The file under test. Nothing where there is no plain string.
    pub path: Option<Quoted<'s>>,
    /// Its parameters.
    pub object: Object<'s>,
}

/// `using 'path'`, `using none`, perhaps `with {…}`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Using<'s> {
    /// The template.
    pub target: UsingTarget<'s>,
    /// How it is to be deployed.
    pub options: Option<Object<'s>>,
}

/// The template that a parameter file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsingTarget<'s> {
    /// A file, registry module or template spec.
    Path(Quoted<'s>),
    /// The word `none`: any, or one that is given on the command line.
    None(Span),
    /// It could not be read.
    Error,
}

impl<'s> Declaration<'s> {
    /// Whether there is a syntax error in it or right after it. What it does not say, it may have been meant to say.
    pub fn is_broken(&self) -> bool {
        self.broken.get()
    }

    /// The name that it declares. Imports and what has no name give none, neither does one whose name is missing.
    pub fn name(&self) -> Option<Name<'s>> {
        let name = match &self.kind {
            DeclarationKind::Metadata { name, .. }
            | DeclarationKind::Assert { name, .. }
            | DeclarationKind::ExtensionConfig { name, .. } => *name,
            DeclarationKind::Parameter(node) => node.name,
            DeclarationKind::Variable(node) => node.name,
            DeclarationKind::Type(node) => node.name,
            DeclarationKind::Function(node) => node.name,
            DeclarationKind::Resource(node) => node.name,
            DeclarationKind::Module(node) => node.name,
            DeclarationKind::Output(node) => node.name,
            DeclarationKind::Test(node) => node.name,
            DeclarationKind::TargetScope(_)
            | DeclarationKind::Import(_)
            | DeclarationKind::Extension(_)
            | DeclarationKind::Using(_)
            | DeclarationKind::Extends(_) => return None,
        };
        (!name.is_missing()).then_some(name)
    }

    /// The height of a nested resource in the object that it is in.
    pub(super) fn height(&self) -> u32 {
        let body = match &self.kind {
            DeclarationKind::Resource(resource) => resource.body.height(),
            _ => 1,
        };
        body.max(highest(self.decorators, Decorator::height))
    }
}

impl Decorator<'_> {
    pub(super) fn height(&self) -> u32 {
        1 + highest(self.arguments, Expression::height)
    }
}

impl Body<'_> {
    fn height(&self) -> u32 {
        let repeat = self.repeat.as_ref().map_or(0, Loop::height);
        let condition = self.condition.as_ref().map_or(0, Expression::height);
        1 + repeat.max(condition).max(self.object.height())
    }
}

impl Loop<'_> {
    pub(super) fn height(&self) -> u32 {
        self.collection.height()
    }
}
