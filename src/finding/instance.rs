//! The resources of one finding, where it holds for several that one declaration makes.
//!
//! In: a finding and what would be told of each of its resources. Out: the finding, telling of the gravest, or of those
//! that are left. It refuses to know why some of them are left out.

use super::{Assumption, DeploymentName, Finding, Level, Related, ResourceName};
use crate::source::Place;

/// Where the resources of a finding are declared, and what tells them apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// The declaration, the same for all of them.
    pub place: Place,
    /// The way by which [`Finding::resource`] was reached: the module declarations and nested deployments, the nearest
    /// first.
    pub route: Vec<Place>,
    /// The deployments that it is in, in order.
    pub deployments: Vec<DeploymentName>,
}

/// Resources that a finding holds for besides the one that it tells of, which have one name and were reached by one way,
/// with what it would tell of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Instance {
    /// The first of them.
    pub resource: ResourceName,
    /// The way by which they were reached, as in [`Declared::route`].
    pub route: Vec<Place>,
    /// As in [`Finding::level`].
    pub level: Level,
    /// As in [`Finding::message`].
    pub message: String,
    /// As in [`Finding::witness`].
    pub witness: Vec<Assumption>,
    /// As in [`Finding::related`].
    pub related: Vec<Related>,
    /// How many they are.
    pub count: usize,
    /// The deployments that they are in, in order.
    pub deployments: Vec<DeploymentName>,
}

impl Finding {
    /// Tells of the gravest of its resources; where that fails in any case, it needs no assumption.
    pub fn tell_of_the_gravest(&mut self) {
        let mut best = (self.level, self.witness.len());
        let mut chosen = None;
        for (number, other) in self.others.iter().enumerate() {
            if is_graver((other.level, other.witness.len()), best) {
                best = (other.level, other.witness.len());
                chosen = Some(number);
            }
        }
        if let Some(chosen) = chosen {
            self.exchange(chosen);
        }
    }

    /// Leaves out its resources of which this is not so: first whether it is of the one that it tells of, then of each of
    /// the others. One has to be left.
    pub fn keep(&mut self, is_kept: &[bool]) {
        let Some((own, others)) = is_kept.split_first() else {
            return;
        };
        let mut kept = others.to_vec();
        if !own
            && let Some(next) = others.iter().position(|kept| *kept)
            && let Some(taken) = kept.get_mut(next)
        {
            self.exchange(next);
            *taken = false;
        }
        let mut kept = kept.into_iter();
        self.others.retain(|_| kept.next().unwrap_or(true));
        self.tell_of_the_gravest();
    }

    /// For how many resources (loop copies, deployments) it holds.
    pub fn instances(&self) -> usize {
        self.others.iter().map(|other| other.count).sum::<usize>() + self.count
    }

    /// The deployments that it holds in, in order of their paths.
    pub fn deployments(&self) -> Vec<&DeploymentName> {
        let others = self.others.iter().flat_map(|other| &other.deployments);
        let mut all: Vec<_> = self.declared.deployments.iter().chain(others).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Tells of one of the others, which what it told of takes the place of.
    fn exchange(&mut self, number: usize) {
        let Some(other) = self.others.get_mut(number) else {
            return;
        };
        std::mem::swap(&mut self.resource, &mut other.resource);
        std::mem::swap(&mut self.declared.route, &mut other.route);
        std::mem::swap(&mut self.declared.deployments, &mut other.deployments);
        std::mem::swap(&mut self.level, &mut other.level);
        std::mem::swap(&mut self.message, &mut other.message);
        std::mem::swap(&mut self.witness, &mut other.witness);
        std::mem::swap(&mut self.related, &mut other.related);
        std::mem::swap(&mut self.count, &mut other.count);
    }
}

/// Whether one is graver than another, each by its level and the length of its witness.
pub fn is_graver(one: (Level, usize), other: (Level, usize)) -> bool {
    one.0 > other.0 || one.0 == other.0 && one.1 < other.1
}
