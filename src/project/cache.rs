//! The local module cache, where the Bicep CLI keeps what it restored.
//!
//! In: what a registry module or a template spec is called. Out: the path of its compiled template, if it is there. The
//! layout is that of `OciArtifactRegistry` and `TemplateSpecModuleRegistry` in the Bicep compiler:
//! `br/<registry>/<repository>/<tag>$/main.json` and `ts/<subscription>/<resource group>/<name>/<version>/main.json`.

use std::path::{Path, PathBuf};

use super::reference::{ModuleReference, Version};

/// The compiled template of each artifact.
const TEMPLATE: &str = "main.json";
/// How the cache of this user is called in reports, which must be alike for all users.
pub(super) const DEFAULT_NAME: &str = "~/.bicep";

/// The template of a module in this cache; `None` for what is not there, and for a path. `is_there` tells whether anything
/// is at a path, for many references in the same few folders.
pub(super) fn find(
    cache: &Path,
    reference: &ModuleReference,
    is_there: impl Fn(&Path) -> bool,
) -> Option<PathBuf> {
    let folder = match reference {
        ModuleReference::Path(_) => return None,
        ModuleReference::Registry {
            registry,
            repository,
            version,
        } => {
            let repository = cache
                .join("br")
                .join(registry.replace(':', "$").to_ascii_lowercase())
                .join(repository.replace('/', "$"));
            match version {
                Version::Tag(_) if !is_there(&repository) => return None,
                Version::Tag(tag) => of_tag(&repository, tag)?,
                Version::Digest(digest) => repository.join(digest.replace(':', "#")),
            }
        }
        ModuleReference::TemplateSpec {
            subscription,
            resource_group,
            name,
            version,
        } => [subscription, resource_group, name, version]
            .iter()
            .fold(cache.join("ts"), |folder, part| {
                folder.join(part.to_ascii_lowercase())
            }),
    };
    let path = folder.join(TEMPLATE);
    (is_there(&path) && path.is_file()).then_some(path)
}

/// The folder of a tag. Tags are case-sensitive and folders may not be, so what follows `$` says which letters are
/// upper case. Which ones does not matter here unless two tags differ in nothing else; then neither is taken.
fn of_tag(repository: &Path, tag: &str) -> Option<PathBuf> {
    let plain = repository.join(format!("{tag}$"));
    if plain.is_dir() {
        return Some(plain);
    }
    let mut found = std::fs::read_dir(repository)
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| {
            let parts = name.split_once('$');
            parts.is_some_and(|(stem, _)| stem.eq_ignore_ascii_case(tag))
        });
    let only = found.next()?;
    found.next().is_none().then(|| repository.join(only))
}

/// The cache of the Bicep CLI for this user, if the user has a home folder.
pub(super) fn default_folder() -> Option<PathBuf> {
    Some(home()?.join(".bicep"))
}

/// A path in which `~` is the home folder.
pub(super) fn with_home(path: &str) -> Option<PathBuf> {
    match path.strip_prefix('~') {
        Some(rest) => Some(home()?.join(rest.trim_start_matches(['/', '\\']))),
        None => Some(PathBuf::from(path)),
    }
}

fn home() -> Option<PathBuf> {
    let folder = std::env::var_os("HOME").or_else(|| std::env::var_os("USERPROFILE"))?;
    (!folder.is_empty()).then(|| PathBuf::from(folder))
}
