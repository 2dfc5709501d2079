//! The platform of these tests: it shows instances and accepts actions on them.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::support::{Cli, Received, Reply, Service};

const BASE: &str = "/ai/openapi/v2/instance-service/";

/// A distinctive token that would be noticed in any output.
pub(crate) const TOKEN: &str = "sealed-token-of-the-test";

/// Behaviour of the list call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum List {
    /// The first form, as an object with a total.
    First,
    /// Only the second form, as a bare array.
    Second,
    /// No form is supported.
    Missing,
    /// Answers with this status and no envelope.
    Status(u16),
}

/// State of the platform.
pub(crate) struct State {
    pub(crate) tasks: Vec<Value>,
    pub(crate) list: List,
    /// Keys missing from the items of a list.
    pub(crate) lacking: Vec<&'static str>,
    /// Answers to other requests, by method and path suffix.
    pub(crate) answers: Vec<(&'static str, &'static str, Reply)>,
    /// Upcoming statuses of an instance, one per query.
    pub(crate) coming: Vec<(&'static str, Vec<&'static str>)>,
}

/// A platform on loopback.
pub(crate) struct Platform {
    service: Service,
    state: Arc<Mutex<State>>,
}

impl Platform {
    pub(crate) fn new() -> Self {
        let state = Arc::new(Mutex::new(State {
            tasks: Vec::new(),
            list: List::First,
            lacking: Vec::new(),
            answers: Vec::new(),
            coming: Vec::new(),
        }));
        let serving = Arc::clone(&state);
        let service = Service::each(move |asked| serving.lock().unwrap().answer(asked));
        Self { service, state }
    }

    /// Changes the state of the platform.
    pub(crate) fn set(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap());
    }

    /// Adds an instance with this name and status and with changes to it; its ID is `id-` and its
    /// name's bytes.
    pub(crate) fn holds(&self, name: &str, status: &str, change: impl FnOnce(&mut Value)) {
        let mut task = json!({
            "id": id(name), "instanceServiceName": name, "status": status, "gpuNumber": 2,
            "taskNumber": 1, "timeoutLimit": "04:00:00", "createTime": "2026-11-23 06:11:42",
            "startTime": null, "duration": "--", "remainingTime": "--",
            "containerPortInfoList": [],
        });
        change(&mut task);
        self.set(|state| state.tasks.push(task));
    }

    /// Sets the answer to requests with this method and path suffix.
    pub(crate) fn answers(&self, method: &'static str, end: &'static str, reply: Reply) {
        self.set(|state| state.answers.push((method, end, reply)));
    }

    /// Waits for a request with this path suffix.
    pub(crate) fn wait_for(&self, end: &str) {
        self.service.wait_for_such(1, |asked| asked.path.split('?').next().unwrap().ends_with(end));
    }

    /// Returns every request so far: method, and path and query without the common prefix.
    pub(crate) fn asked(&self) -> Vec<String> {
        let received = self.service.received();
        let line = |asked: &Received| {
            let path = asked.path.replace(BASE, "");
            format!("{} {path}", asked.method)
        };
        received.iter().map(line).collect()
    }

    /// Returns the bodies of the requests with this path suffix, in order.
    pub(crate) fn bodies(&self, end: &str) -> Vec<Value> {
        let received = self.service.received();
        received.iter().filter(|asked| asked.path.ends_with(end)).map(Received::json).collect()
    }

    /// Returns a run in a new folder with a manifest of these names, `a.yaml`, and a lock that
    /// records them as created on this platform.
    pub(crate) fn cli(&self, names: &[&str]) -> Cli {
        let lock = lock(names.iter().map(|name| self.entry(name)));
        self.on(Cli::new()).file("a.yaml", manifest(names)).file("a.lock", lock)
    }

    /// Returns the address.
    pub(crate) fn url(&self) -> String {
        self.service.url()
    }

    /// Adds credentials for this platform.
    pub(crate) fn on(&self, cli: Cli) -> Cli {
        cli.env("INSTANCECTL_ENDPOINT", self.service.url()).env("INSTANCECTL_TOKEN", TOKEN)
    }

    /// Returns the lock's entry of an instance that was created on this platform.
    pub(crate) fn entry(&self, name: &str) -> String {
        let (id, body) = (id(name), body(name));
        format!(
            "  {name}:\n    state: created\n    taskId: {id}\n    endpoint: {}\n    submittedAt: \
             2026-11-23T06:11:41Z\n    request: {body}\n",
            self.service.url().trim_end_matches("/ai")
        )
    }

    /// Returns the lock's entry of an instance with an unknown outcome.
    pub(crate) fn unknown(&self, name: &str) -> String {
        self.entry(name)
            .replace("state: created", "state: unknown")
            .replace(&format!("    taskId: {}\n", id(name)), "")
    }
}

/// Returns the text of a lock.
pub(crate) fn lock(entries: impl IntoIterator<Item = String>) -> String {
    let mut text = "version: 1\ninstances:\n".to_owned();
    for entry in entries {
        write!(text, "\n{entry}").unwrap();
    }
    text
}

pub(crate) fn id(name: &str) -> String {
    name.bytes().fold("id".to_owned(), |text, byte| format!("{text}-{byte:02x}"))
}

/// Returns a manifest of instances that differ only in their names.
pub(crate) fn manifest(names: &[&str]) -> String {
    let instances: Vec<Value> = names.iter().map(|name| body(name)).collect();
    json!({ "instances": instances }).to_string()
}

/// Returns the request of an instance.
pub(crate) fn body(name: &str) -> Value {
    json!({
        "instanceServiceName": name, "taskType": "ssh", "acceleratorType": "gpu", "version": "p:v",
        "imagePath": "r/p:v", "timeoutLimit": "04:00:00", "taskNumber": 1, "resourceGroup": "g",
        "useStartScript": false, "startScriptActionScope": "all", "cpuNumber": 4, "ramSize": 4096,
        "gpuNumber": 2, "description": "", "startScriptContent": "",
        "mountInfoList": [],
        "containerPortInfoList": [{"containerPort": "8888", "protocolType": "HTTP"}],
    })
}

impl State {
    fn answer(&mut self, asked: &Received) -> Reply {
        let (path, query) = asked.path.split_once('?').unwrap_or((&asked.path, ""));
        let scripted = self.answers.iter().find(|(method, end, _)| {
            *method == asked.method && (path.ends_with(end) || asked.path.ends_with(end))
        });
        if let Some((.., reply)) = scripted {
            return reply.clone();
        }
        let rest = path.strip_prefix(BASE).unwrap_or_default();
        let ids: Vec<&str> =
            query.split('&').filter_map(|pair| pair.split_once('=')).map(|p| p.1).collect();
        match (asked.method.as_str(), rest) {
            ("GET", "task") if self.list == List::First => {
                let start = asked.json()["start"].as_u64().unwrap();
                let items = self.items(start);
                Reply::success(json!({"total": self.tasks.len().to_string(), "items": items}))
            }
            ("GET", "task/list") if self.list == List::Second => {
                let start = query.split('&').find_map(|pair| pair.strip_prefix("start="));
                Reply::success(self.items(start.unwrap().parse().unwrap()))
            }
            ("GET", "task" | "task/list") => match self.list {
                List::Status(status) => Reply::html(status),
                _ => Reply::html(404),
            },
            ("POST", "task/actions/stop") => self.put(&ids, "Terminated"),
            ("POST", "task/actions/restart") => self.put(&ids, "Waiting"),
            ("GET", _) if rest.ends_with("/detail") => {
                self.advance();
                match self.find(rest.trim_end_matches("/detail")) {
                    Some(at) => Reply::success(self.tasks[at].clone()),
                    None => Reply::code("10004", "no such instance"),
                }
            }
            _ => Reply::html(404),
        }
    }

    fn items(&mut self, start: u64) -> Vec<Value> {
        if start == 0 {
            self.advance();
        }
        let mut items = self.tasks.clone();
        items.drain(..items.len().min(usize::try_from(start).unwrap()));
        for item in &mut items {
            for key in &self.lacking {
                item.as_object_mut().unwrap().remove(*key);
            }
        }
        items
    }

    fn advance(&mut self) {
        for (name, statuses) in &mut self.coming {
            if !statuses.is_empty() {
                let status = statuses.remove(0);
                let mut tasks = self.tasks.iter_mut();
                tasks.find(|task| task["instanceServiceName"] == *name).unwrap()["status"] =
                    json!(status);
            }
        }
    }

    fn find(&self, id: &str) -> Option<usize> {
        self.tasks.iter().position(|task| task["id"] == id)
    }

    fn put(&mut self, ids: &[&str], status: &str) -> Reply {
        if ids.iter().any(|id| self.find(id).is_none()) {
            return Reply::code("10004", "no such instance");
        }
        for id in ids {
            let at = self.find(id).unwrap();
            self.tasks[at]["status"] = json!(status);
        }
        Reply::success(Value::Null)
    }
}
