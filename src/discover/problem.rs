//! What goes wrong while files are looked for. None of it ends the search.
use crate::source::{for_people, words};
use miette::Diagnostic;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// A path that could not be followed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Error, Diagnostic)]
pub enum WalkProblem {
    /// A path of the command line that does not exist or cannot be read: the job cannot be done as asked.
    #[error("cannot read {}: {}", for_people(path), words(*cause))]
    #[diagnostic(
        code(akvlint::discover::named),
        help("check the path on the command line")
    )]
    Named {
        /// The path as it was given.
        path: PathBuf,
        /// What the operating system said.
        cause: ErrorKind,
    },
    /// A file or folder met on the way that cannot be read.
    #[error("cannot read {}: {}", for_people(path), words(*cause))]
    #[diagnostic(
        code(akvlint::discover::unreadable),
        help("give the user who runs akvlint the right to read it, or exclude it")
    )]
    Unreadable {
        /// The path.
        path: PathBuf,
        /// What the operating system said.
        cause: ErrorKind,
    },
    /// A symbolic link that leads nowhere: its target is missing, or it is part of a loop of links.
    #[error("{} is a symbolic link that leads nowhere", for_people(path))]
    #[diagnostic(
        code(akvlint::discover::dangling),
        help("remove the link or restore its target")
    )]
    Dangling {
        /// The path of the link.
        path: PathBuf,
    },
    /// A symbolic link to a folder above the one that is analysed. Following it would analyse everything around.
    #[error(
        "{} is a symbolic link to a folder above; it is not followed",
        for_people(path)
    )]
    #[diagnostic(
        code(akvlint::discover::upward),
        help("name the folder on the command line to have it analysed")
    )]
    Upward {
        /// The path of the link.
        path: PathBuf,
    },
}

impl WalkProblem {
    /// The path it is about.
    pub fn path(&self) -> &Path {
        match self {
            Self::Named { path, .. }
            | Self::Unreadable { path, .. }
            | Self::Dangling { path }
            | Self::Upward { path } => path,
        }
    }

    /// Whether the path was named on the command line, so that the run cannot do what it was asked for.
    pub fn is_named(&self) -> bool {
        matches!(self, Self::Named { .. })
    }
}

/// A pattern that cannot be read, or that can match nothing.
#[derive(Debug, Clone, PartialEq, Eq, Error, Diagnostic)]
#[error("`{glob}` {fault}")]
#[diagnostic(
    code(akvlint::discover::glob),
    help("patterns are written as in a `.gitignore` file, relative to one folder")
)]
pub struct BadGlob {
    /// The pattern.
    pub glob: String,
    /// Its position among the patterns, from 0.
    pub number: usize,
    /// What is wrong with it.
    pub fault: GlobFault,
}

/// What is wrong with a pattern.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GlobFault {
    /// It cannot be read.
    #[error("is not a glob pattern: {0}")]
    Syntax(String),
    /// There is nothing in it.
    #[error("is empty, and matches nothing")]
    Empty,
    /// It is what a `.gitignore` passes over.
    #[error("is a comment, and matches nothing; `\\#` stands for a `#`")]
    Comment,
    /// It takes back what an earlier pattern matches, and is the first one.
    #[error("takes back what patterns before it match, and there is nothing before it")]
    Negation,
    /// It leads up.
    #[error("has `..` in it, and only what is below the folder can match")]
    Parent,
    /// No path has a part of this name.
    #[error("has `./` in it, and no path that is matched has: leave it out")]
    Current,
    /// It is a path from the root of the file system.
    #[error("is an absolute path: write `{0}`")]
    Absolute(String),
}
