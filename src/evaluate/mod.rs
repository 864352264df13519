//! Expressions to values: what a template would deploy, as far as it can be known offline.
//!
//! In: template models and arguments. Out: resources and outputs as values with provenance, undecided parts symbolic.
//! It refuses to know JSON and Bicep syntax, rules and reports.
pub mod access;
pub mod bounds;
pub mod canonical;
pub mod functions;
pub mod jsonpath;
pub mod origin;
pub mod partial;
pub mod substitute;
pub mod symbol;
pub mod value;
