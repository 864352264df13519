//! The document of `akvlint expand`, in the format of `bicep snapshot`.
//!
//! In: an evaluation. Out: JSON. A value that is not known prints as the expression that it is.

use serde_json::{Map, Value as Json, json};

use crate::evaluate::value::Value;
use crate::evaluate::{Evaluation, Resource, canonical};
use crate::source::{FileId, Place, Sources};
use crate::syntax::error::SyntaxError;

/// Members that are said elsewhere, or are no part of the resource.
const NOT_PRINTED: [&str; 5] = ["scope", "dependsOn", "comments", "metadata", "@options"];

/// The document of an evaluation, with the syntax errors of the files that were read for it.
pub fn document(
    evaluation: &Evaluation,
    syntax: &[(FileId, SyntaxError)],
    sources: &Sources,
) -> Json {
    let resources: Vec<Json> = evaluation
        .resources
        .iter()
        .filter(|resource| !resource.existing)
        .map(printed)
        .map(Json::Object)
        .collect();
    let syntax = syntax.iter().map(|(file, error)| {
        diagnostic(
            "syntax",
            &error.message,
            Place::new(*file, error.span),
            sources,
        )
    });
    let evaluated = evaluation.diagnostics.iter().map(|problem| {
        diagnostic(
            problem.code.word(),
            &problem.message,
            problem.place,
            sources,
        )
    });
    let outputs: Map<String, Json> = evaluation
        .outputs
        .iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| (name.to_string(), canonical::to_json(value)))
        .collect();
    json!({
        "predictedResources": resources,
        "diagnostics": syntax.chain(evaluated).collect::<Vec<_>>(),
        "outputs": outputs,
    })
}

/// The members of a resource as they are printed.
pub fn printed(resource: &Resource) -> Map<String, Json> {
    let mut printed = Map::new();
    if !resource.extension {
        printed.insert("id".to_owned(), canonical::to_json(&resource.id));
    }
    for member in resource
        .body
        .as_object()
        .into_iter()
        .flat_map(|body| body.iter())
    {
        let hidden = NOT_PRINTED
            .iter()
            .any(|hidden| hidden.eq_ignore_ascii_case(&member.key));
        let kept = !resource.extension || ["type", "properties"].contains(&&*member.key);
        if !hidden && kept && !member.value.is_null() {
            printed.insert(member.key.to_string(), canonical::to_json(&member.value));
        }
    }
    if resource.condition.as_bool() != Some(true) {
        printed.insert("condition".to_owned(), bracketed(&resource.condition));
    }
    if let Some(copies) = &resource.copies {
        printed.insert("copy".to_owned(), bracketed(copies));
    }
    printed
}

fn bracketed(value: &Value) -> Json {
    Json::String(format!("[{}]", canonical::expression(value)))
}

fn diagnostic(code: &str, message: &str, place: Place, sources: &Sources) -> Json {
    let level = if code == "module" { "warning" } else { "error" };
    match sources.get(place.file) {
        Some(source) => {
            let start = source.position(place.span.start);
            json!({
                "level": level, "code": code, "message": message,
                "file": source.name(), "line": start.line, "column": start.column,
            })
        }
        None => json!({"level": level, "code": code, "message": message}),
    }
}
