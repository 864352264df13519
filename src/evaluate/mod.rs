//! Expressions to values: what a template would deploy, as far as it can be known offline.
//!
//! In: template models and arguments. Out: resources and outputs as values with provenance, undecided parts symbolic.
//! It refuses to know JSON and Bicep syntax, rules and reports.
mod argument;
mod call;
pub(crate) mod composition;
mod computed;
mod computed_names;
mod conformance;
mod deployment;
mod elsewhere;
mod entry;
mod environment;
mod evaluator;
mod import;
mod instance;
mod load;
mod lookup;
mod module_call;
mod naming;
mod narrowing;
mod order;
mod output;
mod parameter;
mod parameter_file;
mod policy;
mod positions;
mod reference;
mod resource;
mod resource_name;
mod scope;
mod template_source;
pub(crate) mod token;
mod types;
mod version_read;

pub mod access;
pub mod assignment;
pub mod bounds;
pub mod canonical;
pub mod decision;
pub mod declared;
pub mod diagnostic;
pub mod document;
pub mod functions;
pub mod id;
pub mod jsonpath;
pub mod origin;
pub mod partial;
pub mod substitute;
pub mod symbol;
pub mod unknowns;
pub mod value;

pub use deployment::{SecretRead, Unread};
pub use diagnostic::{Code, Diagnostic};
pub use entry::{Entry, Evaluation, Wanted, evaluate};
pub use functions::Cloud;
pub use order::Order;
pub use parameter_file::MAXIMUM_EXTENSIONS;
pub use resource::Resource;
pub use scope::Surroundings;
