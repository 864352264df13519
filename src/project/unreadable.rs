//! Why a file that another one refers to cannot be had.

use thiserror::Error;

use super::reference::ReferenceError;

/// Why a file that another refers to is not known.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Unreadable {
    /// It cannot be read or decoded.
    #[error("{path} cannot be read: {reason}")]
    Source {
        /// The path as printed.
        path: String,
        /// Why.
        reason: String,
    },
    /// It is no template.
    #[error("{path} is not a template")]
    NotATemplate {
        /// The path as printed.
        path: String,
    },
    /// It is no parameter file.
    #[error("{path} is not a parameter file")]
    NotParameters {
        /// The path as printed.
        path: String,
    },
    /// It is a module reference, or a path, that says nothing.
    #[error("'{reference}' cannot be followed: {error}")]
    Reference {
        /// The reference as written.
        reference: String,
        /// What is wrong with it.
        error: ReferenceError,
    },
    /// It is a module of a registry or a template spec, and not in the module cache.
    #[error(
        "'{reference}' is not in the module cache: run `bicep restore`, or name a folder with `--module-cache`"
    )]
    NotRestored {
        /// The reference as written.
        reference: String,
    },
    /// It is outside of the project.
    #[error(
        "'{path}' is outside of the project, and files are loaded from inside only; an `akvlint.toml` marks the root of a project"
    )]
    Outside {
        /// The path as written.
        path: String,
    },
    /// A folder with too many files.
    #[error("{path} has more than {limit} files")]
    TooMany {
        /// The path as printed.
        path: String,
        /// How many are listed.
        limit: usize,
    },
    /// It is elsewhere, and nothing of that name is beside the file that refers to it.
    #[error("'{reference}' is not on disk")]
    Elsewhere {
        /// What refers to it.
        reference: String,
    },
}
