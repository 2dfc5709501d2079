//! What each call does. Strict: what the platform's pages do not document is refused, with the
//! documented codes and a message that names the field (the platform's own often does not).
//!
//! Which HTTP status goes with a code is not documented. Here an envelope comes with 200, but for
//! 401 with a bad token and 415 with a body that is not declared to be JSON.

use hyper::body::Bytes;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::call::Call;
use super::store::{Change, Store};
use super::task::{Task, limit, now};
use crate::api::create_task::{AcceleratorType, CreateTask};
use crate::api::list::ListQuery;

/// A request, read.
pub(super) struct Asked {
    pub(super) query: Vec<(String, String)>,
    pub(super) is_json: bool,
    pub(super) body: Bytes,
}

/// An envelope with a code other than 0.
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: &'static str,
    pub(super) message: String,
}

/// The fields that the create call's page requires.
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

/// Items of a list where the request does not say how many.
const PAGE: u64 = 10;

/// Carries a call out and gives the `data` of its answer.
pub(super) async fn carry_out(store: &Store, call: &Call, asked: &Asked) -> Result<Value, Refusal> {
    match call {
        Call::Create => create(store, asked).await,
        Call::List => list(store, asked),
        Call::Detail(id) => known(store, id).map(|task| task.detail(now())),
        Call::Url(id) => known(store, id).map(|task| json!(task.access_url())),
        Call::Delete => delete(store, asked).await,
        Call::Stop => stop(store, asked).await,
        Call::Restart => restart(store, asked).await,
        Call::ExecuteScript => execute_script(store, asked),
        Call::Resources => resources(asked),
        Call::ResourceGroups => Ok(json!([{"name": "sandbox", "acceleratorType": "dcu"}])),
        Call::AllowedMountDirs => Ok(json!(["/public/home/sandbox"])),
        Call::Images => Ok(json!({"total": 1, "data": [{
            "name": "pytorch", "tag": "2.3.0", "path": "sandbox:5000/base/pytorch:2.3.0",
            "version": "pytorch:2.3.0", "type": "jupyter", "acceleratorType": "dcu", "status": "Success",
        }]})),
    }
}

async fn create(store: &Store, asked: &Asked) -> Result<Value, Refusal> {
    let fields: Map<String, Value> = asked.json()?;
    let script = fields.get("useStartScript") == Some(&Value::Bool(true));
    for field in REQUIRED.into_iter().chain(script.then_some("startScriptContent")) {
        if matches!(fields.get(field), None | Some(Value::Null)) || fields[field] == "" {
            return Err(Refusal::incomplete(&format!("`{field}` must not be empty")));
        }
    }
    let task: CreateTask = asked.json()?;
    if let Some(problem) = out_of_range(&task) {
        return Err(Refusal::invalid(problem));
    }
    match store.create(task, now()).await {
        Some(id) => Ok(json!(id)),
        None => Err(Refusal::unwritten()),
    }
}

/// What types do not say.
fn out_of_range(task: &CreateTask) -> Option<&'static str> {
    let on_cpu = task.accelerator_type == AcceleratorType::Cpu;
    let relative = |path: &str| !path.starts_with('/');
    let mut mounts = task.mount_info_list.iter();
    match () {
        () if task.task_number == 0 => Some("`taskNumber` must be 1 or more"),
        () if task.cpu_number == 0 => Some("`cpuNumber` must be 1 or more"),
        () if task.ram_size == 0 => Some("`ramSize` must be 1 or more"),
        () if on_cpu && task.gpu_number > 0 => Some("`gpuNumber` must be 0 for `cpu`"),
        () if task.timeout_limit != "unlimited" && limit(&task.timeout_limit).is_none() => {
            Some("`timeoutLimit` must be HH:MM:SS or `unlimited`")
        }
        () if mounts.any(|m| relative(&m.source_path) || relative(&m.target_path)) => {
            Some("`mountInfoList` must hold absolute paths")
        }
        () => None,
    }
}

/// Both forms: the filter comes as a JSON body or in the query.
fn list(store: &Store, asked: &Asked) -> Result<Value, Refusal> {
    let query = if asked.body.is_empty() { asked.list_query()? } else { asked.json()? };
    let now = now();
    let tasks = store.tasks();
    let fits = |wanted: &Option<String>, found: &str| wanted.as_deref().is_none_or(|w| w == found);
    let found: Vec<&Task> = tasks
        .iter()
        .filter(|task| fits(&query.instance_service_name, &task.request.instance_service_name))
        .filter(|task| fits(&query.status, task.status(now).as_str()))
        .filter(|task| match &query.task_type {
            Some(wanted) => json!(task.request.task_type) == **wanted,
            None => true,
        })
        .collect();
    let start = usize::try_from(query.start.unwrap_or(0)).unwrap_or(usize::MAX);
    let limit = usize::try_from(query.limit.unwrap_or(PAGE)).unwrap_or(usize::MAX);
    // The newest first, as the platform's web pages show them.
    let items = found.iter().rev().skip(start).take(limit).map(|task| task.detail(now));
    Ok(json!({"total": found.len(), "data": items.collect::<Vec<_>>()}))
}

async fn delete(store: &Store, asked: &Asked) -> Result<Value, Refusal> {
    let tasks = asked.named(store, "ids", "716866")?;
    let gone = tasks.into_iter().map(|task| Change::Gone(task.id)).collect();
    if store.change(gone).await { Ok(Value::Null) } else { Err(Refusal::unwritten()) }
}

async fn stop(store: &Store, asked: &Asked) -> Result<Value, Refusal> {
    let now = now();
    let running = asked.named(store, "ids", "10004")?;
    let running = running.into_iter().filter(|task| !task.status(now).is_over());
    let stopped = running.map(|task| Change::Put(Box::new(Task { stopped: Some(now), ..task })));
    if store.change(stopped.collect()).await { Ok(Value::Null) } else { Err(Refusal::unwritten()) }
}

async fn restart(store: &Store, asked: &Asked) -> Result<Value, Refusal> {
    let tasks = asked.named(store, "instanceServiceId", "10004")?;
    let [task] = &tasks[..] else {
        return Err(Refusal::of("716870", "restart takes one instance".to_owned()));
    };
    let again = Task { queued: now(), stopped: None, ..task.clone() };
    let restarted = store.change(vec![Change::Put(Box::new(again))]).await;
    if restarted { Ok(json!(task.id)) } else { Err(Refusal::unwritten()) }
}

fn execute_script(store: &Store, asked: &Asked) -> Result<Value, Refusal> {
    let fields: Map<String, Value> = asked.json()?;
    for field in ["id", "startScriptContent", "startScriptActionScope"] {
        if fields.get(field).and_then(Value::as_str).is_none_or(str::is_empty) {
            return Err(Refusal::incomplete(&format!("`{field}` must not be empty")));
        }
    }
    let id = fields["id"].as_str().unwrap_or_default();
    known(store, id).map(|_| Value::Null)
}

fn resources(asked: &Asked) -> Result<Value, Refusal> {
    for field in ["acceleratorType", "resourceGroup"] {
        if asked.values(field).next().is_none_or(str::is_empty) {
            return Err(Refusal::incomplete(&format!("`{field}` must not be empty")));
        }
    }
    Ok(json!({"cpuNumber": 64, "gpuNumber": 8, "memorySize": 524_288, "nodeNumber": 16,
              "maxTime": "unlimited", "mluLimits": 0, "dcuLimits": 0, "nvLimits": 0}))
}

fn known(store: &Store, id: &str) -> Result<Task, Refusal> {
    let task = store.tasks().get(id).cloned();
    task.ok_or_else(|| Refusal::invalid(&format!("instance `{id}` does not exist")))
}

impl Asked {
    /// The body, which must be JSON and say so.
    fn json<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        if !self.is_json {
            let message = "Content-Type must be application/json".to_owned();
            return Err(Refusal { status: 415, code: "10004", message });
        }
        serde_json::from_slice(&self.body).map_err(|error| Refusal::invalid(&error.to_string()))
    }

    fn values<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        self.query.iter().filter(move |(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// The instances that the query names under `key`, one or more. One that does not exist refuses
    /// them all, with `code`.
    fn named(&self, store: &Store, key: &str, code: &'static str) -> Result<Vec<Task>, Refusal> {
        let tasks: Vec<_> = self
            .values(key)
            .map(|id| known(store, id).map_err(|refusal| Refusal { code, ..refusal }))
            .collect::<Result<_, _>>()?;
        if tasks.is_empty() {
            return Err(Refusal::incomplete(&format!("`{key}` must not be empty")));
        }
        Ok(tasks)
    }

    fn list_query(&self) -> Result<ListQuery, Refusal> {
        let text = |key| self.values(key).next().filter(|v| !v.is_empty()).map(str::to_owned);
        let number = |key| match text(key).map(|value| value.parse()) {
            None => Ok(None),
            Some(Ok(number)) => Ok(Some(number)),
            Some(Err(_)) => Err(Refusal::invalid(&format!("`{key}` must be a number"))),
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
}

impl Refusal {
    fn of(code: &'static str, message: String) -> Self {
        Self { status: 200, code, message }
    }

    fn incomplete(message: &str) -> Self {
        Self::of("10003", format!("incomplete parameters: {message}"))
    }

    fn invalid(message: &str) -> Self {
        Self::of("10004", format!("invalid parameter: {message}"))
    }

    /// The log could not be written; the instance may or may not be there after a restart.
    fn unwritten() -> Self {
        Self::of("10001", "internal error: the sandbox cannot write its state".to_owned())
    }

    /// The token is missing or wrong.
    pub(super) fn denied() -> Self {
        let message = "insufficient permission: the token is missing or invalid".to_owned();
        Self { status: 401, ..Self::of("10008", message) }
    }
}
