//! A resource of the estate as rules see it: under an assignment of the decisions, beside the others.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use super::subject::{Related, RelatedResource, Subject};
use crate::estate::exposure::Exposure;
use crate::estate::relations::{Changed, Graph, Neighbour, Neighbours, Node, Relation};
use crate::estate::truth::Reason;
use crate::estate::{Estate, Home, Member};
use crate::evaluate::Cloud;
use crate::evaluate::assignment::Assignment;
use crate::evaluate::bounds::Work;
use crate::evaluate::origin::Origin;
use crate::evaluate::substitute::substitute;
use crate::evaluate::value::{self, Value};
use crate::source::{Place, Sources};
use crate::syntax::expression::Text;

/// A resource of the estate under an assignment.
#[derive(Debug)]
pub struct View<'a> {
    surroundings: Rc<Surroundings<'a>>,
    /// `None` for a resource that is no member of the estate.
    node: Option<Node>,
    home: Home,
    body: Value,
    head: Place,
    unread: Option<Reason>,
    /// What many rules ask, once one has; with the work that it took.
    exposure: OnceCell<(Exposure, usize)>,
    /// The relations that start at no value; with the work that each took.
    related: RefCell<Vec<(Relation, Rc<Neighbours>, usize)>>,
    /// How much work it was to put the assignment into it.
    made: usize,
}

/// How many that surely are beside a resource one that may be counts for, since why it may be is carried along.
const POSSIBLE: usize = 4;

/// What a view shares with those of the resources around it.
#[derive(Debug)]
struct Surroundings<'a> {
    estate: &'a Estate,
    graph: Graph<'a>,
    sources: &'a Sources,
    /// How much has been looked at.
    work: Work,
}

impl<'a> View<'a> {
    /// A member of the estate under an assignment.
    pub fn new(
        estate: &'a Estate,
        member: &'a Member,
        assignment: &Assignment,
        sources: &'a Sources,
    ) -> Self {
        Self::sharing(estate, member, assignment, sources, Changed::default())
    }

    /// A member under an assignment, with what is known of the others under an equal one.
    pub fn sharing(
        estate: &'a Estate,
        member: &'a Member,
        assignment: &Assignment,
        sources: &'a Sources,
        changed: Changed,
    ) -> Self {
        let graph = Graph::new(estate, assignment, member, changed);
        let node = graph.member(member.number);
        let body = match &node {
            Some(node) => node.body().clone(),
            None => substitute(&member.resource.body, assignment),
        };
        let (body, unread) = if member.resource.unread {
            unread(estate, member, body)
        } else {
            (body, None)
        };
        let made = graph.work();
        Self {
            surroundings: Rc::new(Surroundings {
                estate,
                graph,
                sources,
                work: Work::default(),
            }),
            node,
            home: member.home,
            head: member.resource.head,
            body,
            unread,
            exposure: OnceCell::new(),
            related: RefCell::default(),
            made,
        }
    }

    /// How much work it was to put the assignment into this resource.
    pub(super) fn made(&self) -> usize {
        self.made
    }

    /// How much has been looked at since, by all rules. What is known from before counts again, so that how much a rule
    /// may look at does not hang on the others.
    pub(super) fn work(&self) -> usize {
        self.surroundings.work.done()
    }

    /// The resources that stand in a relation to a node, which is that of this resource.
    fn neighbours(&self, node: &Node, relation: Relation, of: Option<&Value>) -> Rc<Neighbours> {
        let graph = &self.surroundings.graph;
        let known = self.related.borrow();
        let known_one = known.iter().find(|(known, ..)| *known == relation);
        if let Some((_, known, work)) = known_one.filter(|_| of.is_none()) {
            self.count(*work);
            return known.clone();
        }
        drop(known);
        let before = graph.work();
        let found = Rc::new(graph.related(node, relation, of));
        let beside = found.sure.len() + POSSIBLE * found.possible.len();
        let work = graph.work() - before + beside;
        self.count(work);
        if of.is_none() {
            let mut related = self.related.borrow_mut();
            related.push((relation, found.clone(), work));
        }
        found
    }

    fn beside(&self, neighbour: &Neighbour) -> RelatedResource<'a> {
        let head = neighbour.node.head(self.surroundings.estate);
        let view = Self {
            head,
            surroundings: self.surroundings.clone(),
            home: neighbour.node.home(),
            body: neighbour.node.body().clone(),
            node: Some(neighbour.node.clone()),
            unread: None,
            exposure: OnceCell::new(),
            related: RefCell::default(),
            made: 0,
        };
        RelatedResource {
            subject: Box::new(view),
            link: neighbour.link.clone(),
            copies: neighbour.copies.clone(),
        }
    }
}

impl Subject for View<'_> {
    fn body(&self) -> &Value {
        &self.body
    }

    fn is_export(&self) -> bool {
        self.home == Home::Export
    }

    fn closed_world(&self) -> bool {
        self.surroundings.estate.is_closed()
    }

    fn head(&self) -> Place {
        self.head
    }

    fn id(&self) -> Option<&Value> {
        self.node.as_ref().map(Node::id)
    }

    fn cloud(&self) -> Option<Cloud> {
        self.surroundings.estate.cloud()
    }

    fn is_declared(&self) -> bool {
        self.node.as_ref().is_none_or(Node::is_read)
    }

    fn unread(&self) -> Option<Reason> {
        self.unread.clone()
    }

    fn text(&self, place: Place) -> Option<Text> {
        let source = self.surroundings.sources.get(place.file)?;
        Some(source.slice(place.span).into())
    }

    fn related(&self, relation: Relation, of: Option<&Value>) -> Related<'_> {
        let Some(node) = &self.node else {
            return Related::unread(relation, self.closed_world());
        };
        let found = self.neighbours(node, relation, of);
        let possible = found.possible.iter();
        Related {
            sure: found.sure.iter().map(|each| self.beside(each)).collect(),
            possible: possible
                .map(|(each, why)| (self.beside(each), why.clone()))
                .collect(),
            unseen: found.unseen.clone(),
        }
    }

    fn exposure(&self) -> Cow<'_, Exposure> {
        if let Some((known, work)) = self.exposure.get() {
            self.count(*work);
            return Cow::Borrowed(known);
        }
        let (found, _) = self.exposure.get_or_init(|| {
            let before = self.work();
            (self.find_exposure(), self.work() - before)
        });
        Cow::Borrowed(found)
    }

    fn count(&self, work: usize) {
        self.surroundings.work.add(work);
    }
}

/// A module or linked template that could not be read: what it is called and why become members of it.
fn unread(estate: &Estate, member: &Member, body: Value) -> (Value, Option<Reason>) {
    let Home::Deployment(number) = member.home else {
        return (body, None);
    };
    let declared = member.resource.declared;
    let known = estate.unread(number).find(|unread| {
        unread.place.file == declared.file && declared.span.holds(unread.place.span)
    });
    let Some(known) = known else {
        let reason = Reason::Unread {
            reference: "".into(),
            place: member.resource.head,
            why: None,
        };
        return (body, Some(reason));
    };
    let mut object = body.as_object().cloned().unwrap_or_default();
    // A message that gives both names it once.
    let of_itself = known
        .reason
        .strip_prefix(&format!("'{}' ", known.reference));
    let reason = of_itself.map_or_else(|| known.reason.clone(), |rest| format!("it {rest}"));
    for (key, text) in [("reference", &known.reference), ("reason", &reason)] {
        object.insert(value::Member {
            key: key.into(),
            key_place: known.place,
            value: Value::string(text.as_str(), Origin::at(known.place)),
        });
    }
    let reason = Reason::Unread {
        reference: known.reference.as_str().into(),
        place: known.place,
        why: Some(reason.into()),
    };
    (Value::object(object, body.origin.clone()), Some(reason))
}
