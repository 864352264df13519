//! What stands around a vault as a Mermaid flow chart, which GitHub and others draw inside of Markdown.
//!
//! <https://mermaid.js.org/syntax/flowchart.html>. Names come from files that nobody has vetted: each character of ASCII that
//! is no letter, digit or harmless sign is written as its entity, so that a name can end neither its label nor the block,
//! and is no directive, link or style.

use std::io::{self, Write};

use super::text::{shortened, visible};
use crate::finding::{Drawn, Level, Picture, Role};

/// Longer names are cut.
const LONGEST_LABEL: usize = 60;

/// Writes the block. The vault has the colour of the worst that was found of it.
pub(super) fn write(
    picture: &Picture,
    worst: Option<Level>,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "```mermaid\nflowchart LR")?;
    for (number, node) in picture.nodes.iter().enumerate() {
        writeln!(out, "  n{number}{}", shape(node))?;
    }
    for line in &picture.lines {
        let arrow = if line.is_sure { "---" } else { "-.-" };
        let words = if line.is_sure {
            line.words.clone()
        } else {
            format!("{}?", line.words)
        };
        let (from, to) = (line.from, line.to);
        writeln!(out, "  n{from} {arrow}|\"{}\"| n{to}", label(&words))?;
    }
    let elsewhere = picture.nodes.iter().enumerate();
    for (number, _) in elsewhere.filter(|(_, node)| !node.is_declared) {
        writeln!(out, "  style n{number} stroke-dasharray: 4 3")?;
    }
    // Borders show on a light and on a dark page.
    let colour = match worst {
        Some(Level::Error) => "#d1242f",
        Some(Level::Warning) => "#bf8700",
        Some(Level::Note) => "#0969da",
        None => "#1a7f37",
    };
    writeln!(out, "  style n0 stroke:{colour},stroke-width:3px\n```\n")
}

/// A node: what it is, and its name below.
fn shape(node: &Drawn) -> String {
    let (what, open, close) = match node.role {
        Role::Vault => ("vault", "[(", ")]"),
        Role::Endpoint => ("private endpoint", "([", "])"),
        Role::Subnet => ("subnet", "[", "]"),
        Role::Network => ("virtual network", "[[", "]]"),
        Role::Zone => ("private DNS zone", "{{", "}}"),
        Role::Perimeter => ("perimeter association", "[/", "/]"),
        Role::Log => ("diagnostic setting", "[/", "/]"),
    };
    let name = label(&node.label);
    format!("{open}\"{what}<br/>{name}\"{close}")
}

/// Text inside of quotes.
fn label(text: &str) -> String {
    let text = shortened(text, LONGEST_LABEL);
    let mut out = String::with_capacity(text.len());
    for character in visible(&text).chars() {
        match character {
            ' ' | '-' | '_' | '.' | '/' => out.push(character),
            _ if character.is_ascii_alphanumeric() || !character.is_ascii() => out.push(character),
            _ => out.push_str(&format!("#{};", u32::from(character))),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_nothing_but_a_name() {
        assert_eq!(label("kv-{env}"), "kv-#123;env#125;");
        assert_eq!(label("a\"] `#quot;"), "a#34;#93; #96;#35;quot#59;");
        assert_eq!(label("käv\n\u{202e}"), "käv␊#92;u#123;202e#125;");
        assert!(label(&"x".repeat(500)).chars().count() == LONGEST_LABEL);
    }
}
