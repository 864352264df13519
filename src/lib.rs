//! akvlint: an offline static analyzer for the network security of Azure Key Vault.
#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests may read what they like")
)]
pub mod baseline;
pub mod cli;
pub mod discover;
pub mod estate;
pub mod evaluate;
pub mod finding;
pub mod fix;
pub mod project;
pub mod report;
pub mod rules;
pub mod run;
pub mod source;
pub mod suppress;
pub mod syntax;
