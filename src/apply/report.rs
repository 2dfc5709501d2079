//! Result of a run, and the events emitted while it runs.

use std::fmt;
use std::path::Path;

use super::ApplyUnit;
use crate::exit_status::{ExitClass, ExitClasses};
use crate::ids::{InstanceName, TaskId};
use crate::lockfile::{EmergencyWriteError, EntryState, IdConflict, LockError};
use crate::plan::{FieldChange, PlanAction, PlanItem};
use crate::resolve::remediation;
use crate::text::ManifestArgs;

/// Reason why a changed instance is left as it is.
const NO_UPDATE: &str = "it differs from the lock, and the platform cannot update instances";

/// Result of a run.
#[derive(Debug, Default)]
pub struct ApplyReport {
    /// Every instance of every job, in the order of the plans.
    pub instances: Vec<InstanceReport>,
    /// Exit status classes that occurred in the run.
    pub classes: ExitClasses,
    /// Errors of the locks that could not be written.
    pub errors: Vec<LockError>,
    /// Reason why the remaining requests were not started, if any.
    pub stop: Option<AbortReason>,
}

/// Result for one instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceReport {
    /// Index of its job in the list passed to `run`.
    pub job: usize,
    /// The instance.
    pub name: InstanceName,
    /// The planned action.
    pub action: PlanAction,
    /// Its outcome; `None` if nothing was to be done.
    pub outcome: Option<Outcome>,
    /// Its ID, if known.
    pub task_id: Option<TaskId>,
    /// The platform's error code, if any.
    pub code: Option<String>,
    /// Human-readable explanation.
    pub message: Option<String>,
    /// Manual next steps, if only the user can continue.
    pub way_out: Option<String>,
    /// Differences between its request and the locked one.
    pub changes: Vec<FieldChange>,
}

/// Outcome of an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It was created; its ID is known.
    Created,
    /// The platform refused it.
    Refused,
    /// It is unknown whether it was created. The request is never repeated automatically.
    Unknown,
    /// The platform never accepted the request.
    NotSent,
    /// Nothing was attempted.
    Skipped,
    /// It was deleted.
    Deleted,
}

impl Outcome {
    /// Returns the value used in machine-readable output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
            Self::NotSent => "not-sent",
            Self::Skipped => "skipped",
            Self::Deleted => "deleted",
        }
    }
}

/// Reason why no new request starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AbortReason {
    /// A signal arrived while requests were in flight.
    Interrupted {
        /// Number of requests in flight.
        awaited: usize,
    },
    /// The credentials have no permission; with the platform's message.
    Denied(String),
    /// The first request showed that none can succeed; with its error.
    FirstRequestFailed(String),
    /// More outcomes are unknown than allowed; with their number.
    Unknown(usize),
    /// A lock or its journal cannot be written.
    Lock,
    /// Existing instances cannot be listed before creating; with the error.
    ListFailed(String),
}

/// Most likely cause of a permission error, and the command that gives details.
pub const ACCESS_DENIED_HELP: &str = "the token may have expired or belong to another region; run \
                                      `instancectl auth check`";

impl AbortReason {
    /// Returns the next step, if there is one.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::Denied(_) => Some(ACCESS_DENIED_HELP),
            Self::Interrupted { awaited: 1.. } => {
                Some("waiting for their outcomes; a second signal records them as unknown")
            }
            _ => None,
        }
    }
}

impl fmt::Display for AbortReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Interrupted { .. } => f.write_str("the run was interrupted"),
            Self::Denied(reason) => write!(f, "no permission: {reason}"),
            Self::FirstRequestFailed(reason) => write!(f, "the first request failed: {reason}"),
            Self::Unknown(count) => write!(f, "{count} creates have an unknown outcome"),
            Self::Lock => f.write_str("the lock cannot be written"),
            Self::ListFailed(reason) => {
                write!(f, "the existing instances cannot be listed: {reason}")
            }
        }
    }
}

/// Event of a run. A reported outcome is already durable, except for `Recovery`.
#[derive(Debug)]
pub enum Event<'a> {
    /// A request is about to be sent; its intent is durable.
    Sending {
        /// Its job.
        job: usize,
        /// The instance.
        name: &'a InstanceName,
    },
    /// An instance has its outcome.
    Settled(&'a InstanceReport),
    /// Another live instance has the name of one that was just created.
    DuplicateInstance(&'a InstanceReport),
    /// Created instances are not in the platform's list at the end of the settle time.
    NotYetListed {
        /// Number of these instances.
        count: usize,
    },
    /// A received ID could not be journaled; it must be printed at once as
    /// `RECOVERY name=.. id=..`.
    Recovery {
        /// The lock it belongs to.
        lock: &'a Path,
        /// The instance.
        name: &'a InstanceName,
        /// Its ID.
        id: &'a TaskId,
    },
    /// The ID could not be written to the emergency journal either.
    EmergencyWriteFailed {
        /// The instance.
        name: &'a InstanceName,
        /// The error.
        error: &'a EmergencyWriteError,
    },
    /// Two IDs conflict for one name; the one in the lock is kept.
    Clash {
        /// The job of the lock.
        job: usize,
        /// The IDs.
        clash: &'a IdConflict,
    },
    /// A lock or its journal cannot be written.
    LockFailed {
        /// The job of the lock.
        job: usize,
        /// The error.
        error: &'a LockError,
    },
    /// No new request starts from now on.
    Stopping(&'a AbortReason),
}

impl InstanceReport {
    /// Returns the initial report of an instance, and the class of the problem that blocks it.
    pub(super) fn initial_report(
        job: usize,
        manifest: &ManifestArgs,
        item: &PlanItem,
    ) -> (Self, Option<ExitClass>) {
        let (outcome, class) = match (item.action, item.state) {
            // Left unchanged until it is reconciled, whatever the manifest says.
            (_, Some(EntryState::Unknown | EntryState::Deleting)) => {
                (Some(Outcome::Unknown), Some(ExitClass::Unknown))
            }
            _ if item.blocked => (Some(Outcome::Skipped), Some(ExitClass::Blocked)),
            _ => (None, None),
        };
        let report = Self {
            job,
            name: item.name.clone(),
            action: item.action,
            outcome,
            task_id: item.task_id.clone(),
            code: None,
            message: match item.action {
                PlanAction::Changed if item.message.is_none() && item.blocked => {
                    Some(NO_UPDATE.into())
                }
                _ => item.message.clone(),
            },
            way_out: match item.state {
                Some(EntryState::Unknown) => {
                    Some(remediation(manifest, &item.name, &item.candidates))
                }
                Some(EntryState::Deleting) => {
                    let destroy = manifest.command("destroy").value(item.name.as_str());
                    Some(format!("`{destroy}` requests its deletion again"))
                }
                _ => None,
            },
            changes: item.changes.clone(),
        };
        (report, class)
    }
}

impl ApplyReport {
    /// Merges the report of another part of the run.
    pub fn merge(&mut self, other: Self) {
        let Self { instances, classes, errors, stop } = other;
        self.instances.extend(instances);
        self.classes.extend(classes.iter());
        self.errors.extend(errors);
        self.stop = self.stop.take().or(stop);
    }

    /// Returns the report of a run that ended before anything was sent.
    pub fn nothing_sent(jobs: &[ApplyUnit], why: AbortReason, class: ExitClass) -> Self {
        let mut report = Self::default();
        report.classes.insert(class);
        for (number, job) in jobs.iter().enumerate() {
            for item in &job.plan.items {
                let (mut instance, class) =
                    InstanceReport::initial_report(number, &job.manifest, item);
                report.classes.extend(class);
                if instance.outcome.is_none() && item.request.is_some() {
                    instance.outcome = Some(Outcome::Skipped);
                    instance.message = Some(format!("not started: {why}"));
                }
                report.instances.push(instance);
            }
        }
        report.stop = Some(why);
        report
    }
}
