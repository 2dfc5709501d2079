//! Remarks on an entry and its state on the platform.

use crate::api::client::ErrorDetail;
use crate::api::endpoints::detail::Status;
use crate::ids::{Endpoint, Region, TaskId};
use crate::inventory::{Creation, DuplicateRemoval, destroy_duplicate};
use crate::lifecycle::instance::{LiveState, ObservedInstance};
use crate::lockfile::EntryState;
use crate::resolve::Remediation;
use crate::text::CommandLine;

/// A note on an entry and its state on the platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatusNote {
    /// It is unknown whether it was created.
    OutcomeUnknown {
        /// The reason, as stored in the lock.
        why: Option<String>,
        /// The command that searches for it again.
        apply: CommandLine,
        /// The manual steps.
        steps: Remediation,
    },
    /// The lock records it for another location.
    RecordedFor {
        /// The region, if the lock has it.
        region: Option<Region>,
        /// The endpoint.
        endpoint: Endpoint,
    },
    /// The platform did not report its state.
    QueryFailed(ErrorDetail),
    /// It no longer exists.
    Gone {
        /// The command that creates a new one.
        replace: CommandLine,
    },
    /// Its deletion was requested and is not confirmed.
    DeletionNotConfirmed {
        /// The command that finishes it.
        destroy: CommandLine,
    },
    /// It is in the lock and not in the manifest.
    NotInManifest,
    /// Another live instance has its name.
    LiveDuplicate {
        /// The ID of the other instance.
        id: TaskId,
        /// The status of the other instance.
        status: Status,
    },
    /// An instance that may be the one that was created.
    Candidate {
        /// Its ID.
        id: TaskId,
        /// Its status, if the platform lists it.
        status: Option<Status>,
    },
    /// The commands that delete the duplicates.
    Duplicates(DuplicateRemoval),
}

impl ObservedInstance {
    /// Returns the notes on an instance.
    pub fn notes(&self) -> Vec<StatusNote> {
        let (entry, locked) = (&self.locked.entry, &self.locked);
        let command = |name: &str| locked.manifest.command(name);
        let mut notes = Vec::new();
        match &self.live {
            LiveState::Unknown => notes.push(StatusNote::OutcomeUnknown {
                why: entry.why.clone(),
                apply: command("apply"),
                steps: locked.resolve(),
            }),
            LiveState::OtherRegion => notes.push(StatusNote::RecordedFor {
                region: entry.region.clone(),
                endpoint: entry.endpoint.clone(),
            }),
            LiveState::QueryFailed(cause) => notes.push(StatusNote::QueryFailed(cause.clone())),
            LiveState::Gone if entry.state != EntryState::Deleting => {
                let replace = command("apply").option("--replace", locked.name.as_str());
                notes.push(StatusNote::Gone { replace });
            }
            LiveState::Gone | LiveState::Present(_) => {}
        }
        if entry.state == EntryState::Deleting {
            let destroy = command("destroy").value(locked.name.as_str());
            notes.push(StatusNote::DeletionNotConfirmed { destroy });
        }
        if locked.orphan {
            notes.push(StatusNote::NotInManifest);
        }
        notes.extend(self.notes_on_others());
        notes
    }

    /// Returns the notes on other instances with the same name.
    fn notes_on_others(&self) -> Vec<StatusNote> {
        let mut notes = Vec::new();
        for other in &self.others {
            let id = other.id.clone();
            match &other.status {
                Some(status) if status.has_ended() => {}
                Some(status) if self.locked.entry.task_id.is_some() => {
                    notes.push(StatusNote::LiveDuplicate { id, status: status.clone() });
                }
                status => notes.push(StatusNote::Candidate { id, status: status.clone() }),
            }
        }
        let live = self.others.iter().filter(|other| other.is_live());
        let live: Vec<Creation<'_>> =
            live.map(|other| Creation { time: other.created.as_deref(), id: &other.id }).collect();
        if let (LiveState::Present(detail), true) = (&self.live, self.has_duplicate()) {
            let (own, locked) = (Creation::from(&**detail), &self.locked);
            let removal = destroy_duplicate(&locked.manifest, &locked.name, own, &live);
            notes.push(StatusNote::Duplicates(removal));
        }
        notes
    }
}
