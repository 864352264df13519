//! What the paths of a rule start at: a resource, and the element of it that is being judged.

use std::rc::Rc;

use super::predicate::list::Lists;
use super::subject::Subject;
use crate::estate::truth::{Reason, Truth};
use crate::evaluate::jsonpath::{Node, Path, Query, Reach, Selection};
use crate::evaluate::value::Value;

/// The resource that `$` stands for and the element that `@` stands for.
pub(super) struct Scope<'a> {
    pub(super) subject: &'a dyn Subject,
    /// The resource that is judged; another one where this is a related resource.
    judged: &'a dyn Subject,
    current: &'a Value,
    current_path: Path,
    lists: Rc<Lists>,
}

impl<'a> Scope<'a> {
    /// A whole resource: `@` is the same as `$`.
    pub(super) fn of(subject: &'a dyn Subject) -> Self {
        Self {
            subject,
            judged: subject,
            current: subject.body(),
            current_path: Path::root(),
            lists: Rc::default(),
        }
    }

    /// A resource that is related to the one of this scope.
    pub(super) fn related<'b>(&'b self, subject: &'b dyn Subject) -> Scope<'b> {
        Scope {
            judged: self.judged,
            ..Scope::of(subject)
        }
    }

    /// The scope of the resource that is judged.
    pub(super) fn of_judged(&self) -> Scope<'a> {
        Scope::of(self.judged)
    }

    /// The same resource with `@` at an element of it.
    pub(super) fn at<'b>(&'b self, element: &'b Value, path: Path) -> Scope<'b> {
        Scope {
            subject: self.subject,
            judged: self.judged,
            current: element,
            current_path: path,
            lists: self.lists.clone(),
        }
    }

    /// The element that `@` stands for.
    pub(super) fn current(&self) -> &Value {
        self.current
    }

    /// The lists that were selected before.
    pub(super) fn lists(&self) -> &Lists {
        &self.lists
    }

    /// What a query selects. Undecided as a whole where an export leaves out what it looks at.
    pub(super) fn select(&self, query: &Query) -> Result<Selection, Vec<Reason>> {
        let body = self.subject.body();
        if self.subject.is_export() && reads_properties(query) && lacks_properties(body) {
            return Err(vec![Reason::NotExported {
                property: "properties".into(),
            }]);
        }
        let selection = query.select(body, self.current);
        let nodes = selection.sure.len() + selection.possible.len() + selection.hidden.len();
        self.subject.count(1 + nodes);
        Ok(selection)
    }

    /// The node that a singular query selects, if it is there and not null.
    pub(super) fn one(&self, query: &Query) -> Result<Option<Node>, Vec<Reason>> {
        let selection = self.select(query)?;
        if let Some(node) = selection.sure.into_iter().next() {
            return Ok((!node.value.is_null()).then_some(node));
        }
        let possible = selection.possible.iter().map(|node| &node.value);
        let doubts = selection
            .hidden
            .iter()
            .chain(&selection.undecided)
            .chain(possible);
        match Truth::all(doubts.map(Truth::hangs_on)) {
            Truth::Unknown(reasons) => Err(reasons),
            _ => Ok(None),
        }
    }

    /// How far a query gets.
    pub(super) fn reach(&self, query: &Query) -> Reach {
        let mut reach = query.reach(self.subject.body(), self.current);
        reach.node.path = self.absolute(query, &reach.node.path);
        reach
    }

    /// The path from the resource of a node that a query found.
    pub(super) fn absolute(&self, query: &Query, path: &Path) -> Path {
        if query.text().starts_with('@') {
            self.current_path.join(path.steps().into_iter().cloned())
        } else {
            path.clone()
        }
    }
}

fn reads_properties(query: &Query) -> bool {
    let text = query.text();
    ["$.properties", "$['properties']", "$[\"properties\"]"]
        .iter()
        .any(|start| {
            text.len() >= start.len()
                && text.is_char_boundary(start.len())
                && text[..start.len()].eq_ignore_ascii_case(start)
        })
}

fn lacks_properties(body: &Value) -> bool {
    body.as_object().is_some_and(|object| {
        object
            .get("properties")
            .is_none_or(|member| member.value.is_null())
    })
}
