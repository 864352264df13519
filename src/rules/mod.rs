//! Rules: declarative files that say when a resource is wrong, and their judgement.
//!
//! In: evaluated resources behind the [`Subject`] trait. Out: judgements with their places, messages and reasons. A rule
//! is one TOML file of `rules/`; the words of its conditions are in [`predicate::PREDICATES`] and
//! [`predicate::SELECTORS`]. It refuses to know templates, Bicep, deployments and reports.
mod builtin;
mod check;
mod condition;
mod data;
mod error;
mod example;
pub mod explain;
pub mod grammar;
mod judge;
mod judged;
mod message;
mod nearest;
pub(crate) use nearest::probable;
pub mod predicate;
mod read;
mod rule;
mod running;
pub mod schema;
mod scope;
mod set;
mod settings;
mod subject;
mod view;

pub use builtin::builtin_names;
pub use check::{Checked, Judgement, Remedy, RemedyEdit, Site, check};
pub use data::{Data, DataEntry, DataFault, DataKind, Datum};
pub use error::{Fault, RuleError, RulesError};
pub use example::{ExampleFile, Mismatch, Observed};
pub use judge::{Judge, MAXIMUM_COMBINATIONS, Ruling};
pub use message::{PLACEHOLDERS, TemplateFault};
pub use rule::{
    CATALOGUES, Change, Docs, Equivalent, Example, ExampleInput, Precision, Prose, Rule, RuleFile,
    Source, TypePattern,
};
pub use running::Running;
pub use set::RuleSet;
pub use settings::{RuleSetting, RuleSettings, Selection};
pub use subject::{Related, RelatedResource, Subject};
pub use view::View;
