//! One ruling as a finding: where to look, what it is known by, and the way to it.
//!
//! In: what a rule says of a resource. Out: the finding, as if there were no other like it. It refuses to know which other
//! rulings are the same finding (`findings`).

use crate::estate::{Home, Member};
use crate::evaluate::canonical;
use crate::evaluate::origin::{Origin, Step};
use crate::evaluate::value::{Kind, Value};
use crate::finding::{Declared, Finding, Identity, Instance, Related, ResourceName};
use crate::project::Project;
use crate::rules::{Judgement, Rule, Ruling};
use crate::source::{FileId, Place, Sources};

/// The place to look at in a file of the project. In a module of the cache nobody edits anything: what stands for it is
/// the call. What the command line gives is in no file: what stands for it is where it is used, else the resource.
pub(super) fn primary(judgement: &Judgement, member: &Member, project: &Project) -> Place {
    let site = &judgement.site;
    let uses = site.origin.steps().map(|used| used.place);
    std::iter::once(site.place)
        .chain(uses.filter(|place| place.file == member.resource.head.file))
        .chain(site.key)
        .chain([member.resource.head])
        .chain(member.resource.calls.iter().copied())
        .find(|place| project.is_own(place.file))
        .unwrap_or(site.place)
}

/// A finding of one resource. Its fingerprint is made when all resources are known.
pub(super) fn finding(
    (member, resource): (&Member, &ResourceName),
    (rule, ruling): (&Rule, &Ruling),
    place: Place,
    project: &Project,
) -> Finding {
    let sources = project.sources();
    let judgement = &ruling.judgement;
    let identity = Identity {
        file: declaring_file(member, project),
        resource: if project.is_own(member.resource.declared.file) {
            declared_name(member, sources)
        } else {
            format!("{}{}", Identity::OF_MODULE, declared_name(member, sources))
        },
        property: about(judgement),
    };
    Finding {
        rule: rule.id.clone(),
        verdict: ruling.verdict,
        level: judgement.level,
        message: judgement.message.clone(),
        witness: ruling.witness.clone(),
        causes: Vec::new(),
        resource: resource.clone(),
        count: 0,
        others: Vec::new(),
        place,
        declared: Declared {
            place: member.resource.declared,
            route: member.resource.calls.clone(),
            deployments: Vec::new(),
        },
        related: related(judgement, member, place, project),
        fingerprint: String::new(),
        identity,
        property: property(judgement),
        suppression: None,
        baseline: None,
        fix: None,
    }
}

/// What a finding would tell of this resource.
pub(super) fn instance(
    (member, resource): (&Member, &ResourceName),
    ruling: &Ruling,
    place: Place,
    project: &Project,
) -> Instance {
    Instance {
        resource: resource.clone(),
        route: member.resource.calls.clone(),
        level: ruling.judgement.level,
        message: ruling.judgement.message.clone(),
        witness: ruling.witness.clone(),
        related: related(&ruling.judgement, member, place, project),
        count: 0,
        deployments: Vec::new(),
    }
}

/// How a resource is called in reports.
pub(super) fn resource_name(member: &Member) -> ResourceName {
    let printed = |value: &Value| match canonical::to_json(value) {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    };
    ResourceName {
        id: printed(&member.resource.id),
        kind: member.resource.kind.to_string(),
        name: printed(&member.resource.name),
        label: canonical::outline(&member.resource.name),
    }
}

/// The file of the project that stands for the resource: the one that declares it, or that calls the module of the cache
/// which does.
fn declaring_file(member: &Member, project: &Project) -> FileId {
    let declared = member.resource.declared.file;
    let calls = member.resource.calls.iter().map(|call| call.file);
    std::iter::once(declared)
        .chain(calls)
        .find(|file| project.is_own(*file))
        .unwrap_or(declared)
}

/// The resource as it is declared: its type, and its name as written, however its lines are laid out. What an export
/// shows has no declaration: it is known by its id, or its name.
fn declared_name(member: &Member, sources: &Sources) -> String {
    if member.home == Home::Export {
        let ResourceName { id, kind, name, .. } = resource_name(member);
        let called = if id.starts_with('/') { id } else { name };
        return format!("{} {called}", kind.to_ascii_lowercase());
    }
    let body = member.resource.body.as_object();
    let name = body.and_then(|body| body.get("name")).and_then(|name| {
        let source = sources.get(name.key_place.file)?;
        let written = source.slice(name.key_place.span);
        Some(written.split_whitespace().collect::<Vec<_>>().join(" "))
    });
    format!(
        "{} {}",
        member.resource.kind.to_ascii_lowercase(),
        name.unwrap_or_default()
    )
}

/// The path of the property, free of positions in lists.
fn property(judgement: &Judgement) -> String {
    let path = judgement.site.path.dotted().to_string();
    let mut property = String::with_capacity(path.len());
    let mut rest = path.as_str();
    while let Some((before, after)) = rest.split_once('[') {
        property.push_str(before);
        match after.split_once(']') {
            Some((position, behind)) if position.parse::<i64>().is_ok() => {
                property.push_str("[*]");
                rest = behind;
            }
            _ => {
                property.push('[');
                rest = after;
            }
        }
    }
    property + rest
}

/// The property that a finding is about: its path, and of an element of a list its value, which tells it from the others
/// where their positions do not count. The order of members is none of it, nor how an unknown is put together.
pub(super) fn about(judgement: &Judgement) -> String {
    let property = property(judgement);
    let (Some(_), Some(value), true) = (
        &judgement.element,
        &judgement.site.value,
        property.contains("[*]"),
    ) else {
        return property;
    };
    let value = match value.kind {
        Kind::Mixed(_) | Kind::Symbolic(_) => canonical::stable_outline(value),
        _ => {
            let mut value = canonical::to_json(value);
            value.sort_all_objects();
            value.to_string()
        }
    };
    format!("{property}={value}")
}

/// The way of the value from where it is written to where it is used, then the deployments around the resource.
fn related(
    judgement: &Judgement,
    member: &Member,
    primary: Place,
    project: &Project,
) -> Vec<Related> {
    let site = &judgement.site;
    let mut related: Vec<Related> = Vec::new();
    let mut add = |message: String, place: Place, step: bool| {
        let is_new = place != primary
            && !project.is_given(place.file)
            && !related.iter().any(|known| known.place == place);
        if is_new {
            related.push(Related {
                message,
                place,
                step,
            });
        }
    };
    if primary != site.place {
        add(
            "the judged value in the module".to_owned(),
            site.place,
            true,
        );
    }
    let mut steps: Vec<_> = steps(&site.origin).collect();
    steps.reverse();
    for (message, place) in steps {
        add(message, place, true);
    }
    for (message, place) in &judgement.related {
        add(message.clone(), *place, false);
    }
    for call in &member.resource.calls {
        if project.is_own(call.file) {
            add("deployed from here".to_owned(), *call, false);
        }
    }
    related
}

fn steps(origin: &Origin) -> impl Iterator<Item = (String, Place)> + '_ {
    origin.steps().map(|used| {
        let message = match &used.step {
            Step::Default(name) => format!("default of parameter '{name}'"),
            Step::ParameterFile(name) => format!("value of parameter '{name}'"),
            Step::CommandLine(name) => format!("parameter '{name}', given on the command line"),
            Step::Argument(name) => format!("argument '{name}'"),
            Step::Written(name) => format!("secure parameter '{name}'"),
            Step::Exposed(name) => format!("parameter '{name}', which is not secure"),
            Step::Variable(name) => format!("variable '{name}'"),
            Step::Output(name) => format!("output '{name}'"),
            Step::Property(name) => format!("property '{name}' of another resource"),
            Step::File(name) => format!("content of '{name}'"),
            Step::Condition(name) => format!("parameter '{name}', which decides it"),
            Step::Expression => "the expression that uses it".to_owned(),
        };
        (message, used.place)
    })
}
