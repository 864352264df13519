//! What names stand for.
//!
//! All declarations at the top of a file share one namespace, in which a file without errors declares each name once.
//! Loops, lambdas, functions and nested resources have names of their own, which hide those around them.

use foldhash::{HashMap, HashMapExt};

use super::modules_in::Modules;
use super::resource_type::{full_type, is_foreign, qualified};
use crate::syntax::bicep::tree::{
    Body, Declaration, DeclarationKind, Expression, ExtensionName, File, ImportedSymbols,
    ObjectItem,
};
use crate::syntax::expression::Text;
use crate::syntax::template::DEPLOYMENT_TYPE;

/// What a name of the surroundings stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Local {
    /// A variable of a lambda or a loop, and how modules are in it.
    Variable(Modules),
    /// A parameter of a function.
    Parameter,
    /// A nested resource, by its number.
    Resource(usize),
}

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Meaning {
    /// See [`Local`].
    Local(Local),
    /// A parameter.
    Parameter,
    /// A variable, declared or imported.
    Variable,
    /// A function, declared or imported.
    Function,
    /// A type.
    Type,
    /// What `import` brings in by name: a variable, a function or a type.
    Imported,
    /// What `import * as` names.
    Namespace,
    /// A resource or module, by its number.
    Resource(usize),
    /// An extension, or one of the namespaces `az` and `sys`.
    Extension,
    /// `base` of a parameter file: what the file that it extends gives to the parameters.
    Base,
}

/// A resource or module as other declarations see it.
#[derive(Debug)]
pub(super) struct Symbol<'a, 's> {
    /// Its declaration.
    pub(super) declaration: &'a Declaration<'s>,
    /// Its name, of a nested resource with those around it: `outer::inner`.
    pub(super) name: Text,
    /// The full type.
    pub(super) kind: Text,
    /// The version, its own or that of the resource around it.
    pub(super) version: Option<Text>,
    /// The resource that it is nested in.
    pub(super) around: Option<usize>,
    /// The resources that are nested in it.
    pub(super) nested: Vec<(&'s str, usize)>,
    pub(super) is_loop: bool,
    pub(super) is_module: bool,
    /// It is of an extension, and no Azure resource.
    pub(super) is_foreign: bool,
}

/// The names of a file.
#[derive(Debug)]
pub(super) struct Names<'a, 's> {
    global: HashMap<&'s str, Meaning>,
    /// What the variables of the file are.
    pub(super) variables: HashMap<&'s str, &'a Expression<'s>>,
    /// The resources and modules in order of declaration, each before those that are nested in it.
    pub(super) symbols: Vec<Symbol<'a, 's>>,
    /// Whether there is a module among them.
    pub(super) has_modules: bool,
}

impl<'a, 's> Names<'a, 's> {
    pub(super) fn of(file: &'a File<'s>) -> Self {
        let mut names = Self {
            global: HashMap::with_capacity(file.declarations.len()),
            variables: HashMap::new(),
            symbols: Vec::new(),
            has_modules: false,
        };
        let has_extension = file.declarations.iter().any(is_foreign_extension);
        for declaration in &file.declarations {
            names.declare(declaration, has_extension);
        }
        names.has_modules = names.symbols.iter().any(|symbol| symbol.is_module);
        names
    }

    fn declare(&mut self, declaration: &'a Declaration<'s>, has_extension: bool) {
        let meaning = match &declaration.kind {
            DeclarationKind::Parameter(_) => Meaning::Parameter,
            DeclarationKind::Variable(variable) => {
                let known = self.variables.entry(variable.name.text);
                known.or_insert(&variable.value);
                Meaning::Variable
            }
            DeclarationKind::Type(_) => Meaning::Type,
            DeclarationKind::Function(_) => Meaning::Function,
            DeclarationKind::Resource(_) => {
                Meaning::Resource(self.resource(declaration, None, has_extension))
            }
            DeclarationKind::Module(module) => {
                Meaning::Resource(self.module(declaration, &module.body))
            }
            DeclarationKind::Import(import) => {
                match &import.symbols {
                    ImportedSymbols::All(name) => self.add(name.text, Meaning::Namespace),
                    ImportedSymbols::List(symbols) => {
                        for symbol in *symbols {
                            if let Some(local) = super::import::local_name(symbol) {
                                self.add(local, Meaning::Imported);
                            }
                        }
                    }
                }
                return;
            }
            DeclarationKind::Extension(extension) => {
                let name = match (&extension.alias, &extension.name) {
                    (Some(alias), _) => alias.text,
                    (None, ExtensionName::Name(name)) => name.text,
                    (None, ExtensionName::Quoted(_)) => return,
                };
                return self.add(name, Meaning::Extension);
            }
            DeclarationKind::Extends(_) => return self.add("base", Meaning::Base),
            _ => return,
        };
        if let Some(name) = declaration.name() {
            self.add(name.text, meaning);
        }
    }

    /// Of two declarations of one name the first is meant.
    fn add(&mut self, name: &'s str, meaning: Meaning) {
        self.global.entry(name).or_insert(meaning);
    }

    fn module(&mut self, declaration: &'a Declaration<'s>, body: &Body<'_>) -> usize {
        self.symbols.push(Symbol {
            declaration,
            name: symbol_name(declaration),
            kind: DEPLOYMENT_TYPE.into(),
            version: Some(super::module::VERSION.into()),
            around: None,
            nested: Vec::new(),
            is_loop: body.repeat.is_some(),
            is_module: true,
            is_foreign: false,
        });
        self.symbols.len() - 1
    }

    fn resource(
        &mut self,
        declaration: &'a Declaration<'s>,
        around: Option<usize>,
        has_extension: bool,
    ) -> usize {
        let number = self.symbols.len();
        let DeclarationKind::Resource(resource) = &declaration.kind else {
            return number;
        };
        let outer = around.and_then(|around| self.symbols.get(around));
        let written = resource.ty.map_or("", |ty| ty.text.value);
        let (extension, written) = qualified(written);
        let (kind, version) = full_type(written, outer);
        let own = symbol_name(declaration);
        let name = match outer {
            Some(outer) => format!("{}::{own}", outer.name).into(),
            None => own,
        };
        self.symbols.push(Symbol {
            declaration,
            name,
            is_foreign: match extension {
                Some(alias) => alias != "az",
                None => is_foreign(&kind, has_extension),
            },
            kind,
            version,
            around,
            nested: Vec::new(),
            is_loop: resource.body.repeat.is_some(),
            is_module: false,
        });
        let mut nested = Vec::new();
        for item in resource.body.object.items {
            if let ObjectItem::Resource(inner) = item
                && matches!(inner.kind, DeclarationKind::Resource(_))
            {
                let index = self.resource(inner, Some(number), has_extension);
                nested.extend(inner.name().map(|name| (name.text, index)));
            }
        }
        if let Some(symbol) = self.symbols.get_mut(number) {
            symbol.nested = nested;
        }
        number
    }

    /// What a name at the top of the file stands for. `az` and `sys` are there unless something else is called so.
    pub(super) fn global(&self, name: &str) -> Option<Meaning> {
        let declared = self.global.get(name).cloned();
        declared.or_else(|| matches!(name, "az" | "sys").then_some(Meaning::Extension))
    }
}

impl super::Lowering<'_, '_> {
    /// What a name stands for here.
    pub(super) fn meaning(&self, name: &str) -> Option<Meaning> {
        let local = self.locals.iter().rev().find(|(known, _)| *known == name);
        match local {
            Some((_, local)) => Some(Meaning::Local(local.clone())),
            None => self.names.global(name),
        }
    }
}

fn symbol_name(declaration: &Declaration<'_>) -> Text {
    declaration.name().map_or("", |name| name.text).into()
}

/// Whether resources may be of another extension than Azure's own.
fn is_foreign_extension(declaration: &Declaration<'_>) -> bool {
    let DeclarationKind::Extension(extension) = &declaration.kind else {
        return false;
    };
    let name = match &extension.name {
        ExtensionName::Name(name) => name.text,
        ExtensionName::Quoted(quoted) => quoted.text.value,
    };
    !matches!(name.split('@').next(), Some("az" | "sys"))
}
