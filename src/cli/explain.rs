//! `akvlint explain`: what a rule is about.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::configuration::ConfigurationFlags;
use crate::rules::explain;

#[derive(Debug, Args)]
pub(super) struct Explain {
    /// The id of the rule, or its name; the beginning of ids lists the rules that have it
    rule: String,
    /// A folder with rule files of your own
    #[arg(long, value_name = "DIR")]
    rules: Vec<PathBuf>,
    /// In which form
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Form,
    #[command(flatten)]
    configuration: ConfigurationFlags,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Form {
    /// Plain text
    #[default]
    Text,
    /// The page of the documentation
    Markdown,
}

/// Prints the page of a rule, or which rules begin so. Gives the exit code.
pub(super) fn run(flags: &Explain) -> Result<u8, String> {
    let configuration = flags.configuration.configuration()?;
    let set = configuration.rules(&flags.rules)?;
    let named = set.named(&flags.rule).map_err(super::shown)?;
    let page = match (named.as_slice(), flags.format) {
        ([rule], Form::Text) => explain::page_text(rule),
        ([rule], Form::Markdown) => explain::page(rule),
        (rules, _) => rules.iter().map(|rule| explain::line(rule)).collect(),
    };
    super::printed(|out| out.write_all(page.as_bytes()))
}
