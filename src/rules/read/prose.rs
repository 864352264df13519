//! Reading what surrounds the logic of a rule: documentation, equivalents and examples.

use std::path::{Component, PathBuf};

use super::section::{
    Faults, Item, Section, list, plain, plain_table, text, texts, word, wrong_type,
};
use crate::finding::Verdict;
use crate::rules::error::Fault;
use crate::rules::rule::{CATALOGUES, Docs, Equivalent, Example, ExampleInput, Prose};

const VERDICTS: &[(&str, Verdict)] = &[
    ("fail", Verdict::Fail),
    ("pass", Verdict::Pass),
    ("open", Verdict::Open),
    ("not-applicable", Verdict::NotApplicable),
];

const WORLDS: &[(&str, bool)] = &[("closed", true), ("open", false)];

/// All that surrounds the logic.
pub(super) fn prose(section: &mut Section<'_>, faults: &mut Faults<'_>) -> Prose {
    Prose {
        docs: docs(section, faults),
        equivalents: equivalents(section, faults),
        examples: examples(section, faults),
    }
}

/// The `[docs]` of a rule; all of it has to be there.
fn docs(section: &mut Section<'_>, faults: &mut Faults<'_>) -> Docs {
    let Some(item) = section.need("docs", faults) else {
        return Docs::default();
    };
    let Some(mut section) = Section::of(item, faults) else {
        return Docs::default();
    };
    let mut prose = |key| {
        section
            .need_text(key, faults)
            .unwrap_or_default()
            .trim()
            .to_owned()
    };
    let (why, remedy, limits) = (prose("why"), prose("remedy"), prose("limits"));
    let links = section.need("links", faults).map_or_else(Vec::new, list);
    let links = links
        .into_iter()
        .filter_map(|item| link(item, faults))
        .collect();
    section.finish(faults);
    Docs {
        why,
        remedy,
        limits,
        links,
    }
}

fn link(item: Item<'_>, faults: &mut Faults<'_>) -> Option<String> {
    let url = text(item, faults)?;
    if url.starts_with("https://") && !url.contains(char::is_whitespace) {
        return Some(url);
    }
    let expected = "a link that begins with https://".to_owned();
    faults.add(
        Fault::Word {
            word: url,
            expected,
        },
        item.span(),
        None,
    );
    None
}

/// The `[equivalents]` of a rule, in the order of [`CATALOGUES`].
fn equivalents(section: &mut Section<'_>, faults: &mut Faults<'_>) -> Vec<Equivalent> {
    let Some(mut table) = section
        .get("equivalents")
        .and_then(|item| Section::of(item, faults))
    else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (key, tool) in CATALOGUES {
        if let Some(item) = table.get(key) {
            let ids = texts(item, faults);
            found.push(Equivalent { key, tool, ids });
        }
    }
    table.finish(faults);
    found
}

/// The `[[example]]`s of a rule, of which one has to fail and one to pass. A rule that nothing decides (what a module does
/// that was not read) has one that is open and one that it does not speak of instead.
fn examples(section: &mut Section<'_>, faults: &mut Faults<'_>) -> Vec<Example> {
    let items = section.get("example").map_or_else(Vec::new, list);
    let mut examples = Vec::new();
    let mut expected = Vec::new();
    for item in items {
        let Some(mut section) = Section::of(item, faults) else {
            continue;
        };
        let read = example(&mut section, faults);
        section.finish(faults);
        expected.extend(read.as_ref().map(|example| example.expect));
        examples.extend(read);
    }
    let is_never_decided = [Verdict::Open, Verdict::NotApplicable]
        .iter()
        .all(|verdict| expected.contains(verdict))
        && !expected.contains(&Verdict::Fail)
        && !expected.contains(&Verdict::Pass);
    for (verdict, word) in [(Verdict::Fail, "fail"), (Verdict::Pass, "pass")] {
        if !is_never_decided && !expected.contains(&verdict) {
            faults.add(Fault::NoExample(word), section.span(), None);
        }
    }
    examples
}

fn example(section: &mut Section<'_>, faults: &mut Faults<'_>) -> Option<Example> {
    const LEVELS: &[(&str, crate::finding::Level)] = super::LEVELS;
    let name = section.need_text("name", faults);
    let expect = section.need("expect", faults);
    let expect = expect.and_then(|item| word(item, "a verdict", VERDICTS, faults));
    let input = input(section, faults);
    let level = section
        .get("level")
        .and_then(|item| word(item, "a level", LEVELS, faults));
    let world = section
        .get("world")
        .and_then(|item| word(item, "a world", WORLDS, faults));
    let witness = section.get("witness").map_or_else(Vec::new, list);
    let witness = witness
        .into_iter()
        .filter_map(|item| assumption(item, faults))
        .collect();
    Some(Example {
        at: section.texts("at", faults),
        data: section
            .get("data")
            .map(|item| plain_table(item, faults))
            .unwrap_or_default(),
        name: name?,
        expect: expect?,
        input: input?,
        level,
        witness,
        closed_world: world.unwrap_or(false),
    })
}

/// The one of the inputs that is there.
fn input(section: &mut Section<'_>, faults: &mut Faults<'_>) -> Option<ExampleInput> {
    let resource = section.text("resource", faults).map(ExampleInput::Resource);
    let arm = section.text("arm", faults).map(ExampleInput::Arm);
    let bicep = section.text("bicep", faults).map(ExampleInput::Bicep);
    let export = section.text("export", faults).map(ExampleInput::Export);
    let file = beside(section, faults).map(ExampleInput::File);
    let mut inputs: Vec<ExampleInput> = [resource, arm, bicep, export, file]
        .into_iter()
        .flatten()
        .collect();
    if inputs.len() != 1 {
        let message = "an example has one input: `resource`, `arm`, `bicep`, `export` or `file`";
        faults.add(Fault::Condition(message.to_owned()), section.span(), None);
        return None;
    }
    inputs.pop()
}

/// The file of an example: below the folder of the rule, so that whose rules are tried cannot read other files.
fn beside(section: &mut Section<'_>, faults: &mut Faults<'_>) -> Option<PathBuf> {
    let item = section.get("file")?;
    let path = PathBuf::from(text(item, faults)?);
    let is_plain = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
    if path.components().all(is_plain) {
        return Some(path);
    }
    let fault = Fault::Word {
        word: path.display().to_string(),
        expected: "a path below the folder of the rule".to_owned(),
    };
    faults.add(fault, item.span(), None);
    None
}

fn assumption(item: Item<'_>, faults: &mut Faults<'_>) -> Option<(String, serde_json::Value)> {
    let mut section = Section::of(item, faults)?;
    let name = section.need_text("name", faults);
    let value = section.need("value", faults)?;
    section.finish(faults);
    let json = match plain(value, faults)? {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Boolean(value) => value.into(),
        _ => {
            wrong_type("a text, a whole number, true or false", value, faults);
            return None;
        }
    };
    Some((name?, json))
}
