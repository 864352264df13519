//! Where reports go: `--format` and `--output` in the order of the command line.

use std::io::{self, BufWriter, ErrorKind, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use terminal_size::terminal_size_of;

use crate::finding::Report;
use crate::report::{self, Color, Format, Options, RuleCatalogue};
use crate::source::{Sources, replace, target};

/// In bytes: reports of large trees have millions.
const WRITTEN_AT_ONCE: usize = 64 << 10;

/// A report to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Output {
    /// In which form.
    pub(super) format: Format,
    /// To which file; to standard output where there is none.
    pub(super) file: Option<PathBuf>,
}

/// The reports that the flags ask for. A format goes to the file that follows it; the one without a file goes to standard
/// output, which gets `pretty` if there is none. Of one format and one file the order does not matter.
///
/// # Errors
///
/// Two formats would go to standard output, or one file would get two reports.
pub(super) fn outputs(matches: &ArgMatches) -> Result<Vec<Output>, String> {
    let formats =
        placed::<Format>(matches, "format").map(|(at, format)| (at, Flag::Format(format)));
    let files = placed::<PathBuf>(matches, "output").map(|(at, file)| (at, Flag::File(file)));
    let mut flags: Vec<(usize, Flag)> = formats.chain(files).collect();
    flags.sort_by_key(|(at, _)| *at);
    if let [(_, Flag::File(_)), (_, Flag::Format(_))] = flags.as_slice() {
        flags.reverse();
    }
    let mut outputs: Vec<Output> = Vec::new();
    let mut waiting: Vec<Format> = Vec::new();
    for (_, flag) in flags {
        match flag {
            Flag::Format(format) => waiting.push(format),
            Flag::File(file) => {
                if outputs.iter().any(|other| other.is_same(&file)) {
                    return Err(format!("{} would get two reports", file.display()));
                }
                let format = waiting.pop().unwrap_or_else(|| format_of(&file));
                outputs.push(Output {
                    format,
                    file: Some(file),
                });
            }
        }
    }
    if waiting.len() > 1 {
        return Err(
            "only one format can go to standard output: give the others an --output that follows them"
                .to_owned(),
        );
    }
    outputs.push(Output {
        format: waiting.pop().unwrap_or_default(),
        file: None,
    });
    Ok(outputs)
}

impl Output {
    /// Whether it goes to this file, however either is spelt.
    fn is_same(&self, file: &Path) -> bool {
        let Some(own) = &self.file else {
            return false;
        };
        match (target(own), target(file)) {
            (Ok(own), Ok(file)) => own == file,
            _ => own == file,
        }
    }
}

/// Refuses reports that would take the place of what `is_needed`, which gets files with all links resolved.
///
/// # Errors
///
/// The first such report.
pub(super) fn spare(outputs: &[Output], is_needed: impl Fn(&Path) -> bool) -> Result<(), String> {
    let files = outputs.iter().filter_map(|output| output.file.as_deref());
    for file in files {
        // What cannot be resolved cannot be written.
        if target(file).is_ok_and(|target| is_needed(&target)) {
            return Err(format!(
                "{} is an input of this run, which a report would overwrite: give --output another file",
                file.display()
            ));
        }
    }
    Ok(())
}

enum Flag {
    Format(Format),
    File(PathBuf),
}

/// The values of a flag and where they stand on the command line.
fn placed<'m, T: Clone + Send + Sync + 'static>(
    matches: &'m ArgMatches,
    name: &str,
) -> impl Iterator<Item = (usize, T)> + 'm {
    let indices = matches.indices_of(name).into_iter().flatten();
    let values = matches.get_many::<T>(name).into_iter().flatten().cloned();
    indices.zip(values)
}

/// What the name of a file says of its format, where no `--format` does.
fn format_of(file: &Path) -> Format {
    let ending = file.extension().and_then(|ending| ending.to_str());
    match ending.unwrap_or_default().to_ascii_lowercase().as_str() {
        "sarif" => Format::Sarif,
        "json" => Format::Json,
        "xml" => Format::Junit,
        "md" => Format::Markdown,
        _ => Format::Pretty,
    }
}

/// Writes a report to where it goes.
///
/// # Errors
///
/// It cannot be written. A closed pipe is no error: who reads has seen enough.
pub(super) fn write(
    output: &Output,
    report: &Report,
    sources: &Sources,
    rules: &RuleCatalogue,
    color: Color,
    options: &Options,
) -> Result<(), String> {
    let Some(file) = &output.file else {
        let mut out = io::stdout().lock();
        let is_terminal = out.is_terminal();
        // Of this stream alone: that of errors or of input may be a terminal where the report goes to a file.
        let columns = terminal_size_of(&out).map(|(width, _)| width.0);
        let options = Options {
            color: color.is_on(is_terminal, |name| std::env::var_os(name)),
            width: report::report_width(is_terminal, columns),
            ..options.clone()
        };
        let mut buffered = BufWriter::with_capacity(WRITTEN_AT_ONCE, &mut out);
        let written = report::write(
            output.format,
            report,
            sources,
            rules,
            &options,
            &mut buffered,
        )
        .and_then(|()| buffered.flush());
        return match written {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            written => written.map_err(|error| format!("the report cannot be written: {error}")),
        };
    };
    let options = Options {
        color: color == Color::Always,
        ..options.clone()
    };
    replace(file, |out| {
        report::write(output.format, report, sources, rules, &options, out)
    })
    .map_err(|error| format!("{} cannot be written: {error}", file.display()))
}
