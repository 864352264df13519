//! A resource as relations see it: what is asked about, and what is found.

use super::facts::{Facts, Part};
use super::identity::Id;
use super::index::Spot;
use super::kind::Kind;
use crate::estate::resources::{Estate, Home};
use crate::evaluate::symbol::{Symbol, Term};
use crate::evaluate::value::{self, Object, Value};
use crate::source::Place;

/// A resource of the estate, a part of one, or one that is only referred to.
#[derive(Debug, Clone)]
pub struct Node {
    pub(super) kind: Kind,
    pub(super) id: Id,
    pub(super) home: Home,
    pub(super) spot: Option<Spot>,
    pub(super) body: Value,
}

impl Node {
    /// The resource with `type`, `name` and what else it has. What is not known of it is symbolic.
    pub fn body(&self) -> &Value {
        &self.body
    }

    /// A member of the estate.
    pub(super) fn of_member(number: usize, facts: &Facts, home: Home) -> Self {
        Self {
            kind: facts.kind,
            id: facts.id.clone(),
            home,
            spot: Some(Spot::whole(number)),
            body: facts.body.clone(),
        }
    }

    /// What a member holds that is a resource of its own: a subnet of a network.
    pub(super) fn of_part(spot: Spot, part: &Part, home: Home) -> Self {
        Self {
            kind: part.kind,
            id: part.id.clone(),
            home,
            spot: Some(spot),
            body: part.body.clone(),
        }
    }

    /// An `existing` resource. A template says its type, name and id, and nothing else of what it is in Azure.
    pub(super) fn existing(facts: &Facts, home: Home) -> Self {
        let body = unknown_but(&facts.body, &facts.id.value);
        Self::of_body(facts.kind, facts.id.clone(), home, body)
    }

    /// A resource that is no member of the estate.
    pub(super) fn of_body(kind: Kind, id: Id, home: Home, body: Value) -> Self {
        Self {
            kind,
            id,
            home,
            spot: None,
            body,
        }
    }

    /// A resource that is only referred to.
    pub(super) fn referred(kind: Kind, id: &Id, written: &str, home: Home) -> Self {
        let origin = &id.value.origin;
        let member = |key: &str, value: Value| value::Member {
            key: key.into(),
            key_place: origin.place,
            value,
        };
        let mut body = Object::new();
        body.insert(member("type", Value::string(written, origin.clone())));
        if let Some(name) = id.name() {
            body.insert(member("name", name.clone()));
        }
        let body = Value::object(body, origin.clone());
        Self::of_body(kind, id.clone(), home, unknown_but(&body, &id.value))
    }

    /// Its id; of a secret's reader that of the vault.
    pub fn id(&self) -> &Value {
        &self.id.value
    }

    /// Where it comes from, or what refers to it does.
    pub fn home(&self) -> Home {
        self.home
    }

    /// What to point at when it is meant as a whole.
    pub fn head(&self, estate: &Estate) -> Place {
        match self.spot {
            Some(Spot { member, part: None }) => estate
                .members()
                .get(member)
                .map_or(self.body.origin.place, |member| member.resource.head),
            _ => self.body.origin.place,
        }
    }

    /// Whether the estate holds it.
    pub fn is_read(&self) -> bool {
        self.spot.is_some()
    }
}

/// The head of a resource with everything else not known.
fn unknown_but(body: &Value, id: &Value) -> Value {
    let origin = &body.origin;
    let run_time = Value::symbolic(Symbol::call("reference", vec![id.clone()]), origin.clone());
    let mut kept: Object = ["type", "name", "apiVersion"]
        .iter()
        .filter_map(|key| body.as_object()?.get(key).cloned())
        .collect();
    let mut set = |key: &str, value: Value| {
        kept.insert(value::Member {
            key: key.into(),
            key_place: origin.place,
            value,
        });
    };
    let text = |text: &str| Value::string(text, origin.clone());
    let whole = Symbol::call("reference", vec![id.clone(), text("Full")]);
    set(
        "location",
        Value::symbolic(
            Symbol::new(Term::Access {
                base: Value::symbolic(whole, origin.clone()),
                key: text("location"),
                safe: false,
                from_end: false,
            }),
            origin.clone(),
        ),
    );
    set("properties", run_time);
    Value::object(kept, origin.clone())
}
