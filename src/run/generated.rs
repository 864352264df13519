//! JSON that was compiled from a Bicep file beside it, held against what the Bicep file deploys now.
//!
//! What there is to say is said by rules, of a resource of the type `akvlint/generatedTemplates` for each such file. Where
//! the two differ its `properties` have `differs`, a text that says where, or something undecided where one side knows a
//! value that the other does not. It refuses to know whether a difference matters.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use foldhash::HashSet;
use serde_json::Value as Json;

use super::choice::Choice;
use super::findings::Findings;
use super::{Request, RunError};
use crate::estate::Estate;
use crate::evaluate::origin::Origin;
use crate::evaluate::symbol::Symbol;
use crate::evaluate::value::{Member, Object, Value};
use crate::evaluate::{Entry, Resource, Wanted, canonical, evaluate};
use crate::project::{Content, Parsed, Project};
use crate::report::expand::printed;
use crate::rules::Judge;
use crate::source::{FileId, Place, Span};

/// The type of resource that a compiled file is for rules.
const KIND: &str = "akvlint/generatedTemplates";

/// How many characters of a value are quoted.
const QUOTED: usize = 60;

/// Adds what rules say of the compiled files that were asked for. Where no rule looks at them, none is read.
pub(super) fn judge(
    choice: &mut Choice<'_>,
    compiled: &[(FileId, PathBuf, PathBuf)],
    asked: &HashSet<FileId>,
    findings: &mut Findings<'_>,
) -> Result<(), RunError> {
    let (project, request) = (choice.project, choice.request);
    if !request.speaks_of(KIND) {
        return Ok(());
    }
    for (file, json, bicep) in compiled {
        if !asked.contains(file) {
            continue;
        }
        let Some(resource) = compared(project, request, json, bicep) else {
            continue;
        };
        let mut estate = Estate::new(true);
        estate.add_export(vec![resource]);
        let chosen = choice.of_file(*file)?;
        let mut judge = Judge::new(&estate, project.sources(), choice.rules(chosen));
        for member in estate.members() {
            findings.add(&findings.told().of(&mut judge, member), None);
        }
    }
    Ok(())
}

/// A compiled file as rules see it; `None` where one of the two files is not understood, which is told elsewhere.
fn compared(project: &Project, request: &Request, json: &Path, bicep: &Path) -> Option<Resource> {
    let (json, bicep) = (project.file(json).ok()?, project.file(bicep).ok()?);
    let ours = deployed(project, request, &bicep)?;
    let theirs = deployed(project, request, &json)?;
    let whole = Place::new(json.source.id(), Span::new(0, 1));
    let difference = difference(&ours, &theirs, bicep.source.name(), whole);
    Some(as_resource(json.source.name(), whole, difference))
}

/// What a template deploys by its defaults.
struct Deployed {
    resources: Vec<Resource>,
    /// Modules or linked templates could not be read, so that there may be more.
    may_lack: bool,
}

fn deployed(project: &Project, request: &Request, parsed: &Parsed) -> Option<Deployed> {
    let Content::Template(template) = &parsed.content else {
        return None;
    };
    if !parsed.errors.is_empty() {
        return None;
    }
    let entry = Entry {
        template: template.clone(),
        parameters: Vec::new(),
        overrides: Vec::new(),
        surroundings: request.surroundings.clone(),
        number: 0,
    };
    let evaluation = evaluate(project, &entry, Wanted::RESOURCES);
    let all = evaluation.resources.into_iter();
    Some(Deployed {
        resources: all.filter(|one| !one.existing && !one.unread).collect(),
        may_lack: !evaluation.unread.is_empty(),
    })
}

/// Where two deployments differ first.
struct Difference {
    /// What differs; nothing where it is not known whether that does.
    said: Option<String>,
    /// What is asked where it is not known.
    asked: String,
    place: Place,
}

type ByName<'r> = BTreeMap<(String, String), Vec<(&'r Resource, Json)>>;

fn by_name(resources: &[Resource]) -> ByName<'_> {
    let mut all = ByName::new();
    for resource in resources {
        let printed = Json::Object(printed(resource));
        let id = printed.get("id").or_else(|| printed.get("name"));
        let id = id.and_then(Json::as_str).unwrap_or_default().to_lowercase();
        let key = (resource.kind.to_lowercase(), id);
        all.entry(key).or_default().push((resource, printed));
    }
    all
}

fn difference(ours: &Deployed, theirs: &Deployed, bicep: &str, whole: Place) -> Option<Difference> {
    let mut unknown = (ours.may_lack || theirs.may_lack).then(|| Difference {
        said: None,
        asked: "modules that could not be read".to_owned(),
        place: whole,
    });
    let may_lack = [ours.may_lack, theirs.may_lack];
    let (ours, theirs) = (by_name(&ours.resources), by_name(&theirs.resources));
    let keys: BTreeSet<_> = ours.keys().chain(theirs.keys()).collect();
    // One whose name is not known may be one that has another name on the other side.
    let may_be_another = |resource: &Resource, others: &ByName<'_>, own: &ByName<'_>| {
        let kind = resource.kind.to_lowercase();
        let is_unmatched = |key: &(String, String)| key.0 == kind && !own.contains_key(key);
        !resource.name.is_concrete() && others.keys().any(is_unmatched)
    };
    for key in keys {
        let (one, other) = (ours.get(key), theirs.get(key));
        let (one, other) = (
            one.map_or(&[][..], Vec::as_slice),
            other.map_or(&[][..], Vec::as_slice),
        );
        for position in 0..one.len().max(other.len()) {
            match (one.get(position), other.get(position)) {
                (Some(_), None) if may_lack[1] => {}
                (None, Some(_)) if may_lack[0] => {}
                (Some((resource, _)), None) if may_be_another(resource, &theirs, &ours) => {
                    unknown.get_or_insert_with(|| unsure(resource, whole));
                }
                (None, Some((resource, _))) if may_be_another(resource, &ours, &theirs) => {
                    unknown.get_or_insert_with(|| unsure(resource, resource.head));
                }
                (Some((resource, _)), None) => {
                    return Some(Difference {
                        said: Some(format!(
                            "it lacks {}, which {bicep} deploys",
                            title(resource)
                        )),
                        asked: String::new(),
                        place: whole,
                    });
                }
                (None, Some((resource, _))) => {
                    return Some(Difference {
                        said: Some(format!(
                            "it has {}, which {bicep} does not deploy",
                            title(resource)
                        )),
                        asked: String::new(),
                        place: resource.head,
                    });
                }
                (Some((_, ours)), Some((resource, theirs))) => {
                    let Some(found) = differing(ours, theirs, "") else {
                        continue;
                    };
                    let asked = format!("{} of {}", found.path, title(resource));
                    let said = found.values.map(|[ours, theirs]| {
                        format!("{asked} is {theirs} here and {ours} in {bicep}")
                    });
                    let is_known = said.is_some();
                    let difference = Difference {
                        said,
                        asked,
                        place: resource.head,
                    };
                    if is_known {
                        return Some(difference);
                    }
                    unknown.get_or_insert(difference);
                }
                (None, None) => {}
            }
        }
    }
    unknown
}

fn unsure(resource: &Resource, place: Place) -> Difference {
    Difference {
        said: None,
        asked: format!("the name of {}", title(resource)),
        place,
    }
}

fn title(resource: &Resource) -> String {
    format!("{} {}", resource.kind, canonical::outline(&resource.name))
}

/// A property that differs.
struct Differing {
    path: String,
    /// What it is in Bicep and in JSON; nothing where one of them is not known.
    values: Option<[String; 2]>,
}

/// The first property that surely differs, else the first of which that is not known. Values nest no deeper than the
/// evaluator lets them. Line ends are those of a checkout, and the case of a type means nothing.
fn differing(ours: &Json, theirs: &Json, path: &str) -> Option<Differing> {
    if ours == theirs {
        return None;
    }
    if let (Some(ours), Some(theirs)) = (ours.as_str(), theirs.as_str())
        && (ours.replace("\r\n", "\n") == theirs.replace("\r\n", "\n")
            || path == "type" && ours.eq_ignore_ascii_case(theirs))
    {
        return None;
    }
    if is_expression(ours) || is_expression(theirs) {
        return Some(Differing {
            path: path.to_owned(),
            values: None,
        });
    }
    let pairs: Vec<(String, &Json, &Json)> = match (ours, theirs) {
        (Json::Object(one), Json::Object(other)) => {
            let more = other.keys().filter(|name| !one.contains_key(*name));
            one.keys()
                .chain(more)
                .map(|name| {
                    let path = match path {
                        "" => name.clone(),
                        _ => format!("{path}.{name}"),
                    };
                    let [ours, theirs] = [one, other].map(|of| of.get(name).unwrap_or(&Json::Null));
                    (path, ours, theirs)
                })
                .collect()
        }
        (Json::Array(one), Json::Array(other)) if one.len() == other.len() => one
            .iter()
            .zip(other)
            .enumerate()
            .map(|(position, (ours, theirs))| (format!("{path}[{position}]"), ours, theirs))
            .collect(),
        _ => {
            return Some(Differing {
                path: path.to_owned(),
                values: Some([quoted(ours), quoted(theirs)]),
            });
        }
    };
    let mut unknown = None;
    for (path, ours, theirs) in pairs {
        match differing(ours, theirs, &path) {
            Some(found) if found.values.is_some() => return Some(found),
            found => unknown = unknown.or(found),
        }
    }
    unknown
}

/// Whether a printed value is an expression, which is not known.
fn is_expression(value: &Json) -> bool {
    value
        .as_str()
        .is_some_and(|text| text.starts_with('[') && !text.starts_with("[[") && text.ends_with(']'))
}

fn quoted(value: &Json) -> String {
    if value.is_null() {
        return "not set".to_owned();
    }
    let text = value.to_string();
    match text.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("`{}…`", text.get(..end).unwrap_or_default()),
        None => format!("`{text}`"),
    }
}

fn as_resource(name: &str, whole: Place, difference: Option<Difference>) -> Resource {
    let member = |key: &str, value: Value| Member {
        key: key.into(),
        key_place: whole,
        value,
    };
    let mut properties = Object::new();
    if let Some(difference) = difference {
        let origin = Origin::at(difference.place);
        let value = match difference.said {
            Some(said) => Value::string(said, origin),
            None => {
                let asked = Value::string(difference.asked, origin.clone());
                Value::symbolic(Symbol::call("compare", vec![asked]), origin)
            }
        };
        properties.insert(member("differs", value));
    }
    let text = |text: &str| Value::string(text, Origin::at(whole));
    let mut body = Object::new();
    body.insert(member("type", text(KIND)));
    body.insert(member("name", text(name)));
    body.insert(member(
        "properties",
        Value::object(properties, Origin::at(whole)),
    ));
    let body = Value::object(body, Origin::at(whole));
    Resource::as_it_is(KIND.into(), [text(name), text(name), body], whole, whole)
}
