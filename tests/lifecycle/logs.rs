//! `logs`: the output of an instance, read from its run folder through the file service.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value, json};

use crate::platform::{Platform, TOKEN};
use crate::support::{Cli, Received, Reply, Service};

const HOME: &str = "/work/home/u1";
const RUNS: &str = "/work/home/u1/SothisAI/instance/ssh";
const PASSWORD: &str = "clear-run-password";

/// The file service of a centre: the files of the home folder by path.
struct Files {
    service: Service,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    files: BTreeMap<String, Vec<u8>>,
    /// Maximum number of entries in a page, whatever is asked for.
    page: usize,
    /// Whether parts are served.
    ignores_ranges: bool,
    /// Answer to every request, if it fails.
    failure: Option<Reply>,
}

impl Files {
    fn new(files: &[(&str, &[u8])]) -> Self {
        let file = |(path, text): &(&str, &[u8])| (format!("{RUNS}/{path}"), text.to_vec());
        let files: BTreeMap<_, _> = files.iter().map(file).collect();
        let state = Arc::new(Mutex::new(State { files, page: 2, ..State::default() }));
        let serving = Arc::clone(&state);
        let service = Service::each(move |asked| serving.lock().unwrap().answer(asked));
        Self { service, state }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Returns the address.
    fn address(&self) -> String {
        format!("{}/efile", self.service.url())
    }

    /// Returns `logs` of the instance `a`, which runs.
    fn logs(&self, platform: &Platform) -> Cli {
        platform.holds("a", "Running", |_| {});
        let cli = platform.cli(&["a"]).args(["logs", "-f", "a.yaml", "a"]);
        cli.env("INSTANCECTL_FILE_ENDPOINT", self.address())
    }
}

impl State {
    fn answer(&self, asked: &Received) -> Reply {
        if let Some(failure) = &self.failure {
            return failure.clone();
        }
        assert_eq!(asked.header("token"), Some(TOKEN));
        let (path, query) = asked.path.split_once('?').unwrap();
        let pairs: BTreeMap<String, String> =
            form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let named = pairs.get("path").map_or(HOME, String::as_str);
        match path {
            "/efile/openapi/v2/file/list" => self.list(named, pairs["start"].parse().unwrap()),
            "/efile/openapi/v2/file/download" => match self.files.get(named) {
                Some(bytes) => self.part(bytes, asked.header("range")),
                None => Reply::code("911020", "file not found"),
            },
            _ => Reply::html(404),
        }
    }

    fn list(&self, folder: &str, start: usize) -> Reply {
        let folder = format!("{folder}/");
        let mut entries: BTreeMap<&str, Value> = BTreeMap::new();
        for (path, bytes) in &self.files {
            let Some(rest) = path.strip_prefix(&folder) else { continue };
            let name = rest.split('/').next().unwrap();
            let entry = json!({"name": name, "path": format!("{folder}{name}"), "size":
                bytes.len().to_string(), "isDirectory": rest.contains('/')});
            entries.insert(name, entry);
        }
        if entries.is_empty() {
            return Reply::code("911020", "no such directory");
        }
        let page: Vec<Value> = entries.into_values().skip(start).take(self.page).collect();
        Reply::success(json!({"list": page}))
    }

    fn part(&self, bytes: &[u8], range: Option<&str>) -> Reply {
        let Some(range) = range.filter(|_| !self.ignores_ranges) else {
            return Reply::raw(bytes);
        };
        let (first, last) = range.strip_prefix("bytes=").unwrap().split_once('-').unwrap();
        let (first, last): (usize, usize) = (first.parse().unwrap(), last.parse().unwrap());
        match bytes.get(first..bytes.len().min(last + 1)) {
            Some(part) if !part.is_empty() => Reply::raw(part).status(206),
            _ => Reply::html(416),
        }
    }
}

/// The run folder of `a`, next to those of other names, with the file that has a password.
fn usual(output: &[u8]) -> Files {
    Files::new(&[
        ("a_0_0/101.out", output),
        ("a_0_0/101_PULL.log", b"pull done\n"),
        ("a_0_0/101_node7", PASSWORD.as_bytes()),
        ("a_0_0/_dockerlist_101", b"x"),
        ("a_b_0_0/102.out", b"of a_b\n"),
        ("b_0_0/103.out", b"of b\n"),
    ])
}

#[test]
fn output_is_printed_and_its_file_named() {
    let (platform, files) = (Platform::new(), usual("第一\ntwo\n".as_bytes()));
    let logs = files.logs(&platform);
    let source = format!("output in {RUNS}/a_0_0/101.out\n");
    logs.run().is(0, "第一\ntwo\n", &source);
    logs.clone().args(["--tail", "1", "-q"]).run().is(0, "two\n", "");
    logs.clone().args(["--tail", "0", "-q"]).run().is(0, "", "");
    logs.clone().args(["--tail", "9", "-q"]).run().is(0, "第一\ntwo\n", "");
    logs.clone().args(["--pull", "-q"]).run().is(0, "pull done\n", "");
    let output = logs.clone().args(["--format", "json"]).run().code(0);
    let found: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(found["log"]["lines"], json!(["第一", "two"]));
    assert_eq!(found["log"]["path"], format!("{RUNS}/a_0_0/101.out"));
    files.state().ignores_ranges = true;
    logs.clone().args(["--tail", "1", "-q"]).run().is(0, "two\n", "");
}

#[test]
fn file_with_the_password_is_never_requested() {
    let (platform, files) = (Platform::new(), usual(b"one\n"));
    let logs = files.logs(&platform);
    for more in [vec![], vec!["--pull"], vec!["--tail", "3"], vec!["--raw"], vec!["-v"]] {
        logs.clone().args(more).run().code(0).nowhere(PASSWORD);
    }
    let asked = files.service.received();
    assert!(asked.len() > 10);
    assert!(asked.iter().all(|request| !request.path.contains("node7")));
}

#[test]
fn text_is_decoded_and_escaped_unless_it_is_raw() {
    let text = b"10%\r100%\n\xd1\xb5\xc1\xb7\n\x1b[2Jcleared\ttab\nno end";
    let (platform, files) = (Platform::new(), usual(text));
    let logs = files.logs(&platform).args(["-q"]);
    logs.run().is(0, "100%\n训练\n\\u{1b}[2Jcleared\ttab\nno end\n", "");
    let file = logs.path("raw");
    logs.clone().args(["--raw"]).run_into(File::create(&file).unwrap()).code(0);
    assert_eq!(fs::read(file).unwrap(), text);
}

#[test]
fn newest_run_is_printed_and_the_one_before_on_request() {
    let platform = Platform::new();
    let files = Files::new(&[
        ("a_9_0/9.out", b"nine\n"),
        ("a_10_0/10.out", b"ten\n"),
        ("a_10_1/10.out", b"ten, second container\n"),
    ]);
    let logs = files.logs(&platform).args(["-q"]);
    logs.run().is(0, "ten\n", "");
    logs.clone().args(["--previous"]).run().is(0, "nine\n", "");
    logs.clone().args(["--container", "1"]).run().is(0, "ten, second container\n", "");
    let output = logs.clone().args(["--container", "2"]).run().code(3).stdout("");
    output.stderr_has(&format!("error: {RUNS} has no folder of a run with container 2 of `a`\n"));
}

#[test]
fn what_cannot_be_read_is_said_with_the_place() {
    let (platform, files) = (Platform::new(), Files::new(&[("b_0_0/1.out", b"b\n")]));
    let logs = files.logs(&platform);
    let output = logs.run().code(3).stdout("");
    output.stderr_has(&format!("error: {RUNS} has no folder of a run of `a`\n"));
    files.state().failure = Some(Reply::code("10008", "no permission"));
    let output = logs.run().code(7).stdout("");
    let list = format!("{}/openapi/v2/file/list", files.address());
    output
        .stderr_has("cannot read the home directory: no permission (code 10008")
        .stderr_has(&format!("; requested from {list}\n"));
    files.state().failure = Some(Reply::html(404));
    let output = logs.run().code(10).stdout("");
    output
        .stderr_has("error: cannot read the home directory: HTTP 404 Not Found")
        .stderr_has(&format!("; requested from {list}\n"));
    let chinese = logs.clone().args(["--lang", "zh"]).run().code(10);
    chinese.stderr_has("无法读取主目录：").stderr_has(&format!("；请求地址 {list}\n"));
    let output = logs.env("INSTANCECTL_FILE_ENDPOINT", "").run().code(7).stdout("");
    output
        .stderr_has("error: the address of the file service is unknown")
        .stderr_has("help: set INSTANCECTL_FILE_ENDPOINT, such as https://HOST:PORT/efile");
}

#[test]
fn home_folder_of_this_machine_is_read_directly() {
    let (platform, files) = (Platform::new(), usual(b"remote\n"));
    let logs = files.logs(&platform);
    let folder = "home/SothisAI/instance/ssh/a_0_0";
    let file = logs.path(format!("{folder}/7.out"));
    fs::create_dir_all(logs.path(folder)).unwrap();
    fs::write(&file, "local\n").unwrap();
    let logs = logs.clone().env("HOME", logs.path("home"));
    let without_service = logs.clone().env("INSTANCECTL_FILE_ENDPOINT", "");
    // The instance is of the account `magic2`; this home folder may be that of another one.
    without_service
        .run()
        .code(7)
        .stdout("")
        .stderr_has("the address of the file service is unknown");
    platform.set(|state| state.tasks[0]["userName"] = json!("home"));
    let local = without_service.run().code(0).stdout("local\n");
    local.stderr_has(&format!("output in {}\n", file.display()));
    let why = platform.cli(&["a"]).args(["why", "-f", "a.yaml", "a"]);
    let why = why.env("HOME", logs.path("home"));
    why.run().code(0).stdout_has(&format!("{}:\n    local\n", file.display()));
    assert!(files.service.received().is_empty());
    // The platform writes to another home folder, which this machine does not have.
    logs.run().code(0).stdout("remote\n");
}

#[test]
fn file_that_was_rewritten_is_printed_from_its_start() {
    let (platform, files) = (Platform::new(), usual(b"aaaa\nbbbb\n"));
    let logs = files.logs(&platform).args(["--follow"]);
    let running = logs.start();
    running.stdout_until("bbbb\n");
    let longer = b"XXXX\nYYYY\nZZZZ\n".to_vec();
    files.state().files.insert(format!("{RUNS}/a_0_0/101.out"), longer);
    running.stdout_until("bbbb\nXXXX\nYYYY\nZZZZ\n");
    let _ = running.kill();
}

#[test]
fn followed_output_grows_rotates_and_ends_with_the_instance() {
    let (platform, files) = (Platform::new(), usual(b"one\ntw"));
    let logs = files.logs(&platform).args(["--follow"]);
    let running = logs.start();
    running.stdout_until("one\n");
    let path = |file: &str| format!("{RUNS}/{file}");
    files.state().files.insert(path("a_0_0/101.out"), b"one\ntwo\nthree\n".to_vec());
    running.stdout_until("two\nthree\n");
    files.state().files.insert(path("a_0_0/101.out"), b"new\n".to_vec());
    running.stdout_until("new\n");
    {
        // The first run ends with a line that was not printed yet.
        let mut state = files.state();
        state.files.insert(path("a_0_0/101.out"), b"new\nlast\n".to_vec());
        state.files.insert(path("a_1_0/104.out"), b"second run\nend".to_vec());
    }
    running.stdout_until("second run\n");
    {
        // While a list lacks the newest run, the earlier one is not printed again.
        let mut state = files.state();
        let newest = state.files.remove(&path("a_1_0/104.out")).unwrap();
        drop(state);
        running.stderr_until("104.out no longer exists; trying again\n");
        files.state().files.insert(path("a_1_0/104.out"), newest);
    }
    platform.set(|state| state.tasks[0]["status"] = json!("Completed"));
    let output = running.end().code(0);
    output
        .stdout("one\ntwo\nthree\nnew\nlast\nsecond run\nend\n")
        .stderr_has(&format!(
            "{} was truncated or rewritten; printing it from its start\n",
            path("a_0_0/101.out")
        ))
        .stderr_has(&format!("continued in {}\n", path("a_1_0/104.out")));
}

#[test]
fn followed_instance_that_waits_is_awaited_and_an_interrupt_ends_it() {
    let (platform, files) = (Platform::new(), Files::new(&[("b_0_0/1.out", b"b\n")]));
    let logs = files.logs(&platform).args(["--follow"]);
    let running = logs.start();
    running.stderr_until("waiting: ");
    files.state().files.insert(format!("{RUNS}/a_0_0/2.out"), b"begins\n".to_vec());
    running.stdout_until("begins\n");
    running.signal("INT");
    running.end().code(0).stdout("begins\n");
}
