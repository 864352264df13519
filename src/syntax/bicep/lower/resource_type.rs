//! Resource types: what a type string says, and the letter case in which the compiler writes it.
//!
//! Types compare case-insensitively, but ids that are made of them are text in the end: the compiler writes a type as
//! its index of types has it, whatever the author wrote. `resource_types.txt` has the types that are common; of another
//! one the beginning that is known is written so.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::names::Symbol;
use crate::syntax::expression::Text;

/// The common types, one a line, in the case of the compiler's index.
const TYPES: &str = include_str!("resource_types.txt");

/// The full type and the version of `written`, a type string. In a resource it says the last segments only, and may
/// leave the version to that around it.
pub(super) fn full_type(written: &str, around: Option<&Symbol<'_, '_>>) -> (Text, Option<Text>) {
    let (kind, version) = match written.split_once('@') {
        Some((kind, version)) => (kind, Some(version.into())),
        None => (written, None),
    };
    let Some(around) = around else {
        return (in_index_case(kind), version);
    };
    let kind = if kind.is_empty() || around.kind.is_empty() {
        "".into()
    } else {
        in_index_case(&format!("{}/{kind}", around.kind))
    };
    (kind, version.or_else(|| around.version.clone()))
}

/// Whether a type is of an extension, where types of other forms than Azure's come from. `Microsoft.Graph` is none of
/// Azure's; what extensions declare (`core/Secret`, `Applications.Core/containers`) seldom begins with `Microsoft.`.
pub(super) fn is_foreign(kind: &str, has_extension: bool) -> bool {
    let Some((namespace, _)) = kind.split_once('/') else {
        return has_extension && !kind.is_empty();
    };
    let is_microsoft = namespace
        .get(.."Microsoft.".len())
        .is_some_and(|start| start.eq_ignore_ascii_case("Microsoft."));
    namespace.eq_ignore_ascii_case("Microsoft.Graph")
        || has_extension && (!namespace.contains('.') || !is_microsoft)
}

/// A type in the letter case of the compiler's index, as far as its beginning is known.
fn in_index_case(kind: &str) -> Text {
    let index = index();
    let lower = kind.to_ascii_lowercase();
    let mut end = lower.len();
    loop {
        if let Some(known) = lower.get(..end).and_then(|start| index.get(start)) {
            let rest = kind.get(end..).unwrap_or_default();
            return format!("{known}{rest}").into();
        }
        match lower.get(..end).and_then(|start| start.rfind('/')) {
            Some(slash) => end = slash,
            None => return kind.into(),
        }
    }
}

/// The known types, and what they begin with, by their text in lower case. Of two ways of writing a namespace that of
/// more types is taken.
fn index() -> &'static HashMap<String, &'static str> {
    static INDEX: OnceLock<HashMap<String, &'static str>> = OnceLock::new();
    INDEX.get_or_init(|| {
        let mut counts: HashMap<&'static str, usize> = HashMap::new();
        for (kind, start) in TYPES
            .lines()
            .flat_map(|kind| kind.match_indices('/').map(move |(at, _)| (kind, at)))
        {
            *counts.entry(&kind[..start]).or_default() += 1;
        }
        let mut starts: Vec<(&str, usize)> = counts.into_iter().collect();
        starts.sort_by_key(|&(start, count)| (count, start));
        let starts = starts.into_iter().map(|(start, _)| start);
        starts
            .chain(TYPES.lines())
            .map(|kind| (kind.to_ascii_lowercase(), kind))
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_written_as_the_compiler_writes_it() {
        for (written, expected) in [
            ("microsoft.keyvault/Vaults", "Microsoft.KeyVault/vaults"),
            (
                "MICROSOFT.KEYVAULT/VAULTS/SECRETS",
                "Microsoft.KeyVault/vaults/secrets",
            ),
            ("Microsoft.Web/serverFarms", "Microsoft.Web/serverfarms"),
            // Only the beginning is known.
            (
                "microsoft.keyvault/vaults/Others/More",
                "Microsoft.KeyVault/vaults/Others/More",
            ),
            ("microsoft.keyvault/Others", "Microsoft.KeyVault/Others"),
            ("Contoso.Web/Things", "Contoso.Web/Things"),
            ("", ""),
            ("/", "/"),
        ] {
            assert_eq!(&*in_index_case(written), expected, "{written}");
        }
    }

    #[test]
    fn the_version_may_be_that_of_the_resource_around() {
        let (kind, version) = full_type("Microsoft.KeyVault/vaults@2023-07-01", None);
        assert_eq!(&*kind, "Microsoft.KeyVault/vaults");
        assert_eq!(version.as_deref(), Some("2023-07-01"));
    }

    #[test]
    fn types_of_extensions_are_told_from_those_of_azure() {
        for (kind, has_extension, expected) in [
            ("Microsoft.KeyVault/vaults", true, false),
            ("Microsoft.Graph/groups", false, true),
            ("core/Secret", true, true),
            ("core/Secret", false, false),
            ("Applications.Core/containers", true, true),
            ("", true, false),
        ] {
            assert_eq!(is_foreign(kind, has_extension), expected, "{kind}");
        }
    }
}
