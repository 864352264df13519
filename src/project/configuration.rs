//! `bicepconfig.json`: the aliases that module references may use, and where the module cache is.
//!
//! In: the text of the file nearest up the tree; configurations of different folders are not merged. Out: aliases. What
//! else it says is about the linter of Bicep, and not read. A member that makes no sense is left out, and what refers to
//! it is unknown.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::source::{decode, read_bytes};
use crate::syntax::json::{self, Node};

/// What akvlint reads of a `bicepconfig.json`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BicepConfiguration {
    found: bool,
    registries: BTreeMap<String, RegistryAlias>,
    template_specs: BTreeMap<String, TemplateSpecAlias>,
    cache_root: Option<PathBuf>,
}

/// What an alias after `br/` stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistryAlias {
    /// The host of the registry.
    pub registry: String,
    /// What stands before the path of each module.
    pub module_path: Option<String>,
}

/// What an alias after `ts/` stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateSpecAlias {
    /// The id of the subscription.
    pub subscription: String,
    /// The name of the resource group.
    pub resource_group: String,
}

/// The name of the file.
const FILE: &str = "bicepconfig.json";
/// How large it may be.
const SIZE_LIMIT: u64 = 1 << 20;

impl BicepConfiguration {
    /// The configuration that lies in a folder. Where there is none, that of the nearest folder up the tree holds.
    pub(super) fn in_folder(folder: &Path) -> Option<Self> {
        let path = folder.join(FILE);
        let bytes = read_bytes(path.is_file().then_some(&path)?, SIZE_LIMIT).ok()?;
        let mut configuration = Self::parse(&decode(bytes).ok()?.text);
        let cache = configuration.cache_root.take();
        configuration.cache_root = cache.map(|cache| folder.join(cache));
        Some(configuration)
    }

    /// Reads the text of a `bicepconfig.json`, which may have comments.
    pub fn parse(text: &str) -> Self {
        let document = json::parse(text);
        let text_of =
            |node: &Node<'_>, key| node.get(key).and_then(Node::as_str).map(str::to_owned);
        let aliases = |scheme| {
            let all = document.root.get("moduleAliases");
            let section = all.and_then(|aliases| aliases.get(scheme));
            section.map_or(&[][..], Node::members).iter()
        };
        Self {
            found: true,
            registries: aliases("br")
                .filter_map(|alias| {
                    let registry = text_of(&alias.value, "registry")?;
                    let module_path = text_of(&alias.value, "modulePath");
                    let alias = alias.key.clone().into_owned();
                    Some((
                        alias,
                        RegistryAlias {
                            registry,
                            module_path,
                        },
                    ))
                })
                .collect(),
            template_specs: aliases("ts")
                .filter_map(|alias| {
                    let subscription = text_of(&alias.value, "subscription")?;
                    let resource_group = text_of(&alias.value, "resourceGroup")?;
                    let alias = alias.key.clone().into_owned();
                    Some((
                        alias,
                        TemplateSpecAlias {
                            subscription,
                            resource_group,
                        },
                    ))
                })
                .collect(),
            cache_root: text_of(&document.root, "cacheRootDirectory")
                .and_then(|path| super::cache::with_home(&path)),
        }
    }

    /// Whether there is a `bicepconfig.json`.
    pub fn is_found(&self) -> bool {
        self.found
    }

    /// What `br/alias` stands for. Bicep brings the alias `public`, which a configuration may replace.
    pub fn registry(&self, alias: &str) -> Option<RegistryAlias> {
        self.registries.get(alias).cloned().or_else(|| {
            (alias == "public").then(|| RegistryAlias {
                registry: "mcr.microsoft.com".to_owned(),
                module_path: Some("bicep".to_owned()),
            })
        })
    }

    /// What `ts/alias` stands for.
    pub fn template_spec(&self, alias: &str) -> Option<TemplateSpecAlias> {
        self.template_specs.get(alias).cloned()
    }

    /// `cacheRootDirectory`: where the module cache is, if it is moved.
    pub fn cache_root(&self) -> Option<&Path> {
        self.cache_root.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_may_replace_the_alias_that_bicep_brings() {
        let text = r#"{"moduleAliases": {"br": {"public": {"registry": "mirror.azurecr.io"}, "broken": {"modulePath": "x"}, "worse": 3}}}"#;
        let configuration = BicepConfiguration::parse(text);
        assert_eq!(
            configuration.registry("public"),
            Some(RegistryAlias {
                registry: "mirror.azurecr.io".to_owned(),
                module_path: None
            })
        );
        assert_eq!(configuration.registry("broken"), None);
        assert_eq!(configuration.registry("worse"), None);
        assert!(BicepConfiguration::default().registry("public").is_some());
    }

    #[test]
    fn a_broken_file_is_as_good_as_an_empty_one() {
        for text in ["", "[]", "{\"moduleAliases\": [}", "null"] {
            assert_eq!(BicepConfiguration::parse(text).template_spec("x"), None);
        }
    }
}
