//! Instances of manifests that no lock has, and the live ones of their names.

use std::collections::BTreeSet;

use crate::api::endpoints::detail::Detail;
use crate::ids::{InstanceName, Location, Region, TaskId};
use crate::inventory::InstanceList;
use crate::lifecycle::instance::RelatedInstance;
use crate::text::{CommandLine, ManifestArgs};

/// An instance of a manifest that no lock has.
#[derive(Debug, Clone)]
pub struct MissingInstance {
    /// Index of its manifest.
    pub job: usize,
    /// The manifest arguments as the user gave them.
    pub manifest: ManifestArgs,
    /// Its name.
    pub name: InstanceName,
    /// The region of its document, if set.
    pub region: Option<Region>,
}

/// An instance of a manifest that no lock has although an instance of its name is live.
#[derive(Debug, Clone)]
pub struct UnrecordedInstance {
    /// Index of its manifest.
    pub job: usize,
    /// Its name.
    pub name: InstanceName,
    /// The live instances of its name that no loaded lock owns; at least one.
    pub live: Vec<Detail>,
    /// The command that records the first of them in the lock.
    pub adopt: CommandLine,
}

impl MissingInstance {
    /// Returns whether it may be at this location.
    pub(super) fn is_at(&self, location: &Location) -> bool {
        match (&self.region, &location.region) {
            (Some(own), Some(other)) => own == other,
            _ => true,
        }
    }

    /// Finds the live instances of its name that no loaded lock owns.
    pub(super) fn find(
        &self,
        listing: &InstanceList,
        owned: &BTreeSet<TaskId>,
    ) -> Option<UnrecordedInstance> {
        let named = listing.named(self.name.as_str()).into_iter();
        let live = named.filter(|found| found.is_live() && !owned.contains(found.id()));
        let live: Vec<Detail> = live.cloned().collect();
        let (job, name) = (self.job, self.name.clone());
        let adopt = self.manifest.command("adopt").value(name.as_str());
        let adopt = adopt.value(live.first()?.id().as_str());
        Some(UnrecordedInstance { job, name, live, adopt })
    }
}

impl UnrecordedInstance {
    /// Returns the live instances of its name.
    pub fn related(&self) -> impl Iterator<Item = RelatedInstance> {
        self.live.iter().map(RelatedInstance::live)
    }
}
