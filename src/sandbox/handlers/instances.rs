//! Creating, listing and deleting instances.

use serde_json::{Map, Value, json};

use crate::api::endpoints::create_task::{AcceleratorType, CreateTask};
use crate::api::endpoints::list::ListQuery;
use crate::sandbox::handlers::CatalogMode;
use crate::sandbox::handlers::reply::{ErrorReply, ParsedRequest, require};
use crate::sandbox::state::{TaskChange, TaskStore};
use crate::sandbox::task::{Task, now, parse_time_limit};

/// The fields that the create call's documentation requires.
const REQUIRED: [&str; 13] = [
    "instanceServiceName",
    "taskType",
    "acceleratorType",
    "version",
    "imagePath",
    "timeoutLimit",
    "taskNumber",
    "resourceGroup",
    "useStartScript",
    "startScriptActionScope",
    "cpuNumber",
    "ramSize",
    "gpuNumber",
];

/// Default number of items in a list.
const PAGE_SIZE: u64 = 10;

pub(super) async fn create(
    store: &TaskStore,
    requested: &ParsedRequest,
    mode: CatalogMode,
) -> Result<Value, ErrorReply> {
    let fields: Map<String, Value> = requested.json()?;
    let script = fields.get("useStartScript") == Some(&Value::Bool(true));
    require(&fields, REQUIRED.into_iter().chain(script.then_some("startScriptContent")))?;
    let task: CreateTask = requested.json()?;
    if let Some(problem) = invalid_count(&task) {
        return Err(ErrorReply::invalid(problem));
    }
    mode.check(&task)?;
    Ok(json!(store.create(task, now()).await?))
}

/// Checks the constraints that the types do not express.
pub(super) fn invalid_count(task: &CreateTask) -> Option<&'static str> {
    let on_cpu = task.accelerator_type == AcceleratorType::Cpu;
    let relative = |path: &str| !path.starts_with('/');
    let mut mounts = task.mount_info_list.iter();
    match () {
        () if task.task_number == 0 => Some("`taskNumber` must be 1 or more"),
        () if task.cpu_number == 0 => Some("`cpuNumber` must be 1 or more"),
        () if task.ram_size == 0 => Some("`ramSize` must be 1 or more"),
        () if on_cpu && task.gpu_number > 0 => Some("`gpuNumber` must be 0 for `cpu`"),
        () if task.timeout_limit != "unlimited"
            && parse_time_limit(&task.timeout_limit).is_none() =>
        {
            Some("`timeoutLimit` must be HH:MM:SS or `unlimited`")
        }
        () if mounts.any(|m| relative(&m.source_path) || relative(&m.target_path)) => {
            Some("`mountInfoList` must hold absolute paths")
        }
        () => None,
    }
}

/// Lists instances, in both forms: the filter is a JSON body or in the query.
pub(super) fn list(store: &TaskStore, requested: &ParsedRequest) -> Result<Value, ErrorReply> {
    let query =
        if requested.body.is_empty() { list_query(requested)? } else { requested.json()? };
    let now = now();
    let tasks = store.tasks();
    let fits =
        |expected: &Option<String>, found: &str| expected.as_deref().is_none_or(|w| w == found);
    let found: Vec<&Task> = tasks
        .iter()
        .filter(|task| fits(&query.instance_service_name, &task.request.instance_service_name))
        .filter(|task| {
            let expected = query.status.as_deref();
            expected.is_none_or(|expected| expected == task.status(now).as_str())
        })
        .filter(|task| match &query.task_type {
            Some(expected) => json!(task.request.task_type) == **expected,
            None => true,
        })
        .collect();
    let start = usize::try_from(query.start.unwrap_or(0)).unwrap_or(usize::MAX);
    let limit = usize::try_from(query.limit.unwrap_or(PAGE_SIZE)).unwrap_or(usize::MAX);
    // Newest first, as on the platform's web pages.
    let items = found.iter().rev().skip(start).take(limit).map(|task| task.detail(now));
    Ok(json!({"total": found.len(), "data": items.collect::<Vec<_>>()}))
}

pub(super) async fn delete(
    store: &TaskStore,
    requested: &ParsedRequest,
) -> Result<Value, ErrorReply> {
    let tasks = requested.named(store, "ids", "716866")?;
    let gone = tasks.into_iter().map(|task| TaskChange::Gone(task.id)).collect();
    store.change(gone).await?;
    Ok(Value::Null)
}

/// Reads the filter of the second form.
fn list_query(requested: &ParsedRequest) -> Result<ListQuery, ErrorReply> {
    let text = |key| requested.values(key).next().filter(|v| !v.is_empty()).map(str::to_owned);
    let number = |key| match text(key).map(|value| value.parse()) {
        None => Ok(None),
        Some(Ok(number)) => Ok(Some(number)),
        Some(Err(_)) => Err(ErrorReply::invalid(&format!("`{key}` must be a number"))),
    };
    Ok(ListQuery {
        status: text("status"),
        instance_service_name: text("instanceServiceName"),
        task_type: text("taskType"),
        start: number("start")?,
        limit: number("limit")?,
        sort: text("sort"),
    })
}
