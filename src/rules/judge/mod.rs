//! Judging rules on a resource of the estate under every combination of the decisions that the verdict hangs on.
//!
//! In: a member of the estate and the rules that run. Out: for each rule a verdict with its rulings, one for each place
//! in the source, each with the smallest witness or the causes. `docs/design.md` (Decisions) has the whole story. It
//! refuses to know reports, suppressions, and which deployments there are.

mod assumption;
mod cause;
mod combination;
mod copies;
mod explorer;
mod run_time;
mod witness;

use std::rc::Rc;
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt};

use super::check::{Judgement, Site};
use super::rule::Rule;
use super::running::Running;
use crate::estate::truth::Reason;
use crate::estate::{Estate, Member};
use crate::evaluate::bounds::Work;
use crate::evaluate::jsonpath::{Path, Step};
use crate::finding::{Assumption, Cause, Level, Verdict};
use crate::source::{Place, Sources};
use combination::Combination;
use explorer::{Explorer, Leaf, MAXIMUM_WORK, Others, Views};
use witness::Witnesses;

pub use explorer::MAXIMUM_COMBINATIONS;

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
    rules: &'a Running,
    /// What has been assumed of the other resources.
    others: Others,
    /// What is known of the copies of a declaration, by rule.
    copies: HashMap<(usize, Place), Copies>,
}

/// What a rule has found in the copies of one declaration that were judged before.
struct Copies {
    /// How many combinations the others may take.
    left: usize,
    /// How much work they may be.
    work: usize,
    /// The fails of the copy after which none were left.
    fails: Vec<Fail>,
}

/// A fail, and the combination in which it was met.
#[derive(Clone)]
struct Fail {
    ruling: Ruling,
    combination: Rc<Combination>,
}

impl<'a> Judge<'a> {
    /// A judge for the members of an estate.
    pub fn new(estate: &'a Estate, sources: &'a Sources, rules: &'a Running) -> Self {
        Self {
            estate,
            sources,
            rules,
            others: Others::default(),
            copies: HashMap::new(),
        }
    }

    /// What each rule that speaks of a resource says of it, in the order of the rules. Of a rule that does not apply
    /// there is only what another rule already says.
    pub fn member(&mut self, member: &Member) -> Vec<(&'a Arc<Rule>, Vec<Ruling>)> {
        let resource = &member.resource;
        let speaking = self.rules.speaking_of(&resource.kind, resource.existing);
        if speaking.is_empty() {
            return Vec::new();
        }
        let mut all = Vec::with_capacity(speaking.len());
        let views = Views::default();
        let most = self.work_for(member);
        for (number, rule) in speaking {
            let rulings = self.rule(number, rule, member, &views, most);
            if !rulings.is_empty() {
                all.push((rule, rulings));
            }
        }
        all
    }

    /// What a rule says of a resource in at most so much work.
    fn rule<'m>(
        &mut self,
        number: usize,
        rule: &Rule,
        member: &'m Member,
        views: &Views<'m>,
        most: usize,
    ) -> Vec<Ruling>
    where
        'a: 'm,
    {
        let copies = (number, member.resource.declared);
        let known = self.copies.get(&copies);
        let budget = known.map_or(MAXIMUM_COMBINATIONS_OF_COPIES, |known| known.left);
        let budget_of_work = known.map_or(MAXIMUM_WORK_OF_COPIES, |known| known.work);
        let explorer = Explorer {
            rule,
            rules: self.rules.all(),
            estate: self.estate,
            sources: self.sources,
            member,
            views,
            others: &self.others,
            maximum: budget.clamp(1, MAXIMUM_COMBINATIONS),
            most: budget_of_work.min(most),
            work: Work::default(),
        };
        if let Some(known) = known.filter(|known| known.left == 0) {
            let again = fails_again(&explorer, &known.fails);
            if !again.is_empty() {
                return again;
            }
        }
        let leaves = explorer.leaves();
        let too_many = leaves.iter().any(|leaf| leaf.cut);
        let work = budget_of_work.saturating_sub(explorer.work.done());
        let left = match too_many || work == 0 {
            true => 0,
            false => budget.saturating_sub(leaves.len()),
        };
        let fails = fails(&leaves);
        if budget > 0 && (leaves.len() > 1 || too_many) {
            let fails = if left == 0 { fails.clone() } else { Vec::new() };
            self.copies.insert(copies, Copies { left, work, fails });
        }
        rulings(leaves, fails)
    }

    /// How much work a rule may be on one resource. Where there are many, each of them may hang on all others.
    fn work_for(&self, member: &Member) -> usize {
        let alike = self.estate.count_alike(member).max(1);
        (MAXIMUM_WORK_OF_ALL / alike).clamp(LEAST_WORK, MAXIMUM_WORK)
    }
}

/// The fails of an earlier copy that are there in the same combination of this one.
fn fails_again(explorer: &Explorer<'_, '_>, fails: &[Fail]) -> Vec<Ruling> {
    // Many places may fail in one combination.
    let mut looked: HashMap<String, Leaf> = HashMap::new();
    let again = fails.iter().filter_map(|fail| {
        let place = fail.ruling.judgement.site.place;
        let leaf = looked
            .entry(fail.combination.key())
            .or_insert_with(|| explorer.look(&fail.combination));
        let mut judgements = leaf.judgements().iter();
        let judgement = judgements.find(|judgement| {
            judgement.truth.is_true() && judgement.site.place == place && leaf.decided
        })?;
        Some(Ruling {
            judgement: judgement.clone(),
            ..fail.ruling.clone()
        })
    });
    again.collect()
}

/// How many combinations all copies of one declaration may take together for one rule: 256 copies may take all of theirs.
/// Past it each copy is judged in those combinations only in which an earlier one fails, and so are all others where the
/// combinations of one copy are too many.
const MAXIMUM_COMBINATIONS_OF_COPIES: usize = 256 * MAXIMUM_COMBINATIONS;

/// How much work all copies of one declaration may be together for one rule, past which the same holds.
const MAXIMUM_WORK_OF_COPIES: usize = 32 * MAXIMUM_WORK;

/// How much work all resources of one kind in a deployment may be together for one rule: so many may take all of theirs.
const MAXIMUM_WORK_OF_ALL: usize = 20 * MAXIMUM_WORK;

/// How much work a resource may be however many there are: enough for all combinations of what a vault itself hangs on.
const LEAST_WORK: usize = MAXIMUM_WORK / 8;

/// More reasons than this help nobody; the first ones stay.
const MAXIMUM_REASONS: usize = 16;

/// What all combinations say together.
fn rulings(leaves: Vec<Leaf>, fails: Vec<Fail>) -> Vec<Ruling> {
    let mut rulings: Vec<Ruling> = fails.into_iter().map(|fail| fail.ruling).collect();
    if rulings.is_empty() {
        rulings = open(&leaves);
    }
    let said = leaves.iter().flat_map(|leaf| &leaf.said).next();
    let said = said.map(|(judgement, by)| Ruling {
        said_by: by.clone(),
        ..ruling(Verdict::NotApplicable, judgement.clone())
    });
    if rulings.is_empty() {
        let mut judgements = leaves.into_iter().flat_map(Leaf::into_judgements);
        let pass = judgements.find(|judgement| judgement.truth.is_false());
        rulings.extend(pass.map(|pass| ruling(Verdict::Pass, pass)));
    }
    rulings.extend(said);
    rulings
}

fn ruling(verdict: Verdict, judgement: Judgement) -> Ruling {
    Ruling {
        verdict,
        judgement,
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

impl<'l> AtPlace<'l> {
    fn site(&self) -> Option<&'l Site> {
        let (_, first) = self.said.first()?;
        Some(&first.site)
    }

    /// The path of the property that is judged, unless elements are judged one by one.
    fn property(&self) -> Option<&'l Path> {
        let (_, first) = self.said.first()?;
        first.element.is_none().then_some(&first.site.path)
    }

    /// Whether the property is there in no combination.
    fn is_absent(&self) -> bool {
        let mut sites = self.said.iter().map(|(_, judgement)| &judgement.site);
        sites.all(|site| site.value.is_none())
    }

    /// Whether it is the name of a member rather than a value.
    fn is_name(&self) -> bool {
        self.site()
            .is_some_and(|site| site.origin.place != site.place)
    }
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
fn fails(leaves: &[Leaf]) -> Vec<Fail> {
    let failing = by_place(leaves, |leaf, judgement| {
        leaf.decided && judgement.truth.is_true()
    });
    if failing.is_empty() {
        return Vec::new();
    }
    let mut witnesses = Witnesses::among(leaves);
    failing
        .into_iter()
        .filter_map(|at| {
            let levels = at.said.iter().map(|(_, judgement)| judgement.level);
            let mut levels: Vec<Level> = levels.collect();
            levels.sort_unstable_by(|one, other| other.cmp(one));
            levels.dedup();
            levels
                .into_iter()
                .find_map(|level| fail(&mut witnesses, leaves, &at.said, level))
        })
        .collect()
}

/// A fail at one place with this level.
fn fail<'l>(
    witnesses: &mut Witnesses<'l>,
    leaves: &'l [Leaf],
    said: &[(usize, &Judgement)],
    level: Level,
) -> Option<Fail> {
    let of_level = |judgement: &Judgement| judgement.level == level;
    let mut failing: Vec<usize> = said
        .iter()
        .filter(|(_, judgement)| of_level(judgement))
        .map(|(number, _)| *number)
        .collect();
    failing.dedup();
    let smallest = witnesses.smallest(&failing)?;
    let (_, judgement) = said
        .iter()
        .find(|(number, judgement)| *number == smallest.leaf && of_level(judgement))?;
    Some(Fail {
        ruling: Ruling {
            witness: witness::assumptions(&smallest.assumed),
            ..ruling(Verdict::Fail, (*judgement).clone())
        },
        combination: leaves.get(smallest.leaf)?.combination.clone(),
    })
}

/// A property that may be there and may be left out is asked after once: at its value, else at the value around it, else
/// at the name of that.
fn asked_once(places: Vec<AtPlace<'_>>) -> Vec<AtPlace<'_>> {
    let mut kept: Vec<AtPlace<'_>> = Vec::new();
    for at in places {
        let property = at.property();
        // Elements may be many.
        if property.is_none() {
            kept.push(at);
            continue;
        }
        let is_same = |other: &&mut AtPlace<'_>| {
            let may_be_left_out = at.is_absent() || other.is_absent();
            may_be_left_out && other.property() == property
        };
        match kept.iter_mut().find(is_same) {
            Some(known) if known.is_absent() && (!at.is_absent() || known.is_name()) => {
                known.place = at.place;
                known.said.splice(0..0, at.said);
            }
            Some(known) => known.said.extend(at.said),
            None => kept.push(at),
        }
    }
    kept
}

/// The places at which it may fail.
fn open(leaves: &[Leaf]) -> Vec<Ruling> {
    let undecided = by_place(leaves, |_, judgement| !judgement.truth.is_false());
    if undecided.is_empty() {
        return Vec::new();
    }
    let doubts = leaves.iter().map(|leaf| leaf.doubts(cause::name));
    let doubts: Vec<Vec<Reason>> = doubts.collect();
    let open = asked_once(undecided).into_iter().filter_map(|at| {
        let mut reasons: Vec<Reason> = Vec::new();
        for (number, judgement) in &at.said {
            let leaf = leaves.get(*number)?;
            let doubts = doubts.get(*number)?;
            // What is left of a combination that was not taken apart is not the cause.
            let why = judgement.truth.reasons().iter().filter(|_| !leaf.cut);
            for reason in why.chain(doubts) {
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
            ..ruling(Verdict::Open, judgement)
        })
    });
    without_wholes(open.collect())
}

/// What is open of a list as a whole for no other reason than its elements are is said of these.
fn without_wholes(open: Vec<Ruling>) -> Vec<Ruling> {
    let is_said = |whole: &Ruling| {
        let path = whole.judgement.site.path.steps();
        let within = open.iter().filter(|one| {
            let steps = one.judgement.site.path.steps();
            let inner = steps.strip_prefix(path.as_slice()).and_then(<[_]>::first);
            one.judgement.element.is_some() && matches!(inner, Some(Step::Item(_) | Step::SomeItem))
        });
        let causes: Vec<&Cause> = within.flat_map(|one| &one.causes).collect();
        !whole.causes.is_empty() && whole.causes.iter().all(|cause| causes.contains(&cause))
    };
    let are_said: Vec<bool> = open
        .iter()
        .map(|one| one.judgement.element.is_none() && is_said(one))
        .collect();
    let each = open.into_iter().zip(are_said);
    each.filter_map(|(one, is_said)| (!is_said).then_some(one))
        .collect()
}
