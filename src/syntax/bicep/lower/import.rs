//! What comes from other files.

use super::{name, quoted};
use crate::syntax::bicep::tree::{
    Import as Written, ImportedName, ImportedSymbol, ImportedSymbols,
};
use crate::syntax::template::{Import, ImportedNames};

/// The import that a declaration is; none without a path.
pub(super) fn import(written: &Written<'_>) -> Option<Import> {
    let names = match &written.symbols {
        ImportedSymbols::All(alias) => ImportedNames::All(name(*alias)),
        ImportedSymbols::List(symbols) => {
            ImportedNames::Some(symbols.iter().filter_map(imported).collect())
        }
    };
    Some(Import {
        from: quoted(written.path.as_ref()?),
        names,
    })
}

fn imported(
    symbol: &ImportedSymbol<'_>,
) -> Option<(crate::syntax::template::Name, crate::syntax::template::Name)> {
    let exported = match &symbol.name {
        ImportedName::Name(plain) => name(*plain),
        ImportedName::Quoted(text) => quoted(text),
    };
    let local = match &symbol.alias {
        Some(alias) => name(*alias),
        None => exported.clone(),
    };
    (!exported.text.is_empty()).then_some((exported, local))
}

/// What something imported is called in this file.
pub(super) fn local_name<'s>(symbol: &ImportedSymbol<'s>) -> Option<&'s str> {
    match (&symbol.alias, &symbol.name) {
        (Some(alias), _) => Some(alias.text),
        (None, ImportedName::Name(name)) => Some(name.text),
        (None, ImportedName::Quoted(_)) => None,
    }
}
