//! Whether the examples of a rule tell right from wrong: each property that the rule judges is changed in them, and some
//! change must make a difference.
//!
//! In: a rule. Out: the judged properties whose every change went unnoticed. Such a property is misspelt, not read, or in
//! no example; whichever it is, a fault in that part of the rule would not show.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::examples::{ExampleError, observe_text};
use crate::rules::{Example, ExampleFile, ExampleInput, Observed, Rule};
use crate::source::Span;
use crate::syntax::expression::Text;
use crate::syntax::json::{Kind, Node, parse};

/// A judged property that can be anything without a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survivor {
    /// Its path, as the rule has it.
    pub path: Text,
    /// In how many ways it was changed; none where no example has a place for it.
    pub changes: usize,
}

/// Changes to any value, whatever the rule is about.
const VALUES: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "1",
    "1000000",
    "2000000000",
    "\"akvlint\"",
    "\"\"",
    "\"10.0.0.0/8\"",
    "\"198.41.0.0/31\"",
    "\"198.41.0.77/24\"",
    "\"192.0.2.0/24\"",
    "\"0.0.0.0/0\"",
    "\"2015-06-01\"",
    "\"2099-01-01\"",
    "\"northeurope\"",
    "\"[parameters('akvlint')]\"",
    "[]",
    "{}",
];

/// The judged properties of a rule whose every change goes unnoticed.
///
/// # Errors
/// An example cannot be run as it is.
pub fn survivors(rule: &Arc<Rule>) -> Result<Vec<Survivor>, ExampleError> {
    let mut examples = Vec::new();
    for example in &rule.prose().examples {
        let file = example.file(rule)?;
        let seen = observe_text(rule, example, file.clone())?;
        examples.push(Trial {
            example,
            file,
            seen: Told::of(&seen),
        });
    }
    let words = words(rule);
    let mut survivors = Vec::new();
    for path in rule.judged_paths() {
        let mut changes = 0;
        let noticed = examples.iter().any(|trial| {
            trial.changed(&path, &words).any(|text| {
                changes += 1;
                trial.notices(rule, text)
            })
        });
        if !noticed {
            survivors.push(Survivor { path, changes });
        }
    }
    Ok(survivors)
}

/// What counts as a difference: not the text at the place, which changes with the value there.
#[derive(Debug, PartialEq)]
struct Told {
    observed: Observed,
    places: usize,
}

impl Told {
    fn of(observed: &Observed) -> Self {
        Self {
            places: observed.at.len(),
            observed: Observed {
                at: Vec::new(),
                ..observed.clone()
            },
        }
    }
}

struct Trial<'e> {
    example: &'e Example,
    file: ExampleFile,
    seen: Told,
}

impl Trial<'_> {
    /// Whether the rule says something else of this text. One that cannot be run says nothing.
    fn notices(&self, rule: &Arc<Rule>, text: String) -> bool {
        let file = ExampleFile {
            text,
            ..self.file.clone()
        };
        observe_text(rule, self.example, file).is_ok_and(|now| Told::of(&now) != self.seen)
    }

    /// The input with the property changed, one way after another.
    fn changed<'t>(
        &'t self,
        path: &str,
        words: &'t [String],
    ) -> impl Iterator<Item = String> + use<'t> {
        let names = names(path);
        let edits = match &self.example.input {
            // What runs is the file on the disk, not its text.
            ExampleInput::File(_) => Vec::new(),
            ExampleInput::Bicep(_) => bicep_edits(&self.file.text, &names),
            _ => json_edits(&self.file.text, &names),
        };
        let is_bicep = matches!(self.example.input, ExampleInput::Bicep(_));
        edits.into_iter().flat_map(move |edit| {
            let values = VALUES
                .iter()
                .map(|value| (*value).to_owned())
                .chain(words.iter().map(|word| format!("\"{word}\"")))
                .chain(edit.own.iter().cloned());
            let values: Vec<String> = values.collect();
            values.into_iter().map(move |value| {
                let value = if is_bicep { in_bicep(&value) } else { value };
                let (before, after) = (&edit.before, &edit.after);
                let text = &self.file.text;
                let start = text.get(..edit.span.start as usize).unwrap_or_default();
                let end = text.get(edit.span.end as usize..).unwrap_or_default();
                format!("{start}{before}{value}{after}{end}")
            })
        })
    }
}

/// A place for other values.
struct Edit {
    span: Span,
    /// What goes before the value.
    before: String,
    /// What goes after it.
    after: String,
    /// Changes of the value that is there.
    own: Vec<String>,
}

/// The names of a path in order, without its brackets: `$.a[?@.b == 1].c` gives `a` and `c`.
fn names(path: &str) -> Vec<String> {
    let mut depth = 0_usize;
    let mut plain = String::new();
    for character in path.chars().skip(1) {
        match character {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => plain.push(character),
            _ => {}
        }
    }
    let names = plain.split('.').filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}

/// The texts of the rule's logic that may be values: single words.
fn words(rule: &Rule) -> Vec<String> {
    let table: toml::Table = rule.file.text.parse().unwrap_or_default();
    let mut words = BTreeSet::new();
    let mut waiting: Vec<&toml::Value> = ["case", "applies", "data"]
        .iter()
        .filter_map(|key| table.get(*key))
        .collect();
    while let Some(value) = waiting.pop() {
        match value {
            toml::Value::String(text) => {
                let is_word = text.len() < 80
                    && !text.starts_with(['$', '@'])
                    && !text.contains([' ', '"', '\\', '\n']);
                if is_word {
                    words.insert(text.clone());
                }
            }
            toml::Value::Array(items) => waiting.extend(items),
            toml::Value::Table(members) => waiting.extend(members.values()),
            _ => {}
        }
    }
    words.into_iter().collect()
}

/// Every value of JSON whose path ends with these names, and every object that could have one.
fn json_edits(text: &str, names: &[String]) -> Vec<Edit> {
    let document = parse(text);
    let Some((last, above)) = names.split_last() else {
        return Vec::new();
    };
    let mut edits = Vec::new();
    let mut waiting: Vec<(&Node<'_>, Vec<&str>)> = vec![(&document.root, Vec::new())];
    while let Some((node, path)) = waiting.pop() {
        for item in node.elements() {
            waiting.push((item, path.clone()));
        }
        let Kind::Object(members) = &node.kind else {
            continue;
        };
        // The objects that a path of one name starts at are resources and items of lists, not the template.
        let is_place = ends_with(&path, above) && (!above.is_empty() || !path.is_empty());
        if is_place && node.member(last).is_none() {
            let inside = node.span.start as usize + 1;
            let comma = if members.is_empty() { "" } else { ", " };
            edits.push(Edit {
                span: Span::new(inside, inside),
                before: format!("\"{last}\": "),
                after: comma.to_owned(),
                own: Vec::new(),
            });
        }
        for member in members {
            let mut below = path.clone();
            below.push(&member.key);
            if is_place && member.key.eq_ignore_ascii_case(last) {
                edits.push(Edit {
                    span: member.value.span,
                    before: String::new(),
                    after: String::new(),
                    own: own(&member.value, text),
                });
            }
            waiting.push((&member.value, below));
        }
    }
    edits.sort_by_key(|edit| (!edit.before.is_empty(), edit.span.start));
    edits
}

fn ends_with(path: &[&str], names: &[String]) -> bool {
    path.len() >= names.len()
        && path
            .iter()
            .rev()
            .zip(names.iter().rev())
            .all(|(one, other)| one.eq_ignore_ascii_case(other))
}

/// Changes of a value that is there.
fn own(node: &Node<'_>, text: &str) -> Vec<String> {
    let written = |node: &Node<'_>| text.get(node.span.range()).unwrap_or_default().to_owned();
    match &node.kind {
        Kind::String(value) => {
            let clean = |text: String| text.replace(['\\', '"'], "");
            vec![
                format!("\"{}x\"", clean(value.to_string())),
                format!("\" {}\"", clean(value.to_string())),
                format!("\"{}\"", clean(value.chars().skip(1).collect())),
            ]
        }
        Kind::Array(items) => {
            let items: Vec<String> = items.iter().map(written).collect();
            let all = items.join(", ");
            let twice = format!("[{all}, {all}]");
            let first = items.first().cloned().unwrap_or_default();
            vec![
                twice,
                format!("[{first}]"),
                format!("[{}]", items.get(1..).unwrap_or_default().join(", ")),
            ]
        }
        _ => Vec::new(),
    }
}

/// The values on the lines of Bicep that set the last of the names.
fn bicep_edits(text: &str, names: &[String]) -> Vec<Edit> {
    let Some(last) = names.last() else {
        return Vec::new();
    };
    let mut edits = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let here = start;
        start += line.len();
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        let written = value.trim();
        if name.trim().eq_ignore_ascii_case(last) && !written.is_empty() {
            let at = here + name.len() + 1 + (value.len() - value.trim_start().len());
            if !written.ends_with(['{', '[']) {
                edits.push(Edit {
                    span: Span::new(at, at + written.len()),
                    before: String::new(),
                    after: String::new(),
                    own: Vec::new(),
                });
            }
        }
    }
    edits
}

fn in_bicep(value: &str) -> String {
    value.replace('"', "'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_outside_of_brackets() {
        assert_eq!(names("$.a[*].b[?@.c == 'd.e'].f"), ["a", "b", "f"]);
        assert_eq!(names("@"), Vec::<String>::new());
    }

    #[test]
    fn a_property_is_changed_where_it_is_and_added_where_it_could_be() {
        let names = names("$.properties.a");
        let edits = json_edits(
            r#"{"resources": [{"Properties": {"A": 1}}, {"properties": {}}]}"#,
            &names,
        );
        let places: Vec<(u32, u32, &str)> = edits
            .iter()
            .map(|edit| (edit.span.start, edit.span.end, edit.before.as_str()))
            .collect();
        assert_eq!(places, [(36, 37, ""), (57, 57, "\"a\": ")]);
    }

    #[test]
    fn a_value_of_bicep_is_what_stands_after_the_colon() {
        let text = "resource a 'b' = {\n  properties: {\n    x: 'y'\n  }\n}\n";
        let edits = bicep_edits(text, &names("$.properties.x"));
        let texts: Vec<_> = edits
            .iter()
            .map(|edit| text.get(edit.span.range()))
            .collect();
        assert_eq!(texts, [Some("'y'")]);
    }
}
