//! Live state of the instances in the locks, as JSON.

use serde_json::{Value, json};

use super::life::{StatusTable, cards, notes, remaining_time};
use crate::api::detail::Status;
use crate::exit::{ExitClass, ExitClasses};
use crate::life::{LiveState, ObservedInstance, RelatedInstance};
use crate::plan::PlanAction;

/// Returns the object that `status` prints as JSON.
pub(super) fn status(lives: &StatusTable<'_>) -> Value {
    let row = |seen: &ObservedInstance| {
        let mut row = instance(lives.files[seen.held.job], seen);
        row["addresses"] = addresses(seen);
        row
    };
    let rows: Vec<Value> = lives.seen.iter().map(row).collect();
    let (used, queued) = cards(lives.seen);
    let mut object = object(&rows, &crate::life::classes(lives.seen));
    object["cards"] = json!({"inUse": used, "queued": queued});
    object["notCreated"] = json!(lives.missing);
    object
}

/// Returns the envelope of JSON output about instances.
pub(super) fn object(rows: &[Value], classes: &ExitClasses) -> Value {
    let codes: Vec<u8> = classes.iter().map(ExitClass::code).collect();
    json!({
        "version": 1,
        "instances": rows,
        "exit": {"code": classes.code(), "classes": codes},
    })
}

/// Returns the addresses of an instance. They may contain secrets, so only the output of `status`
/// includes them.
fn addresses(seen: &ObservedInstance) -> Value {
    let LiveState::Present(detail) = &seen.live else { return json!([]) };
    let addresses = detail.addresses().unwrap_or_default();
    let address = addresses
        .iter()
        .map(|at| json!({"port": at.port, "protocol": at.protocol, "url": at.url.expose()}));
    address.collect()
}

/// Returns one instance as JSON.
pub(super) fn instance(file: &str, seen: &ObservedInstance) -> Value {
    let entry = &seen.held.entry;
    let action = match &seen.live {
        LiveState::OtherRegion => PlanAction::Elsewhere,
        LiveState::Gone => PlanAction::Gone,
        LiveState::Present(detail) if detail.status().is_some_and(|s| s.has_ended()) => {
            PlanAction::Finished
        }
        _ if seen.held.orphan => PlanAction::Orphan,
        _ => PlanAction::Unchanged,
    };
    let notes = notes(seen);
    let detail = match &seen.live {
        LiveState::Present(detail) => Some(detail),
        _ => None,
    };
    let others: Vec<Value> = seen
        .others
        .iter()
        .map(|RelatedInstance { id, status, .. }| json!({"taskId": id, "status": status.as_ref().map(Status::as_str)}))
        .collect();
    json!({
        "file": file,
        "name": seen.held.name,
        "action": action.as_str(),
        "outcome": matches!(seen.live, LiveState::Unknown).then_some("unknown"),
        "taskId": entry.task_id,
        "code": null,
        "message": (!notes.is_empty()).then(|| notes.join("; ")),
        "changes": [],
        "state": entry.state.as_str(),
        "status": seen.status().as_ref().map(Status::as_str),
        "cards": seen.cards(),
        "ageSeconds": seen.age.map(|age| age.as_secs()),
        "createTime": detail.and_then(|detail| detail.create_time()),
        "startTime": detail.and_then(|detail| detail.start_time()),
        "endTime": detail.and_then(|detail| detail.end_time()),
        "duration": detail.and_then(|detail| detail.duration()),
        "timeLeft": detail.and_then(|detail| remaining_time(detail)),
        "timeoutLimit": detail.and_then(|detail| detail.timeout_limit()),
        "candidates": others,
    })
}
