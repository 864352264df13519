//! What a run knows about resources: their exposure to networks and the relations between them.
//!
//! In: evaluated resources. Out: three-valued facts about them, each unknown with its causes. It refuses to know rules
//! and reports.
pub mod compare;
pub mod export;
pub mod exposure;
pub mod property;
pub mod relations;
mod resources;
pub mod truth;
pub mod version;

pub use resources::{Estate, Home, Member};
