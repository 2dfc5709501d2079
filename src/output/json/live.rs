//! Rows of instances with their live state.

use std::borrow::Cow;

use super::instance_row::{Candidate, InstanceRow, QueriedCandidate};
use super::live_fields::{LiveFields, detail_fields, live_fields};
use super::vocabulary::OutcomeName;
use crate::api::endpoints::detail::{Detail, Status};
use crate::language::Language;
use crate::lifecycle::{AccountInstance, LiveState, ObservedInstance, UnrecordedInstance, age};
use crate::plan::PlanAction;

/// Returns one instance with its live state.
pub(crate) fn live_row(observed: &ObservedInstance, words: Language) -> InstanceRow<'_> {
    let entry = &observed.locked.entry;
    let notes: Vec<_> =
        observed.notes().iter().map(|note| words.status_note(note).into_owned()).collect();
    let candidates = observed.others.iter().map(|other| {
        let status = other.status.as_ref().map(Status::raw).map(Cow::Borrowed);
        Candidate::Queried(QueriedCandidate { task_id: other.id.as_str(), status })
    });
    InstanceRow {
        file: &observed.locked.file,
        name: observed.locked.name.as_str(),
        action: Some(action(observed)),
        outcome: matches!(observed.live, LiveState::Unknown).then_some(OutcomeName::Unknown),
        task_id: entry.task_id.as_ref().map(AsRef::as_ref),
        message: (!notes.is_empty()).then(|| words.clauses(&notes).into()),
        state: Some(entry.state.as_str()),
        candidates: Some(candidates.collect()),
        live: Some(live_fields(observed)),
        ..InstanceRow::default()
    }
}

/// Returns an instance that no lock has although instances of its name are live.
pub(crate) fn unrecorded_row<'a>(
    file: &'a str,
    unrecorded: &'a UnrecordedInstance,
    words: Language,
) -> InstanceRow<'a> {
    let candidate = |detail: &'a Detail| {
        let status = detail.status().map(|status| status.raw().to_owned().into());
        Candidate::Queried(QueriedCandidate { task_id: detail.id().as_str(), status })
    };
    let [detail, ..] = &unrecorded.live[..] else { return InstanceRow::default() };
    InstanceRow {
        file,
        name: unrecorded.name.as_str(),
        message: Some(words.unrecorded(unrecorded).replace('\n', " ").into()),
        candidates: Some(unrecorded.live.iter().map(candidate).collect()),
        live: Some(detail_fields(Some(detail), detail.cards(), age(detail, unrecorded.now))),
        ..InstanceRow::default()
    }
}

/// Returns an instance of the account; `file` is the manifest of the lock that has it, or empty.
pub(crate) fn account_row<'a>(file: &'a str, instance: &'a AccountInstance) -> InstanceRow<'a> {
    let AccountInstance { detail, age, .. } = instance;
    InstanceRow {
        file,
        name: detail.name().unwrap_or_default(),
        task_id: Some(detail.id().as_str()),
        live: Some(detail_fields(Some(detail), detail.cards(), *age)),
        ..InstanceRow::default()
    }
}

/// Returns the row of an instance whose status a command has changed since it was seen.
pub(crate) fn without_status(mut row: InstanceRow<'_>) -> InstanceRow<'_> {
    row.action = Some(PlanAction::Unchanged);
    row.live = row.live.map(LiveFields::without_status);
    row
}

fn action(observed: &ObservedInstance) -> PlanAction {
    match &observed.live {
        LiveState::OtherRegion => PlanAction::Elsewhere,
        LiveState::Gone => PlanAction::Gone,
        LiveState::Present(detail) if detail.status().is_some_and(|s| s.has_ended()) => {
            PlanAction::Finished
        }
        _ if observed.locked.orphan => PlanAction::Orphan,
        _ => PlanAction::Unchanged,
    }
}
