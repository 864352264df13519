//! Judging the resources of a run, and putting together what is said of them.
//!
//! In: an estate and the rules of each file. Out: how many resources a rule speaks of; what is said of them goes to the
//! findings, in the order of the members whatever the threads do.

use foldhash::{HashMap, HashMapExt};
use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

use super::RunError;
use super::choice::Choice;
use super::findings::{Findings, Said};
use crate::estate::{Estate, Home, Member};
use crate::finding::DeploymentName;
use crate::rules::Judge;
use crate::source::Place;

/// How many resources of a deployment or of an export one thread judges at a time, where they can be told apart.
const RESOURCES_AT_A_TIME: usize = 64;

/// How many deployments, or parts of exports, are judged before their findings are put together.
const GROUPS_AT_A_TIME: usize = 64;

/// Judges all resources. Gives how many of them a rule speaks of.
pub(super) fn judge<'e, 's>(
    choice: &'e mut Choice<'_>,
    estate: &'e Estate,
    names: &'s [DeploymentName],
    findings: &mut Findings<'s>,
) -> Result<usize, RunError> {
    let request = choice.request;
    let mut judged_types: HashMap<(&str, bool), bool> = HashMap::new();
    let mut members: Vec<(usize, &'e Member)> = Vec::new();
    for member in estate.members() {
        let resource = &member.resource;
        let is_judged = judged_types
            .entry((&resource.kind, resource.existing))
            .or_insert_with(|| request.judges(&resource.kind, resource.existing));
        if *is_judged && !resource.extension {
            members.push((choice.of_member(member)?, member));
        }
    }
    let of_one_home = |one: &(usize, &Member), other: &(usize, &Member)| {
        one.0 == other.0 && one.1.home == other.1.home
    };
    let groups: Vec<&[(usize, &Member)]> = members.chunk_by(of_one_home).flat_map(parts).collect();
    if !members.is_empty() {
        estate.make_ready();
    }
    let sources = choice.project.sources();
    let choice = &*choice;
    let told = findings.told();
    let judge_all = |some: &[&[(usize, &'e Member)]]| -> Vec<Vec<Said<'e>>> {
        let judged = some.par_iter().with_max_len(1).map(|group| {
            let chosen = group.first().map_or(0, |(chosen, _)| *chosen);
            let mut judge = Judge::new(estate, sources, choice.rules(chosen));
            let members = group.iter().map(|(_, member)| *member);
            members.map(|member| told.of(&mut judge, member)).collect()
        });
        judged.collect()
    };
    let mut add_all = |judged: &[Vec<Said<'_>>]| {
        for said in judged.iter().flatten() {
            let deployment = match said.home() {
                Home::Deployment(number) => names.get(number as usize),
                Home::Export => None,
            };
            findings.add(said, deployment);
        }
    };
    // What is said of all resources of a large tree or export at once takes more memory than all else. While it is put
    // together, the next ones are judged.
    let mut batches = groups.chunks(GROUPS_AT_A_TIME);
    let mut judged = batches.next().map(judge_all);
    while let Some(ready) = judged.take() {
        let next = batches.next();
        ((), judged) = rayon::join(|| add_all(&ready), || next.map(judge_all));
    }
    let deployed = members
        .iter()
        .filter(|(_, member)| !member.resource.existing);
    Ok(deployed.count())
}

/// The resources of one home in parts that can be judged apart. The copies of a declaration share how many combinations
/// they may take: they stay together.
fn parts<'g, 'm>(group: &'g [(usize, &'m Member)]) -> Vec<&'g [(usize, &'m Member)]> {
    if group.len() <= RESOURCES_AT_A_TIME {
        return vec![group];
    }
    let declared = || group.iter().map(|(_, member)| member.resource.declared);
    let last: HashMap<Place, usize> = declared().zip(0..).collect();
    let mut parts = Vec::new();
    let (mut start, mut together) = (0, 0);
    for (position, declared) in declared().enumerate() {
        together = together.max(last.get(&declared).copied().unwrap_or_default());
        let end = position + 1;
        let is_full = end - start >= RESOURCES_AT_A_TIME && position == together;
        if is_full || end == group.len() {
            parts.push(&group[start..end]);
            start = end;
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::Resource;
    use crate::evaluate::origin::Origin;
    use crate::evaluate::value::Value;
    use crate::source::{FileId, Span};

    /// The sizes of the parts of a deployment whose resources are declared at these offsets.
    fn sizes(declared: impl Iterator<Item = usize>) -> Vec<usize> {
        let member = |offset| {
            let place = Place::new(FileId(0), Span::point(offset));
            let value = || Value::string("", Origin::at(place));
            Member {
                resource: Resource::as_it_is(
                    "a/b".into(),
                    [value(), value(), value()],
                    place,
                    place,
                ),
                home: Home::Deployment(0),
                number: 0,
            }
        };
        let members: Vec<Member> = declared.map(member).collect();
        let group: Vec<(usize, &Member)> = members.iter().map(|member| (0, member)).collect();
        parts(&group).into_iter().map(<[_]>::len).collect()
    }

    #[test]
    fn many_resources_are_judged_in_parts() {
        assert_eq!(sizes(0..64), [64]);
        assert_eq!(sizes(0..130), [64, 64, 2]);
    }

    #[test]
    fn the_copies_of_a_declaration_stay_together() {
        let looped = std::iter::repeat_n(100, 100);
        assert_eq!(
            sizes((0..100).chain(looped).chain(101..201)),
            [64, 136, 64, 36]
        );
        // A module that is deployed twice.
        assert_eq!(sizes((0..70).chain(0..70).chain(70..80)), [140, 10]);
    }
}
