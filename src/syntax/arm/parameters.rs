//! Parameter files.
use super::Lowered;
use super::argument::Reading;
use super::value::{Lowering, name};
use crate::source::{FileId, Span};
use crate::syntax::json::{Member, Node, Written};
use crate::syntax::template::Argument;

/// What a parameter file gives to the parameters of a template.
#[derive(Debug, Clone)]
pub struct ParameterFile {
    /// The values in source order. They are literals, except for secrets of a vault and for expressions over
    /// `externalInputs`. A value of `null` means that the parameter keeps its default.
    pub arguments: Vec<Argument>,
    /// The whole file.
    pub span: Span,
}

/// The parameter file that a JSON tree is: `{"parameters": {"name": {"value": …}}}`, or the inner object alone, which
/// the Azure CLI takes too. `written` is what the tree was parsed from.
pub fn parameters(root: &Node<'_>, written: Option<Written<'_>>) -> Lowered<ParameterFile> {
    let mut lowering = Lowering::new(written, FileId(0));
    let arguments = match root.get("parameters") {
        Some(section) => {
            if !section.is_object() {
                lowering.wrong_kind("`parameters`", "an object", section);
            }
            lowering.assignments(section.members().iter())
        }
        None => {
            if !root.is_object() {
                lowering.wrong_kind("a parameter file", "an object", root);
            }
            let members = root.members().iter();
            lowering.assignments(members.filter(|member| !is_header(&member.key)))
        }
    };
    lowering.finish(ParameterFile {
        arguments,
        span: root.span,
    })
}

/// Members of a parameter file that are not parameters, where it has no member `parameters`.
fn is_header(key: &str) -> bool {
    ["$schema", "contentVersion"]
        .iter()
        .any(|header| key.eq_ignore_ascii_case(header))
}

impl Lowering<'_> {
    fn assignments<'n, 't: 'n>(
        &mut self,
        members: impl Iterator<Item = &'n Member<'t>>,
    ) -> Vec<Argument> {
        members
            .map(|member| Argument {
                name: name(member),
                value: self.argument(&member.value, Reading::Literal),
            })
            .collect()
    }
}
