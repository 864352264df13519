//! Which files there are, and what each of them is.
//!
//! In: the paths of the command line, and the contents of files. Out: the files to look at in a fixed order, what could
//! not be walked, and the [`Kind`] of a content. It refuses to know how files relate to one another.
mod classify;
mod export;
mod prefilter;
mod problem;
mod vocabulary;
mod walk;
mod word;

pub(crate) use classify::is_enclosing;
pub use classify::{Format, Kind, classify};
pub use export::export_items;
pub use prefilter::may_be_input;
pub use problem::{BadGlob, GlobFault, WalkProblem};
pub use vocabulary::{Mentions, Vocabulary};
pub use walk::{Candidate, Exclude, Excluded, WalkOptions, Walked, by_parts, look_into, walk};
