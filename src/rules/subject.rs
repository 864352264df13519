//! What a rule is judged on, as far as the rule can see.

use std::borrow::Cow;

use crate::estate::exposure::{Exposure, is_enforced};
use crate::estate::property::Property;
use crate::estate::relations::Relation;
use crate::estate::truth::{Reason, Truth};
use crate::evaluate::Cloud;
use crate::evaluate::value::Value;
use crate::source::Place;
use crate::syntax::expression::Text;

/// A resource under one assignment of the decisions, with its surroundings.
pub trait Subject {
    /// The resource: `type` (in full), `name` (in full), `apiVersion`, `location`, `properties` and what else it has.
    /// No choice is left in it; symbolic values may be.
    fn body(&self) -> &Value;

    /// Whether it comes from an export of deployed resources rather than from a template.
    fn is_export(&self) -> bool;

    /// Whether everything that exists is in the estate.
    fn closed_world(&self) -> bool;

    /// Its id, where it has one.
    fn id(&self) -> Option<&Value> {
        None
    }

    /// The cloud that it is in, where the user has said so.
    fn cloud(&self) -> Option<Cloud> {
        None
    }

    /// Why what it deploys is not known, where it is a module or nested deployment that could not be read.
    fn unread(&self) -> Option<Reason> {
        None
    }

    /// Whether a file that was read declares it, or an export holds it. One that is only named as existing is not.
    fn is_declared(&self) -> bool {
        true
    }

    /// What to point at when the resource as a whole is meant.
    fn head(&self) -> Place {
        self.body().origin.place
    }

    /// The source text at a place, where it is at hand.
    fn text(&self, place: Place) -> Option<Text>;

    /// The resources that stand in a relation to it. `of` is the value that some relations start at, an id for
    /// [`Relation::Resource`].
    fn related(&self, relation: Relation, of: Option<&Value>) -> Related<'_>;

    /// Counts what a rule looks at: nodes, and resources beside it.
    fn count(&self, _work: usize) {}

    /// Who can reach it over the network.
    fn exposure(&self) -> Cow<'_, Exposure> {
        Cow::Owned(self.find_exposure())
    }

    /// Finds out who can reach it over the network.
    fn find_exposure(&self) -> Exposure {
        let associations = self.related(Relation::PerimeterAssociations, None);
        let enforces = |association: &RelatedResource<'_>| {
            Property::of(association.subject.body(), &["properties", "accessMode"])
                .test(Truth::False, is_enforced)
        };
        let sure = Truth::any(associations.sure.iter().map(enforces));
        let possible = associations.possible.iter();
        let possible = Truth::any(
            possible
                .map(|(association, why)| Truth::Unknown(why.clone()).and(enforces(association))),
        );
        Exposure::of(self.body(), self.is_export(), sure.or(possible))
    }
}

/// The resources that stand in a relation to another one.
#[derive(Default)]
pub struct Related<'a> {
    /// Those that surely do.
    pub sure: Vec<RelatedResource<'a>>,
    /// Those that may, and why that is undecided: their condition, or a name that may be the one.
    pub possible: Vec<(RelatedResource<'a>, Vec<Reason>)>,
    /// Why there may be more than these; empty where these are all.
    pub unseen: Vec<Reason>,
}

/// One resource of a relation.
pub struct RelatedResource<'a> {
    /// The resource.
    pub subject: Box<dyn Subject + 'a>,
    /// The element of it that makes the relation (the connection of a private endpoint, say); `@` in the conditions of
    /// a rule. `None` where that is the resource itself.
    pub link: Option<Value>,
    /// How many resources this one stands for, where it is not itself alone.
    pub copies: Option<Value>,
}

impl<'a> Related<'a> {
    /// None, and no others can be.
    pub fn none() -> Self {
        Self::default()
    }

    /// None in what was read; there may be some elsewhere.
    pub fn elsewhere(relation: Relation) -> Self {
        Self {
            unseen: vec![Reason::Elsewhere {
                what: relation
                    .entry()
                    .map_or("resources", |entry| entry.plural)
                    .into(),
            }],
            ..Self::default()
        }
    }

    /// None in what was read; in an open world there may be some elsewhere, if the relation is of that kind.
    pub fn unread(relation: Relation, closed_world: bool) -> Self {
        if closed_world || relation.entry().is_none_or(|entry| !entry.open) {
            Self::none()
        } else {
            Self::elsewhere(relation)
        }
    }
}
