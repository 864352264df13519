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
    "\"Enabled\"",
    "\"Disabled\"",
    "\"Allow\"",
    "\"Deny\"",
    "\"SecuredByPerimeter\"",
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
        let names = Names::of(path);
        let is_bicep = match &self.example.input {
            ExampleInput::Bicep(_) => true,
            ExampleInput::File(path) => path.extension().is_some_and(|ending| ending == "bicep"),
            _ => false,
        };
        let edits = if is_bicep {
            bicep_edits(&self.file.text, &names)
        } else {
            json_edits(&self.file.text, &names)
        };
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

/// What rules see under another name than it has in a template: where the template of a deployment is; what becomes of a
/// suppression that names this rule.
const RENAMED: &[(&str, &[&str])] = &[
    ("reference", &["relativePath", "uri"]),
    ("unknown", &["rule"]),
    ("unused", &["rule"]),
    ("problem", &["rule", "ignore"]),
];

/// A path without its brackets.
struct Names {
    /// `$.a[?@.b == 1].c` gives `a` and `c`.
    names: Vec<String>,
    /// It ends with brackets: the items are meant, not the list.
    items: bool,
}

impl Names {
    fn of(path: &str) -> Self {
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
        Self {
            names: names.map(str::to_owned).collect(),
            items: path.ends_with(']'),
        }
    }

    /// Whether a member is meant by a name of the path.
    fn fits(key: &str, name: &str) -> bool {
        key.eq_ignore_ascii_case(name)
            || RENAMED
                .iter()
                .any(|(from, to)| *from == name && to.contains(&key))
    }
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

/// Every value of JSON whose path ends with these names; and every object that could have one, or could have the objects
/// that lead to it.
fn json_edits(text: &str, path: &Names) -> Vec<Edit> {
    let document = parse(text);
    let Some((last, above)) = path.names.split_last() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut added = Vec::new();
    let mut waiting: Vec<(&Node<'_>, Vec<&str>)> = vec![(&document.root, Vec::new())];
    while let Some((node, place)) = waiting.pop() {
        for item in node.elements() {
            waiting.push((item, place.clone()));
        }
        let Kind::Object(members) = &node.kind else {
            continue;
        };
        // The objects that a path starts at are resources and items of lists, not the template.
        let is_place = ends_with(&place, above) && (!above.is_empty() || !place.is_empty());
        for member in members {
            if is_place && Names::fits(&member.key, last) {
                let values = match (path.items, member.value.elements()) {
                    (true, items @ [_, ..]) => items,
                    _ => std::slice::from_ref(&member.value),
                };
                found.extend(values.iter().map(|value| Edit {
                    span: value.span,
                    before: String::new(),
                    after: String::new(),
                    own: own(value, text),
                }));
            }
            let mut below = place.clone();
            below.push(&member.key);
            waiting.push((&member.value, below));
        }
        if !place.is_empty() {
            added.extend(addition(node, &place, &path.names));
        }
    }
    found.sort_by_key(|edit| edit.span.start);
    added.sort_by_key(|edit| edit.span.start);
    found.extend(added);
    found
}

/// The longest part of the path that this object could get: it stands where the names before it lead, and lacks the next.
fn addition(node: &Node<'_>, place: &[&str], names: &[String]) -> Option<Edit> {
    let above = (0..names.len())
        .rev()
        .find(|count| ends_with(place, names.get(..*count).unwrap_or_default()))?;
    let missing = names.get(above..)?;
    if node.member(missing.first()?).is_some() {
        return None;
    }
    let inside = node.span.start as usize + 1;
    let opened: Vec<String> = missing.iter().map(|name| format!("\"{name}\": ")).collect();
    let comma = if node.members().is_empty() { "" } else { ", " };
    Some(Edit {
        span: Span::new(inside, inside),
        before: opened.join("{ "),
        after: format!("{}{comma}", " }".repeat(missing.len() - 1)),
        own: Vec::new(),
    })
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
fn bicep_edits(text: &str, names: &Names) -> Vec<Edit> {
    let Some(last) = names.names.last() else {
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
        let names = |path| Names::of(path).names;
        assert_eq!(names("$.a[*].b[?@.c == 'd.e'].f"), ["a", "b", "f"]);
        assert_eq!(names("@"), Vec::<String>::new());
        assert!(Names::of("$.a[*]").items && !Names::of("$.a[*].b").items);
    }

    /// The text with each place given the value `V`.
    fn edited(text: &str, path: &str) -> Vec<String> {
        let edits = json_edits(text, &Names::of(path));
        let apply = |edit: &Edit| {
            let (start, end) = (edit.span.start as usize, edit.span.end as usize);
            let value = format!("{}V{}", edit.before, edit.after);
            format!("{}{value}{}", &text[..start], &text[end..])
        };
        edits.iter().map(apply).collect()
    }

    #[test]
    fn a_property_is_changed_where_it_is_and_added_where_it_could_be() {
        let text = r#"{"r": [{"Properties": {"A": 1}}, {"properties": {}}, {"x": 0}]}"#;
        assert_eq!(
            edited(text, "$.properties.a"),
            [
                r#"{"r": [{"Properties": {"A": V}}, {"properties": {}}, {"x": 0}]}"#,
                r#"{"r": [{"Properties": {"A": 1}}, {"properties": {"a": V}}, {"x": 0}]}"#,
                r#"{"r": [{"Properties": {"A": 1}}, {"properties": {}}, {"properties": { "a": V }, "x": 0}]}"#,
            ]
        );
    }

    #[test]
    fn items_are_changed_one_by_one() {
        let text = r#"{"r": [{"a": [1, 2]}]}"#;
        assert_eq!(
            edited(text, "$.a[*]"),
            [r#"{"r": [{"a": [V, 2]}]}"#, r#"{"r": [{"a": [1, V]}]}"#]
        );
    }

    #[test]
    fn a_value_of_bicep_is_what_stands_after_the_colon() {
        let text = "resource a 'b' = {\n  properties: {\n    x: 'y'\n  }\n}\n";
        let edits = bicep_edits(text, &Names::of("$.properties.x"));
        let spans: Vec<_> = edits
            .iter()
            .map(|edit| text.get(edit.span.range()))
            .collect();
        assert_eq!(spans, [Some("'y'")]);
    }
}
