//! Counts of a run.

use schemars::JsonSchema;
use serde::Serialize;

use super::live_fields::{card_counts, card_hours, hours};
use super::stream::EachRow;
use super::vocabulary::OutcomeName;
use crate::diagnostics::Severity;
use crate::lifecycle::ObservedInstance;
use crate::output::file_report::FileReport;
use crate::plan::{Cost, PlanAction};

/// Counts of the manifests, diagnostics and instances of this object.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "summary", extend("additionalProperties" = false))]
pub(crate) struct Summary {
    /// Manifests that were checked.
    pub(crate) files: usize,
    /// Instances in these manifests.
    pub(crate) instances: usize,
    /// Diagnostics with severity error.
    pub(crate) errors: usize,
    /// Diagnostics with severity warning.
    pub(crate) warnings: usize,
    /// Diagnostics with severity note.
    pub(crate) notes: usize,
    /// Number of `instances` by `action`.
    pub(crate) actions: ActionCounts,
    /// Number of `instances` by `outcome`.
    pub(crate) outcomes: OutcomeCounts,
    #[serde(flatten)]
    pub(crate) usage: CardUsage,
}

/// Cards and card-hours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CardUsage {
    /// `plan` and `apply`: cards of all instances to create or resize. Commands that show the live state: cards in
    /// use. `lock`: cards of all instances in the locks. `destroy`: cards of the deleted instances. `adopt`
    /// and `resolve`: cards of the adopted instances. Null if the command does not count them.
    pub(crate) cards: Option<u64>,
    /// Commands that show the live state: card-hours so far. Other commands: the most card-hours that the
    /// instances of `cards` can use; null if one of them has no time limit. Null if the command does
    /// not count them.
    pub(crate) card_hours: Option<f64>,
}

/// Number of instances by action.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "actionCounts", extend("additionalProperties" = false))]
pub(crate) struct ActionCounts {
    create: usize,
    unchanged: usize,
    changed: usize,
    replace: usize,
    orphan: usize,
    prune: usize,
    adopt: usize,
    ended: usize,
    gone: usize,
    elsewhere: usize,
}

/// Number of instances by outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "outcomeCounts", extend("additionalProperties" = false))]
pub(crate) struct OutcomeCounts {
    created: usize,
    adopted: usize,
    refused: usize,
    unknown: usize,
    not_sent: usize,
    skipped: usize,
    deleted: usize,
    stopped: usize,
    started: usize,
    resized: usize,
    executed: usize,
}

impl Summary {
    /// Counts checked manifests and their diagnostics.
    pub(crate) fn of_files(files: &[FileReport]) -> Self {
        let count = |severity| files.iter().map(|file| file.checked.count(severity)).sum();
        Self {
            files: files.len(),
            instances: files.iter().map(|file| file.checked.instances).sum(),
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            notes: count(Severity::Note),
            ..Self::default()
        }
    }

    /// Adds the counts of the rows, and the cards.
    #[must_use]
    pub(crate) fn with_result(mut self, rows: EachRow<'_>, usage: CardUsage) -> Self {
        rows(&mut |row| {
            if let Some(action) = row.action {
                *self.actions.of(action) += 1;
            }
            if let Some(outcome) = row.outcome {
                *self.outcomes.of(outcome) += 1;
            }
        });
        Self { usage, ..self }
    }
}

impl CardUsage {
    /// Returns the cards and the most card-hours of instances.
    pub(crate) fn limit(cost: &Cost) -> Self {
        let Cost { cards, card_seconds, endless, .. } = *cost;
        let card_hours = (endless == 0).then(|| hours(card_seconds.div_ceil(36)));
        Self { cards: Some(cards), card_hours }
    }

    /// Returns the cards in use and the card-hours so far.
    pub(crate) fn live<'a>(observed: impl Iterator<Item = &'a ObservedInstance> + Clone) -> Self {
        let in_use = card_counts(observed.clone()).in_use;
        Self { cards: Some(in_use), card_hours: Some(card_hours(observed)) }
    }
}

impl ActionCounts {
    fn of(&mut self, action: PlanAction) -> &mut usize {
        match action {
            PlanAction::Create => &mut self.create,
            PlanAction::Unchanged => &mut self.unchanged,
            PlanAction::Changed => &mut self.changed,
            PlanAction::Replace => &mut self.replace,
            PlanAction::Orphan => &mut self.orphan,
            PlanAction::Prune => &mut self.prune,
            PlanAction::Adopt => &mut self.adopt,
            PlanAction::Finished => &mut self.ended,
            PlanAction::Gone => &mut self.gone,
            PlanAction::Elsewhere => &mut self.elsewhere,
        }
    }
}

impl OutcomeCounts {
    fn of(&mut self, outcome: OutcomeName) -> &mut usize {
        match outcome {
            OutcomeName::Created => &mut self.created,
            OutcomeName::Adopted => &mut self.adopted,
            OutcomeName::Refused => &mut self.refused,
            OutcomeName::Unknown => &mut self.unknown,
            OutcomeName::NotSent => &mut self.not_sent,
            OutcomeName::Skipped => &mut self.skipped,
            OutcomeName::Deleted => &mut self.deleted,
            OutcomeName::Stopped => &mut self.stopped,
            OutcomeName::Started => &mut self.started,
            OutcomeName::Resized => &mut self.resized,
            OutcomeName::Executed => &mut self.executed,
        }
    }
}
