//! A resource of the estate as rules see it: under an assignment of the decisions, beside the others.

use super::subject::{Related, Relation, Subject};
use crate::estate::{Estate, Home, Member};
use crate::evaluate::substitute::{Assignment, substitute};
use crate::evaluate::value::Value;
use crate::source::{Place, Sources};
use crate::syntax::expression::Text;

/// A resource of the estate under an assignment.
#[derive(Debug)]
pub struct View<'a> {
    estate: &'a Estate,
    member: &'a Member,
    sources: &'a Sources,
    body: Value,
}

impl<'a> View<'a> {
    /// A member of the estate under an assignment.
    pub fn new(
        estate: &'a Estate,
        member: &'a Member,
        assignment: &'a Assignment,
        sources: &'a Sources,
    ) -> Self {
        let body = if assignment.is_empty() {
            member.resource.body.clone()
        } else {
            substitute(&member.resource.body, assignment)
        };
        Self {
            estate,
            member,
            sources,
            body,
        }
    }
}

impl Subject for View<'_> {
    fn body(&self) -> &Value {
        &self.body
    }

    fn is_export(&self) -> bool {
        self.member.home == Home::Export
    }

    fn closed_world(&self) -> bool {
        self.estate.is_closed()
    }

    fn text(&self, place: Place) -> Option<Text> {
        let source = self.sources.get(place.file)?;
        Some(source.slice(place.span).into())
    }

    fn related(&self, relation: Relation, _of: Option<&Value>) -> Related<'_> {
        Related::unread(relation, self.closed_world())
    }
}
