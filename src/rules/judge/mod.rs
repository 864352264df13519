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
use crate::finding::{Assumption, Cause, Level, Verdict};
use crate::source::{Place, Sources};
use combination::{Explorer, Leaf};

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
    /// [`Verdict::NotApplicable`]; such a ruling stands beside those of the combinations in which the others do not.
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
    let mut rulings = fails(leaves);
    if rulings.is_empty() {
        rulings = open(leaves);
    }
    if rulings.is_empty() {
        let mut judgements = leaves.iter().flat_map(|leaf| leaf.judgements());
        let pass = judgements.find(|judgement| judgement.truth.is_false());
        rulings.extend(pass.map(|pass| ruling(Verdict::Pass, pass)));
    }
    let said = leaves.iter().flat_map(|leaf| &leaf.said);
    rulings.extend(said.take(1).map(|(judgement, by)| Ruling {
        said_by: by.clone(),
        ..ruling(Verdict::NotApplicable, judgement)
    }));
    rulings
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

/// What is said at one place in the source.
struct AtPlace<'l> {
    place: Place,
    /// Each judgement with the number of its combination.
    said: Vec<(usize, &'l Judgement)>,
}

/// The judgements of all combinations by place, in the order in which they are met.
fn by_place<'l>(
    leaves: &'l [Leaf],
    wanted: impl Fn(&Leaf, &Judgement) -> bool,
) -> Vec<AtPlace<'l>> {
    let mut places: Vec<AtPlace<'_>> = Vec::new();
    let mut known: HashMap<Place, usize> = HashMap::new();
    for (number, leaf) in leaves.iter().enumerate() {
        for judgement in leaf.judgements() {
            if !wanted(leaf, judgement) {
                continue;
            }
            let place = judgement.site.place;
            let index = *known.entry(place).or_insert_with(|| {
                let said = Vec::new();
                places.push(AtPlace { place, said });
                places.len() - 1
            });
            if let Some(at) = places.get_mut(index) {
                at.said.push((number, judgement));
            }
        }
    }
    places
}

/// The places at which the rule fails in a combination that is surely possible. Where it is graver in some
/// combinations than in others, the witness is one of those.
fn fails(leaves: &[Leaf]) -> Vec<Ruling> {
    let failing = by_place(leaves, |leaf, judgement| {
        leaf.decided && judgement.truth.is_true()
    });
    failing
        .into_iter()
        .filter_map(|at| {
            let levels = at.said.iter().map(|(_, judgement)| judgement.level);
            let mut levels: Vec<Level> = levels.collect();
            levels.sort_unstable_by(|one, other| other.cmp(one));
            levels.dedup();
            levels
                .into_iter()
                .find_map(|level| fail(leaves, &at.said, level))
        })
        .collect()
}

/// A fail at one place with this level.
fn fail(leaves: &[Leaf], said: &[(usize, &Judgement)], level: Level) -> Option<Ruling> {
    let of_level = |judgement: &Judgement| judgement.level == level;
    let mut failing: Vec<usize> = said
        .iter()
        .filter(|(_, judgement)| of_level(judgement))
        .map(|(number, _)| *number)
        .collect();
    failing.dedup();
    let smallest = witness::smallest(leaves, &failing)?;
    let (_, judgement) = said
        .iter()
        .find(|(number, judgement)| *number == smallest.leaf && of_level(judgement))?;
    Some(Ruling {
        witness: witness::assumptions(&smallest.assumed),
        ..ruling(Verdict::Fail, judgement)
    })
}

/// The places at which it may fail.
fn open(leaves: &[Leaf]) -> Vec<Ruling> {
    by_place(leaves, |_, judgement| !judgement.truth.is_false())
        .into_iter()
        .filter_map(|at| {
            let mut reasons: Vec<Reason> = Vec::new();
            for (number, judgement) in &at.said {
                let leaf = leaves.get(*number)?;
                let doubts = leaf.doubts(cause::name);
                // What is left of a combination that was not taken apart is not the cause.
                let why = judgement.truth.reasons().iter().filter(|_| !leaf.cut);
                for reason in why.chain(&doubts) {
                    if reasons.len() < MAXIMUM_REASONS && !reasons.contains(reason) {
                        reasons.push(reason.clone());
                    }
                }
            }
            let (_, first) = at.said.first()?;
            let gravest = at.said.iter().fold(first, |known, (_, next)| {
                if next.level > known.level {
                    next
                } else {
                    known
                }
            });
            let mut judgement = (*gravest).clone();
            if judgement.truth.is_true() {
                judgement.message = std::mem::take(&mut judgement.doubtful);
            }
            Some(Ruling {
                causes: cause::causes(&reasons, at.place),
                ..ruling(Verdict::Open, &judgement)
            })
        })
        .collect()
}
