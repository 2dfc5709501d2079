//! Live state of the instances in the locks, as JSON.

use serde_json::{Value, json};

use crate::api::endpoints::detail::Status;
use crate::exit_status::{ExitClass, ExitClasses};
use crate::lifecycle::{LiveState, ObservedInstance, RelatedInstance};
use crate::output::text::status::{StatusTable, cards, remaining_time};
use crate::output::words::Words;
use crate::plan::PlanAction;

/// Returns the object that `status` prints as JSON.
pub(crate) fn status(rows: &StatusTable<'_>, words: &dyn Words) -> Value {
    let row = |observed: &ObservedInstance| {
        let mut row = instance(rows.files[observed.locked.job], observed, words);
        row["addresses"] = addresses(observed);
        row
    };
    let instances: Vec<Value> = rows.observed.iter().map(row).collect();
    let (used, queued) = cards(rows.observed);
    let mut object = object(&instances, &crate::lifecycle::classes(rows.observed));
    object["cards"] = json!({"inUse": used, "queued": queued});
    object["notCreated"] = json!(rows.missing);
    object
}

/// Returns the envelope of JSON output about instances.
pub(crate) fn object(rows: &[Value], classes: &ExitClasses) -> Value {
    let codes: Vec<u8> = classes.iter().map(ExitClass::code).collect();
    json!({
        "version": 1,
        "instances": rows,
        "exit": {"code": classes.code(), "classes": codes},
    })
}

/// Returns the addresses of an instance. They may contain secrets, so only the output of `status`
/// includes them.
fn addresses(observed: &ObservedInstance) -> Value {
    let LiveState::Present(detail) = &observed.live else { return json!([]) };
    let addresses = detail.addresses().unwrap_or_default();
    let address = addresses
        .iter()
        .map(|at| json!({"port": at.port, "protocol": at.protocol, "url": at.url.expose()}));
    address.collect()
}

/// Returns one instance as JSON.
pub(crate) fn instance(file: &str, observed: &ObservedInstance, words: &dyn Words) -> Value {
    let entry = &observed.locked.entry;
    let action = match &observed.live {
        LiveState::OtherRegion => PlanAction::Elsewhere,
        LiveState::Gone => PlanAction::Gone,
        LiveState::Present(detail) if detail.status().is_some_and(|s| s.has_ended()) => {
            PlanAction::Finished
        }
        _ if observed.locked.orphan => PlanAction::Orphan,
        _ => PlanAction::Unchanged,
    };
    let notes: Vec<_> = observed.notes().iter().map(|note| words.status_note(note)).collect();
    let detail = match &observed.live {
        LiveState::Present(detail) => Some(detail),
        _ => None,
    };
    let others: Vec<Value> = observed
        .others
        .iter()
        .map(|RelatedInstance { id, status, .. }| json!({"taskId": id, "status": status.as_ref().map(Status::as_str)}))
        .collect();
    json!({
        "file": file,
        "name": observed.locked.name,
        "action": action.as_str(),
        "outcome": matches!(observed.live, LiveState::Unknown).then_some("unknown"),
        "taskId": entry.task_id,
        "code": null,
        "message": (!notes.is_empty()).then(|| notes.join("; ")),
        "changes": [],
        "state": entry.state.as_str(),
        "status": observed.status().as_ref().map(Status::as_str),
        "cards": observed.cards(),
        "ageSeconds": observed.age.map(|age| age.as_secs()),
        "createTime": detail.and_then(|detail| detail.create_time()),
        "startTime": detail.and_then(|detail| detail.start_time()),
        "endTime": detail.and_then(|detail| detail.end_time()),
        "duration": detail.and_then(|detail| detail.duration()),
        "timeLeft": detail.and_then(|detail| remaining_time(detail, "no end")),
        "timeoutLimit": detail.and_then(|detail| detail.timeout_limit()),
        "candidates": others,
    })
}
