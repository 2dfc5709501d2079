//! Words of the output with a fixed set of values.

use schemars::JsonSchema;
use serde::Serialize;

use crate::apply::{InstanceReport, Outcome};
use crate::diagnostics::Severity;
use crate::lifecycle::Action;
use crate::plan::PlanAction;

/// Planned action for an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "action")]
pub(crate) enum ActionName {
    /// It is not in the lock: create it.
    Create,
    /// The lock has the same request: nothing to do.
    Unchanged,
    /// The lock has a different request, and the platform has no update.
    Changed,
    /// Delete it, wait until it is gone, create it again.
    Replace,
    /// It is in the lock and not in the manifest.
    Orphan,
    /// Delete it.
    Prune,
    /// Record a live instance in the lock.
    Adopt,
    /// It ended on the platform.
    Ended,
    /// It is no longer on the platform.
    Gone,
    /// It belongs to another region or endpoint than the current one.
    Elsewhere,
}

/// Outcome of an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "outcome")]
pub(crate) enum OutcomeName {
    /// It was created; its ID is known.
    Created,
    /// It was recorded in the lock.
    Adopted,
    /// The platform refused the request.
    Refused,
    /// It is unknown whether the request had an effect; a create is never repeated.
    Unknown,
    /// The platform never accepted the request.
    NotSent,
    /// Nothing was attempted.
    Skipped,
    /// It was deleted.
    Deleted,
    /// It was stopped.
    Stopped,
    /// It was started.
    Started,
}

/// Severity of a diagnostic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "severity")]
pub(crate) enum SeverityName {
    /// The manifest cannot be applied.
    Error,
    /// The manifest can be applied, but probably not as intended.
    Warning,
    /// Information only.
    Note,
}

impl From<PlanAction> for ActionName {
    fn from(action: PlanAction) -> Self {
        match action {
            PlanAction::Create => Self::Create,
            PlanAction::Unchanged => Self::Unchanged,
            PlanAction::Changed => Self::Changed,
            PlanAction::Replace => Self::Replace,
            PlanAction::Orphan => Self::Orphan,
            PlanAction::Prune => Self::Prune,
            PlanAction::Adopt => Self::Adopt,
            PlanAction::Finished => Self::Ended,
            PlanAction::Gone => Self::Gone,
            PlanAction::Elsewhere => Self::Elsewhere,
        }
    }
}

impl OutcomeName {
    /// Returns the outcome of a reported instance. A live instance that a run records counts as
    /// adopted, not as created.
    pub(crate) fn of(instance: &InstanceReport) -> Option<Self> {
        match instance.outcome? {
            Outcome::Created if instance.action == PlanAction::Adopt => Some(Self::Adopted),
            outcome => Some(outcome.into()),
        }
    }
}

impl From<Outcome> for OutcomeName {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Created => Self::Created,
            Outcome::Refused => Self::Refused,
            Outcome::Unknown => Self::Unknown,
            Outcome::NotSent => Self::NotSent,
            Outcome::Skipped => Self::Skipped,
            Outcome::Deleted => Self::Deleted,
        }
    }
}

impl From<Action> for OutcomeName {
    fn from(action: Action) -> Self {
        match action {
            Action::Stop => Self::Stopped,
            Action::Start => Self::Started,
        }
    }
}

impl From<Severity> for SeverityName {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Error => Self::Error,
            Severity::Warning => Self::Warning,
            Severity::Note => Self::Note,
        }
    }
}
