//! What a fix changes, as a unified diff.

use similar::TextDiff;

/// The difference of two texts in the form that `git apply` and `patch` take; empty where there is none.
pub fn difference(name: &str, before: &str, after: &str) -> String {
    if before == after {
        return String::new();
    }
    TextDiff::from_lines(before, after)
        .unified_diff()
        .context_radius(3)
        .header(&format!("a/{name}"), &format!("b/{name}"))
        .to_string()
}
