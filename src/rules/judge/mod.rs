//! Judging rules on a resource of the estate under every combination of the decisions that the verdict hangs on.
//!
//! In: a member of the estate and the rules that run. Out: for each rule a verdict with its rulings, one for each place
//! in the source, each with the smallest witness or the causes. `docs/design.md` (Decisions) has the whole story. It
//! refuses to know reports, suppressions, and which deployments there are.

mod cause;
mod combination;
mod witness;

use std::collections::HashMap;
use std::sync::Arc;

use super::check::Judgement;
use super::rule::Rule;
use crate::estate::truth::Reason;
use crate::estate::{Estate, Member};
use crate::finding::{Assumption, Cause, Verdict};
use crate::source::{Place, Sources};
use combination::{Explorer, Leaf, State};

pub use combination::MAXIMUM_COMBINATIONS;

/// What a rule says of a resource at one place in the source.
#[derive(Debug, Clone)]
pub struct Ruling {
    /// Fail, open or pass.
    pub verdict: Verdict,
    /// What the rule said, in the first combination in which it said this.
    pub judgement: Judgement,
    /// The smallest assignment under which it fails; empty where it always does.
    pub witness: Vec<Assumption>,
    /// Why it is open; empty for other verdicts.
    pub causes: Vec<Cause>,
    /// Rules that already say it, with the place that this one would have pointed at. Empty unless the verdict is
    /// [`Verdict::NotApplicable`].
    pub said_by: Vec<Arc<str>>,
}

/// The rules of a run, ready to judge the members of an estate.
pub struct Judge<'a> {
    estate: &'a Estate,
    sources: &'a Sources,
    rules: &'a [Arc<Rule>],
    /// Declarations whose combinations were too many for a rule: their other copies are not enumerated again.
    exhausted: HashMap<(usize, Place), usize>,
}

impl<'a> Judge<'a> {
    /// A judge for the members of an estate.
    pub fn new(estate: &'a Estate, sources: &'a Sources, rules: &'a [Arc<Rule>]) -> Self {
        Self {
            estate,
            sources,
            rules,
            exhausted: HashMap::new(),
        }
    }

    /// What each rule that speaks of a resource says of it, in the order of the rules. Of a rule that does not apply
    /// there is only what another rule already says.
    pub fn member(&mut self, member: &Member) -> Vec<(&'a Arc<Rule>, Vec<Ruling>)> {
        let mut all = Vec::new();
        for (number, rule) in self.rules.iter().enumerate() {
            let speaks = |pattern: &super::TypePattern| pattern.matches(&member.resource.kind);
            if rule.resources.iter().any(speaks) {
                let rulings = self.rule(number, rule, member);
                if !rulings.is_empty() {
                    all.push((rule, rulings));
                }
            }
        }
        all
    }

    fn rule(&mut self, number: usize, rule: &Rule, member: &Member) -> Vec<Ruling> {
        let copies = (number, member.resource.declared);
        let budget = match self.exhausted.get(&copies) {
            Some(left) => *left,
            None => MAXIMUM_COMBINATIONS_OF_COPIES,
        };
        let mut explorer = Explorer {
            rule,
            rules: self.rules,
            estate: self.estate,
            sources: self.sources,
            member,
            maximum: budget.clamp(1, MAXIMUM_COMBINATIONS),
        };
        let leaves = explorer.leaves();
        let too_many = leaves.iter().any(|leaf| leaf.cut);
        let left = if too_many {
            1
        } else {
            budget.saturating_sub(leaves.len())
        };
        if leaves.len() > 1 || too_many {
            self.exhausted.insert(copies, left);
        }
        rulings(&leaves)
    }
}

/// How many combinations all copies of one declaration may take together for one rule. Past it each copy is judged
/// without assuming anything, as past [`MAXIMUM_COMBINATIONS`].
const MAXIMUM_COMBINATIONS_OF_COPIES: usize = 2048;

/// More reasons than this help nobody; the first ones stay.
const MAXIMUM_REASONS: usize = 16;

/// What all combinations say together.
fn rulings(leaves: &[Leaf]) -> Vec<Ruling> {
    let deployed: Vec<&Leaf> = leaves
        .iter()
        .filter(|leaf| !matches!(leaf.state, State::NotDeployed))
        .collect();
    let fails = fails(&deployed);
    if !fails.is_empty() {
        return fails;
    }
    let open = open(&deployed);
    if !open.is_empty() {
        return open;
    }
    let judgements = || deployed.iter().flat_map(|leaf| leaf.judgements());
    if let Some(pass) = judgements().find(|judgement| judgement.truth.is_false()) {
        return vec![ruling(Verdict::Pass, pass)];
    }
    let said = deployed.iter().flat_map(|leaf| &leaf.said);
    said.take(1)
        .map(|(judgement, by)| Ruling {
            said_by: by.clone(),
            ..ruling(Verdict::NotApplicable, judgement)
        })
        .collect()
}

fn ruling(verdict: Verdict, judgement: &Judgement) -> Ruling {
    Ruling {
        verdict,
        judgement: judgement.clone(),
        witness: Vec::new(),
        causes: Vec::new(),
        said_by: Vec::new(),
    }
}

/// The judgements of these combinations by place, in the order in which they are met; at one place the gravest first.
fn by_place<'l>(
    leaves: &[&'l Leaf],
    wanted: impl Fn(&Leaf, &Judgement) -> bool,
) -> Vec<(Place, &'l Judgement, Vec<usize>)> {
    let mut places: Vec<(Place, &Judgement, Vec<usize>)> = Vec::new();
    let mut known: HashMap<Place, usize> = HashMap::new();
    for (number, leaf) in leaves.iter().enumerate() {
        for judgement in leaf.judgements() {
            if !wanted(leaf, judgement) {
                continue;
            }
            let place = judgement.site.place;
            let index = *known.entry(place).or_insert_with(|| {
                places.push((place, judgement, Vec::new()));
                places.len() - 1
            });
            let Some((_, worst, numbers)) = places.get_mut(index) else {
                continue;
            };
            if judgement.level > worst.level {
                *worst = judgement;
            }
            if numbers.last() != Some(&number) {
                numbers.push(number);
            }
        }
    }
    places
}

/// The places at which the rule fails in a combination that is surely possible.
fn fails(deployed: &[&Leaf]) -> Vec<Ruling> {
    let surely = |leaf: &Leaf, judgement: &Judgement| leaf.decided && judgement.truth.is_true();
    by_place(deployed, surely)
        .into_iter()
        .filter_map(|(_, judgement, failing)| {
            let witness = witness::smallest(deployed, &failing)?;
            Some(Ruling {
                witness: witness::assumptions(&witness),
                ..ruling(Verdict::Fail, judgement)
            })
        })
        .collect()
}

/// The places at which it may fail.
fn open(deployed: &[&Leaf]) -> Vec<Ruling> {
    by_place(deployed, |_, judgement| !judgement.truth.is_false())
        .into_iter()
        .map(|(place, judgement, leaves)| {
            let mut reasons: Vec<Reason> = Vec::new();
            let of_leaf = leaves.iter().filter_map(|number| deployed.get(*number));
            for leaf in of_leaf {
                let here = leaf
                    .judgements()
                    .iter()
                    .filter(|judgement| judgement.site.place == place);
                let why = here.flat_map(|judgement| judgement.truth.reasons());
                let doubts = leaf.doubts(cause::name);
                for reason in why.chain(&doubts) {
                    if reasons.len() < MAXIMUM_REASONS && !reasons.contains(reason) {
                        reasons.push(reason.clone());
                    }
                }
            }
            Ruling {
                causes: cause::causes(&reasons, judgement.site.place),
                ..ruling(Verdict::Open, judgement)
            }
        })
        .collect()
}
