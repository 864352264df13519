//! Exports: from what tools print to resources, and what rules say of them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]
mod check;
mod corpus;
mod mutation;
mod powershell;
mod shapes;
mod snapshot;
mod verdicts;

use akvlint::discover::{Kind as FileKind, classify};
use akvlint::estate::export::{Exported, resources};
use akvlint::estate::property::Property;
use akvlint::estate::truth::Reason;
use akvlint::evaluate::Resource;
use akvlint::evaluate::canonical::to_json;
use akvlint::evaluate::value::Value;
use akvlint::source::{Source, Sources};
use akvlint::syntax::json::parse_sequence;
use std::path::Path;
use std::sync::Arc;

/// An export and what was read of it.
struct Read {
    sources: Sources,
    source: Arc<Source>,
    exported: Exported,
}

fn fixture(name: &str) -> Read {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/exports");
    let sources = Sources::new(&folder);
    let source = sources.open(&folder.join(name)).unwrap();
    read(sources, source)
}

fn of_text(text: &str) -> Read {
    let sources = Sources::new(Path::new("/"));
    let source = sources.insert("export.json", text.to_owned());
    read(sources, source)
}

fn read(sources: Sources, source: Arc<Source>) -> Read {
    let sequence = parse_sequence(source.text());
    let kind = classify(&sequence.values);
    assert_eq!(kind, FileKind::Export, "{}", source.name());
    let exported = resources(&source, &sequence, &|_| true);
    Read {
        sources,
        source,
        exported,
    }
}

impl Read {
    /// The only resource.
    fn one(&self) -> &Resource {
        let [resource] = self.exported.resources.as_slice() else {
            panic!("{:#?}", self.exported);
        };
        resource
    }

    /// The resource of this full name.
    fn named(&self, name: &str) -> &Resource {
        let mut resources = self.exported.resources.iter();
        resources
            .find(|resource| resource.name.as_str() == Some(name))
            .unwrap()
    }

    /// The line of a value, and the text there.
    fn at(&self, value: &Value) -> (u32, &str) {
        let span = value.origin.place.span;
        let line = self.source.position(span.start).line;
        (line, self.source.slice(span))
    }
}

/// The value at a dotted path of names and indexes.
fn at<'v>(resource: &'v Resource, path: &str) -> &'v Value {
    path.split('.').fold(&resource.body, |value, name| {
        let item = name
            .parse()
            .ok()
            .and_then(|index: usize| value.as_array()?.get(index));
        let member = || Some(&value.as_object()?.get(name)?.value);
        item.or_else(member)
            .unwrap_or_else(|| panic!("no {name} of {path} in {}", to_json(value)))
    })
}

fn text<'v>(resource: &'v Resource, path: &str) -> &'v str {
    at(resource, path)
        .as_str()
        .unwrap_or_else(|| panic!("{path} is no text"))
}

const VAULT: &str = "Microsoft.KeyVault/vaults";

const GROUP: &str = "/subscriptions/0b1f6471-1bf0-4dda-aec3-111111111111/resourceGroups/rg-secrets";

fn vault_id(name: &str) -> String {
    format!("{GROUP}/providers/{VAULT}/{name}")
}

/// Why a property is unknown.
fn missing(resource: &Resource, path: &[&str]) -> Vec<String> {
    match Property::of(&resource.body, path) {
        Property::Unknown(reasons) => reasons.iter().map(ToString::to_string).collect(),
        Property::Present(value) => match Reason::of(&value) {
            Reason::Value(value) => panic!("{path:?} is {}", to_json(&value)),
            reason => vec![reason.to_string()],
        },
        Property::Absent => panic!("{path:?} is absent"),
    }
}

fn leaves_out(property: &str) -> Vec<String> {
    vec![format!("the export leaves `{property}` out")]
}
