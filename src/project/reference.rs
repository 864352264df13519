//! Module references: what stands after `module x`, `from` and `using`.
//!
//! In: the text of a reference, and the aliases of its folder. Out: a path, or what a registry or a template spec is
//! called. It refuses to know the disk.

use thiserror::Error;

use super::configuration::{BicepConfiguration, RegistryAlias, TemplateSpecAlias};

/// What a module reference names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModuleReference {
    /// A file, by a path relative to the one that names it.
    Path(String),
    /// An artifact of a container registry: `br:`.
    Registry {
        /// Its host, with a port where it has one.
        registry: String,
        /// The path of the repository.
        repository: String,
        /// Which version.
        version: Version,
    },
    /// A template spec: `ts:`.
    TemplateSpec {
        /// The id of the subscription.
        subscription: String,
        /// The name of the resource group.
        resource_group: String,
        /// The name of the template spec.
        name: String,
        /// The name of the version.
        version: String,
    },
}

/// The version of a registry artifact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Version {
    /// `:tag`
    Tag(String),
    /// `@sha256:…`
    Digest(String),
}

/// What is wrong with a module reference.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReferenceError {
    /// The text is empty.
    #[error("it is empty; name a file, or a module by `br:` or `ts:`")]
    Empty,
    /// A path of the machine.
    #[error("it is an absolute path; name the file by a path relative to this one")]
    Absolute,
    /// Separators of Windows.
    #[error("it has a `\\`; separate folders by `/`")]
    Backslash,
    /// A registry reference that lacks a part.
    #[error("it must have the form `br:registry/path:tag`, or `@sha256:…` in the place of the tag")]
    Registry,
    /// A template spec reference that lacks a part.
    #[error("it must have the form `ts:subscription/resource-group/name:version`")]
    TemplateSpec,
    /// A reference by an alias that lacks a part.
    #[error("it must have the form `{scheme}/alias:name:version`")]
    Aliased {
        /// `br` or `ts`.
        scheme: &'static str,
    },
    /// An alias that is not declared.
    #[error("the alias '{alias}' is not in `moduleAliases.{scheme}` of {}", configuration(*.found))]
    Alias {
        /// The alias.
        alias: String,
        /// `br` or `ts`.
        scheme: &'static str,
        /// Whether there is a configuration at all.
        found: bool,
    },
}

fn configuration(found: bool) -> &'static str {
    if found {
        "the nearest bicepconfig.json"
    } else {
        "a bicepconfig.json: there is none in the folder of this file or above it"
    }
}

impl ModuleReference {
    /// Reads a reference in a folder with this configuration.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str, configuration: &BicepConfiguration) -> Result<Self, ReferenceError> {
        if let Some(rest) = text.strip_prefix("br:") {
            let (registry, path) = rest.split_once('/').ok_or(ReferenceError::Registry)?;
            return registry_module(registry, None, path).ok_or(ReferenceError::Registry);
        }
        if let Some(rest) = text.strip_prefix("br/") {
            let malformed = || ReferenceError::Aliased { scheme: "br" };
            let (alias, path) = rest.split_once(':').ok_or_else(malformed)?;
            let RegistryAlias {
                registry,
                module_path,
            } = configuration
                .registry(alias)
                .ok_or_else(|| unknown(alias, "br", configuration))?;
            return registry_module(&registry, module_path.as_deref(), path).ok_or_else(malformed);
        }
        if let Some(rest) = text.strip_prefix("ts:") {
            return Self::template_spec(rest).ok_or(ReferenceError::TemplateSpec);
        }
        if let Some(rest) = text.strip_prefix("ts/") {
            let malformed = || ReferenceError::Aliased { scheme: "ts" };
            let (alias, spec) = rest.split_once(':').ok_or_else(malformed)?;
            let TemplateSpecAlias {
                subscription,
                resource_group,
            } = configuration
                .template_spec(alias)
                .ok_or_else(|| unknown(alias, "ts", configuration))?;
            return Self::template_spec(&format!("{subscription}/{resource_group}/{spec}"))
                .ok_or_else(malformed);
        }
        relative_path(text).map(|path| Self::Path(path.to_owned()))
    }

    /// The template spec that `subscription/resource-group/name:version` means.
    pub fn template_spec(text: &str) -> Option<Self> {
        let (path, version) = text.rsplit_once(':')?;
        let mut parts = path.split('/');
        let (Some(subscription), Some(resource_group), Some(name), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return None;
        };
        let all = [subscription, resource_group, name, version];
        let valid = all.iter().all(|part| is_component(part));
        valid.then(|| Self::TemplateSpec {
            subscription: subscription.to_owned(),
            resource_group: resource_group.to_owned(),
            name: name.to_owned(),
            version: version.to_owned(),
        })
    }
}

/// The reference without aliases.
impl std::fmt::Display for ModuleReference {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Path(path) => formatter.write_str(path),
            Self::Registry {
                registry,
                repository,
                version: Version::Tag(tag),
            } => write!(formatter, "br:{registry}/{repository}:{tag}"),
            Self::Registry {
                registry,
                repository,
                version: Version::Digest(digest),
            } => write!(formatter, "br:{registry}/{repository}@{digest}"),
            Self::TemplateSpec {
                subscription,
                resource_group,
                name,
                version,
            } => write!(
                formatter,
                "ts:{subscription}/{resource_group}/{name}:{version}"
            ),
        }
    }
}

/// A path that a Bicep file may name another file by.
///
/// # Errors
/// What is wrong with it.
pub(super) fn relative_path(text: &str) -> Result<&str, ReferenceError> {
    let bytes = text.as_bytes();
    match bytes {
        [] => Err(ReferenceError::Empty),
        [b'/', ..] | [_, b':', ..] => Err(ReferenceError::Absolute),
        _ if text.contains('\\') => Err(ReferenceError::Backslash),
        _ => Ok(text),
    }
}

fn unknown(
    alias: &str,
    scheme: &'static str,
    configuration: &BicepConfiguration,
) -> ReferenceError {
    ReferenceError::Alias {
        alias: alias.to_owned(),
        scheme,
        found: configuration.is_found(),
    }
}

/// `path:tag` or `path@digest`, below the path of an alias.
fn registry_module(registry: &str, below: Option<&str>, path: &str) -> Option<ModuleReference> {
    let (path, version) = match path.split_once('@') {
        Some((path, digest)) => (path, Version::Digest(digest.to_owned())),
        None => {
            let (path, tag) = path.rsplit_once(':')?;
            (path, Version::Tag(tag.to_owned()))
        }
    };
    let repository = match below {
        Some(below) => format!("{below}/{path}"),
        None => path.to_owned(),
    };
    let is_digest = |digest: &str| {
        digest.strip_prefix("sha256:").is_some_and(|hash| {
            hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
    };
    let valid = is_host(registry)
        && !path.is_empty()
        && repository.split('/').all(is_component)
        && match &version {
            Version::Tag(tag) => is_component(tag) && tag.len() <= 128,
            Version::Digest(digest) => is_digest(digest),
        };
    valid.then(|| ModuleReference::Registry {
        registry: registry.to_owned(),
        repository,
        version,
    })
}

/// Whether a part of a reference can be the name of a folder of the cache: nothing that leads out of it.
fn is_component(part: &str) -> bool {
    !part.is_empty()
        && part != "."
        && part != ".."
        && part
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._-()".contains(&byte))
}

fn is_host(registry: &str) -> bool {
    let (host, port) = registry.split_once(':').unwrap_or((registry, "0"));
    is_component(host) && !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<ModuleReference, ReferenceError> {
        let configuration = BicepConfiguration::parse(
            r#"{
                // An alias for each scheme.
                "moduleAliases": {
                    "br": {"core": {"registry": "core.azurecr.io", "modulePath": "bicep/core"}, "bare": {"registry": "localhost:5000"}},
                    "ts": {"specs": {"subscription": "1111", "resourceGroup": "rg"}},
                },
            }"#,
        );
        ModuleReference::parse(text, &configuration)
    }

    fn registry(registry: &str, repository: &str, tag: &str) -> ModuleReference {
        ModuleReference::Registry {
            registry: registry.to_owned(),
            repository: repository.to_owned(),
            version: Version::Tag(tag.to_owned()),
        }
    }

    #[test]
    fn references_by_registry_and_by_alias_name_the_same_artifacts() {
        for (text, expected) in [
            (
                "br:x.azurecr.io/a/b:1.0",
                registry("x.azurecr.io", "a/b", "1.0"),
            ),
            (
                "br:localhost:5000/a:V1",
                registry("localhost:5000", "a", "V1"),
            ),
            (
                "br/public:avm/res/x:0.1.0",
                registry("mcr.microsoft.com", "bicep/avm/res/x", "0.1.0"),
            ),
            (
                "br/core:net/vnet:v2",
                registry("core.azurecr.io", "bicep/core/net/vnet", "v2"),
            ),
            ("br/bare:x:1", registry("localhost:5000", "x", "1")),
        ] {
            assert_eq!(read(text), Ok(expected), "{text}");
        }
        let digest = format!("sha256:{}", "0f".repeat(32));
        assert_eq!(
            read(&format!("br:r.io/m@{digest}")),
            Ok(ModuleReference::Registry {
                registry: "r.io".to_owned(),
                repository: "m".to_owned(),
                version: Version::Digest(digest),
            })
        );
        let spec = ModuleReference::TemplateSpec {
            subscription: "1111".to_owned(),
            resource_group: "rg".to_owned(),
            name: "vault".to_owned(),
            version: "1.0".to_owned(),
        };
        assert_eq!(read("ts:1111/rg/vault:1.0"), Ok(spec.clone()));
        assert_eq!(read("ts/specs:vault:1.0"), Ok(spec));
    }

    #[test]
    fn what_leads_out_of_the_cache_or_lacks_a_part_is_refused() {
        for text in [
            "br:x.io/a",
            "br:x.io",
            "br:x.io/../../etc:1",
            "br:../a:1",
            "br:x.io/a:..",
            "br:x.io/a@sha256:../..",
            "br/core:..:1",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
        for text in ["ts:1/2:3", "ts:../rg/x:1", "ts:a/b/c", "ts:a/b/c/d:1"] {
            assert_eq!(read(text), Err(ReferenceError::TemplateSpec), "{text}");
        }
        assert_eq!(read("/etc/passwd"), Err(ReferenceError::Absolute));
        assert_eq!(read("C:/x.bicep"), Err(ReferenceError::Absolute));
        assert_eq!(read("a\\b.bicep"), Err(ReferenceError::Backslash));
        assert_eq!(read(""), Err(ReferenceError::Empty));
        assert_eq!(
            read("br/other:x:1"),
            Err(ReferenceError::Alias {
                alias: "other".to_owned(),
                scheme: "br",
                found: true
            })
        );
    }
}
