//! Which declarations are touched by a syntax error.

use super::MAX_ERRORS;
use super::tree::{Declaration, DeclarationKind, ObjectItem};
use crate::syntax::error::SyntaxError;

/// Marks the declarations that one of `errors` is in or seems to belong to: what stands between two declarations and is
/// indented, or closes a bracket, is a piece of one of them. Both are in the order of the text.
pub(super) fn mark(declarations: &[Declaration<'_>], errors: &[SyntaxError], text: &str) {
    // Past the limit errors are not kept, so that any declaration may have one.
    let all = errors.len() >= MAX_ERRORS;
    for declaration in declarations {
        mark_inside(declaration, errors, all);
    }
    for error in errors {
        let after =
            declarations.partition_point(|declaration| declaration.span.start <= error.span.start);
        let (before, after) = declarations.split_at(after);
        let previous = before.last();
        if previous.is_some_and(|previous| previous.span.end >= error.span.start) {
            continue;
        }
        let what = text.get(error.span.range()).unwrap_or_default();
        let is_closer = matches!(what, ")" | "]" | "}");
        if (is_closer || is_indented(error, text))
            && let Some(previous) = previous
        {
            previous.broken.set(true);
        }
        // A decorator whose beginning is lost leaves the end of its arguments.
        if what == ")"
            && let Some(next) = after.first()
        {
            next.broken.set(true);
        }
    }
}

/// Marks a declaration, and the resources nested in it, if there is an error in it.
fn mark_inside(declaration: &Declaration<'_>, errors: &[SyntaxError], all: bool) {
    let first = errors.partition_point(|error| error.span.start < declaration.span.start);
    let is_in = |error: &SyntaxError| error.span.start <= declaration.span.end;
    let is_broken = all || errors.get(first).is_some_and(is_in);
    declaration.broken.set(is_broken);
    if let DeclarationKind::Resource(resource) = &declaration.kind {
        for item in resource.body.object.items {
            if let ObjectItem::Resource(nested) = item {
                mark_inside(nested, errors, all);
            }
        }
    }
}

/// Whether an error is not at the very start of a line.
fn is_indented(error: &SyntaxError, text: &str) -> bool {
    let before = text.get(..error.span.start as usize).unwrap_or_default();
    !before.is_empty() && !before.ends_with(['\n', '\r'])
}
