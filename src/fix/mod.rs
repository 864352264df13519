//! From what a rule would change of a resource to edits of the text that it was written in.
//!
//! In: the remedies of rules, whose nodes know where they are written, and the texts. Out: fixes made of edits, the
//! texts that they give, and the difference as people read it. It refuses to know which rule asks and why, and what a
//! change means for a verdict: that is found by analysing the changed text.

mod apply;
mod difference;
mod plan;
mod render;
mod rounds;
mod save;
mod splice;
mod written;

pub use apply::{Chosen, apply, choose};
pub use difference::difference;
pub use plan::Planner;
pub use rounds::{Analysed, Changed, Fixed, Overlay, fix};
pub use save::{SaveError, save};
