//! A file service that was written apart from the client, with oddities that centres may have.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::platform::Platform;
use crate::support::{Cli, Received, Reply, Service};

/// The home folder of the account.
pub(crate) const HOME: &str = "/storage/u7";
/// Content of the file that no client may read.
pub(crate) const PASSWORD: &str = "clear-run-password";

/// A request, as the file service understands it.
pub(crate) struct Asked {
    /// Whether it is a list; otherwise a download.
    pub(crate) is_list: bool,
    /// The path, or the home folder.
    pub(crate) path: String,
    pub(crate) start: usize,
    pub(crate) limit: usize,
    /// First and last byte.
    pub(crate) range: Option<(usize, usize)>,
}

/// A file.
#[derive(Clone, Default)]
pub(crate) struct Stored {
    pub(crate) bytes: Vec<u8>,
    pub(crate) changed: Option<String>,
}

type Files = BTreeMap<String, Stored>;
/// Returns an odd answer, if there is one for a request.
type Oddity = Box<dyn Fn(&Asked, &Files) -> Option<Reply> + Send>;

/// The file service of a centre.
pub(crate) struct Centre {
    service: Service,
    state: Arc<Mutex<State>>,
}

struct State {
    files: Files,
    odd: Oddity,
}

impl Centre {
    /// Starts a service with a run folder of `a` and of other names, each with the file that has the
    /// password.
    pub(crate) fn new(output: &[u8]) -> Self {
        let state = State { files: Files::new(), odd: Box::new(|_, _| None) };
        let state = Arc::new(Mutex::new(state));
        let serving = Arc::clone(&state);
        let service = Service::each(move |request| serving.lock().unwrap().answer(request));
        let centre = Self { service, state };
        for folder in ["a_0_0", "ab_0_0", "a_b_7_0"] {
            centre.puts(&format!("{folder}/31_node2"), PASSWORD.as_bytes());
        }
        centre.puts("a_b_7_0/9.out", b"of another name\n");
        centre.puts("a_0_0/31.out", output);
        centre
    }

    /// Writes a file below the folder of runs.
    pub(crate) fn puts(&self, path: &str, bytes: &[u8]) {
        let stored = Stored { bytes: bytes.to_vec(), changed: None };
        self.state.lock().unwrap().files.insert(run(path), stored);
    }

    /// Sets the time of the last change of a file.
    pub(crate) fn dates(&self, path: &str, changed: &str) {
        let mut state = self.state.lock().unwrap();
        state.files.get_mut(&run(path)).unwrap().changed = Some(changed.to_owned());
    }

    /// Sets the odd answers.
    pub(crate) fn is_odd(&self, odd: impl Fn(&Asked, &Files) -> Option<Reply> + Send + 'static) {
        self.state.lock().unwrap().odd = Box::new(odd);
    }

    /// Returns the requests so far.
    pub(crate) fn asked(&self) -> Vec<Received> {
        self.service.received()
    }

    /// Checks that no request named a file with the password.
    pub(crate) fn password_is_sealed(&self) {
        let asked = self.asked();
        assert!(!asked.is_empty() && asked.iter().all(|request| !request.path.contains("_node2")));
    }

    /// Returns a command about the instance `a` in a folder with its manifest and lock.
    pub(crate) fn cli(&self, platform: &Platform, words: &[&str]) -> Cli {
        let cli = platform.cli(&["a"]).args(words).args(["-f", "a.yaml", "a"]);
        cli.env("INSTANCECTL_FILE_ENDPOINT", self.service.url())
    }

    /// Returns the address.
    pub(crate) fn url(&self) -> String {
        self.service.url()
    }
}

/// Returns the path of a file or folder of a run.
pub(crate) fn run(path: &str) -> String {
    format!("{HOME}/SothisAI/instance/ssh/{path}")
}

impl State {
    fn answer(&self, request: &Received) -> Reply {
        let (call, query) = request.path.split_once('?').unwrap();
        let pairs: BTreeMap<String, String> =
            form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let number = |key: &str| pairs.get(key).and_then(|text| text.parse().ok());
        let range = request.header("range").map(|range| {
            let (first, last) = range.strip_prefix("bytes=").unwrap().split_once('-').unwrap();
            (first.parse().unwrap(), last.parse().unwrap())
        });
        let asked = Asked {
            is_list: call == "/efile/openapi/v2/file/list",
            path: pairs.get("path").cloned().unwrap_or_else(|| HOME.to_owned()),
            start: number("start").unwrap_or_default(),
            limit: number("limit").unwrap_or_default(),
            range,
        };
        if !asked.is_list && call != "/efile/openapi/v2/file/download" {
            return Reply::html(404);
        }
        (self.odd)(&asked, &self.files).unwrap_or_else(|| usual(&asked, &self.files))
    }
}

/// Answers as the documentation says.
pub(crate) fn usual(asked: &Asked, files: &Files) -> Reply {
    if asked.is_list {
        let entries = entries(&asked.path, files);
        if entries.is_empty() {
            return Reply::code("911020", "file does not exist");
        }
        let page: Vec<_> = entries.iter().skip(asked.start).take(asked.limit).collect();
        return Reply::success(json!({"total": entries.len(), "fileList": page}));
    }
    let Some(Stored { bytes, .. }) = files.get(&asked.path) else {
        return Reply::code("911020", "file does not exist");
    };
    let Some((first, last)) = asked.range else { return Reply::raw(bytes.clone()) };
    if first >= bytes.len() {
        return Reply::html(416);
    }
    let end = bytes.len().min(last + 1);
    let range = format!("bytes {first}-{}/{}", end - 1, bytes.len());
    Reply::raw(&bytes[first..end]).status(206).header("content-range", &range)
}

/// Returns the entries of a folder, by name.
pub(crate) fn entries(folder: &str, files: &Files) -> Vec<Value> {
    let folder = format!("{}/", folder.trim_end_matches('/'));
    let mut entries: BTreeMap<&str, Value> = BTreeMap::new();
    for (path, Stored { bytes, changed }) in files {
        let Some(rest) = path.strip_prefix(&folder) else { continue };
        let name = rest.split('/').next().unwrap();
        let mut entry = json!({"name": name, "path": format!("{folder}{name}"),
            "isDirectory": rest.contains('/'), "size": bytes.len()});
        if let Some(changed) = changed {
            entry["lastModifiedTime"] = json!(changed);
        }
        entries.insert(name, entry);
    }
    entries.into_values().collect()
}
