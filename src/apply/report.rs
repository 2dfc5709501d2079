//! What came of a run, and what is told while it runs.

use std::fmt;
use std::path::Path;

use super::ApplyUnit;
use crate::exit::{ExitClass, ExitClasses};
use crate::ids::{InstanceName, TaskId, listed};
use crate::lockfile::{EntryState, IdConflict, LockError};
use crate::plan::{FieldChange, PlanAction, PlanItem};
use crate::text::ManifestArgs;

/// Why a changed instance is left alone.
const NO_UPDATE: &str = "it differs from the lock, and the platform has no update";

/// What came of a run.
#[derive(Debug, Default)]
pub struct ApplyReport {
    /// Every instance of every job, in the order of the plans.
    pub instances: Vec<InstanceReport>,
    /// What the run met.
    pub classes: ExitClasses,
    /// Why locks could not be written.
    pub errors: Vec<LockError>,
    /// Why the rest was not started, where it was not.
    pub stop: Option<AbortReason>,
}

/// What came of one instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceReport {
    /// Which job it belongs to: its place in the list given to `run`.
    pub job: usize,
    /// The instance.
    pub name: InstanceName,
    /// What was to be done.
    pub action: PlanAction,
    /// What came of it; `None` where nothing was to be done.
    pub outcome: Option<Outcome>,
    /// Its ID, where one is known.
    pub task_id: Option<TaskId>,
    /// The platform's code, where it gave one.
    pub code: Option<String>,
    /// What a person has to know.
    pub message: Option<String>,
    /// What a person has to look at and to type, where only a person can go on.
    pub way_out: Option<String>,
    /// Where its request differs from the locked one.
    pub changes: Vec<FieldChange>,
}

/// What came of an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It was created; its ID is known.
    Created,
    /// The platform refused it.
    Refused,
    /// Nobody knows whether it was created. It is not sent again unasked.
    Unknown,
    /// The platform never took the request.
    NotSent,
    /// Nothing was tried.
    Skipped,
    /// It was deleted.
    Deleted,
}

impl Outcome {
    /// The word in machine output.
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

/// Why nothing new starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AbortReason {
    /// A signal came while requests were in flight.
    Interrupted {
        /// How many of them.
        awaited: usize,
    },
    /// The credentials have no permission; with what the platform said.
    Denied(String),
    /// The first request showed that none can succeed; with what it met.
    FirstRequestFailed(String),
    /// More outcomes are unknown than allowed; with their number.
    Unknown(usize),
    /// A lock or its journal cannot be written.
    Lock,
    /// What is there cannot be listed before creating; with what was met.
    ListFailed(String),
}

/// What a refusal for want of permission most often means, and who tells more.
pub const ACCESS_DENIED_HELP: &str = "the token may be over, or not be one of this address's region: `instancectl \
                          auth check` tells";

impl AbortReason {
    /// The next step, where there is one to name.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::Denied(_) => Some(ACCESS_DENIED_HELP),
            Self::Interrupted { awaited: 1.. } => Some(
                "their outcomes are awaited and recorded; a second signal gives them up as unknown",
            ),
            _ => None,
        }
    }
}

impl fmt::Display for AbortReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Interrupted { .. } => f.write_str("the run was interrupted"),
            Self::Denied(said) => write!(f, "no permission: {said}"),
            Self::FirstRequestFailed(said) => write!(f, "the first request failed: {said}"),
            Self::Unknown(count) => write!(f, "the outcomes of {count} creates are unknown"),
            Self::Lock => f.write_str("the lock cannot be written"),
            Self::ListFailed(said) => write!(f, "what is there already cannot be listed: {said}"),
        }
    }
}

/// What happens in a run. What is told of an outcome is durable already, but for `Recovery`.
#[derive(Debug)]
pub enum Event<'a> {
    /// A request is about to leave; its intent is durable.
    Sending {
        /// Its job.
        job: usize,
        /// The instance.
        name: &'a InstanceName,
    },
    /// An instance came to its outcome.
    Settled(&'a InstanceReport),
    /// Another live instance has the name of one that was just created.
    DuplicateInstance(&'a InstanceReport),
    /// So many were created and are not in the platform's list at the end of the settle time.
    NotYetListed {
        /// How many.
        count: usize,
    },
    /// An ID was received that the journal cannot take: it must reach a person now, as
    /// `RECOVERY name=.. id=..`.
    Recovery {
        /// The lock it belongs to.
        lock: &'a Path,
        /// The instance.
        name: &'a InstanceName,
        /// Its ID.
        id: &'a TaskId,
    },
    /// The rescue file could not take that ID either.
    EmergencyWriteFailed {
        /// The instance.
        name: &'a InstanceName,
        /// What the system said.
        error: &'a std::io::Error,
    },
    /// Two IDs met for one name: the lock's stands.
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
        /// Why.
        error: &'a LockError,
    },
    /// Nothing new starts from here on.
    Stopping(&'a AbortReason),
}

impl InstanceReport {
    /// What is known of an instance before anything is done, and the class of what stops it.
    pub(super) fn initial_report(
        job: usize,
        manifest: &ManifestArgs,
        item: &PlanItem,
    ) -> (Self, Option<ExitClass>) {
        let (outcome, class) = match (item.action, item.state) {
            // Whatever the manifest says of it: until it is settled it is left alone.
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
                    Some(format!("`{destroy}` asks for its deletion again"))
                }
                _ => None,
            },
            changes: item.changes.clone(),
        };
        (report, class)
    }
}

impl ApplyReport {
    /// Takes in what came of another part of the run.
    pub fn merge(&mut self, other: Self) {
        let Self { instances, classes, errors, stop } = other;
        self.instances.extend(instances);
        self.classes.extend(classes.iter());
        self.errors.extend(errors);
        self.stop = self.stop.take().or(stop);
    }

    /// The report of a run that ended before anything was sent.
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

/// What a person has to look at and to type where an outcome stays unknown. `candidates` are the
/// live instances that it may be.
pub fn remediation(manifest: &ManifestArgs, name: &InstanceName, candidates: &[TaskId]) -> String {
    let resolve = || manifest.command("resolve").value(name.as_str());
    let absent = resolve().flag("--absent");
    let is = |id: &str| format!("`{}`", resolve().option("--id", id));
    if candidates.is_empty() {
        return format!(
            "look on the platform for an instance named `{}`: if it is there, {}; if not, `{absent}`",
            name.as_str().escape_debug(),
            is("TASK_ID"),
        );
    }
    let each: Vec<String> = candidates.iter().map(|id| is(id.as_str())).collect();
    format!(
        "look at {} on the platform: {} if that is the instance; `{absent}` if none of them is",
        listed(candidates),
        each.join(" or ")
    )
}
