//! What the terminal can show.

use std::ffi::OsString;

/// How many columns a report has that does not go to a terminal.
pub(super) const DEFAULT_WIDTH: usize = 100;
/// How many columns a terminal has that does not tell.
const USUAL: usize = 80;
/// Narrower terminals are treated as if they had this many columns.
const NARROWEST: usize = 40;
/// Wider ones too: lines of words that are longer are hard to read.
const WIDEST: usize = 160;

/// When there are colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, clap::ValueEnum)]
pub enum Color {
    /// On a terminal that has them, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Color {
    /// Whether to write colours to what is a terminal or is not. `variable` looks an environment variable up: `NO_COLOR`
    /// (<https://no-color.org>), `CLICOLOR_FORCE` (<https://bixense.com/clicolors>) and `TERM`.
    pub fn is_on(self, is_terminal: bool, variable: impl Fn(&str) -> Option<OsString>) -> bool {
        let is_set = |name| variable(name).is_some_and(|value| !value.is_empty());
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto if is_set("NO_COLOR") => false,
            Self::Auto => {
                let force = variable("CLICOLOR_FORCE").unwrap_or_default();
                let is_forced = !force.is_empty() && force != "0";
                let is_dumb = variable("TERM").is_some_and(|value| value == "dumb");
                is_forced || (is_terminal && !is_dumb)
            }
        }
    }
}

/// How many columns a report has that goes to what is a terminal of so many columns or is not. Where it is none, the number is
/// fixed: what a file gets must not depend on a window.
pub fn report_width(is_terminal: bool, columns: Option<u16>) -> usize {
    if !is_terminal {
        return DEFAULT_WIDTH;
    }
    let columns = columns.filter(|columns| *columns > 0);
    columns.map_or(USUAL, |columns| {
        usize::from(columns).clamp(NARROWEST, WIDEST)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_on(color: Color, is_terminal: bool, variables: &[(&str, &str)]) -> bool {
        let variable = |wanted: &str| {
            let found = variables.iter().find(|(name, _)| *name == wanted);
            found.map(|(_, value)| OsString::from(value))
        };
        color.is_on(is_terminal, variable)
    }

    #[test]
    fn the_width_is_that_of_the_terminal_within_bounds() {
        for (columns, expected) in [
            (Some(80), 80),
            (Some(9), 40),
            (Some(300), 160),
            (Some(0), 80),
            (None, 80),
        ] {
            assert_eq!(report_width(true, columns), expected, "{columns:?}");
        }
        assert_eq!(report_width(false, Some(80)), DEFAULT_WIDTH);
    }

    #[test]
    fn the_flag_goes_over_the_environment() {
        assert!(is_on(Color::Always, false, &[("NO_COLOR", "1")]));
        assert!(!is_on(Color::Never, true, &[("CLICOLOR_FORCE", "1")]));
    }

    #[test]
    fn without_the_flag_it_is_the_terminal_and_the_environment() {
        assert!(is_on(Color::Auto, true, &[]));
        assert!(is_on(Color::Auto, true, &[("NO_COLOR", "")]));
        assert!(is_on(Color::Auto, false, &[("CLICOLOR_FORCE", "1")]));
        assert!(!is_on(Color::Auto, false, &[]));
        assert!(!is_on(Color::Auto, false, &[("CLICOLOR_FORCE", "0")]));
        assert!(!is_on(Color::Auto, true, &[("NO_COLOR", "0")]));
        assert!(!is_on(Color::Auto, true, &[("TERM", "dumb")]));
        assert!(!is_on(
            Color::Auto,
            true,
            &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]
        ));
    }
}
