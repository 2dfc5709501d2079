//! Calls on existing instances: stop, restart, access address, scripts.

use serde_json::{Map, Value, json};

use crate::sandbox::handlers::reply::{ErrorReply, ParsedRequest, find_task};
use crate::sandbox::state::{TaskChange, TaskStore};
use crate::sandbox::task::{EarlierRun, Task, now};

pub(super) async fn stop(
    store: &TaskStore,
    requested: &ParsedRequest,
) -> Result<Value, ErrorReply> {
    let now = now();
    let running = requested.named(store, "ids", "10004")?;
    let running = running.into_iter().filter(|task| !task.status(now).has_ended());
    let stopped =
        running.map(|task| TaskChange::Put(Box::new(Task { stopped: Some(now), ..task })));
    store.change(stopped.collect()).await?;
    Ok(Value::Null)
}

pub(super) async fn restart(
    store: &TaskStore,
    requested: &ParsedRequest,
) -> Result<Value, ErrorReply> {
    let tasks = requested.named(store, "instanceServiceId", "10004")?;
    let [task] = &tasks[..] else {
        return Err(ErrorReply::require("716870", "restart takes one instance".to_owned()));
    };
    let now = now();
    let mut earlier = task.earlier.clone();
    let ended = task.stopped.or(task.end_time()).unwrap_or(now).min(now);
    earlier.push(EarlierRun { queued: task.queued, ended });
    let again = Task { queued: now, stopped: None, earlier, ..task.clone() };
    store.change(vec![TaskChange::Put(Box::new(again))]).await?;
    Ok(json!(task.id))
}

pub(super) fn execute_script(
    store: &TaskStore,
    requested: &ParsedRequest,
) -> Result<Value, ErrorReply> {
    let fields: Map<String, Value> = requested.json()?;
    for field in ["id", "startScriptContent", "startScriptActionScope"] {
        if fields.get(field).and_then(Value::as_str).is_none_or(str::is_empty) {
            return Err(ErrorReply::incomplete(&format!("`{field}` must not be empty")));
        }
    }
    let id = fields["id"].as_str().unwrap_or_default();
    find_task(store, id).map(|_| Value::Null)
}
