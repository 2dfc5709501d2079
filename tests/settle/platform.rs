//! The platform of these tests: it keeps instances, and a create call may fail in any way.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Cli, Received, Reply, Service};

const TASK: &str = "/ai/openapi/v2/instance-service/task";

/// Behaviour of a create call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Create {
    /// The instance is created, and the call is answered.
    Answered,
    /// The instance is created, and the answer is lost.
    AnswerLost,
    /// The request is lost before anything is created.
    Lost,
    /// The instance is created this number of lists later, and the answer is lost.
    Late(usize),
    /// The platform reports a failure, and nothing was created.
    Failed,
    /// The platform reports a failure, but the instance was created.
    FailedYetCreated,
    /// The request is refused.
    Refused,
}

/// Behaviour of the list call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum List {
    /// Both forms show everything, in parts of this size.
    Parts(usize),
    /// Only the second form is supported.
    SecondForm,
    /// No form is supported.
    Missing,
    /// Answers with this status and no envelope.
    Status(u16),
    /// Shows the same first part for any request.
    Stuck,
}

/// State of the platform.
pub(crate) struct State {
    pub(crate) tasks: Vec<Value>,
    pub(crate) list: List,
    pub(crate) delete: Delete,
    pub(crate) resize: Resize,
    pub(crate) absent: Absent,
    /// Name whose first instance is accompanied by one of another client, with the ID `theirs`.
    pub(crate) duplicate: Option<String>,
    /// Change after this number of further lists.
    meanwhile: Option<(usize, Happening)>,
    /// Change during the next create call.
    pub(crate) on_create: Option<Happening>,
    late: Vec<(usize, Value)>,
    created: usize,
}

/// Behaviour of the delete call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delete {
    /// The instance is deleted at once.
    AtOnce,
    /// The call is answered, and the instance stays.
    Never,
    /// Answers with this status and no envelope.
    Status(u16),
    /// The instance is deleted, and the answer is lost.
    AnswerLost,
    /// The instance is deleted, and a gateway answers with this status.
    GoneUnder(u16),
}

/// Behaviour of the call that changes sizes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Resize {
    /// The sizes are changed at once.
    AtOnce,
    /// The sizes are changed, and the answer is lost.
    AnswerLost,
    /// The call is answered, and the sizes stay.
    Never,
    /// The request is refused.
    Refused,
    /// Answers with this status and no envelope.
    Status(u16),
}

/// Answer of the detail call for an instance that does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Absent {
    /// A specific code.
    Code,
    /// The code of any internal error.
    Internal,
    /// A page of the gateway with status 404.
    Page,
}

pub(crate) type Happening = Box<dyn FnOnce(&mut State) + Send>;
type Decide = dyn Fn(&str, usize) -> Create + Send + Sync;

/// A platform on loopback.
pub(crate) struct Platform {
    service: Service,
    state: Arc<Mutex<State>>,
}

impl Platform {
    /// Starts a platform on which every create call succeeds.
    pub(crate) fn new() -> Self {
        Self::with(|_, _| Create::Answered)
    }

    /// Starts a platform on which `decide` returns the behaviour of each create call, by name and
    /// number (from 1).
    pub(crate) fn with(decide: impl Fn(&str, usize) -> Create + Send + Sync + 'static) -> Self {
        let state = Arc::new(Mutex::new(State {
            tasks: Vec::new(),
            list: List::Parts(100),
            delete: Delete::AtOnce,
            resize: Resize::Status(404),
            absent: Absent::Code,
            duplicate: None,
            meanwhile: None,
            on_create: None,
            late: Vec::new(),
            created: 0,
        }));
        let decide: Arc<Decide> = Arc::new(decide);
        let serving = Arc::clone(&state);
        let service = Service::each(move |asked| serving.lock().unwrap().answer(asked, &*decide));
        Self { service, state }
    }

    /// Returns its address.
    pub(crate) fn url(&self) -> String {
        self.service.url()
    }

    /// Changes the state of the platform.
    pub(crate) fn set(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap());
    }

    /// Applies a change after this number of lists.
    pub(crate) fn meanwhile(&self, lists: usize, what: impl FnOnce(&mut State) + Send + 'static) {
        self.set(|state| state.meanwhile = Some((lists, Box::new(what))));
    }

    /// Adds an existing instance, created from the manifest's body with changes to it.
    pub(crate) fn holds(&self, name: &str, id: &str, change: impl FnOnce(&mut Value)) {
        let mut task = task(&body(name), id, 0);
        change(&mut task);
        self.set(|state| state.tasks.push(task));
    }

    /// Returns the IDs of the current instances.
    pub(crate) fn ids(&self) -> Vec<String> {
        let state = self.state.lock().unwrap();
        state.tasks.iter().map(|task| task["id"].as_str().unwrap().to_owned()).collect()
    }

    /// Returns the names of the create calls, in order.
    pub(crate) fn creates(&self) -> Vec<String> {
        let received = self.service.received();
        let posts = received.iter().filter(|asked| asked.method == "POST" && asked.path == TASK);
        posts.map(|p| p.json()["instanceServiceName"].as_str().unwrap().to_owned()).collect()
    }

    /// Returns the bodies of the calls that change sizes, in order.
    pub(crate) fn resizes(&self) -> Vec<Value> {
        let received = self.service.received();
        let posts =
            received.iter().filter(|asked| asked.path.ends_with("resource-spec/actions/update"));
        posts.map(Received::json).collect()
    }

    /// Returns the query of each delete call, in order.
    pub(crate) fn deletes(&self) -> Vec<String> {
        let received = self.service.received();
        let deletes = received.iter().filter(|asked| asked.method == "DELETE");
        deletes.map(|asked| asked.path.split_once('?').unwrap().1.to_owned()).collect()
    }

    /// Returns the number of requests with this method, except those for the list of images, which
    /// are a `POST` that changes nothing.
    pub(crate) fn count(&self, method: &str) -> usize {
        let received = self.service.received();
        let counted = received.iter().filter(|asked| !asked.path.ends_with("/image/images"));
        counted.filter(|asked| asked.method == method).count()
    }

    /// Returns a run in a new folder with a manifest of these names, `a.yaml`, and this platform.
    pub(crate) fn cli(&self, names: &[&str]) -> Cli {
        Cli::new()
            .file("a.yaml", manifest(names))
            .env("INSTANCECTL_ENDPOINT", self.url())
            .env("INSTANCECTL_TOKEN", "secret-token")
    }
}

/// Returns a manifest of instances that differ only in their names.
pub(crate) fn manifest(names: &[&str]) -> String {
    let instances: Vec<Value> = names.iter().map(|name| body(name)).collect();
    json!({ "instances": instances }).to_string()
}

/// Returns the body of a create call.
pub(crate) fn body(name: &str) -> Value {
    json!({
        "instanceServiceName": name, "taskType": "ssh", "acceleratorType": "gpu", "version": "p:v",
        "imagePath": "r/p:v", "timeoutLimit": "01:00:00", "taskNumber": 1, "resourceGroup": "g",
        "useStartScript": false, "startScriptActionScope": "all", "cpuNumber": 1, "ramSize": 1024,
        "gpuNumber": 1, "description": "", "startScriptContent": "",
        "mountInfoList": [], "containerPortInfoList": [],
    })
}

fn task(body: &Value, id: &str, minute: usize) -> Value {
    let mut task = body.clone();
    task["id"] = json!(id);
    task["status"] = json!("Running");
    task["createTime"] = json!(format!("2026-11-23 {:02}:{:02}:00", minute / 60, minute % 60));
    task
}

impl State {
    /// Adds an instance with the manifest's body, as another client would.
    pub(crate) fn add(&mut self, name: &str, id: &str) {
        self.tasks.push(task(&body(name), id, 0));
    }

    /// Creates all late instances now.
    pub(crate) fn hurry(&mut self) {
        self.tasks.extend(std::mem::take(&mut self.late).into_iter().map(|late| late.1));
    }

    fn answer(&mut self, asked: &Received, decide: &Decide) -> Reply {
        let (path, query) = asked.path.split_once('?').unwrap_or((&asked.path, ""));
        let rest = path.strip_prefix(TASK.trim_end_matches("task")).unwrap_or_default();
        match (asked.method.as_str(), rest) {
            ("POST", "task") => self.create(&asked.json(), decide),
            ("POST", "resource-spec/actions/update") => self.resize(&asked.json()),
            ("GET", "task") => self.first_form(asked),
            ("GET", "task/list") => self.second_form(query),
            ("DELETE", "task") => self.delete(query),
            ("GET", _) if rest.ends_with("/detail") => {
                self.detail(rest.trim_end_matches("/detail"))
            }
            _ => Reply::html(404),
        }
    }

    fn create(&mut self, body: &Value, decide: &Decide) -> Reply {
        self.created += 1;
        if let Some(what) = self.on_create.take() {
            what(self);
        }
        let name = body["instanceServiceName"].as_str().unwrap();
        let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
        let id = format!("{}-{}", name.chars().map(plain).collect::<String>(), self.created);
        let task = task(body, &id, 60 + self.created);
        let what = decide(name, self.created);
        if self.duplicate.take_if(|duplicate| duplicate == name).is_some() {
            let mut duplicate = task.clone();
            duplicate["id"] = json!("theirs");
            self.tasks.push(duplicate);
        }
        match what {
            Create::Answered | Create::AnswerLost | Create::FailedYetCreated => {
                self.tasks.push(task);
            }
            Create::Late(lists) => self.late.push((lists, task)),
            Create::Lost | Create::Failed | Create::Refused => {}
        }
        match what {
            Create::Answered => Reply::success(id),
            Create::AnswerLost | Create::Lost | Create::Late(_) => Reply::close(),
            Create::Failed | Create::FailedYetCreated => Reply::code("716865", "create failed"),
            Create::Refused => Reply::code("10004", "no such group"),
        }
    }

    fn first_form(&mut self, asked: &Received) -> Reply {
        match self.list {
            List::Missing | List::SecondForm => Reply::html(404),
            List::Status(status) => Reply::html(status),
            List::Parts(_) | List::Stuck => {
                let query = asked.json();
                self.part(query["start"].as_u64().unwrap_or(0))
            }
        }
    }

    fn second_form(&mut self, query: &str) -> Reply {
        let start = query.split('&').find_map(|pair| pair.strip_prefix("start="));
        match self.list {
            List::Missing => Reply::html(405),
            List::Status(status) => Reply::html(status),
            _ => self.part(start.unwrap().parse().unwrap()),
        }
    }

    fn part(&mut self, start: u64) -> Reply {
        let (now, later): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.late).into_iter().partition(|late| late.0 == 0);
        self.tasks.extend(now.into_iter().map(|late| late.1));
        self.late = later.into_iter().map(|(lists, task)| (lists - 1, task)).collect();
        let (skip, size) = match self.list {
            List::Parts(size) => (usize::try_from(start).unwrap(), size),
            List::Stuck => (0, 2),
            _ => (usize::try_from(start).unwrap(), 100),
        };
        let items: Vec<&Value> = self.tasks.iter().skip(skip).take(size).collect();
        let reply = Reply::success(json!({"total": self.tasks.len(), "data": items}));
        match self.meanwhile.take() {
            Some((1, what)) => what(self),
            Some((more, what)) => self.meanwhile = Some((more - 1, what)),
            None => {}
        }
        reply
    }

    fn detail(&self, id: &str) -> Reply {
        match self.tasks.iter().find(|task| task["id"] == id) {
            Some(task) => Reply::success(task.clone()),
            None => match self.absent {
                Absent::Code => Reply::code("10004", "no such instance"),
                Absent::Internal => Reply::code("10001", "internal error"),
                Absent::Page => Reply::html(404),
            },
        }
    }

    fn resize(&mut self, body: &Value) -> Reply {
        if matches!(self.resize, Resize::AtOnce | Resize::AnswerLost) {
            let task = self.tasks.iter_mut().find(|task| task["id"] == body["id"]).unwrap();
            for field in ["cpuNumber", "gpuNumber", "ramSize"] {
                task[field] = body[field].clone();
            }
        }
        match self.resize {
            Resize::AtOnce | Resize::Never => Reply::success(Value::Null),
            Resize::AnswerLost => Reply::html(502),
            Resize::Refused => Reply::code("10004", "it must be stopped"),
            Resize::Status(status) => Reply::html(status),
        }
    }

    fn delete(&mut self, query: &str) -> Reply {
        match self.delete {
            Delete::Status(status) => return Reply::html(status),
            Delete::Never => return Reply::success(Value::Null),
            Delete::AtOnce | Delete::AnswerLost | Delete::GoneUnder(_) => {}
        }
        for id in query.split('&').filter_map(|pair| pair.strip_prefix("ids=")) {
            let before = self.tasks.len();
            self.tasks.retain(|task| task["id"] != id);
            if self.tasks.len() == before {
                return Reply::code("716866", "delete failed");
            }
        }
        match self.delete {
            Delete::AnswerLost => Reply::close(),
            Delete::GoneUnder(status) => Reply::html(status),
            _ => Reply::success(Value::Null),
        }
    }
}

/// Gives a run time to make progress.
pub(crate) fn wait(milliseconds: u64) {
    std::thread::sleep(Duration::from_millis(milliseconds));
}
