//! `check --fix` and `check --diff`: the changes before the report.

use std::io::Write as _;

use super::{FOUND, NOT_DONE};
use crate::fix::{Analysed, Fixed, Overlay, difference, fix, save};

/// What is to be done with fixes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Changes {
    /// Those that need a look too.
    pub(super) with_unsafe: bool,
    /// Print what would change, and write nothing.
    pub(super) diff: bool,
    /// Say nothing of what was done.
    pub(super) quiet: bool,
}

/// Fixes what can be fixed. Gives the exit code where there is nothing more to do or say, or else whether all files could
/// be written.
pub(super) fn fix_all(
    changes: Changes,
    analyse: &mut dyn FnMut(&Overlay) -> Result<Analysed, String>,
) -> Result<Result<bool, u8>, String> {
    let fixed = fix(changes.with_unsafe, analyse)?;
    let mut told = String::new();
    if !changes.quiet {
        for (rule, path, title) in &fixed.refused {
            told.push_str(&format!(
                "{path}: {rule} is not fixed: to {} would make another verdict worse or mend nothing\n",
                lower(title)
            ));
        }
    }
    if changes.diff {
        tell(&told);
        return print(&fixed).map(Err);
    }
    let mut complete = true;
    for changed in fixed.changed.values() {
        let saved = save(
            &changed.canonical,
            &changed.name,
            &changed.after,
            changed.encoding,
            changed.had_bom,
        );
        if let Err(error) = saved {
            complete = false;
            let error = crate::report::printable(&error.to_string());
            told.push_str(&format!("error: {error}\n"));
        }
    }
    if !changes.quiet && complete && fixed.applied > 0 {
        let files = match fixed.changed.len() {
            1 => "1 file".to_owned(),
            many => format!("{many} files"),
        };
        told.push_str(&format!("Fixed {} in {files}\n", fixed.applied));
    }
    tell(&told);
    Ok(Ok(complete))
}

fn print(fixed: &Fixed) -> Result<u8, String> {
    let mut out = std::io::stdout().lock();
    for changed in fixed.changed.values() {
        let text = difference(&changed.name, &changed.before, &changed.after);
        out.write_all(text.as_bytes())
            .map_err(|error| format!("standard output cannot be written: {error}"))?;
    }
    Ok(if fixed.changed.is_empty() { 0 } else { FOUND })
}

/// The exit code where some file could not be written.
pub(super) fn after(code: u8, complete: bool) -> u8 {
    if complete { code } else { NOT_DONE }
}

fn lower(title: &str) -> String {
    let mut letters = title.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => String::new(),
    }
}

fn tell(text: &str) {
    // Nobody is left to tell where this cannot be written.
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}
