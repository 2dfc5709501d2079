//! Result of a run, and what a failed call means for it.

use std::time::Duration;

use super::{ApplyUnit, InstanceNote, NextStep};
use crate::api::client::{ApiError, CreateErrorKind, ErrorDetail};
use crate::exit_status::{ExitClass, ExitClasses};
use crate::ids::{InstanceName, TaskId};
use crate::lockfile::{EntryState, LockError, PendingCreate};
use crate::plan::{Cost, FieldChange, PlanAction, PlanItem};
use crate::resolve::remediation;
use crate::text::ManifestArgs;

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
    /// Maximum cost of the instances whose outcome is unknown.
    pub unknown_cost: Cost,
    /// Time for which the platform's lists were searched for them, in whole seconds.
    pub searched: Option<Duration>,
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
    /// Its outcome, if something was to be done.
    pub outcome: Option<Outcome>,
    /// Its ID, if known.
    pub task_id: Option<TaskId>,
    /// The platform's error code, if any.
    pub code: Option<String>,
    /// Remark on the result.
    pub note: Option<Box<InstanceNote>>,
    /// The next step, if only the user can continue.
    pub next_step: Option<Box<NextStep>>,
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
    /// Its sizes were changed.
    Resized,
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
            Self::Resized => "resized",
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
    /// The credentials have no permission.
    Denied(ErrorDetail),
    /// The first request showed that no other can succeed.
    FirstRequestFailed(ErrorDetail),
    /// More outcomes are unknown than allowed; with their number.
    Unknown(usize),
    /// A lock or its journal cannot be written.
    Lock,
    /// Existing instances cannot be listed before creating.
    ListFailed(ErrorDetail),
}

impl CreateErrorKind {
    /// Returns the outcome for the instance, and the class that it adds to the run.
    pub(crate) fn outcome(self) -> (Outcome, ExitClass) {
        match self {
            Self::Refused | Self::EndpointMissing => (Outcome::Refused, ExitClass::Refused),
            Self::Denied => (Outcome::Refused, ExitClass::Denied),
            Self::NotSent => (Outcome::NotSent, ExitClass::Unreachable),
            Self::Unconfirmed | Self::Unknown => (Outcome::Unknown, ExitClass::Unknown),
        }
    }
}

impl ApiError {
    /// Returns the outcome of an instance that this call should have deleted, stopped or started,
    /// and the class that it adds to the run.
    pub(crate) fn outcome(&self) -> (Outcome, ExitClass) {
        match self {
            Self::Denied(_) => (Outcome::Refused, ExitClass::Denied),
            Self::EndpointMissing(_) => (Outcome::NotSent, ExitClass::Unreachable),
            Self::Refused(_) => (Outcome::Refused, ExitClass::Refused),
            Self::Unreachable(_) => (Outcome::Unknown, ExitClass::Unreachable),
        }
    }
}

impl InstanceReport {
    /// Creates a report without an outcome.
    pub fn new(job: usize, name: InstanceName, action: PlanAction) -> Self {
        Self {
            job,
            name,
            action,
            outcome: None,
            task_id: None,
            code: None,
            note: None,
            next_step: None,
            changes: Vec::new(),
        }
    }

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
        let note = match &item.note {
            Some(note) => Some(InstanceNote::Planned((**note).clone())),
            None if item.action == PlanAction::Changed && item.blocked => {
                Some(InstanceNote::CannotUpdate)
            }
            None => None,
        };
        let next_step = match item.state {
            Some(EntryState::Unknown) => {
                Some(NextStep::Resolve(remediation(manifest, &item.name, &item.candidates)))
            }
            Some(EntryState::Deleting) => {
                let destroy = manifest.command("destroy").value(item.name.as_str());
                Some(NextStep::DestroyAgain(destroy))
            }
            _ => None,
        };
        let report = Self {
            outcome,
            task_id: item.task_id.clone(),
            note: note.map(Box::new),
            next_step: next_step.map(Box::new),
            changes: item.changes.clone(),
            ..Self::new(job, item.name.clone(), item.action)
        };
        (report, class)
    }
}

impl ApplyReport {
    /// Counts the cost of an instance whose outcome is unknown.
    pub(super) fn count_unknown(&mut self, create: &PendingCreate) {
        let cost = Cost::of_entries([&create.clone().entry()]);
        self.unknown_cost = self.unknown_cost + cost;
    }

    /// Merges the report of another part of the run.
    pub fn merge(&mut self, other: Self) {
        let Self { instances, classes, errors, stop, unknown_cost, searched } = other;
        self.instances.extend(instances);
        self.classes.extend(classes.iter());
        self.errors.extend(errors);
        self.stop = self.stop.take().or(stop);
        self.unknown_cost = self.unknown_cost + unknown_cost;
        self.searched = self.searched.max(searched);
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
                    instance.note = Some(InstanceNote::NotStarted(Some(why.clone())).into());
                }
                report.instances.push(instance);
            }
        }
        report.stop = Some(why);
        report
    }
}
