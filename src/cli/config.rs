//! `akvlint config`: the form of the configuration.

use clap::{Args, Subcommand};

use super::configuration::schema::schema;
use crate::rules::{RuleSet, RuleSettings};

#[derive(Debug, Args)]
pub(super) struct Config {
    #[command(subcommand)]
    command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Print the JSON Schema of akvlint.toml
    Schema,
}

/// Does what is asked of the configuration. Gives the exit code.
pub(super) fn run(flags: &Config) -> Result<u8, String> {
    match &flags.command {
        ConfigCommand::Schema => {
            let rules = RuleSet::load(&[], &RuleSettings::default()).map_err(super::shown)?;
            super::printed(|out| {
                serde_json::to_writer_pretty(&mut *out, &schema(&rules))?;
                writeln!(out)
            })
        }
    }
}
