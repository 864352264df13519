//! Judging one rule on one resource under one assignment of the decisions.
//!
//! In: a rule and a subject. Out: a judgement for each way in which the rule fails or may fail, with the place to point
//! at; one that it passes where there is none. What several assignments say together is decided elsewhere.

use super::condition::Evidence;
use super::message::Filling;
use super::rule::{Case, Change, FixTemplate, Json, Rule};
use super::scope::Scope;
use super::subject::Subject;
use crate::estate::truth::{Reason, Truth};
use crate::evaluate::jsonpath::{Node, Path, Query, Step};
use crate::evaluate::origin::Origin;
use crate::evaluate::symbol::Symbol;
use crate::evaluate::value::Value;
use crate::finding::Level;
use crate::source::Place;
use crate::syntax::expression::Text;

/// What a rule says of a resource.
#[derive(Debug, Clone)]
pub enum Checked {
    /// Nothing: it does not speak of this resource.
    NotApplicable,
    /// These judgements, at least one, in the order of the cases and of the elements that they judge. Whatever is not
    /// named passes.
    Judged(Vec<Judgement>),
}

/// What a rule says of one element of a resource.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// True where it fails; false where the whole resource passes.
    pub truth: Truth,
    /// How bad it is where it fails.
    pub level: Level,
    /// What to say: of a fail, or of what is undecided. Empty for a pass.
    pub message: String,
    /// Why an earlier case, which would go before this one, may hold; empty where none may.
    pub earlier: Vec<Reason>,
    /// What to say of a fail where it is not sure that the resource is deployed so. Empty for others.
    pub doubtful: String,
    /// Where to point.
    pub site: Site,
    /// The element that is judged, where elements are judged one by one.
    pub element: Option<Path>,
    /// Rules that already say it where they fail on the same resource. Empty for a pass.
    pub unless: Vec<Text>,
    /// How to mend it, where it surely fails.
    pub remedy: Option<Remedy>,
    /// The other ends of the relations that make it fail: what each is, and where.
    pub related: Vec<(String, Place)>,
}

/// A place in a resource that a finding points at.
#[derive(Debug, Clone)]
pub struct Site {
    /// The value, or for an absent property the name of the innermost member around it that is there.
    pub place: Place,
    /// The name of the property that is judged, where it has one and is there.
    pub key: Option<Place>,
    /// The way to the property from the resource; also of what is absent.
    pub path: Path,
    /// Where the value comes from; that of the innermost value around it for an absent property.
    pub origin: Origin,
    /// The value; `None` where it is absent.
    pub value: Option<Value>,
}

/// A way to mend a fail, on the resource as evaluated.
#[derive(Debug, Clone)]
pub struct Remedy {
    /// What it does, in the imperative.
    pub title: String,
    /// Whether the author surely means it.
    pub safe: bool,
    /// What it changes, in order.
    pub edits: Vec<RemedyEdit>,
}

/// One change of a remedy.
#[derive(Debug, Clone)]
pub struct RemedyEdit {
    /// The innermost node on the way that is there.
    pub node: Node,
    /// The steps from there to the property, which are to be made; none where it is there.
    pub missing: Vec<Step>,
    /// What happens to the property.
    pub change: Change<serde_json::Value>,
    /// Whether the node, or something that it is in, came by way of a parameter, a variable or the like.
    pub carried: bool,
}

/// Judges a rule on a resource.
pub fn check(rule: &Rule, subject: &dyn Subject) -> Checked {
    let scope = Scope::of(subject);
    let applies = match &rule.applies {
        Some(condition) => condition.holds(&scope),
        None => Truth::True,
    };
    if applies.is_false() {
        return Checked::NotApplicable;
    }
    let checker = Checker { rule, applies };
    // Most rules have one thing to say.
    let mut judgements = Vec::with_capacity(1);
    for group in Group::all(&rule.cases) {
        checker.group(group, &scope, &mut judgements);
    }
    once_for_each_place(&mut judgements);
    if judgements.is_empty() {
        judgements.extend(checker.pass(&scope));
    }
    Checked::Judged(judgements)
}

/// What two groups of cases leave open at one place is one question.
fn once_for_each_place(judgements: &mut Vec<Judgement>) {
    let mut open = Vec::new();
    judgements.retain(|judgement| {
        let place = judgement.site.place;
        let is_new = !judgement.truth.is_unknown() || !open.contains(&place);
        if judgement.truth.is_unknown() {
            open.push(place);
        }
        is_new
    });
}

/// The cases that judge the same one by one.
#[derive(Clone, Copy)]
struct Group<'r> {
    first: &'r Case,
    /// The cases of the rule behind the first one, those of other groups too.
    behind: &'r [Case],
}

impl<'r> Group<'r> {
    /// The groups, in the order of their first cases.
    fn all(cases: &'r [Case]) -> impl Iterator<Item = Self> {
        cases.iter().enumerate().filter_map(|(index, first)| {
            let (before, from_here) = cases.split_at(index);
            let is_first = before
                .iter()
                .all(|earlier| element(earlier) != element(first));
            is_first.then(|| Self {
                first,
                behind: &from_here[1..],
            })
        })
    }

    /// Its cases, in order.
    fn cases(self) -> impl Iterator<Item = &'r Case> {
        let is_of_it = move |case: &&Case| element(case) == element(self.first);
        std::iter::once(self.first).chain(self.behind.iter().filter(is_of_it))
    }
}

/// What a case judges one by one.
fn element(case: &Case) -> Option<&str> {
    case.for_each.as_ref().map(Query::text)
}

struct Checker<'r> {
    rule: &'r Rule,
    applies: Truth,
}

impl Checker<'_> {
    fn group(&self, group: Group<'_>, scope: &Scope<'_>, judgements: &mut Vec<Judgement>) {
        let Some(query) = &group.first.for_each else {
            judgements.extend(self.first_that_holds(group, scope, &self.applies));
            return;
        };
        let selection = match scope.select(query) {
            Ok(selection) => selection,
            Err(reasons) => {
                let truth = Truth::Unknown(reasons).and(self.applies.clone());
                let site = site(std::slice::from_ref(query), scope);
                judgements.push(judgement(self.rule, group.first, truth, scope, site));
                return;
            }
        };
        let doubt = Truth::all(selection.undecided.iter().map(Truth::hangs_on));
        let sure = selection
            .sure
            .iter()
            .map(|node| (node, self.applies.clone()));
        let possible = selection.possible.iter();
        let possible = possible.map(|node| (node, self.applies.clone().and(doubt.clone())));
        for (node, applies) in sure.chain(possible) {
            let path = scope.absolute(query, &node.path);
            let element = scope.at(&node.value, path.clone());
            let judged = self.first_that_holds(group, &element, &applies);
            judgements.extend(judged.map(|judgement| Judgement {
                element: Some(path),
                ..judgement
            }));
        }
        for hidden in &selection.hidden {
            judgements.extend(self.unseen(group, hidden, query, scope));
        }
    }

    /// What a symbolic value hides may fail where it is not settled by what surrounds it.
    fn unseen(
        &self,
        group: Group<'_>,
        hidden: &Value,
        query: &Query,
        scope: &Scope<'_>,
    ) -> Option<Judgement> {
        let unseen = Symbol::call("unseenItem", vec![hidden.clone()]);
        let unseen = Value::symbolic(unseen, hidden.origin.clone());
        let element = scope.at(&unseen, Path::root());
        let truth = Truth::any(group.cases().map(|case| case.when.holds(&element)));
        let others = truth.reasons().iter().filter(|reason| match reason {
            Reason::Value(value) => *value != unseen,
            _ => true,
        });
        let others = others.cloned().map(Truth::unknown);
        let why = Truth::all(std::iter::once(Truth::hangs_on(hidden)).chain(others));
        if truth.is_false() {
            return None;
        }
        let site = Site {
            place: hidden.origin.place,
            origin: hidden.origin.clone(),
            value: Some(hidden.clone()),
            ..site(std::slice::from_ref(query), scope)
        };
        let truth = why.and(self.applies.clone());
        Some(judgement(self.rule, group.first, truth, scope, site))
    }

    /// The first case that surely holds; where there is none, the first that may.
    fn first_that_holds(
        &self,
        group: Group<'_>,
        scope: &Scope<'_>,
        applies: &Truth,
    ) -> Option<Judgement> {
        let mut open: Option<(Truth, &Case)> = None;
        for case in group.cases() {
            let truth = applies.clone().and(case.when.holds(scope));
            match truth {
                Truth::True => {
                    let site = site(&case.at, scope);
                    let earlier = open.map(|(truth, _)| truth.reasons().to_vec());
                    return Some(Judgement {
                        earlier: earlier.unwrap_or_default(),
                        ..judgement(self.rule, case, truth, scope, site)
                    });
                }
                Truth::False => {}
                unknown => {
                    open = Some(match open {
                        Some((known, first)) => (known.and(unknown), first),
                        None => (unknown, case),
                    });
                }
            }
        }
        let (truth, case) = open?;
        let site = site(&case.at, scope);
        Some(judgement(self.rule, case, truth, scope, site))
    }

    fn pass(&self, scope: &Scope<'_>) -> Option<Judgement> {
        let case = self.rule.cases.first()?;
        let site = match &case.for_each {
            Some(query) => site(std::slice::from_ref(query), scope),
            None => site(&case.at, scope),
        };
        Some(judgement(self.rule, case, Truth::False, scope, site))
    }
}

fn judgement(rule: &Rule, case: &Case, truth: Truth, scope: &Scope<'_>, site: Site) -> Judgement {
    let mut evidence = Vec::new();
    if truth.is_true() {
        for condition in std::iter::once(&case.when).chain(&rule.applies) {
            condition.evidence(scope, &mut evidence);
        }
    }
    let filling = Filling {
        scope,
        related: evidence.first().map(|first| first.name.as_str()),
        value: site.value.as_ref(),
        path: &site.path,
        suggest: &case.suggest,
        counted: case.when.counted(),
    };
    let message = match &truth {
        Truth::True => case.message.fill(&filling),
        Truth::False => String::new(),
        Truth::Unknown(_) => case.open.fill(&filling),
    };
    let doubtful = match &truth {
        Truth::True => case.open.fill(&filling),
        _ => String::new(),
    };
    let remedy = match &truth {
        Truth::True => remedy(&case.fixes, scope, &filling),
        _ => None,
    };
    Judgement {
        level: case.level,
        message,
        earlier: Vec::new(),
        doubtful,
        unless: match &truth {
            Truth::False => Vec::new(),
            _ => [&rule.unless[..], &case.unless[..]].concat(),
        },
        remedy,
        element: None,
        related: other_ends(evidence, site.place),
        truth,
        site,
    }
}

fn other_ends(evidence: Vec<Evidence>, judged: Place) -> Vec<(String, Place)> {
    let mut related: Vec<(String, Place)> = Vec::new();
    for end in evidence {
        if end.place != judged && related.iter().all(|(_, place)| *place != end.place) {
            let Evidence { singular, name, .. } = end;
            related.push((format!("the {singular} {name} is here"), end.place));
        }
    }
    related
}

/// The first of these places that is there, else as near to the last as it gets.
fn site(at: &[Query], scope: &Scope<'_>) -> Site {
    for query in at {
        let Ok(selection) = scope.select(query) else {
            break;
        };
        if let Some(node) = selection.sure.into_iter().next() {
            let path = scope.absolute(query, &node.path);
            // The resource as a whole is found at what declares it.
            let place = if path.last().is_none() {
                scope.subject.head()
            } else {
                node.value.origin.place
            };
            return Site {
                place,
                key: node.key_place,
                origin: carried(&node.value, scope.subject.body(), &path),
                path,
                value: Some(node.value),
            };
        }
    }
    let Some(query) = at.last() else {
        return here(scope);
    };
    let reach = scope.reach(query);
    let path = reach.node.path.join(reach.missing);
    let value = reach.node.value;
    // The name says what the absent property is missing from; a symbolic value may hold it.
    let place = match reach.node.key_place {
        Some(place) if value.as_symbol().is_none() => place,
        _ => value.origin.place,
    };
    Site {
        place,
        key: None,
        origin: carried(&value, scope.subject.body(), &reach.node.path),
        path,
        value: None,
    }
}

/// The origin of a value with the uses of the values that it is in: what carries an object carries its members.
fn carried(value: &Value, body: &Value, path: &Path) -> Origin {
    let mut around = Vec::new();
    let mut next = body;
    for step in path.steps() {
        if next.origin.uses.is_some() {
            around.push(next);
        }
        let inner = match step {
            Step::Member(name) => next
                .as_object()
                .and_then(|object| object.get(name))
                .map(|member| &member.value),
            Step::Item(index) => usize::try_from(*index)
                .ok()
                .and_then(|index| next.as_array()?.get(index)),
            Step::SomeItem => None,
        };
        match inner {
            Some(inner) => next = inner,
            None => break,
        }
    }
    let mut origin = value.origin.clone();
    for value in around.into_iter().rev() {
        let steps: Vec<_> = value.origin.steps().collect();
        for used in steps.into_iter().rev() {
            if origin.steps().all(|known| known.place != used.place) {
                origin = origin.through(used.step.clone(), used.place);
            }
        }
    }
    origin
}

fn here(scope: &Scope<'_>) -> Site {
    let value = scope.current();
    Site {
        place: value.origin.place,
        key: None,
        path: Path::root(),
        origin: value.origin.clone(),
        value: Some(value.clone()),
    }
}

/// What would mend it; `None` where no fix applies, or where one would write a suggestion and there is none.
fn remedy(fixes: &[FixTemplate], scope: &Scope<'_>, filling: &Filling<'_>) -> Option<Remedy> {
    let fix = fixes.iter().find(|fix| {
        fix.when
            .as_ref()
            .is_none_or(|condition| condition.holds(scope).is_true())
    })?;
    let edits = fix.edits.iter().map(|edit| {
        let reach = scope.reach(&edit.path);
        let origin = carried(&reach.node.value, scope.subject.body(), &reach.node.path);
        Some(RemedyEdit {
            carried: origin.uses.is_some(),
            node: reach.node,
            missing: reach.missing,
            change: match &edit.change {
                Change::Set(json) => Change::Set(fill(json, filling)?),
                Change::Insert(json) => Change::Insert(fill(json, filling)?),
                Change::Remove => Change::Remove,
            },
        })
    });
    Some(Remedy {
        title: fix.title.fill(filling),
        safe: fix.safe,
        edits: edits.collect::<Option<_>>()?,
    })
}

/// A value of a fix with its placeholders filled. Its depth is that of the rule file.
fn fill(json: &Json, filling: &Filling<'_>) -> Option<serde_json::Value> {
    Some(match json {
        Json::Plain(value) => value.clone(),
        Json::Text(template) if template.suggests() && filling.suggestion().is_none() => {
            return None;
        }
        Json::Text(template) => template.fill(filling).into(),
        Json::List(items) => items
            .iter()
            .map(|item| fill(item, filling))
            .collect::<Option<_>>()?,
        Json::Object(members) => {
            let members = members.iter();
            let filled = members.map(|(name, value)| Some((name.clone(), fill(value, filling)?)));
            serde_json::Value::Object(filled.collect::<Option<_>>()?)
        }
    })
}
