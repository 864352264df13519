//! The way from the start of a query to a node, in the spelling of the document.
//!
//! A path shares its beginning with the paths of its neighbours, so that making one costs one allocation at most.

use std::fmt::{self, Display, Write};
use std::sync::Arc;

use crate::syntax::expression::Text;

/// The steps to a node; none for the node that the query starts at.
///
/// It displays as a normalized path (RFC 9535 §2.7): `$['properties']['ipRules'][3]`; where the array is not known well
/// enough for an index, with `[-1]` or `[*]`. [`Path::dotted`] is for people.
#[derive(Debug, Clone, Default)]
pub struct Path {
    last: Option<Arc<Link>>,
}

#[derive(Debug)]
struct Link {
    step: Step,
    before: Path,
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// To the member of this name.
    Member(Text),
    /// To the item of this index, from 0; or, in an array of unknown length, from the end: -1 is the last.
    Item(i64),
    /// To an item of which the index is not known.
    SomeItem,
}

impl Path {
    /// The path of the node that a query starts at.
    pub fn root() -> Self {
        Self::default()
    }

    /// This path and one step more.
    #[must_use]
    pub fn child(&self, step: Step) -> Self {
        Self {
            last: Some(Arc::new(Link {
                step,
                before: self.clone(),
            })),
        }
    }

    /// This path and these steps more.
    #[must_use]
    pub fn join(&self, steps: impl IntoIterator<Item = Step>) -> Self {
        steps
            .into_iter()
            .fold(self.clone(), |path, step| path.child(step))
    }

    /// The last step.
    pub fn last(&self) -> Option<&Step> {
        self.last.as_ref().map(|link| &link.step)
    }

    /// The steps in order.
    pub fn steps(&self) -> Vec<&Step> {
        let mut steps: Vec<_> =
            std::iter::successors(self.last.as_deref(), |link| link.before.last.as_deref())
                .map(|link| &link.step)
                .collect();
        steps.reverse();
        steps
    }

    /// The path as people write it: `properties.networkAcls.ipRules[3].value`. Empty for the start of the query.
    pub fn dotted(&self) -> impl Display {
        Dotted(self)
    }
}

impl PartialEq for Path {
    fn eq(&self, other: &Self) -> bool {
        self.steps() == other.steps()
    }
}

impl Eq for Path {}

impl Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_char('$')?;
        let mut steps = self.steps().into_iter();
        steps.try_for_each(|step| write_step(step, formatter))
    }
}

struct Dotted<'p>(&'p Path);

impl Display for Dotted<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.steps().into_iter().enumerate() {
            match step {
                Step::Member(name) if is_plain(name) => {
                    if position > 0 {
                        formatter.write_char('.')?;
                    }
                    formatter.write_str(name)?;
                }
                _ => write_step(step, formatter)?,
            }
        }
        Ok(())
    }
}

/// A step as a normalized path has it.
fn write_step(step: &Step, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    match step {
        Step::Member(name) => {
            formatter.write_char('[')?;
            write_quoted(name, formatter)?;
            formatter.write_char(']')
        }
        Step::Item(index) => write!(formatter, "[{index}]"),
        Step::SomeItem => formatter.write_str("[*]"),
    }
}

fn is_plain(name: &str) -> bool {
    let word = |character: char| character == '_' || character.is_alphanumeric();
    name.chars().all(word) && name.starts_with(|first: char| !first.is_ascii_digit())
}

/// A name selector as a normalized path has it (RFC 9535 §2.7, `normal-single-quoted`).
fn write_quoted(name: &str, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    formatter.write_char('\'')?;
    for character in name.chars() {
        match character {
            '\u{8}' => formatter.write_str("\\b")?,
            '\t' => formatter.write_str("\\t")?,
            '\n' => formatter.write_str("\\n")?,
            '\u{c}' => formatter.write_str("\\f")?,
            '\r' => formatter.write_str("\\r")?,
            '\'' => formatter.write_str("\\'")?,
            '\\' => formatter.write_str("\\\\")?,
            control if control < ' ' => write!(formatter, "\\u{:04x}", u32::from(control))?,
            other => formatter.write_char(other)?,
        }
    }
    formatter.write_char('\'')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_written_normalized_and_dotted() {
        let path = Path::root().join([
            Step::Member("properties".into()),
            Step::Member("tags".into()),
            Step::Member("it's\u{b}\n".into()),
            Step::Item(3),
            Step::Member("value".into()),
        ]);
        assert_eq!(
            path.to_string(),
            r"$['properties']['tags']['it\'s\u000b\n'][3]['value']"
        );
        assert_eq!(
            path.dotted().to_string(),
            r"properties.tags['it\'s\u000b\n'][3].value"
        );
        assert_eq!(Path::root().to_string(), "$");
        assert_eq!(Path::root().dotted().to_string(), "");
        assert_eq!(path.last(), Some(&Step::Member("value".into())));
    }
}
