//! The resources that a run knows of.

use std::sync::{Arc, OnceLock};

use foldhash::HashMap;

use super::relations::Index;
use crate::evaluate::{Cloud, Order, Resource, SecretRead, Unread};

/// A resource of the estate.
#[derive(Debug, Clone)]
pub struct Member {
    /// The resource, as a deployment would create it or as an export shows it. One that an export shows has the
    /// condition `true`, and is declared where it stands.
    pub resource: Resource,
    /// Where it comes from.
    pub home: Home,
    /// Its place in [`Estate::members`].
    pub number: usize,
}

/// Where a resource comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Home {
    /// This deployment, by its number in the run.
    Deployment(u64),
    /// An export: all of them show one and the same Azure.
    Export,
}

/// All resources of a run.
#[derive(Debug, Clone, Default)]
pub struct Estate {
    members: Vec<Member>,
    unread: HashMap<u64, Vec<Unread>>,
    secret_reads: Vec<(u64, SecretRead)>,
    orders: HashMap<u64, Order>,
    closed_world: bool,
    cloud: Option<Cloud>,
    /// Built when a relation is first asked for.
    index: OnceLock<Arc<Index>>,
}

impl Estate {
    /// An estate without resources. In a closed world it holds all that exists.
    pub fn new(closed_world: bool) -> Self {
        Self {
            closed_world,
            ..Self::default()
        }
    }

    /// Takes note that something exists that is not in it, whatever was said of its world.
    pub fn leave_open(&mut self) {
        self.closed_world = false;
    }

    /// Makes room for this many resources more.
    pub fn reserve(&mut self, resources: usize) {
        self.members.reserve(resources);
    }

    /// Adds what a deployment creates, and what of it could not be read.
    pub fn add_deployment(&mut self, number: u64, resources: Vec<Resource>, unread: Vec<Unread>) {
        let home = Home::Deployment(number);
        self.add(resources, home);
        if !unread.is_empty() {
            self.unread.entry(number).or_default().extend(unread);
        }
    }

    /// Adds the secrets of vaults that a deployment reads into parameters.
    pub fn add_secret_reads(&mut self, number: u64, reads: Vec<SecretRead>) {
        self.index.take();
        self.secret_reads
            .extend(reads.into_iter().map(|read| (number, read)));
    }

    /// Adds the order in which a deployment makes its resources.
    pub fn add_order(&mut self, number: u64, order: Order) {
        self.orders.insert(number, order);
    }

    /// The order in which a deployment makes its resources, where that is known.
    pub fn order(&self, number: u64) -> Option<&Order> {
        self.orders.get(&number)
    }

    /// Says which cloud it is in, where the user has said so.
    pub fn set_cloud(&mut self, cloud: Option<Cloud>) {
        self.cloud = cloud;
    }

    /// The cloud that it is in; `None` where the user has not said so, and public Azure is assumed.
    pub fn cloud(&self) -> Option<Cloud> {
        self.cloud
    }

    /// The secrets that deployments read into parameters, with the number of the deployment.
    pub fn secret_reads(&self) -> &[(u64, SecretRead)] {
        &self.secret_reads
    }

    /// Makes ready, on all threads, what relations are looked up in. Else the thread does that which first asks for one,
    /// while the others wait.
    pub fn make_ready(&self) {
        let index = Index::of_many(&self.members, &self.secret_reads);
        self.index.get_or_init(|| Arc::new(index));
    }

    pub(super) fn index(&self) -> &Index {
        self.index
            .get_or_init(|| Arc::new(Index::of(&self.members, &self.secret_reads)))
    }

    /// Adds what an export shows.
    pub fn add_export(&mut self, resources: Vec<Resource>) {
        self.members.reserve_exact(resources.len());
        self.add(resources, Home::Export);
    }

    fn add(&mut self, resources: Vec<Resource>, home: Home) {
        self.index.take();
        let start = self.members.len();
        let members = resources.into_iter().enumerate();
        self.members
            .extend(members.map(|(offset, resource)| Member {
                resource,
                home,
                number: start + offset,
            }));
    }

    /// The resources in the order in which they were added.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// How many resources of its home are of the kind of this one, as relations know it: many to one another.
    pub fn count_alike(&self, member: &Member) -> usize {
        self.index().count(member.home, &member.resource.kind)
    }

    /// Whether everything that exists is in it.
    pub fn is_closed(&self) -> bool {
        self.closed_world
    }

    /// The modules and linked templates of a deployment that could not be read.
    pub fn unread(&self, number: u64) -> impl Iterator<Item = &Unread> {
        self.unread.get(&number).into_iter().flatten()
    }
}
