//! The command line: flags, and what each command does with them.

mod deployment;
mod expand;

use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The exit code of a job that could not be done.
const NOT_DONE: u8 = 2;
/// The exit code of `--strict` where something was not fully analysed.
const NOT_COMPLETE: u8 = 3;

/// Offline static analyzer for the network security of Azure Key Vault
#[derive(Debug, Parser)]
#[command(name = "akvlint", version, about)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print the resources that a template would deploy, as far as they can be known offline
    Expand(expand::Expand),
}

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    let command_line = match CommandLine::try_parse() {
        Ok(command_line) => command_line,
        Err(error) => {
            let code = if error.use_stderr() { NOT_DONE } else { 0 };
            // Nobody is left to tell when the message itself cannot be written.
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let outcome = match &command_line.command {
        Command::Expand(flags) => expand::run(flags),
    };
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(message) => {
            let _ = writeln!(std::io::stderr(), "error: {message}");
            ExitCode::from(NOT_DONE)
        }
    }
}
