//! The command line: flags, and what each command does with them.

mod analysis;
mod baseline;
mod check;
mod completions;
mod config;
mod configuration;
mod deployment;
mod expand;
mod explain;
mod fixing;
mod outputs;
mod rules;

use std::ffi::OsString;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme};
use rayon::ThreadPool;

use crate::report;

/// The exit code where something was found.
const FOUND: u8 = 1;
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
    /// Check templates, Bicep files and exports against the rules
    Check(Box<check::Check>),
    /// Print the resources that a template would deploy, as far as they can be known offline
    Expand(expand::Expand),
    /// Tell what a rule is about, why it matters and what to do
    Explain(explain::Explain),
    /// List the rules, and test your own
    Rules(rules::Rules),
    /// Write down the findings of now, so that only new ones are reported
    Baseline(Box<baseline::BaselineFlags>),
    /// Print the form of the configuration
    Config(config::Config),
    /// Print a script that completes command lines in a shell
    Completions(completions::Completions),
    /// Print the manual page
    Man,
}

/// Has a panic, which is a bug, end this process with the exit code of a job that could not be done: release builds would
/// abort on it.
#[expect(
    clippy::exit,
    reason = "nothing is left to return to once a thread has panicked"
)]
pub fn end_on_panic() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |bug| {
        report(bug);
        std::process::exit(NOT_DONE.into());
    }));
}

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    let parsed = CommandLine::command()
        .try_get_matches()
        .and_then(|matches| Ok((CommandLine::from_arg_matches(&matches)?, matches)));
    let (command_line, matches) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => {
            // In colours, unless what it quotes of the arguments would act on the terminal.
            let is_printable = |argument: OsString| {
                let argument = argument.to_string_lossy();
                report::printable(&argument) == argument
            };
            let written = match std::env::args_os().all(is_printable) {
                true => error.print(),
                false => {
                    let plain = report::printable(&error.render().to_string());
                    io::stderr().write_all(plain.as_bytes())
                }
            };
            return ExitCode::from(match error.use_stderr() {
                // Nobody is left to tell when the message itself cannot be written.
                true => NOT_DONE,
                false => ended(printed(|out| written.and_then(|()| out.flush()))),
            });
        }
    };
    let outcome = match &command_line.command {
        Command::Check(flags) => match matches.subcommand_matches("check") {
            Some(matches) => check::run(flags, matches),
            None => Err("the command line is not understood".to_owned()),
        },
        Command::Expand(flags) => expand::run(flags),
        Command::Explain(flags) => explain::run(flags),
        Command::Rules(flags) => rules::run(flags),
        Command::Baseline(flags) => baseline::run(flags),
        Command::Config(flags) => config::run(flags),
        Command::Completions(flags) => completions::run(flags),
        Command::Man => completions::manual(),
    };
    ExitCode::from(ended(outcome))
}

/// The exit code of a command, which says why it could not do its job.
fn ended(outcome: Result<u8, String>) -> u8 {
    outcome.unwrap_or_else(|message| {
        complain(&message);
        NOT_DONE
    })
}

/// Says on standard error why something could not be done. What it quotes of files and arguments moves no terminal.
fn complain(message: &str) {
    // Nobody is left to tell where this cannot be written.
    let _ = writeln!(io::stderr(), "error: {}", report::printable(message));
}

/// More threads than any machine of a build has are of no use, and to start a million takes for ever.
const MOST_JOBS: usize = 128;

/// The threads that work. Templates nest, and the evaluator's bound on depth needs more stack than threads have.
fn workers(jobs: usize) -> Result<ThreadPool, String> {
    const STACK: usize = 64 << 20;
    rayon::ThreadPoolBuilder::new()
        .num_threads(jobs)
        .stack_size(STACK)
        .build()
        .map_err(|error| format!("the worker threads cannot be started: {error}"))
}

/// Writes to standard output. Gives the exit code 0. A closed pipe is no error: who reads has seen enough.
fn printed(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<u8, String> {
    let mut out = BufWriter::new(io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(format!("the result cannot be written: {error}"))
        }
        _ => Ok(0),
    }
}

/// An error with the source that it points at, for a terminal or a log.
fn shown(error: impl Diagnostic) -> String {
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::none());
    let mut text = String::new();
    match handler.render_report(&mut text, &error) {
        // What comes before it says that it is an error.
        Ok(()) => text.trim().trim_start_matches("x ").to_owned(),
        Err(_) => error.to_string(),
    }
}
