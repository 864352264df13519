//! Text to trees that keep the place of everything: JSON, YAML, Bicep, and the expressions of ARM templates.
pub mod arm;
pub mod bicep;
pub mod error;
pub mod expression;
pub mod json;
pub mod template;
pub mod yaml;
