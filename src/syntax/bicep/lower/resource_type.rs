//! Resource types: what a type string says, and the letter case in which the compiler writes it.
//!
//! Types compare case-insensitively, but ids that are made of them are text in the end: the compiler writes a type as
//! its index of types has it, whatever the author wrote. `resource_types.txt` has the types that are common, with a
//! version where the index has them in two ways. Of another type the namespace is written so.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use foldhash::{HashMap, HashMapExt};

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
        return (in_index_case(kind, version.as_deref()), version);
    };
    let version = version.or_else(|| around.version.clone());
    let kind = if kind.is_empty() || around.kind.is_empty() {
        "".into()
    } else {
        in_index_case(&format!("{}/{kind}", around.kind), version.as_deref())
    };
    (kind, version)
}

/// The alias of the extension that a type string may begin with (`az:Microsoft.KeyVault/vaults@…`), and the rest.
pub(super) fn qualified(written: &str) -> (Option<&str>, &str) {
    match written.split_once(':') {
        Some((alias, rest)) if !alias.is_empty() && !alias.contains(['/', '@', '.']) => {
            (Some(alias), rest)
        }
        _ => (None, written),
    }
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

/// A type in the letter case of the compiler's index.
fn in_index_case(kind: &str, version: Option<&str>) -> Text {
    let index = index();
    let lower = kind.to_ascii_lowercase();
    let known = version
        .and_then(|version| index.get(&format!("{lower}@{version}")))
        .or_else(|| index.get(&lower));
    if let Some(known) = known {
        return (*known).into();
    }
    let namespace = lower
        .split_once('/')
        .and_then(|(namespace, _)| index.get(namespace));
    match (namespace, kind.split_once('/')) {
        (Some(namespace), Some((_, rest))) => format!("{namespace}/{rest}").into(),
        _ => kind.into(),
    }
}

/// The known types, and the namespaces that are always written in one way, by their text in lower case.
fn index() -> &'static HashMap<String, &'static str> {
    static INDEX: OnceLock<HashMap<String, &'static str>> = OnceLock::new();
    INDEX.get_or_init(|| {
        let mut index = HashMap::new();
        let mut namespaces: BTreeMap<String, BTreeSet<&'static str>> = BTreeMap::new();
        for line in TYPES.lines() {
            let kind = line.split('@').next().unwrap_or(line);
            index.insert(line.to_ascii_lowercase(), kind);
            if let Some((namespace, _)) = kind.split_once('/') {
                let lower = namespace.to_ascii_lowercase();
                namespaces.entry(lower).or_default().insert(namespace);
            }
        }
        for (lower, written) in namespaces {
            if let (Some(namespace), 1) = (written.first(), written.len()) {
                index.insert(lower, namespace);
            }
        }
        index
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
            // Only the namespace is known.
            (
                "microsoft.keyvault/Vaults/Others",
                "Microsoft.KeyVault/Vaults/Others",
            ),
            ("microsoft.insights/Others", "microsoft.insights/Others"),
            ("Contoso.Web/Things", "Contoso.Web/Things"),
            ("", ""),
            ("/", "/"),
        ] {
            assert_eq!(
                &*in_index_case(written, Some("2023-07-01")),
                expected,
                "{written}"
            );
        }
    }

    #[test]
    fn a_type_may_say_its_extension() {
        assert_eq!(qualified("az:A.B/c@1"), (Some("az"), "A.B/c@1"));
        assert_eq!(qualified("A.B/c@1"), (None, "A.B/c@1"));
        assert_eq!(qualified("A.B/c@1:2"), (None, "A.B/c@1:2"));
    }

    #[test]
    fn two_versions_of_a_type_may_be_written_in_two_ways() {
        let kind = "MICROSOFT.INSIGHTS/DIAGNOSTICSETTINGS";
        assert_eq!(
            &*in_index_case(kind, Some("2021-05-01-preview")),
            "Microsoft.Insights/diagnosticSettings"
        );
        assert_eq!(
            &*in_index_case(kind, Some("2017-05-01-preview")),
            "microsoft.insights/diagnosticSettings"
        );
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
