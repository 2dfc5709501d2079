//! What became of what the locks hold: looks at it, waits for it, stops it, starts it again. It
//! writes no lock and prints nothing.
//!
//! - `look`: what the platform shows of some entries
//! - `wait`: looks again and again, at a pace
//! - `actions`: stop and start
//! - `offer`: what the region offers, against what is to be created

mod actions;
mod look;
mod offer;
mod wait;

use std::time::Duration;

use crate::api::detail::{Detail, Status};
use crate::apply::remediation;
use crate::exit::{ExitClass, ExitClasses};
use crate::ids::{InstanceName, TaskId};
use crate::lockfile::{Entry, EntryState};
use crate::text::ManifestArgs;

pub use actions::{ActionOutcome, ActionResult, can_start, can_stop, start, stop};
pub use look::query;
pub use offer::{ImageList, check_availability, list_all_images};
pub use wait::{WaitEnd, WaitEvent, WaitGoal, WaitProgress, WaitResult, wait};

/// An entry of a lock.
#[derive(Debug, Clone)]
pub struct LockedInstance {
    /// Which lock: its place in the list of manifests.
    pub job: usize,
    /// How the user named the manifest.
    pub manifest: ManifestArgs,
    /// The instance.
    pub name: InstanceName,
    /// What the lock says of it.
    pub entry: Entry,
    /// Whether it is in the lock and not in the manifest.
    pub orphan: bool,
}

/// An entry, and what the platform shows of it.
#[derive(Debug, Clone)]
pub struct ObservedInstance {
    /// The entry.
    pub held: LockedInstance,
    /// What the platform shows.
    pub live: LiveState,
    /// Other instances of its name: the candidates of the lock, and live ones that no lock at hand
    /// owns.
    pub others: Vec<RelatedInstance>,
    /// How long ago its request left, by the platform's clock where that is known.
    pub age: Option<Duration>,
}

/// What the platform shows of an entry.
#[derive(Debug, Clone)]
pub enum LiveState {
    /// This.
    Present(Box<Detail>),
    /// It has no such instance any more.
    Gone,
    /// Nobody knows whether it was created.
    Unknown,
    /// It belongs to a place that is not reached from here.
    OtherRegion,
    /// The platform did not say; why.
    QueryFailed(String),
}

/// Another instance of an entry's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelatedInstance {
    /// Its ID.
    pub id: TaskId,
    /// Its status, where the platform shows it.
    pub status: Option<Status>,
    /// When it was created, by the platform's clock, if the platform shows that.
    pub created: Option<String>,
}

impl ObservedInstance {
    /// Its status, where it is shown with one.
    pub fn status(&self) -> Option<Status> {
        self.live.status()
    }

    /// The cards of all its containers: as the platform has it, else as they were asked for.
    pub fn cards(&self) -> Option<u64> {
        match &self.live {
            LiveState::Present(detail) => detail.cards().or_else(|| self.held.cards()),
            _ => self.held.cards(),
        }
    }

    /// Whether another live instance has its name.
    pub fn has_duplicate(&self) -> bool {
        self.held.entry.state == EntryState::Created
            && self.others.iter().any(RelatedInstance::is_live)
    }

    /// What an exit status has to say of it.
    pub fn class(&self) -> Option<ExitClass> {
        match &self.live {
            LiveState::Unknown => Some(ExitClass::Unknown),
            LiveState::OtherRegion => Some(ExitClass::Blocked),
            LiveState::QueryFailed(_) => Some(ExitClass::Unreachable),
            _ if self.has_duplicate() || self.held.entry.state == EntryState::Deleting => {
                Some(ExitClass::Unknown)
            }
            LiveState::Present(_) | LiveState::Gone => None,
        }
    }
}

impl RelatedInstance {
    /// Whether the platform shows it as live.
    pub fn is_live(&self) -> bool {
        self.status.as_ref().is_some_and(|status| !status.has_ended())
    }
}

impl LockedInstance {
    /// What to type to end an unknown outcome of this entry.
    pub(crate) fn resolve(&self) -> String {
        remediation(&self.manifest, &self.name, &self.entry.candidates)
    }

    fn cards(&self) -> Option<u64> {
        let fields = self.entry.request.fields();
        let number = |key: &str| fields.get(key)?.as_u64();
        number("gpuNumber")?.checked_mul(number("taskNumber").unwrap_or(1))
    }
}

impl LiveState {
    /// The status that is shown, where one is.
    pub fn status(&self) -> Option<Status> {
        match self {
            Self::Present(detail) => detail.status(),
            _ => None,
        }
    }
}

/// What the exit status has to say of all of them.
pub fn classes(seen: &[ObservedInstance]) -> ExitClasses {
    seen.iter().filter_map(ObservedInstance::class).collect()
}
