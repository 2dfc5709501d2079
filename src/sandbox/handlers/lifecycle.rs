//! Calls on existing instances: stop, restart, new sizes, scripts.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::endpoints::create_task::{CreateTask, StartScriptActionScope};
use crate::api::endpoints::detail::Status;
use crate::sandbox::handlers::CatalogMode;
use crate::sandbox::handlers::instances::invalid_count;
use crate::sandbox::handlers::reply::{ErrorReply, ParsedRequest, find_task, require};
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

/// Body of the call that changes sizes.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ResizeBody {
    id: String,
    cpu_number: u32,
    ram_size: u32,
    gpu_number: u32,
}

/// Changes the sizes of an instance, in any status: which ones the platform requires is not known.
pub(super) async fn resize(
    store: &TaskStore,
    requested: &ParsedRequest,
    mode: CatalogMode,
) -> Result<Value, ErrorReply> {
    require(&requested.json()?, ["id", "cpuNumber", "gpuNumber", "ramSize"])?;
    let ResizeBody { id, cpu_number, ram_size, gpu_number } = requested.json()?;
    let task = find_task(store, &id)?;
    let request = CreateTask { cpu_number, ram_size, gpu_number, ..task.request };
    if let Some(problem) = invalid_count(&request) {
        return Err(ErrorReply::invalid(problem));
    }
    mode.check(&request)?;
    store.change(vec![TaskChange::Put(Box::new(Task { request, ..task }))]).await?;
    Ok(Value::Null)
}

/// Body of the call that runs a script.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ScriptBody {
    id: String,
    #[serde(rename = "startScriptContent")]
    _content: String,
    #[serde(rename = "startScriptActionScope")]
    _scope: StartScriptActionScope,
}

pub(super) fn execute_script(
    store: &TaskStore,
    requested: &ParsedRequest,
) -> Result<Value, ErrorReply> {
    require(&requested.json()?, ["id", "startScriptContent", "startScriptActionScope"])?;
    let ScriptBody { id, .. } = requested.json()?;
    match find_task(store, &id)?.status(now()) {
        Status::Running => Ok(Value::Null),
        status => {
            let message = format!("execute-script error: instance `{id}` is {}", status.as_str());
            Err(ErrorReply::require("716864", message))
        }
    }
}
