//! `akvlint completions` and `akvlint man`: what shells and manuals know of the command line.

use std::io::{self, Write};

use clap::{Args, Command, CommandFactory};
use clap_complete::Shell;

use super::CommandLine;

#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell
    shell: Shell,
}

/// Prints the script that completes command lines in a shell. Gives the exit code.
pub(super) fn run(flags: &Completions) -> Result<u8, String> {
    // Its own writing panics where the output fails.
    let mut script = Vec::new();
    clap_complete::generate(
        flags.shell,
        &mut CommandLine::command(),
        "akvlint",
        &mut script,
    );
    super::printed(|out| out.write_all(&script))
}

/// Prints the manual page, with all commands on it. Gives the exit code.
pub(super) fn manual() -> Result<u8, String> {
    super::printed(|out| {
        let mut out = out;
        let command = CommandLine::command();
        clap_mangen::Man::new(command.clone()).render(&mut out)?;
        for sub in command.get_subcommands() {
            section(sub, "akvlint", &mut out)?;
            for inner in sub.get_subcommands() {
                section(inner, &format!("akvlint {}", sub.get_name()), &mut out)?;
            }
        }
        Ok(())
    })
}

/// What there is to say about one command.
fn section(command: &Command, before: &str, out: &mut dyn Write) -> io::Result<()> {
    if command.is_hide_set() {
        return Ok(());
    }
    let mut out = out;
    let name = format!("{before} {}", command.get_name());
    let page = clap_mangen::Man::new(command.clone().bin_name(name.clone()));
    writeln!(out, ".SH \"{}\"", name.to_uppercase())?;
    page.render_description_section(&mut out)?;
    page.render_synopsis_section(&mut out)?;
    page.render_options_section(&mut out)
}
