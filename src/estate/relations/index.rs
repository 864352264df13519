//! What of an estate can be looked up: resources by id and by name, references by what they refer to.
//!
//! Built once, in one pass. What an assignment can change is listed by kind instead, and compared when it is asked for:
//! only deployments have such resources, and each of them has few.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use super::facts::{Facts, LinkKind};
use super::kind::Kind;
use crate::estate::property::Property;
use crate::estate::resources::{Home, Member};
use crate::evaluate::SecretRead;
use crate::evaluate::id::{self, Key};
use crate::evaluate::symbol::collect_keys;
use crate::evaluate::value::Value;

/// A resource, or a part of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Spot {
    pub(super) member: usize,
    /// The index of the part.
    pub(super) part: Option<usize>,
}

impl Spot {
    /// A resource as a whole.
    pub(super) fn whole(member: usize) -> Self {
        Self { member, part: None }
    }
}

#[derive(Debug, Default)]
pub(in crate::estate) struct Index {
    /// What is known of each member without an assignment.
    pub(super) facts: Vec<Arc<Facts>>,
    /// Resources and parts of resources whose id is known.
    pub(super) ids: HashMap<String, Vec<Spot>>,
    /// References to a known id: the member and which of its links.
    pub(super) links: HashMap<(LinkKind, String), Vec<(usize, usize)>>,
    /// The keys of the symbols in each member, sorted, once they have been asked for.
    symbols: Vec<OnceLock<Box<[[u64; 2]]>>>,
    /// References to what their own home does not hold.
    dangling: OnceLock<HashMap<LinkKind, Vec<(usize, usize)>>>,
    /// The zone groups by the vaults of their endpoints.
    groups: OnceLock<Sorted>,
    /// The A records by their names.
    records: OnceLock<Sorted>,
    /// The members of a home by kind.
    pub(super) kinds: HashMap<(Home, Kind), Vec<usize>>,
    /// Those of them that an assignment can change.
    pub(super) loose: HashMap<(Home, Kind), Vec<usize>>,
    /// The deployments, and the exports.
    pub(super) homes: BTreeSet<Home>,
    /// The kinds of which an export shows one without its properties, so that it may refer to anything.
    pub(super) blank: HashSet<Kind>,
    /// The secrets that a deployment reads, by their places in [`Estate::secret_reads`].
    ///
    /// [`Estate::secret_reads`]: crate::estate::Estate::secret_reads
    pub(super) reads: HashMap<u64, Vec<usize>>,
    /// Those of a vault whose id is known.
    pub(super) known_reads: HashMap<String, Vec<usize>>,
    /// The members of the kinds that are looked up so by the last segment of their id.
    pub(super) names: HashMap<(Home, Kind, String), Vec<usize>>,
}

/// Members by a key that no assignment changes, and those of which it is not known.
#[derive(Debug, Default)]
pub(super) struct Sorted {
    by_key: HashMap<String, BTreeSet<usize>>,
    open: BTreeSet<usize>,
}

impl Sorted {
    /// The members that may have one of these keys.
    pub(super) fn with<'k>(&self, keys: impl Iterator<Item = &'k str>) -> BTreeSet<usize> {
        let known = keys.filter_map(|key| self.by_key.get(key)).flatten();
        known.chain(&self.open).copied().collect()
    }

    fn add(&mut self, number: usize, keys: Option<Vec<String>>) {
        match keys {
            None => {
                self.open.insert(number);
            }
            Some(keys) => {
                for key in keys {
                    self.by_key.entry(key).or_default().insert(number);
                }
            }
        }
    }
}

/// What of a member an assignment may change.
pub(super) fn values(member: &Member) -> impl Iterator<Item = &Value> {
    let resource = &member.resource;
    let values = [&resource.id, &resource.body, &resource.condition];
    values.into_iter().chain(&resource.copies)
}

/// What is known of a member without an assignment.
fn facts(member: &Member) -> Arc<Facts> {
    Arc::new(Facts::of(member))
}

impl Index {
    pub(in crate::estate) fn of(members: &[Member], reads: &[(u64, SecretRead)]) -> Self {
        let facts = members.iter().map(facts).collect();
        Self::of_facts(members, facts, reads)
    }

    /// The same on all threads.
    pub(in crate::estate) fn of_many(members: &[Member], reads: &[(u64, SecretRead)]) -> Self {
        let facts = members.par_iter().map(facts).collect();
        Self::of_facts(members, facts, reads)
    }

    fn of_facts(members: &[Member], facts: Vec<Arc<Facts>>, reads: &[(u64, SecretRead)]) -> Self {
        let mut index = Self::default();
        for (place, (number, read)) in reads.iter().enumerate() {
            index.reads.entry(*number).or_default().push(place);
            if let Some(vault) = read.vault.as_str() {
                let known = index.known_reads.entry(id::folded(vault));
                known.or_default().push(place);
            }
        }
        for (number, (member, facts)) in members.iter().zip(&facts).enumerate() {
            // What could not be read is no resource.
            if !member.resource.unread {
                index.add(number, member.home, facts);
            }
        }
        index.symbols = facts.iter().map(|_| OnceLock::new()).collect();
        index.facts = facts;
        index
    }

    fn add(&mut self, number: usize, home: Home, facts: &Facts) {
        let of_kind = (home, facts.kind);
        self.homes.insert(home);
        let properties = Property::of(&facts.body, &["properties"]);
        if home == Home::Export && matches!(properties, Property::Absent) {
            self.blank.insert(facts.kind);
        }
        self.kinds.entry(of_kind).or_default().push(number);
        if !facts.is_fixed {
            self.loose.entry(of_kind).or_default().push(number);
        }
        if facts.kind.is_named()
            && let Some(name) = facts.id.known_name()
        {
            let key = (home, facts.kind, name);
            self.names.entry(key).or_default().push(number);
        }
        let mut spot = |key: Option<&str>, part: Option<usize>| {
            if let Some(key) = key {
                let spot = Spot {
                    member: number,
                    part,
                };
                self.ids.entry(key.to_owned()).or_default().push(spot);
            }
        };
        spot(facts.id.known(), None);
        for (part, inner) in facts.parts.iter().enumerate() {
            spot(inner.id.known(), Some(part));
        }
        for (position, link) in facts.links.iter().enumerate() {
            let here = (number, position);
            if let Some(key) = link.target.known() {
                let key = (link.kind, key.to_owned());
                self.links.entry(key).or_default().push(here);
            }
        }
    }

    /// The keys of the symbols in a member, sorted.
    pub(super) fn symbols(&self, number: usize, member: &Member) -> &[[u64; 2]] {
        let Some(known) = self.symbols.get(number) else {
            return &[];
        };
        known.get_or_init(|| {
            let mut keys = HashSet::new();
            for value in values(member) {
                collect_keys(value, &mut keys);
            }
            let mut keys: Vec<[u64; 2]> = keys.into_iter().collect();
            keys.sort_unstable();
            keys.into()
        })
    }

    /// References to what their own home does not hold: another home may.
    pub(super) fn dangling(&self, members: &[Member], kind: LinkKind) -> &[(usize, usize)] {
        let all = self.dangling.get_or_init(|| {
            let ids = |facts: &Facts| {
                let parts = facts.parts.iter().map(|part| Key::of(&part.id.value));
                let all: Vec<Key> = parts.chain([Key::of(&facts.id.value)]).collect();
                all
            };
            let homes = members.iter().zip(&self.facts);
            let held: HashSet<(Home, Key)> = homes
                .filter(|(member, _)| !member.resource.existing)
                .flat_map(|(member, facts)| ids(facts).into_iter().map(|id| (member.home, id)))
                .collect();
            let mut dangling: HashMap<LinkKind, Vec<(usize, usize)>> = HashMap::new();
            for (number, (member, facts)) in members.iter().zip(&self.facts).enumerate() {
                for (position, link) in facts.links.iter().enumerate() {
                    if !held.contains(&(member.home, Key::of(&link.target.value))) {
                        let of_kind = dangling.entry(link.kind).or_default();
                        of_kind.push((number, position));
                    }
                }
            }
            dangling
        });
        all.get(&kind).map_or(&[], Vec::as_slice)
    }

    /// The zone groups by the ids of the vaults that their endpoints connect to. Of a shared zone only few groups can
    /// be about the same vault, and to look at all of them for each takes long.
    pub(super) fn groups(&self, members: &[Member]) -> &Sorted {
        self.groups.get_or_init(|| {
            let mut all = Sorted::default();
            for (number, member) in self.of_any_home(Kind::ZoneGroup, members) {
                all.add(number, self.vaults_of_group(number, member.home));
            }
            all
        })
    }

    /// The ids of all the vaults that the endpoints of a zone group connect to, if they are known for certain.
    fn vaults_of_group(&self, number: usize, home: Home) -> Option<Vec<String>> {
        let is_sure =
            self.loose(home, Kind::Endpoint).is_empty() && self.loose(home, Kind::Vault).is_empty();
        let mut vaults = Vec::new();
        for endpoint in is_sure.then(|| self.known_targets(number, LinkKind::GroupEndpoint))?? {
            for spot in self.ids.get(&endpoint).into_iter().flatten() {
                vaults.extend(self.known_targets(spot.member, LinkKind::EndpointVault)?);
            }
        }
        Some(vaults)
    }

    /// What a member refers to, if all of it is known for certain.
    fn known_targets(&self, number: usize, kind: LinkKind) -> Option<Vec<String>> {
        let facts = self.facts.get(number).filter(|facts| facts.is_fixed)?;
        let links = facts.links.iter().filter(|link| link.kind == kind);
        let keys = links.map(|link| Some(link.target.known()?.to_owned()));
        keys.collect()
    }

    /// The A records by their names in lower case.
    pub(super) fn records(&self, members: &[Member]) -> &Sorted {
        self.records.get_or_init(|| {
            let mut all = Sorted::default();
            for (number, _) in self.of_any_home(Kind::Record, members) {
                let facts = self.facts.get(number).filter(|facts| facts.is_fixed);
                let name = facts.and_then(|facts| facts.id.known_name());
                all.add(number, name.map(|name| vec![name]));
            }
            all
        })
    }

    fn of_any_home<'m>(
        &self,
        kind: Kind,
        members: &'m [Member],
    ) -> impl Iterator<Item = (usize, &'m Member)> {
        let numbers = self
            .homes
            .iter()
            .flat_map(move |home| self.of_kind(*home, kind));
        numbers.filter_map(|number| Some((*number, members.get(*number)?)))
    }

    pub(super) fn loose(&self, home: Home, kind: Kind) -> &[usize] {
        self.loose.get(&(home, kind)).map_or(&[], Vec::as_slice)
    }

    /// How many members of a home are what this type is to the relations.
    pub(in crate::estate) fn count(&self, home: Home, kind: &str) -> usize {
        self.of_kind(home, Kind::of(kind)).len()
    }

    pub(super) fn of_kind(&self, home: Home, kind: Kind) -> &[usize] {
        self.kinds.get(&(home, kind)).map_or(&[], Vec::as_slice)
    }
}
