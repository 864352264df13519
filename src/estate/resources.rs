//! The resources that a run knows of.

use crate::evaluate::{Resource, Unread, id};

/// A resource of the estate.
#[derive(Debug, Clone)]
pub struct Member {
    /// The resource, as a deployment would create it or as an export shows it. One that an export shows has the
    /// condition `true`, and is declared where it stands.
    pub resource: Resource,
    /// Where it comes from.
    pub home: Home,
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
    unread: Vec<(u64, Unread)>,
    closed_world: bool,
}

impl Estate {
    /// An estate without resources. In a closed world it holds all that exists.
    pub fn new(closed_world: bool) -> Self {
        Self {
            closed_world,
            ..Self::default()
        }
    }

    /// Adds what a deployment creates, and what of it could not be read.
    pub fn add_deployment(&mut self, number: u64, resources: Vec<Resource>, unread: Vec<Unread>) {
        let home = Home::Deployment(number);
        let members = resources.into_iter();
        self.members
            .extend(members.map(|resource| Member { resource, home }));
        self.unread
            .extend(unread.into_iter().map(|unread| (number, unread)));
    }

    /// Adds what an export shows.
    pub fn add_export(&mut self, resources: Vec<Resource>) {
        let members = resources.into_iter();
        self.members.extend(members.map(|resource| Member {
            resource,
            home: Home::Export,
        }));
    }

    /// The resources in the order in which they were added.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// Whether everything that exists is in it.
    pub fn is_closed(&self) -> bool {
        self.closed_world
    }

    /// The modules and linked templates of a deployment that could not be read.
    pub fn unread(&self, number: u64) -> impl Iterator<Item = &Unread> {
        let of = move |(deployment, _): &&(u64, Unread)| *deployment == number;
        self.unread.iter().filter(of).map(|(_, unread)| unread)
    }
}

impl Member {
    /// The id, if all of it is known, in the form that ids compare by.
    pub fn known_id(&self) -> Option<String> {
        self.resource.id.as_str()?;
        Some(id::key(&self.resource.id))
    }
}
