//! Judging a rule on a resource in the combinations of decisions that matter to it.
//!
//! A combination is only taken apart where the verdict hangs on something undecided: what the rule does not look at is
//! never enumerated, so that a resource with many parameters costs no more than those that matter.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use foldhash::HashMap;

use super::assumption::{Assumed, Taken};
use super::combination::Combination;
use super::{copies, run_time};
use crate::estate::relations::Changed;
use crate::estate::truth::{Reason, Truth};
use crate::estate::{Estate, Member};
use crate::evaluate::bounds::Work;
use crate::evaluate::decision::{self, Decision};
use crate::evaluate::unknowns;
use crate::evaluate::value::Value;
use crate::rules::check::{Checked, Judgement, check};
use crate::rules::rule::Rule;
use crate::rules::subject::Subject;
use crate::rules::view::View;
use crate::source::Sources;
use crate::syntax::expression::Text;

/// How many combinations a rule is judged under on one resource.
pub const MAXIMUM_COMBINATIONS: usize = 64;

/// How many decisions in a row are made, those with one case among them.
const MAXIMUM_STEPS: usize = 256;

/// How much a rule looks at on one resource in all combinations together: values that assumptions are put into, nodes that
/// are tested, resources that are compared, symbols that are searched for decisions. Real templates take 14,000 at most.
pub(super) const MAXIMUM_WORK: usize = 200_000;

/// One combination and what the rule says under it.
#[derive(Debug, Clone)]
pub(super) struct Leaf {
    pub(super) combination: Rc<Combination>,
    pub(super) state: State,
    /// Whether the resource is surely deployed in it, if the combination is possible.
    pub(super) decided: bool,
    /// Why else it is not.
    pub(super) doubts: Vec<Reason>,
    /// Whether there was more to enumerate.
    pub(super) cut: bool,
    /// What other rules already say.
    pub(super) said: Vec<(Judgement, Vec<Text>)>,
}

/// What there is to say under a combination.
#[derive(Debug, Clone)]
pub(super) enum State {
    /// The resource is not deployed.
    NotDeployed,
    /// These judgements; none where the rule does not apply.
    Judged(Vec<Judgement>),
}

impl Leaf {
    /// Why it is not sure that the resource is deployed so, in words for the assumptions that may exclude one another.
    pub(super) fn doubts(&self, name: impl Fn(&Assumed) -> String) -> Vec<Reason> {
        let mut doubts = self.doubts.clone();
        if let Some((one, other)) = self.exclusion()
            && let (Some(one), Some(other)) = (self.assumed().get(one), self.assumed().get(other))
        {
            let what = format!(
                "whether {} and {} go together is not known",
                name(one),
                name(other)
            );
            doubts.push(Reason::Limit { what: what.into() });
        }
        doubts
    }

    /// What is assumed.
    pub(super) fn assumed(&self) -> &[Assumed] {
        &self.combination.assumed
    }

    /// Two of the assumptions, by their positions, of which one may exclude the other.
    pub(super) fn exclusion(&self) -> Option<(usize, usize)> {
        self.combination.exclusion
    }

    pub(super) fn judgements(&self) -> &[Judgement] {
        match &self.state {
            State::NotDeployed => &[],
            State::Judged(judgements) => judgements,
        }
    }

    pub(super) fn into_judgements(self) -> Vec<Judgement> {
        match self.state {
            State::NotDeployed => Vec::new(),
            State::Judged(judgements) => judgements,
        }
    }
}

/// A resource in the combinations that were looked at, by the text of what is assumed.
pub(super) type Views<'a> = RefCell<HashMap<String, Rc<View<'a>>>>;

/// How many of them are kept.
const MAXIMUM_VIEWS: usize = 256;

/// What the combinations make of the other resources, which all that are judged share.
pub(super) type Others = RefCell<HashMap<String, Changed>>;

/// How many of them are kept: each may hold every resource of a deployment.
const MAXIMUM_OTHERS: usize = 32;

/// Enumerates the combinations of one rule on one resource.
pub(super) struct Explorer<'v, 'a> {
    pub(super) rule: &'v Rule,
    pub(super) rules: &'v [Arc<Rule>],
    pub(super) estate: &'a Estate,
    pub(super) sources: &'a Sources,
    pub(super) member: &'a Member,
    /// The resource in the combinations that were looked at for other rules.
    pub(super) views: &'v Views<'a>,
    pub(super) others: &'v Others,
    /// How many combinations at most.
    pub(super) maximum: usize,
    /// How much work at most.
    pub(super) most: usize,
    /// What has been done.
    pub(super) work: Work,
}

impl<'a> Explorer<'_, 'a> {
    /// All combinations, in the order of the cases of the decisions.
    pub(super) fn leaves(&self) -> Vec<Leaf> {
        let mut leaves = Vec::new();
        // Each with what was said before its last assumption.
        let mut open: Vec<(Rc<Combination>, Option<Rc<Looked>>)> = vec![Default::default()];
        while let Some((next, before)) = open.pop() {
            if let Some(before) = before.filter(|_| self.is_spent()) {
                leaves.push(self.cut(Looked::clone(&before), next));
                continue;
            }
            let looked = self.judge(&next);
            match self.undecided(&looked) {
                None => leaves.push(self.finished(looked)),
                Some(decision)
                    if leaves.len() + open.len() + decision.cases.len() > self.maximum
                        || next.steps >= MAXIMUM_STEPS
                        || self.is_spent() =>
                {
                    leaves.push(self.cut(looked, next));
                }
                Some(decision) => {
                    let looked = Rc::new(looked);
                    let branches = next.branches(&decision, &self.work).rev();
                    open.extend(branches.map(|branch| (Rc::new(branch), Some(looked.clone()))));
                }
            }
        }
        leaves
    }

    /// Whether no more combinations are looked at.
    fn is_spent(&self) -> bool {
        self.work.done() > self.most
    }

    /// A combination that is not taken apart, with what is said of it or of one that assumes less.
    fn cut(&self, looked: Looked, combination: Rc<Combination>) -> Leaf {
        let what = if self.is_spent() {
            "it is too much work to look at all combinations of undecided values that it hangs on"
                .into()
        } else {
            format!("it hangs on more than {MAXIMUM_COMBINATIONS} combinations of undecided values")
                .into()
        };
        let mut leaf = looked.leaf;
        leaf.combination = combination;
        leaf.cut = true;
        leaf.decided &= looked.condition.as_bool() == Some(true);
        leaf.doubts.push(Reason::Limit { what });
        self.doubted(leaf)
    }

    /// What the rule says in one combination, whether or not more could be assumed.
    pub(super) fn look(&self, combination: &Rc<Combination>) -> Leaf {
        self.finished(self.judge(combination))
    }

    fn finished(&self, looked: Looked) -> Leaf {
        self.doubted(looked.finished())
    }

    fn doubted(&self, mut leaf: Leaf) -> Leaf {
        if let Some(doubt) = run_time::doubt(self.estate, &leaf) {
            leaf.decided = false;
            leaf.doubts.push(doubt);
        }
        leaf
    }

    fn judge(&self, open: &Rc<Combination>) -> Looked {
        let mut looked = self.judge_one(open);
        let Some(count) = copies::count(self.member, open) else {
            return looked;
        };
        if count == 0 {
            looked.leaf.state = State::NotDeployed;
            looked.hangs_on.clear();
            return looked;
        }
        let hangs_on = looked.hangs_on.iter().chain([&looked.condition]);
        let copies = copies::each(self.member, open, count, hangs_on);
        for (number, copy) in copies.into_iter().enumerate() {
            let one = self.judge_one(&Rc::new(copy));
            if number == 0 {
                looked = Looked {
                    leaf: Leaf {
                        combination: open.clone(),
                        ..one.leaf
                    },
                    ..one
                };
            } else {
                looked.add(one);
            }
        }
        looked
    }

    fn judge_one(&self, open: &Rc<Combination>) -> Looked {
        let condition = open.put_into(&self.member.resource.condition);
        let mut leaf = Leaf {
            combination: open.clone(),
            state: State::NotDeployed,
            decided: true,
            doubts: Vec::new(),
            cut: false,
            said: Vec::new(),
        };
        let mut hangs_on = Vec::new();
        if condition.as_bool() != Some(false) {
            let view = self.view(open);
            let before = view.work();
            let judgements = match check(self.rule, &*view) {
                Checked::NotApplicable => Vec::new(),
                Checked::Judged(judgements) => judgements,
            };
            let mut kept = Vec::with_capacity(judgements.len());
            for judgement in judgements {
                hangs_on.extend(values(&judgement.truth));
                hangs_on.extend(values_of(&judgement.earlier));
                if judgement.truth.is_false() {
                    kept.push(judgement);
                    continue;
                }
                let mut said_by = Vec::new();
                for other in self.named(&judgement.unless) {
                    match fails(other, &view) {
                        Truth::True => said_by.push(other.id.clone()),
                        Truth::Unknown(reasons) => hangs_on.extend(values_of(&reasons)),
                        Truth::False => {}
                    }
                }
                if said_by.is_empty() {
                    kept.push(judgement);
                } else if judgement.truth.is_true() {
                    leaf.said.push((judgement, said_by));
                }
            }
            leaf.state = if self.is_refused(open, &kept, view.body()) {
                State::NotDeployed
            } else {
                State::Judged(kept)
            };
            // That the assumptions have been put into the resource for another rule does not count.
            self.work.add(1 + view.made() + view.work() - before);
        }
        Looked {
            leaf,
            condition,
            hangs_on,
        }
    }

    fn view(&self, combination: &Combination) -> Rc<View<'a>> {
        let key = combination.key();
        if let Some(known) = self.views.borrow().get(&key) {
            return known.clone();
        }
        let mut others = self.others.borrow_mut();
        if others.len() >= MAXIMUM_OTHERS && !others.contains_key(&key) {
            others.clear();
        }
        let view = View::sharing(
            self.estate,
            self.member,
            &combination.assignment,
            self.sources,
            others.entry(key.clone()).or_default().clone(),
        );
        let view = Rc::new(view);
        let mut views = self.views.borrow_mut();
        if views.len() >= MAXIMUM_VIEWS {
            views.clear();
        }
        views.insert(key, view.clone());
        view
    }

    /// Whether nothing is deployed since the resource cannot be evaluated under what is assumed: a parameter is none of
    /// the names of a map that it is looked up in, or null where it has to be something. Where it cannot be evaluated anyway,
    /// that is not known.
    fn is_refused(
        &self,
        combination: &Combination,
        judgements: &[Judgement],
        body: &Value,
    ) -> bool {
        let may_lack = |assumed: &Assumed| match &assumed.taken {
            Taken::Not(_) => true,
            Taken::Is(value) => value.is_null(),
        };
        let mut truths = judgements.iter().map(|judgement| &judgement.truth);
        if !combination.assumed.iter().any(may_lack) || truths.all(Truth::is_false) {
            return false;
        }
        let failures = unknowns::failures(body, &self.work);
        if failures.is_empty() {
            return false;
        }
        let before = unknowns::failures(&self.member.resource.body, &self.work);
        failures.iter().any(|failure| !before.contains(failure))
    }

    fn named<'s>(&'s self, ids: &'s [Text]) -> impl Iterator<Item = &'s Arc<Rule>> {
        self.rules.iter().filter(|rule| ids.contains(&rule.id))
    }

    /// The next decision to make, if what the rule says still hangs on one.
    fn undecided(&self, looked: &Looked) -> Option<Decision> {
        if looked.leaf.state.is_settled() {
            return None;
        }
        let condition = (looked.condition.as_bool() != Some(true)).then_some(&looked.condition);
        decision::next(&looked.hangs_on, condition, &self.work)
    }
}

/// A combination after the look at it.
#[derive(Clone)]
struct Looked {
    leaf: Leaf,
    /// The condition of the resource, as far as it is known.
    condition: Value,
    /// The values that keep the verdict undecided.
    hangs_on: Vec<Value>,
}

impl Looked {
    /// Where nothing more is assumed.
    fn finished(mut self) -> Leaf {
        if !self.leaf.state.is_settled() && self.condition.as_bool() != Some(true) {
            self.leaf.decided = false;
            self.leaf.doubts.push(Reason::Value(self.condition));
        }
        self.leaf
    }

    /// Adds what is said of another copy in the same combination.
    fn add(&mut self, other: Self) {
        let State::Judged(more) = other.leaf.state else {
            return;
        };
        match &mut self.leaf.state {
            State::Judged(judgements) => {
                judgements.extend(more);
                // It is deployed as surely as the least sure of them.
                if self.condition.as_bool() == Some(true) {
                    self.condition = other.condition;
                }
            }
            State::NotDeployed => {
                self.leaf.state = State::Judged(more);
                self.condition = other.condition;
            }
        }
        self.leaf.said.extend(other.leaf.said);
        self.hangs_on.extend(other.hangs_on);
    }
}

impl State {
    /// Whether no assumption can make it worse: nothing fails and nothing is open.
    fn is_settled(&self) -> bool {
        match self {
            Self::NotDeployed => true,
            Self::Judged(judgements) => judgements
                .iter()
                .all(|judgement| judgement.truth.is_false()),
        }
    }
}

fn values(truth: &Truth) -> impl Iterator<Item = Value> + '_ {
    values_of(truth.reasons())
}

fn values_of(reasons: &[Reason]) -> impl Iterator<Item = Value> + '_ {
    reasons.iter().filter_map(|reason| match reason {
        Reason::Value(value) => Some(value.clone()),
        _ => None,
    })
}

/// Whether a rule fails on a resource at all.
fn fails(rule: &Rule, view: &View<'_>) -> Truth {
    match check(rule, view) {
        Checked::NotApplicable => Truth::False,
        Checked::Judged(judgements) => {
            Truth::any(judgements.into_iter().map(|judgement| judgement.truth))
        }
    }
}
