//! Where a secret comes from.

use super::Tested;
use crate::estate::truth::Truth;
use crate::evaluate::origin::Step;
use crate::evaluate::value::{Kind, Value};
use crate::source::Place;

/// Whether the value is text that the template spells out, if only as the value of a secure parameter. Text that an
/// expression computes is not, nor is a value from a parameter file.
pub(super) fn is_literal(value: &Value, at: Option<Tested<'_>>) -> Truth {
    let Kind::String(text) = &value.kind else {
        return match written_secret(value).zip(at) {
            Some((place, at)) => match at.scope.subject.text(place) {
                Some(written) => spells(&written, None).into(),
                None => Truth::False,
            },
            None => Truth::False,
        };
    };
    if text.is_empty() || comes_from_file(value) {
        return Truth::False;
    }
    match at.and_then(|at| at.scope.subject.text(value.origin.place)) {
        Some(written) => spells(&written, Some(text)).into(),
        None => Truth::hangs_on(value),
    }
}

/// Where the text stands that a secure parameter is given, if this is the secret as a whole.
fn written_secret(value: &Value) -> Option<Place> {
    value.parameter()?;
    let mut steps = value.origin.steps();
    steps
        .find(|used| matches!(used.step, Step::Written(_)))
        .map(|_| value.origin.place)
}

/// Whether source text is a literal of JSON, Bicep or ARM's expressions rather than something that computes one.
fn spells(written: &str, text: Option<&str>) -> bool {
    let is_expression =
        written.starts_with("\"[") && !written.starts_with("\"[[") && written.ends_with("]\"");
    let is_interpolated = written.starts_with('\'')
        && written.contains("${")
        && !text.unwrap_or_default().contains("${");
    written.starts_with(['"', '\'']) && !is_expression && !is_interpolated
}

fn comes_from_file(value: &Value) -> bool {
    value
        .origin
        .steps()
        .any(|used| matches!(used.step, Step::ParameterFile(_)))
}

/// Whether the value is what a parameter that is not secure was given. Secure ones are symbolic whatever their value, so
/// a known value from a parameter file is of a plain one.
pub(super) fn is_plain(value: &Value) -> Truth {
    let mut steps = value.origin.steps();
    if steps.any(|used| matches!(used.step, Step::Exposed(_))) {
        return Truth::True;
    }
    if value.is_known() {
        return comes_from_file(value).into();
    }
    let has_default = value
        .origin
        .steps()
        .any(|used| matches!(used.step, Step::Default(_)));
    let is_plain = value.parameter().is_some_and(|parameter| !parameter.secure);
    (!has_default && is_plain).into()
}
