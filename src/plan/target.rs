//! Locations of instances, and which of them the credentials reach.

use std::collections::BTreeMap;

use super::RegionMismatch;
use crate::ids::{Endpoint, Location, Region};
use crate::lockfile::Entry;

/// Locations that the current credentials can reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// One endpoint for all documents, that of a token. A document of another region belongs
    /// elsewhere.
    Single(Location),
    /// The regions of an account: each document is sent to its own region.
    Regions {
        /// The region of documents that do not specify one.
        default: Option<Region>,
        /// The endpoints known so far.
        endpoints: BTreeMap<Region, Endpoint>,
    },
}

impl Target {
    /// Returns the location for a document of this region, or `None` if the credentials do not
    /// reach it.
    pub fn resolve(&self, expected: Option<&Region>) -> Option<Location> {
        match self {
            Self::Single(Location { region, endpoint }) => {
                let own = region.as_ref();
                let reached = expected.is_none() || own.is_none() || expected == own;
                let endpoint = endpoint.clone();
                reached.then(|| Location { region: expected.or(own).cloned(), endpoint })
            }
            Self::Regions { default, endpoints } => {
                let region = expected.or(default.as_ref()).cloned();
                let endpoint = region.as_ref().and_then(|region| endpoints.get(region)).cloned();
                Some(Location { endpoint, region })
            }
        }
    }

    /// Returns the reason why a document of this region is not handled here.
    pub fn mismatch(&self, expected: Option<&Region>) -> RegionMismatch {
        let own = match self {
            Self::Single(Location { region, .. }) => region.clone(),
            Self::Regions { .. } => None,
        };
        RegionMismatch { expected: expected.cloned(), own }
    }

    /// Returns whether this location can be handled here. If no endpoint is known yet, it can.
    pub fn is_reachable(&self, there: &Location) -> bool {
        let at = |ours: &Endpoint| there.endpoint.as_ref() == Some(ours);
        match (self, &there.region) {
            (Self::Single(Location { region: Some(ours), .. }), Some(theirs)) => ours == theirs,
            (Self::Single(Location { endpoint, .. }), _) => endpoint.as_ref().is_none_or(at),
            (Self::Regions { endpoints, .. }, _) if endpoints.is_empty() => true,
            (Self::Regions { endpoints, .. }, Some(region)) => endpoints.contains_key(region),
            (Self::Regions { endpoints, .. }, None) => endpoints.values().any(at),
        }
    }

    /// Returns whether an entry can be handled here.
    pub fn covers_entry(&self, entry: &Entry) -> bool {
        let Entry { region, endpoint, .. } = entry;
        self.is_reachable(&Location { region: region.clone(), endpoint: Some(endpoint.clone()) })
    }
}

impl Location {
    /// Returns whether an entry belongs to this location: by region if both are known, otherwise by
    /// endpoint. If no endpoint is known yet, it does.
    pub fn matches_entry(&self, entry: &Entry) -> bool {
        match (&entry.region, &self.region) {
            (Some(theirs), Some(ours)) => theirs == ours,
            _ => self.endpoint.as_ref().is_none_or(|ours| *ours == entry.endpoint),
        }
    }

    /// Returns whether both are the same endpoint and, if both regions are known, the same region:
    /// several regions may be served from one host.
    pub fn same_location(&self, other: &Self) -> bool {
        let region = match (&self.region, &other.region) {
            (Some(ours), Some(theirs)) => ours == theirs,
            _ => true,
        };
        region && self.endpoint.is_some() && self.endpoint == other.endpoint
    }
}
