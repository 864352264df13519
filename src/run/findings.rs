//! Rulings of many deployments as findings: one for each rule, verdict, declared resource and place.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};

use super::finding::{about, finding, instance, primary, resource_name};
use crate::estate::{Home, Member};
use crate::finding::{
    Assumption, Cause, DeploymentName, Finding, Fix, Instance, Level, Related, ResourceName,
    Verdict, VerdictCounts, fingerprint, is_graver,
};
use crate::fix::Planner;
use crate::project::Project;
use crate::rules::{Judge, Remedy, Rule, Ruling};
use crate::source::{FileId, Place, Sources};
use crate::syntax::expression::Text;

/// What makes two rulings one finding. Files are told by name, which does not depend on threads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    path: Text,
    start: u32,
    end: u32,
    rule: Text,
    verdict: Verdict,
    declared: (Text, u32),
}

/// A finding that is still being put together.
#[derive(Debug)]
struct Gathered<'s> {
    finding: Finding,
    /// What mends it in each of them; nothing once one is there that nothing mends.
    remedies: Option<Vec<Remedy>>,
    /// The resources that it holds for, by deployment and id.
    resources: HashSet<(Option<&'s DeploymentName>, String)>,
    /// The deployments of the one that it tells of.
    deployments: BTreeSet<&'s DeploymentName>,
    /// The others by what tells them apart: what people call them, and the way to them.
    others: BTreeMap<(String, Vec<Place>), InDeployments<'s>>,
}

/// What is told of a resource, and the deployments that it is of.
type InDeployments<'s> = (Instance, BTreeSet<&'s DeploymentName>);

/// The findings of a run.
#[derive(Debug)]
pub(super) struct Findings<'s> {
    project: &'s Project,
    /// The files in which findings may have fixes.
    editable: HashSet<FileId>,
    gathered: BTreeMap<Key, Box<Gathered<'s>>>,
    /// The names of files, as far as they have been asked for.
    names: HashMap<FileId, Text>,
    told: Told<'s>,
    /// Passes that are counted only, and where the resource is declared.
    passes: HashSet<(Pass, FileId, u32)>,
}

/// What is told of rulings.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told<'s> {
    project: &'s Project,
    /// Whether anybody asked to see passes.
    passes: bool,
}

/// The place and the rule of a pass.
type Pass = (Place, Text);

/// What the rules say of one resource.
pub(super) struct Said<'a> {
    member: &'a Member,
    /// What it is called, where there is anything to tell of it.
    name: Option<ResourceName>,
    ruled: Vec<Ruled<'a>>,
    passes: Vec<Pass>,
}

/// A rule's rulings on one resource.
struct Ruled<'a> {
    rule: &'a Arc<Rule>,
    rulings: Vec<Ruling>,
}

impl Told<'_> {
    /// What the rules say of a resource, with all that can be found out about it without the others. Of passes that
    /// nobody asked to see only the number is told.
    pub(super) fn of<'a>(self, judge: &mut Judge<'a>, member: &'a Member) -> Said<'a> {
        let mut passes = Vec::new();
        let mut ruled = Vec::new();
        for (rule, mut rulings) in judge.member(member) {
            rulings.retain(|ruling| {
                let is_counted = ruling.verdict == Verdict::Pass && !self.passes;
                if is_counted {
                    let place = primary(&ruling.judgement, member, self.project);
                    passes.push((place, rule.id.clone()));
                }
                !is_counted
            });
            if !rulings.is_empty() {
                ruled.push(Ruled { rule, rulings });
            }
        }
        let mut rulings = ruled.iter().flat_map(|ruled: &Ruled<'_>| &ruled.rulings);
        let is_named = rulings.any(|ruling| ruling.verdict != Verdict::NotApplicable);
        Said {
            member,
            name: is_named.then(|| resource_name(member)),
            ruled,
            passes,
        }
    }
}

impl Said<'_> {
    /// Where the resource is.
    pub(super) fn home(&self) -> Home {
        self.member.home
    }
}

impl<'s> Findings<'s> {
    /// No findings yet, of which those with these verdicts are listed.
    /// Those in `editable` files may have fixes.
    pub(super) fn new(
        project: &'s Project,
        listed: &[Verdict],
        editable: impl IntoIterator<Item = FileId>,
    ) -> Self {
        Self {
            project,
            editable: editable.into_iter().collect(),
            gathered: BTreeMap::new(),
            names: HashMap::new(),
            told: Told {
                project,
                passes: listed.contains(&Verdict::Pass),
            },
            passes: HashSet::new(),
        }
    }

    /// What is told of rulings.
    pub(super) fn told(&self) -> Told<'s> {
        self.told
    }

    /// Adds what all rules say of one resource of a deployment, which an export has none of.
    pub(super) fn add(&mut self, said: &Said<'_>, deployment: Option<&'s DeploymentName>) {
        let Place { file, span } = said.member.resource.declared;
        let passes = said.passes.iter().cloned();
        self.passes
            .extend(passes.map(|pass| (pass, file, span.start)));
        let Some(name) = &said.name else {
            return;
        };
        for ruled in &said.ruled {
            for ruling in &ruled.rulings {
                if ruling.verdict != Verdict::NotApplicable {
                    self.add_one((said.member, name), (ruled.rule, ruling), deployment);
                }
            }
        }
        for ruled in &said.ruled {
            for ruling in ruled
                .rulings
                .iter()
                .filter(|ruling| !ruling.said_by.is_empty())
            {
                self.relate(said, ruled.rule, ruling);
            }
        }
    }

    fn key(&mut self, member: &Member, rule: &Rule, ruling: &Ruling) -> (Key, Place) {
        let place = primary(&ruling.judgement, member, self.project);
        let declared = member.resource.declared;
        let key = Key {
            path: self.name(place.file),
            start: place.span.start,
            end: place.span.end,
            rule: rule.id.clone(),
            verdict: ruling.verdict,
            declared: (self.name(declared.file), declared.span.start),
        };
        (key, place)
    }

    fn add_one(
        &mut self,
        (member, resource): (&Member, &ResourceName),
        (rule, ruling): (&Rule, &Ruling),
        deployment: Option<&'s DeploymentName>,
    ) {
        let (key, place) = self.key(member, rule, ruling);
        let project = self.project;
        let counted = (deployment, resource.id.clone());
        let gathered = self.gathered.entry(key).or_insert_with(|| {
            Box::new(Gathered {
                finding: finding((member, resource), (rule, ruling), place, project),
                remedies: Some(Vec::new()),
                resources: HashSet::new(),
                deployments: BTreeSet::new(),
                others: BTreeMap::new(),
            })
        });
        // Exports show what is there, and are not what to edit.
        let remedy = remedy(ruling).filter(|_| deployment.is_some());
        let remedies = gathered.remedies.take().zip(remedy);
        gathered.remedies = remedies.map(|(mut remedies, remedy)| {
            remedies.push(remedy);
            remedies
        });
        let judgement = &ruling.judgement;
        let known = &mut gathered.finding;
        if ruling.verdict != Verdict::Pass {
            // Of several properties at one place the first by name stands for all, whichever is written first.
            let about = about(judgement);
            if about < known.identity.property {
                known.identity.property = about;
            }
        }
        let is_counted = usize::from(gathered.resources.insert(counted));
        let calls = &member.resource.calls;
        let (deployments, told) =
            if resource.label == known.resource.label && *calls == known.declared.route {
                known.count += is_counted;
                let told = Example {
                    resource: &mut known.resource,
                    level: &mut known.level,
                    message: &mut known.message,
                    witness: &mut known.witness,
                };
                (&mut gathered.deployments, told)
            } else {
                let key = (resource.label.clone(), calls.clone());
                let (other, deployments) = gathered.others.entry(key).or_insert_with(|| {
                    let other = instance((member, resource), ruling, place, project);
                    (other, BTreeSet::new())
                });
                other.count += is_counted;
                let told = Example {
                    resource: &mut other.resource,
                    level: &mut other.level,
                    message: &mut other.message,
                    witness: &mut other.witness,
                };
                (deployments, told)
            };
        deployments.extend(deployment);
        told.improve(ruling, resource);
        for cause in &ruling.causes {
            if !gathered.finding.causes.contains(cause) {
                gathered.finding.causes.push(cause.clone());
            }
        }
    }

    /// What a rule would have pointed at, on the findings of the rules that already say it.
    fn relate(&mut self, said: &Said<'_>, rule: &Rule, ruling: &Ruling) {
        for other in said
            .ruled
            .iter()
            .filter(|other| ruling.said_by.contains(&other.rule.id))
        {
            for fail in other
                .rulings
                .iter()
                .filter(|other| other.verdict == Verdict::Fail)
            {
                let (key, place) = self.key(said.member, other.rule, fail);
                // Where both point at one place, the other end of the relation is what it adds.
                let judgement = &ruling.judgement;
                let mut places = std::iter::once(judgement.site.place)
                    .chain(judgement.related.iter().map(|(_, end)| *end));
                let Some(at) = places.find(|own| *own != place) else {
                    continue;
                };
                let related = Related {
                    message: format!("see also {}: {}", rule.id, rule.title),
                    place: at,
                    step: false,
                };
                if let Some(gathered) = self.gathered.get_mut(&key)
                    && !gathered.finding.related.contains(&related)
                {
                    gathered.finding.related.push(related);
                }
            }
        }
    }

    fn name(&mut self, file: FileId) -> Text {
        let named = || {
            let source = self.project.sources().get(file);
            source.map_or_else(|| "".into(), |source| source.name().into())
        };
        self.names.entry(file).or_insert_with(named).clone()
    }

    /// All findings in order of path, place and rule, and their number by verdict.
    pub(super) fn finish(self) -> (Vec<Finding>, VerdictCounts) {
        let sources = self.project.sources();
        let gathered: Vec<Box<Gathered<'_>>> = self.gathered.into_values().collect();
        let remedies = gathered.iter().flat_map(|one| &one.remedies).flatten();
        let planner = Planner::new(sources, &self.editable, remedies);
        let findings = gathered.into_par_iter().with_max_len(FINDINGS_IN_A_ROW);
        let findings = findings.map(|one| one.finding(sources, &planner));
        let findings: Vec<Finding> = findings.collect();
        let count = |verdict| findings.iter().filter(|one| one.verdict == verdict).count();
        let counts = VerdictCounts {
            fail: count(Verdict::Fail),
            open: count(Verdict::Open),
            pass: count(Verdict::Pass) + self.passes.len(),
            ..VerdictCounts::default()
        };
        (findings, counts)
    }
}

impl Gathered<'_> {
    /// The finding, to which nothing is added any more.
    fn finding(self, sources: &Sources, planner: &Planner) -> Finding {
        let fix = self.fix(planner);
        let listed = |deployments: BTreeSet<&DeploymentName>| {
            let deployments = deployments.into_iter();
            deployments.cloned().collect()
        };
        let mut finding = self.finding;
        shorten(&mut finding.causes);
        finding.declared.deployments = listed(self.deployments);
        let others = self.others.into_values();
        finding.others = others
            .map(|(other, deployments)| Instance {
                deployments: listed(deployments),
                ..other
            })
            .collect();
        finding.fix = fix.map(Arc::new);
        finding.tell_of_the_gravest();
        let file = sources.get(finding.identity.file);
        finding.fingerprint = fingerprint(
            &finding.rule,
            file.as_ref().map_or("", |source| source.name()),
            &finding.identity.resource,
            &finding.identity.property,
        );
        finding
    }

    /// How to mend it in the text. What mends it in one deployment and another thing in the next is not for us to choose
    /// from.
    fn fix(&self, planner: &Planner) -> Option<Fix> {
        let mut fixes = self.remedies.iter().flatten().map(|one| planner.fix(one));
        let fix = fixes.next()??;
        let is_same = |other: Option<Fix>| other.as_ref() == Some(&fix);
        fixes.all(is_same).then_some(fix)
    }
}

/// What mends a fail. What fails under assumptions only may be meant where they do not hold, so that it is not safe.
fn remedy(ruling: &Ruling) -> Option<Remedy> {
    let remedy = ruling.judgement.remedy.clone();
    let mut remedy = remedy.filter(|_| ruling.verdict == Verdict::Fail)?;
    remedy.safe &= ruling.witness.is_empty();
    Some(remedy)
}

/// How many findings a thread finishes at a time.
const FINDINGS_IN_A_ROW: usize = 16;

/// How many causes a finding names.
const MAXIMUM_CAUSES: usize = 8;

/// Leaves out what is more than anybody reads, and says so.
fn shorten(causes: &mut Vec<Cause>) {
    let Some(more) = causes.len().checked_sub(MAXIMUM_CAUSES) else {
        return;
    };
    if more > 1 {
        causes.truncate(MAXIMUM_CAUSES);
        if let Some(last) = causes.last_mut() {
            last.message = format!("{} other values are not known either", more + 1);
        }
    }
}

/// What is told of the resources of one name and way.
struct Example<'f> {
    resource: &'f mut ResourceName,
    level: &'f mut Level,
    message: &'f mut String,
    witness: &'f mut Vec<Assumption>,
}

impl Example<'_> {
    /// The gravest is told, and the one with the fewest assumptions.
    fn improve(self, ruling: &Ruling, resource: &ResourceName) {
        let judgement = &ruling.judgement;
        let known = (*self.level, self.witness.len());
        if is_graver((judgement.level, ruling.witness.len()), known) {
            *self.level = judgement.level;
            self.message.clone_from(&judgement.message);
            self.witness.clone_from(&ruling.witness);
            self.resource.clone_from(resource);
        }
    }
}
