//! Instances of locks and their state on the platform.

use std::time::Duration;

use super::SkipReason;
use crate::api::client::ErrorDetail;
use crate::api::endpoints::detail::{Detail, Status};
use crate::exit_status::{ExitClass, ExitClasses};
use crate::ids::{InstanceName, TaskId};
use crate::lockfile::{Entry, EntryState};
use crate::resolve::{Remediation, remediation};
use crate::text::ManifestArgs;

/// An entry of a lock.
#[derive(Debug, Clone)]
pub struct LockedInstance {
    /// Index of its lock in the list of manifests.
    pub job: usize,
    /// Its manifest as the user named it.
    pub file: String,
    /// The manifest arguments as the user gave them.
    pub manifest: ManifestArgs,
    /// The instance.
    pub name: InstanceName,
    /// Its entry in the lock.
    pub entry: Entry,
    /// Whether it is in the lock and not in the manifest.
    pub orphan: bool,
}

/// An entry and its state on the platform.
#[derive(Debug, Clone)]
pub struct ObservedInstance {
    /// The entry.
    pub locked: LockedInstance,
    /// Its state on the platform.
    pub live: LiveState,
    /// Other instances of its name: the candidates of the lock, and live ones that no loaded lock
    /// owns.
    pub others: Vec<RelatedInstance>,
    /// Time since its request was sent, by the platform's clock if known.
    pub age: Option<Duration>,
}

/// State of an entry on the platform.
#[derive(Debug, Clone)]
pub enum LiveState {
    /// The platform shows this instance.
    Present(Box<Detail>),
    /// The platform no longer has the instance.
    Gone,
    /// It is unknown whether it was created.
    Unknown,
    /// It belongs to a location that is not reachable here.
    OtherRegion,
    /// The platform did not report its state.
    QueryFailed(ErrorDetail),
}

/// Another instance with an entry's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelatedInstance {
    /// Its ID.
    pub id: TaskId,
    /// Its status, if the platform shows it.
    pub status: Option<Status>,
    /// Its creation time on the platform's clock, if the platform shows it.
    pub created: Option<String>,
}

impl ObservedInstance {
    /// Returns its status, if shown.
    pub fn status(&self) -> Option<Status> {
        self.live.status()
    }

    /// Returns the number of cards of all its containers: as the platform shows it, otherwise as
    /// requested.
    pub fn cards(&self) -> Option<u64> {
        self.live.detail().and_then(Detail::cards).or_else(|| self.locked.cards())
    }

    /// Returns why no request is sent for its entry, whatever its status is, if so.
    pub(super) fn skip_reason(&self) -> Option<SkipReason> {
        let LockedInstance { entry, .. } = &self.locked;
        match &self.live {
            LiveState::Unknown => Some(SkipReason::OutcomeUnknown(self.locked.resolve())),
            _ if entry.state == EntryState::Deleting => Some(SkipReason::DeletionNotConfirmed),
            LiveState::OtherRegion => Some(SkipReason::RecordedFor(entry.endpoint.clone())),
            _ => None,
        }
    }

    /// Returns whether another live instance has its name.
    pub fn has_duplicate(&self) -> bool {
        self.locked.entry.state == EntryState::Created
            && self.others.iter().any(RelatedInstance::is_live)
    }

    /// Returns the exit status class of its state.
    pub fn class(&self) -> Option<ExitClass> {
        match &self.live {
            LiveState::Unknown => Some(ExitClass::Unknown),
            LiveState::OtherRegion => Some(ExitClass::Blocked),
            LiveState::QueryFailed(_) => Some(ExitClass::Unreachable),
            _ if self.has_duplicate() || self.locked.entry.state == EntryState::Deleting => {
                Some(ExitClass::Unknown)
            }
            LiveState::Present(_) | LiveState::Gone => None,
        }
    }
}

impl RelatedInstance {
    /// Returns a live instance of a list. An instance without a status may be live.
    pub(super) fn live(detail: &Detail) -> Self {
        Self {
            id: detail.id().clone(),
            status: Some(detail.status().unwrap_or_else(|| Status::from("unknown"))),
            created: detail.create_time().map(str::to_owned),
        }
    }

    /// Returns whether the platform shows it as live.
    pub fn is_live(&self) -> bool {
        self.status.as_ref().is_some_and(|status| !status.has_ended())
    }
}

impl LockedInstance {
    /// Returns the manual steps for an unknown outcome of this entry.
    pub(crate) fn resolve(&self) -> Remediation {
        remediation(&self.manifest, &self.name, &self.entry.candidates)
    }

    pub(super) fn cards(&self) -> Option<u64> {
        let fields = self.entry.request.fields();
        let number = |key: &str| fields.get(key)?.as_u64();
        number("gpuNumber")?.checked_mul(number("taskNumber").unwrap_or(1))
    }
}

impl LiveState {
    /// Returns the detail, if the platform shows the instance.
    pub fn detail(&self) -> Option<&Detail> {
        if let Self::Present(detail) = self { Some(detail) } else { None }
    }

    /// Returns the status, if shown.
    pub fn status(&self) -> Option<Status> {
        self.detail()?.status()
    }
}

/// Returns the exit status classes of all of them.
pub fn classes(observed: &[ObservedInstance]) -> ExitClasses {
    observed.iter().filter_map(ObservedInstance::class).collect()
}
