//! Words of the output with a fixed set of values.

use schemars::JsonSchema;
use serde::Serialize;

use crate::apply::{InstanceReport, Outcome};
use crate::lifecycle::Action;
use crate::plan::PlanAction;

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
    /// Its sizes were changed.
    Resized,
    /// The platform accepted a script for it.
    Executed,
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
            Outcome::Resized => Self::Resized,
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
