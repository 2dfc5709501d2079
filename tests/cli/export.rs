//! `export`: an account made by hand becomes a manifest with its lock.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};

use crate::stage::manifest;
use crate::support::{Cli, Reply, Running, Service};

/// Body of a create call.
fn body(name: &str) -> Value {
    json!({
        "instanceServiceName": name, "description": "", "taskType": "jupyter",
        "acceleratorType": "dcu", "version": "pytorch:2.3.0-py3.10-dtk24.04.3",
        "imagePath": "image.ac.com:5000/dcu/admin/base/pytorch:2.3.0-py3.10-dtk24.04.3",
        "timeoutLimit": "04:00:00", "taskNumber": 1, "resourceGroup": "kshdnormal",
        "useStartScript": false, "startScriptActionScope": "all", "startScriptContent": "",
        "cpuNumber": 8, "ramSize": 27648, "gpuNumber": 1, "mountInfoList": [],
        "containerPortInfoList": []
    })
}

/// A sandbox with instances that were created by handwritten calls.
struct Account {
    _running: Running,
    address: String,
    token: String,
    cli: Cli,
}

impl Account {
    fn new() -> Self {
        let running = Cli::new().args(["sandbox"]).start();
        let _ = running.stderr_until("serving until interrupted\n");
        let printed = running.stdout_until("INSTANCECTL_TOKEN=");
        let value = |name: &str| {
            let line = printed.lines().find_map(|line| line.strip_prefix(name)).unwrap();
            line.trim_start_matches('=').to_owned()
        };
        let (endpoint, token) = (value("INSTANCECTL_ENDPOINT"), value("INSTANCECTL_TOKEN"));
        let cli =
            Cli::new().env("INSTANCECTL_ENDPOINT", &endpoint).env("INSTANCECTL_TOKEN", &token);
        let address = endpoint.replace("http://", "").replace("/ai", "");
        Self { _running: running, address, token, cli }
    }

    /// Creates an instance and returns its ID.
    fn create(&self, name: &str, change: impl FnOnce(&mut Value)) -> String {
        let mut body = body(name);
        change(&mut body);
        let body = body.to_string();
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "POST /ai/openapi/v2/instance-service/task HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\
             token: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.token,
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let answer: Value = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap();
        answer["data"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    fn run(&self, words: &str) -> crate::support::Output {
        self.cli.clone().args(words.split(' ').map(str::to_owned).collect::<Vec<_>>()).run()
    }
}

const SCRIPTS: [&str; 12] = [
    "python train.py\n",
    "no final newline",
    "two final newlines\n\n",
    "\ttab first\n\tand again\n",
    "  blanks first\nthen none\n",
    "\n\nblank lines first\n",
    "trailing blanks  \n \nline of a blank above\n",
    "crlf\r\nlines\r\n",
    "# comment: not yaml\n- item\nkey: value\n",
    "中文 \u{85} \u{2028} \u{feff}\n",
    "\"quoted\" 'both' \\n\n   ",
    "---\n...\n%TAG\n",
];

const NAMES: [&str; 12] = [
    "two words",
    "say \"hi\"",
    "训练-甲",
    "yes",
    "010",
    "01:00:00",
    "#hash",
    "it's: odd",
    "- dash",
    "null",
    "tab\there",
    "{brace}",
];

#[test]
fn account_made_by_hand_becomes_a_manifest_with_its_lock() {
    let account = Account::new();
    let mut ids = Vec::new();
    for (name, script) in NAMES.into_iter().zip(SCRIPTS) {
        ids.push(account.create(name, |body| {
            body["useStartScript"] = json!(true);
            body["startScriptContent"] = json!(script);
        }));
    }
    account.create("cpu", |body| {
        body["acceleratorType"] = json!("cpu");
        body["gpuNumber"] = json!(0);
        body["ramSize"] = json!(512);
        body["timeoutLimit"] = json!("unlimited");
        body["version"] = json!("my own");
        body["description"] = json!("two\nlines: 1");
        body["taskNumber"] = json!(2);
        body["startScriptActionScope"] = json!("header");
        body["startScriptContent"] = json!("not used");
        body["mountInfoList"] = json!([
            {"sourcePath": "/public/a b", "targetPath": "/mnt/a, b", "type": "data"},
            {"sourcePath": "/public/c", "targetPath": "/mnt/c", "type": "path"},
        ]);
        body["containerPortInfoList"] = json!([
            {"containerPort": "8888", "protocolType": "HTTP"},
            {"containerPort": "22", "protocolType": "SSH"},
        ]);
    });
    let export = account.run("export --adopt -o all.yaml").code(0);
    assert_eq!(export.stdout.lines().count(), 13, "{export:?}");
    let _ = export.stderr_has("wrote all.yaml\n").stdout_has("cpu: added to the lock");
    let _ = account.run("validate all.yaml").code(0);
    let _ = account.run("plan -f all.yaml --detailed-exitcode --refresh").code(0);
    let plan = account.run("plan -f all.yaml --format json").code(0);
    let plan: Value = serde_json::from_str(&plan.stdout).unwrap();
    assert_eq!(plan["summary"]["actions"]["unchanged"], 13);
    let _ = account.run("apply -f all.yaml --yes").code(0);
    let lock = serde_yaml_lock(&account.cli.read("all.lock"));
    for ((name, script), id) in NAMES.into_iter().zip(SCRIPTS).zip(&ids) {
        let entry = &lock["instances"][name];
        assert_eq!(entry["taskId"], **id, "{name}");
        assert_eq!(entry["request"]["startScriptContent"], script, "{name}");
        assert_eq!(entry["request"]["useStartScript"], true);
    }
    let text = account.cli.read("all.yaml");
    for part in [
        "# yaml-language-server: $schema=instancectl.schema.json\n",
        &format!("  # {}\n  - instanceServiceName: \"two words\"\n", ids[0]),
        "    startScriptContent: |\n      python train.py\n",
        "    timeoutLimit: unlimited\n",
        "    timeoutLimit: \"04:00:00\"\n",
        "    ramSize: 27GiB\n",
        "    ramSize: 512MB\n",
        "    useStartScript: false\n    startScriptContent: |-\n      not used\n",
        "      - {sourcePath: \"/public/a b\", targetPath: \"/mnt/a, b\", type: data}\n",
        "      - {containerPort: 22, protocolType: SSH}\n",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    for part in ["version: pytorch", "taskNumber: 1", "useStartScript: true", "description: \"\""] {
        assert!(!text.contains(part), "{part}\n{text}");
    }
    // All of them are in a lock now.
    let _ = account.run("list -f all.yaml").code(0).nowhere("in no lock");
}

/// Reads a lock through the program.
fn serde_yaml_lock(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap()
}

#[test]
fn secret_that_would_be_committed_is_reported() {
    let account = Account::new();
    account.create("a", |body| {
        body["useStartScript"] = json!(true);
        body["startScriptContent"] = json!("export HF_TOKEN=0123456789abcdef\n");
    });
    for command in ["export -o a.yaml", "export --adopt -o b.yaml"] {
        let output = account.run(command).code(0);
        let _ = output.stderr_has("secret-in-script").stderr_has("a value for `HF_TOKEN`");
    }
}

#[test]
fn nothing_that_exists_is_overwritten() {
    let account = Account::new();
    account.create("a", |_| {});
    for (file, text) in [("a.yaml", "mine"), ("b.lock", "mine"), ("c.lock.journal", "mine")] {
        fs::write(account.cli.path(file), text).unwrap();
    }
    let _ = account.run("export -o a.yaml").code(2).stdout("").stderr_has("a.yaml already exists");
    let _ = account.run("export --adopt -o a.yaml").code(2).stderr_has("is not overwritten");
    let _ = account
        .run("export --adopt -o b.yaml")
        .code(2)
        .stderr_has("the lock b.lock already exists");
    let _ = account.run("export --adopt -o c.yaml").code(5);
    let _ = account.run("export -o a.json").code(2).stderr_has("`export` writes YAML");
    let _ = account.run("export -o a.sandbox.yaml").code(6);
    let _ = account.run("export --adopt").code(2).stderr_has("--output <FILE>");
    for (file, text) in [("a.yaml", "mine"), ("b.lock", "mine")] {
        assert_eq!(account.cli.read(file), text);
    }
    assert!(!account.cli.path("b.yaml").exists() && !account.cli.path("c.yaml").exists());
    let _ = account.run("export -o new.yaml").code(0).is(0, "", "wrote new.yaml\n");
    assert!(!account.cli.path("new.lock").exists());
}

#[test]
fn ids_of_other_locks_are_not_taken() {
    let account = Account::new();
    for name in ["mine", "theirs", "third"] {
        account.create(name, |_| {});
    }
    let _ = account.run("export --adopt -o instances.yaml mine").code(0);
    // The default manifest's lock is at hand.
    let export = account.run("export --adopt -o more.yaml").code(0);
    let _ = export
        .stdout("theirs: added to the lock\nthird: added to the lock\n")
        .stderr_has("mine: skipped: the lock of instances.yaml has it\n");
    let export =
        account.run("export --adopt -o again.yaml -f instances.yaml -f more.yaml third").code(6);
    let _ = export.stdout("").stderr_has("third: skipped: the lock of more.yaml has it\n");
    assert!(!account.cli.path("again.yaml").exists() && !account.cli.path("again.lock").exists());
    // Without a lock, all are written.
    let _ = account.run("export").code(0).stdout_has("mine").stdout_has("third").stderr("");
}

#[test]
fn second_instance_of_a_name_is_a_comment_with_its_id() {
    let account = Account::new();
    let first = account.create("a", |_| {});
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let second = account.create("a", |body| {
        body["useStartScript"] = json!(true);
        body["startScriptContent"] = json!("one\n\ntwo\n");
    });
    let export = account.run("export --adopt -o a.yaml").code(0);
    let _ = export
        .stdout("a: added to the lock\n")
        .stderr_has(&format!("a: only a comment ({second})"));
    let text = account.cli.read("a.yaml");
    assert!(text.contains(&format!("  # {first}\n  - instanceServiceName: a\n")), "{text}");
    assert!(text.contains(&format!("  # {second}\n  # not used: ")), "{text}");
    assert!(
        text.contains("  # - instanceServiceName: a\n")
            && text.contains("  #     one\n  #\n  #     two\n"),
        "{text}"
    );
    let _ = account.run("validate a.yaml").code(0);
    let _ = account.run("plan -f a.yaml --detailed-exitcode").code(0);
    // By its ID it is exported.
    let _ = account
        .run(&format!("export {second}"))
        .code(0)
        .stdout_has("  - instanceServiceName: a\n")
        .stderr("");
}

#[test]
fn names_globs_and_ids_select() {
    let account = Account::new();
    for name in ["a-1", "a-2", "b", "[a]*"] {
        account.create(name, |_| {});
    }
    let names = |words: &str| {
        let lines = account.run(&format!("export --format name {words}")).code(0).stdout;
        let mut names: Vec<String> =
            lines.lines().map(|line| line.split_once(' ').unwrap().0.to_owned()).collect();
        names.sort();
        names
    };
    assert_eq!(names("a-*"), ["a-1", "a-2"]);
    assert_eq!(names("[a]*"), ["[a]*"], "a name that exists is not a glob");
    assert_eq!(names("b a-1 a-*"), ["a-1", "a-2", "b"]);
    let _ = account.run("export c").code(2).stdout("").stderr_has("no instance is named c");
    let found = account.run("export b --format json").code(0);
    let found: Value = serde_json::from_str(&found.stdout).unwrap();
    let row = &found["instances"][0];
    assert_eq!((&row["name"], &row["file"]), (&json!("b"), &Value::Null));
    assert!(found["manifest"].as_str().unwrap().contains("instanceServiceName: b\n"));
}

#[test]
fn empty_account_exports_nothing() {
    let account = Account::new();
    let _ = account.run("export").code(0).stderr_has("no live instances");
    let export = account.run("export --adopt -o a.yaml").code(0).stdout("");
    let _ = export.stderr_has("nothing to do");
    assert!(!account.cli.path("a.yaml").exists() && !account.cli.path("a.lock").exists());
}

/// A platform with one instance, whose detail lacks fields.
fn lacking(change: impl Fn(&mut Value)) -> (Service, Cli) {
    let mut detail = body("a");
    for (key, value) in [("id", "a1"), ("status", "Running"), ("createTime", "2026-11-23 06:11:42")]
    {
        detail[key] = json!(value);
    }
    change(&mut detail);
    let service = Service::each(move |asked| {
        if asked.path.ends_with("/detail") {
            Reply::success(detail.clone())
        } else {
            Reply::success(json!([{"id": "a1", "instanceServiceName": "a", "status": "Running"}]))
        }
    });
    let cli = Cli::new()
        .env("INSTANCECTL_ENDPOINT", service.url())
        .env("INSTANCECTL_TOKEN", "a-token-of-the-region");
    (service, cli)
}

#[test]
fn fields_that_the_platform_does_not_show_are_comments() {
    let (_service, cli) = lacking(|detail| {
        detail["useStartScript"] = json!(true);
        detail["startScriptContent"] = json!(null);
        detail["version"] = json!(null);
        detail["gpuNumber"] = json!("1");
        detail["mountInfoList"] = json!([
            {"sourcePath": "/public/a", "type": "path"},
            {"sourcePath": "/public/a"},
        ]);
        detail["containerPortInfoList"] = json!([
            {"containerPort": "8888", "protocolType": "HTTP", "accessUrl": "https://h/?token=sealed"},
        ]);
    });
    let export = cli.clone().args(["export", "--adopt", "-o", "a.yaml"]).run().code(0);
    let _ = export.stdout("a: added to the lock\n").nowhere("sealed");
    let text = cli.read("a.yaml");
    let end = "\
    # version: the platform does not show it
    imagePath: image.ac.com:5000/dcu/admin/base/pytorch:2.3.0-py3.10-dtk24.04.3
    timeoutLimit: \"04:00:00\"
    resourceGroup: kshdnormal
    cpuNumber: 8
    gpuNumber: 1
    ramSize: 27GiB
    # startScriptContent: a script runs at the start, but the platform does not show it
    mountInfoList:
      # targetPath: the platform does not show it; this is a guess
      - {sourcePath: \"/public/a\", targetPath: \"/public/a\", type: path}
      # targetPath: the platform does not show it; this is a guess
      # type: the platform does not show it; this is a guess
      - {sourcePath: \"/public/a\", targetPath: \"/public/a-2\", type: path}
    containerPortInfoList:
      - {containerPort: 8888, protocolType: HTTP}
";
    assert!(text.ends_with(end), "{text}");
    let _ = cli.clone().args(["validate", "a.yaml"]).run().code(0);
    let _ = cli.args(["plan", "-f", "a.yaml", "--detailed-exitcode", "--refresh"]).run().code(0);
}

#[test]
fn instance_that_no_manifest_can_have_is_a_comment() {
    let (_service, cli) = lacking(|detail| {
        detail["taskType"] = json!("desktop");
        detail["timeoutLimit"] = json!("--");
    });
    let export = cli.clone().args(["export"]).run().code(0);
    let _ = export
        .stdout_has("instances: []\n")
        .stdout_has("  #   # taskType: the platform shows desktop\n")
        .stdout_has("  #   # timeoutLimit: the platform does not show it\n")
        .stderr_has("a: only a comment (a1): a manifest cannot have its values\n");
    let _ = cli.clone().args(["export", "--adopt", "-o", "a.yaml"]).run().code(0).stdout("");
    assert!(!cli.path("a.yaml").exists() && !cli.path("a.lock").exists());
}

#[test]
fn platform_that_cannot_list_exports_by_id() {
    let mut detail = body("a");
    detail["id"] = json!("a1");
    detail["status"] = json!("Running");
    let service = Service::each(move |asked| {
        if asked.path.ends_with("/a1/detail") {
            Reply::success(detail.clone())
        } else {
            Reply::html(404)
        }
    });
    let cli = Cli::new()
        .env("INSTANCECTL_ENDPOINT", service.url())
        .env("INSTANCECTL_TOKEN", "a-token-of-the-region");
    let _ =
        cli.clone().args(["export", "a1"]).run().code(0).stdout_has("  - instanceServiceName: a\n");
    let _ = cli.clone().args(["export", "b2"]).run().code(2).stderr_has("no instance is named b2");
    let _ = cli.args(["export"]).run().code(10).stderr_has("this platform cannot list instances");
}

#[test]
fn export_adopts_in_the_sandbox_too() {
    let cli = Cli::new().file("x.yaml", manifest(["a"]));
    let _ = cli.clone().args(["apply", "--sandbox", "--yes", "-f", "x.yaml"]).run().code(0);
    fs::remove_file(cli.path("x.sandbox.lock")).unwrap();
    let export = cli.clone().args(["export", "--sandbox", "--adopt", "-o", "y.yaml"]).run().code(0);
    let _ = export.stdout("a: added to the lock\n");
    assert!(cli.path("y.sandbox.lock").exists() && !cli.path("y.lock").exists());
    let plan = ["plan", "--sandbox", "-f", "y.yaml", "--detailed-exitcode", "--refresh"];
    let _ = cli.args(plan).run().code(0);
}

#[test]
fn instance_that_ended_is_exported_by_its_id() {
    let cli = Cli::new().file("instances.yaml", manifest(["a"]));
    let run = |words: &[&str]| cli.clone().args(words).run();
    let created = run(&["apply", "--sandbox", "--yes", "--format", "name"]).code(0);
    let id = created.stdout.split_whitespace().nth(1).unwrap();
    let _ = run(&["stop", "--sandbox", "--yes"]).code(0);
    let message = format!("error: a is not live: its instance {id} is Terminated\n");
    let help = format!("  help: `instancectl export --sandbox {id}` writes it by its ID\n");
    let _ = run(&["export", "--sandbox", "a"]).code(2).stderr(&(message + &help));
    let exported = run(&["export", "--sandbox", id]).code(0);
    assert!(exported.stdout.contains("instanceServiceName: a\n"), "{}", exported.stdout);
}
