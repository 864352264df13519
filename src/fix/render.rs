//! Values of fixes as text, in the manner of the text around them.

use serde_json::Value;

use super::splice::indent_at;
use super::written::Language;
use crate::source::Span;

/// How many lines are looked at to see what a level is indented by.
const LINES: usize = 200;

/// How the text around an edit is written.
#[derive(Debug, Clone)]
pub(super) struct Style {
    pub(super) language: Language,
    /// The end of its lines.
    pub(super) newline: &'static str,
    /// What one level of nesting is indented by.
    pub(super) unit: String,
}

impl Style {
    /// The style of an object or list of a text: its own lines say what a level is indented by, else those around it, since
    /// a file may have been written by several hands; else the smallest indentation there is. The first line of the text
    /// says how lines end.
    pub(super) fn around(text: &str, block: Span, language: Language) -> Self {
        let newline = match text.find('\n') {
            Some(at) if text[..at].ends_with('\r') => "\r\n",
            None if text.contains('\r') => "\r",
            _ => "\n",
        };
        let start = block.start as usize;
        let outer = indent_at(text, start);
        let inside = text[block.range()].lines().skip(1).take(LINES);
        let inner = inside
            .filter_map(indent_of)
            .find_map(|indent| indent.strip_prefix(outer).filter(|unit| !unit.is_empty()));
        let above = || {
            let lines = text[..start].lines().rev().take(LINES);
            let around = lines
                .filter_map(indent_of)
                .find(|indent| indent.len() < outer.len() && outer.starts_with(indent))?;
            outer.strip_prefix(around)
        };
        let unit = inner.or_else(above).or_else(|| smallest_indent(text));
        Self {
            language,
            newline,
            unit: unit.unwrap_or("  ").to_owned(),
        }
    }

    /// A value, on one line or over several with `indent` before all but the first. `None` for a text that ARM would
    /// take for an expression.
    pub(super) fn value(&self, value: &Value, indent: Option<&str>) -> Option<String> {
        Some(match value {
            Value::String(text) => self.text(text)?,
            Value::Array(items) if items.is_empty() => "[]".to_owned(),
            Value::Object(members) if members.is_empty() => "{}".to_owned(),
            Value::Array(items) => {
                let inner = self.inner(indent);
                let items: Option<Vec<String>> = items
                    .iter()
                    .map(|item| self.value(item, inner.as_deref()))
                    .collect();
                self.block('[', items?, ']', indent)
            }
            Value::Object(members) => {
                let inner = self.inner(indent);
                let members: Option<Vec<String>> = members
                    .iter()
                    .map(|(name, value)| self.member(name, value, inner.as_deref()))
                    .collect();
                self.block('{', members?, '}', indent)
            }
            other => other.to_string(),
        })
    }

    /// A member of an object.
    pub(super) fn member(&self, name: &str, value: &Value, indent: Option<&str>) -> Option<String> {
        let value = self.value(value, indent)?;
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        Some(match self.language {
            Language::Bicep if is_name => format!("{name}: {value}"),
            _ => format!("{}: {value}", self.text(name)?),
        })
    }

    fn text(&self, text: &str) -> Option<String> {
        match self.language {
            Language::Json if text.starts_with('[') => None,
            Language::Json => Some(Value::from(text).to_string()),
            Language::Bicep => {
                let escaped = text
                    .replace('\\', "\\\\")
                    .replace('\'', "\\'")
                    .replace("${", "\\${")
                    .replace('\n', "\\n")
                    .replace('\r', "\\r")
                    .replace('\t', "\\t");
                Some(format!("'{escaped}'"))
            }
        }
    }

    fn inner(&self, indent: Option<&str>) -> Option<String> {
        indent.map(|indent| format!("{indent}{}", self.unit))
    }

    fn block(&self, open: char, parts: Vec<String>, close: char, indent: Option<&str>) -> String {
        let (Some(indent), Some(inner)) = (indent, self.inner(indent)) else {
            let space = if open == '{' { " " } else { "" };
            return format!("{open}{space}{}{space}{close}", parts.join(", "));
        };
        let comma = match self.language {
            Language::Json => ",",
            Language::Bicep => "",
        };
        let between = format!("{comma}{}{inner}", self.newline);
        format!(
            "{open}{}{inner}{}{}{indent}{close}",
            self.newline,
            parts.join(&between),
            self.newline
        )
    }
}

/// The blanks before a line of code; nothing for an empty line and for one within a block comment, which begins with `*`.
fn indent_of(line: &str) -> Option<&str> {
    let code = line.trim_start_matches([' ', '\t']);
    let is_code = !code.trim_start().is_empty() && !code.trim_start().starts_with('*');
    is_code.then(|| &line[..line.len() - code.len()])
}

/// The smallest indentation of a line of code.
fn smallest_indent(text: &str) -> Option<&str> {
    let indents = text.lines().filter_map(indent_of);
    indents
        .filter(|indent| !indent.is_empty())
        .min_by_key(|indent| indent.len())
}
