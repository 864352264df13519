//! Rulings of many deployments as findings: one for each rule, verdict, declared resource and place.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use crate::estate::{Home, Member};
use crate::evaluate::canonical;
use crate::evaluate::origin::{Origin, Step};
use crate::evaluate::value::{Kind, Value};
use crate::finding::{
    Assumption, Cause, Declared, DeploymentName, Finding, Fix, Identity, Instance, Level, Related,
    ResourceName, Verdict, VerdictCounts, fingerprint, is_graver,
};
use crate::fix::Planner;
use crate::project::Project;
use crate::rules::{Judgement, Rule, Ruling};
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
struct Gathered {
    finding: Finding,
    /// The resources that it holds for, by deployment and id.
    resources: BTreeSet<(Option<DeploymentName>, String)>,
    /// The deployments of the one that it tells of.
    deployments: BTreeSet<DeploymentName>,
    /// The others by what tells them apart: what people call them, and the way to them.
    others: BTreeMap<(String, Vec<Place>), (Instance, BTreeSet<DeploymentName>)>,
}

/// The findings of a run.
#[derive(Debug)]
pub(super) struct Findings<'s> {
    project: &'s Project,
    planner: Planner<'s>,
    gathered: BTreeMap<Key, Gathered>,
    /// The names of files, as far as they have been asked for.
    names: HashMap<FileId, Text>,
    /// Passes that nobody asked to see are counted only: the place and the rule, and where the resource is declared.
    passes: Option<HashSet<(Place, Text, FileId, u32)>>,
}

/// A rule's rulings on one resource.
pub(super) struct Ruled<'a> {
    pub(super) rule: &'a Arc<Rule>,
    pub(super) member: &'a Member,
    pub(super) rulings: Vec<Ruling>,
}

impl<'s> Findings<'s> {
    /// No findings yet, of which those with these verdicts are listed.
    /// Those in `editable` files may have fixes.
    pub(super) fn new(project: &'s Project, listed: &[Verdict], editable: HashSet<FileId>) -> Self {
        Self {
            project,
            planner: Planner::new(project.sources(), editable),
            gathered: BTreeMap::new(),
            names: HashMap::new(),
            passes: (!listed.contains(&Verdict::Pass)).then(HashSet::new),
        }
    }

    /// Reads, on all threads, what the fixes of these rulings need.
    pub(super) fn read_ahead<'r>(&mut self, all: impl Iterator<Item = &'r Ruled<'r>>) {
        let rulings = all.flat_map(|ruled| &ruled.rulings);
        let fails = rulings.filter(|ruling| ruling.verdict == Verdict::Fail);
        let remedies = fails.filter_map(|ruling| ruling.judgement.remedy.as_ref());
        self.planner.read_ahead(remedies);
    }

    /// Adds what all rules say of one resource of a deployment, which an export has none of.
    pub(super) fn add(&mut self, all: &[Ruled<'_>], deployment: Option<&DeploymentName>) {
        let name = OnceCell::new();
        for ruled in all {
            for ruling in &ruled.rulings {
                if ruling.verdict != Verdict::NotApplicable {
                    self.add_one(ruled, ruling, deployment, &name);
                }
            }
        }
        for ruled in all {
            for ruling in ruled
                .rulings
                .iter()
                .filter(|ruling| !ruling.said_by.is_empty())
            {
                self.relate(ruled, ruling, all);
            }
        }
    }

    fn key(&mut self, ruled: &Ruled<'_>, ruling: &Ruling) -> (Key, Place) {
        let place = primary(&ruling.judgement, ruled.member, self.project);
        let declared = ruled.member.resource.declared;
        let key = Key {
            path: self.name(place.file),
            start: place.span.start,
            end: place.span.end,
            rule: ruled.rule.id.clone(),
            verdict: ruling.verdict,
            declared: (self.name(declared.file), declared.span.start),
        };
        (key, place)
    }

    /// `name` is that of the resource, for all that is said of it.
    fn add_one(
        &mut self,
        ruled: &Ruled<'_>,
        ruling: &Ruling,
        deployment: Option<&DeploymentName>,
        name: &OnceCell<ResourceName>,
    ) {
        if let (Verdict::Pass, Some(passes)) = (ruling.verdict, &mut self.passes) {
            let place = primary(&ruling.judgement, ruled.member, self.project);
            let Place { file, span } = ruled.member.resource.declared;
            passes.insert((place, ruled.rule.id.clone(), file, span.start));
            return;
        }
        let (key, place) = self.key(ruled, ruling);
        let resource = name.get_or_init(|| resource_name(ruled.member));
        let project = self.project;
        let fix = self.fix(ruling, deployment.is_some());
        let counted = (deployment.cloned(), resource.id.clone());
        let mut is_new = false;
        let gathered = self.gathered.entry(key).or_insert_with(|| {
            is_new = true;
            Gathered {
                finding: finding(ruled, ruling, place, resource.clone(), project),
                resources: BTreeSet::new(),
                deployments: BTreeSet::new(),
                others: BTreeMap::new(),
            }
        });
        // What mends it in one deployment and another thing in the next is not for us to choose from.
        if is_new {
            gathered.finding.fix = fix;
        } else if gathered.finding.fix != fix {
            gathered.finding.fix = None;
        }
        let judgement = &ruling.judgement;
        let known = &mut gathered.finding;
        if ruling.verdict != Verdict::Pass {
            // Of several properties at one place the first by name stands for all, whichever is written first.
            let about = about(judgement);
            if about < known.identity.property {
                let file = project.sources().get(known.identity.file);
                let file = file.map_or_else(String::new, |source| source.name().to_owned());
                known.fingerprint =
                    fingerprint(&known.rule, &file, &known.identity.resource, &about);
                known.identity.property = about;
            }
        }
        let is_counted = usize::from(gathered.resources.insert(counted));
        let calls = &ruled.member.resource.calls;
        let (deployments, told) =
            if resource.label == known.resource.label && *calls == known.declared.route {
                known.count += is_counted;
                let told = Told {
                    resource: &mut known.resource,
                    level: &mut known.level,
                    message: &mut known.message,
                    witness: &mut known.witness,
                };
                (&mut gathered.deployments, told)
            } else {
                let key = (resource.label.clone(), calls.clone());
                let (other, deployments) = gathered.others.entry(key).or_insert_with(|| {
                    let related = related(judgement, ruled.member, place, project);
                    (
                        instance(ruled.member, resource, ruling, related),
                        BTreeSet::new(),
                    )
                });
                other.count += is_counted;
                let told = Told {
                    resource: &mut other.resource,
                    level: &mut other.level,
                    message: &mut other.message,
                    witness: &mut other.witness,
                };
                (deployments, told)
            };
        deployments.extend(deployment.cloned());
        told.improve(ruling, resource);
        for cause in &ruling.causes {
            if !gathered.finding.causes.contains(cause) {
                gathered.finding.causes.push(cause.clone());
            }
        }
    }

    /// How to mend it in the text. What fails under assumptions only may be meant where they do not hold, so that is not
    /// safe. Exports show what is there, and are not what to edit.
    fn fix(&mut self, ruling: &Ruling, is_deployed: bool) -> Option<Arc<Fix>> {
        let remedy = ruling.judgement.remedy.as_ref();
        let remedy = remedy.filter(|_| is_deployed && ruling.verdict == Verdict::Fail)?;
        let mut fix = self.planner.fix(remedy)?;
        fix.safe &= ruling.witness.is_empty();
        Some(Arc::new(fix))
    }

    /// What a rule would have pointed at, on the findings of the rules that already say it.
    fn relate(&mut self, ruled: &Ruled<'_>, ruling: &Ruling, all: &[Ruled<'_>]) {
        for other in all
            .iter()
            .filter(|other| ruling.said_by.contains(&other.rule.id))
        {
            for said in other
                .rulings
                .iter()
                .filter(|said| said.verdict == Verdict::Fail)
            {
                let (key, place) = self.key(other, said);
                // Where both point at one place, the other end of the relation is what it adds.
                let judgement = &ruling.judgement;
                let mut places = std::iter::once(judgement.site.place)
                    .chain(judgement.related.iter().map(|(_, end)| *end));
                let Some(at) = places.find(|own| *own != place) else {
                    continue;
                };
                let related = Related {
                    message: format!("see also {}: {}", ruled.rule.id, ruled.rule.title),
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
        let mut counts = VerdictCounts {
            pass: self.passes.map_or(0, |passes| passes.len()),
            ..VerdictCounts::default()
        };
        let findings = self
            .gathered
            .into_values()
            .map(|gathered| {
                let mut finding = gathered.finding;
                shorten(&mut finding.causes);
                finding.declared.deployments = gathered.deployments.into_iter().collect();
                let others = gathered.others.into_values();
                finding.others = others
                    .map(|(other, deployments)| Instance {
                        deployments: deployments.into_iter().collect(),
                        ..other
                    })
                    .collect();
                finding.tell_of_the_gravest();
                match finding.verdict {
                    Verdict::Fail => counts.fail += 1,
                    Verdict::Open => counts.open += 1,
                    Verdict::Pass => counts.pass += 1,
                    Verdict::NotApplicable => {}
                }
                finding
            })
            .collect();
        (findings, counts)
    }
}

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

/// The place to look at in a file of the project. In a module of the cache nobody edits anything: what stands for it is
/// the call. What the command line gives is in no file: what stands for it is where it is used, else the resource.
fn primary(judgement: &Judgement, member: &Member, project: &Project) -> Place {
    let site = &judgement.site;
    let uses = site.origin.steps().map(|used| used.place);
    std::iter::once(site.place)
        .chain(uses.filter(|place| place.file == member.resource.head.file))
        .chain(site.key)
        .chain([member.resource.head])
        .chain(member.resource.calls.iter().copied())
        .find(|place| project.is_own(place.file))
        .unwrap_or(site.place)
}

fn finding(
    ruled: &Ruled<'_>,
    ruling: &Ruling,
    place: Place,
    resource: ResourceName,
    project: &Project,
) -> Finding {
    let sources = project.sources();
    let judgement = &ruling.judgement;
    let member = ruled.member;
    let identity = Identity {
        file: declaring_file(member, project),
        resource: if project.is_own(member.resource.declared.file) {
            declared_name(member, sources)
        } else {
            format!("{}{}", Identity::OF_MODULE, declared_name(member, sources))
        },
        property: about(judgement),
    };
    let file = sources
        .get(identity.file)
        .map_or_else(String::new, |source| source.name().to_owned());
    Finding {
        rule: ruled.rule.id.clone(),
        verdict: ruling.verdict,
        level: judgement.level,
        message: judgement.message.clone(),
        witness: ruling.witness.clone(),
        causes: Vec::new(),
        resource,
        count: 0,
        others: Vec::new(),
        place,
        declared: Declared {
            place: member.resource.declared,
            route: member.resource.calls.clone(),
            deployments: Vec::new(),
        },
        related: related(judgement, member, place, project),
        fingerprint: fingerprint(
            &ruled.rule.id,
            &file,
            &identity.resource,
            &identity.property,
        ),
        identity,
        property: property(judgement),
        suppression: None,
        baseline: None,
        fix: None,
    }
}

/// What a finding would tell of this resource.
fn instance(
    member: &Member,
    resource: &ResourceName,
    ruling: &Ruling,
    related: Vec<Related>,
) -> Instance {
    Instance {
        resource: resource.clone(),
        route: member.resource.calls.clone(),
        level: ruling.judgement.level,
        message: ruling.judgement.message.clone(),
        witness: ruling.witness.clone(),
        related,
        count: 0,
        deployments: Vec::new(),
    }
}

/// What is told of the resources of one name and way.
struct Told<'f> {
    resource: &'f mut ResourceName,
    level: &'f mut Level,
    message: &'f mut String,
    witness: &'f mut Vec<Assumption>,
}

impl Told<'_> {
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

pub(super) fn resource_name(member: &Member) -> ResourceName {
    let printed = |value: &Value| match canonical::to_json(value) {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    };
    ResourceName {
        id: printed(&member.resource.id),
        kind: member.resource.kind.to_string(),
        name: printed(&member.resource.name),
        label: canonical::outline(&member.resource.name),
    }
}

/// The file of the project that stands for the resource: the one that declares it, or that calls the module of the cache
/// which does.
fn declaring_file(member: &Member, project: &Project) -> FileId {
    let declared = member.resource.declared.file;
    let calls = member.resource.calls.iter().map(|call| call.file);
    std::iter::once(declared)
        .chain(calls)
        .find(|file| project.is_own(*file))
        .unwrap_or(declared)
}

/// The resource as it is declared: its type, and its name as written, however its lines are laid out. What an export
/// shows has no declaration: it is known by its id, or its name.
fn declared_name(member: &Member, sources: &Sources) -> String {
    if member.home == Home::Export {
        let ResourceName { id, kind, name, .. } = resource_name(member);
        let called = if id.starts_with('/') { id } else { name };
        return format!("{} {called}", kind.to_ascii_lowercase());
    }
    let body = member.resource.body.as_object();
    let name = body.and_then(|body| body.get("name")).and_then(|name| {
        let source = sources.get(name.key_place.file)?;
        let written = source.slice(name.key_place.span);
        Some(written.split_whitespace().collect::<Vec<_>>().join(" "))
    });
    format!(
        "{} {}",
        member.resource.kind.to_ascii_lowercase(),
        name.unwrap_or_default()
    )
}

/// The path of the property, free of positions in lists.
fn property(judgement: &Judgement) -> String {
    let path = &judgement.site.path;
    let mut property = String::with_capacity(path.len());
    let mut rest = path.as_str();
    while let Some((before, after)) = rest.split_once('[') {
        property.push_str(before);
        match after.split_once(']') {
            Some((position, behind)) if position.parse::<i64>().is_ok() => {
                property.push_str("[*]");
                rest = behind;
            }
            _ => {
                property.push('[');
                rest = after;
            }
        }
    }
    property + rest
}

/// The property that a finding is about: its path, and of an element of a list its value, which tells it from the others
/// where their positions do not count. The order of members is none of it, nor how an unknown is put together.
fn about(judgement: &Judgement) -> String {
    let property = property(judgement);
    let (Some(_), Some(value), true) = (
        &judgement.element,
        &judgement.site.value,
        property.contains("[*]"),
    ) else {
        return property;
    };
    let value = match value.kind {
        Kind::Mixed(_) | Kind::Symbolic(_) => canonical::stable_outline(value),
        _ => {
            let mut value = canonical::to_json(value);
            value.sort_all_objects();
            value.to_string()
        }
    };
    format!("{property}={value}")
}

/// The way of the value from where it is written to where it is used, then the deployments around the resource.
fn related(
    judgement: &Judgement,
    member: &Member,
    primary: Place,
    project: &Project,
) -> Vec<Related> {
    let site = &judgement.site;
    let mut related: Vec<Related> = Vec::new();
    let mut add = |message: String, place: Place, step: bool| {
        let is_new = place != primary
            && !project.is_given(place.file)
            && !related.iter().any(|known| known.place == place);
        if is_new {
            related.push(Related {
                message,
                place,
                step,
            });
        }
    };
    if primary != site.place {
        add(
            "the judged value in the module".to_owned(),
            site.place,
            true,
        );
    }
    let mut steps: Vec<_> = steps(&site.origin).collect();
    steps.reverse();
    for (message, place) in steps {
        add(message, place, true);
    }
    for (message, place) in &judgement.related {
        add(message.clone(), *place, false);
    }
    for call in &member.resource.calls {
        if project.is_own(call.file) {
            add("deployed from here".to_owned(), *call, false);
        }
    }
    related
}

fn steps(origin: &Origin) -> impl Iterator<Item = (String, Place)> + '_ {
    origin.steps().map(|used| {
        let message = match &used.step {
            Step::Default(name) => format!("default of parameter '{name}'"),
            Step::ParameterFile(name) => format!("value of parameter '{name}'"),
            Step::CommandLine(name) => format!("parameter '{name}', given on the command line"),
            Step::Argument(name) => format!("argument '{name}'"),
            Step::Exposed(name) => format!("parameter '{name}', which is not secure"),
            Step::Variable(name) => format!("variable '{name}'"),
            Step::Output(name) => format!("output '{name}'"),
            Step::Property(name) => format!("property '{name}' of another resource"),
            Step::File(name) => format!("content of '{name}'"),
            Step::Condition(name) => format!("parameter '{name}', which decides it"),
            Step::Expression => "the expression that uses it".to_owned(),
        };
        (message, used.place)
    })
}
