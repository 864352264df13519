//! Text to trees that keep the place of everything: JSON, YAML, Bicep, and the expressions of ARM templates.
//!
//! In: the text of a file. Out: a tree with spans, the errors of the text, and, for ARM templates and Bicep alike, one
//! template model. It refuses to know what an expression evaluates to.
pub mod arm;
pub mod bicep;
pub mod error;
pub mod expression;
pub mod json;
pub mod template;
pub mod yaml;
