//! `--format json` of every command, in success and in failure, against the committed schema; and
//! `--format name`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use instancectl::cli;
use instancectl::language::Language;
use jsonschema::Validator;
use serde_json::Value;

use crate::stage::{manifest, project, repository};
use crate::support::Cli;

/// Returns the commands that have a flag `--format`, with the values of the flag.
fn commands_with_format() -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::new();
    for command in cli::command(Vec::new(), Language::English).get_subcommands() {
        let name = command.get_name();
        let nested =
            command.get_subcommands().map(|sub| (format!("{name} {}", sub.get_name()), sub));
        for (name, command) in nested.chain([(name.to_owned(), command)]) {
            let format = command.get_arguments().find(|arg| arg.get_long() == Some("format"));
            if let Some(format) = format {
                let values = format.get_possible_values();
                let values = values.iter().map(|value| value.get_name().to_owned()).collect();
                found.insert(name, values);
            }
        }
    }
    found
}

/// A project with its manifest in `a.yaml`, and the exit codes of the runs so far by command.
struct Session {
    cli: Cli,
    schema: Validator,
    codes: BTreeMap<String, BTreeSet<i32>>,
}

impl Session {
    fn new() -> Self {
        let text = fs::read_to_string(repository("schema/output.schema.json")).unwrap();
        let schema = jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap();
        Self { cli: Cli::new().file("a.yaml", manifest(["a"])), schema, codes: BTreeMap::new() }
    }

    /// Makes the folder a repository with a remote that has a commit.
    fn make_repository(&self) {
        let script = "git init -q -b main && git init -q --bare remote.git && git remote add origin \
            ./remote.git && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m begin && \
            git push -q origin main";
        let mut git = Command::new("sh");
        git.args(["-c", script]).current_dir(self.cli.path("")).env("HOME", self.cli.path(".home"));
        assert!(git.status().unwrap().success());
    }

    /// Runs `lock push` and `lock release` outside and in a repository; the lock has this ID.
    fn push_locks(&mut self, id: &str) {
        self.run("lock push", "-f a.yaml", 2);
        self.run("lock release", "-f a.yaml --yes", 2);
        self.make_repository();
        let failed = self.run("lock push", "-f a.yaml --remote ./gone", 10);
        let message = failed["exit"]["message"].as_str().unwrap();
        assert!(message.starts_with("the git remote `./gone` cannot be reached: "), "{message}");
        assert_eq!(failed["locks"][0]["message"], message);
        let absent = self.run("lock push", "-f a.yaml --branch gone", 5);
        let pushed = self.run("lock push", "-f a.yaml", 0);
        let released = self.run("lock release", "-f a.yaml", 0);
        for found in [failed, absent, pushed, released] {
            assert_eq!(found["instances"][0]["taskId"], id, "{found:#}");
        }
    }

    /// Prints the address and the output of the instance.
    fn read_one(&mut self) {
        self.run("url", "--sandbox -f a.yaml a", 0);
        let found = self.run("ssh-config", "--sandbox -f a.yaml", 0);
        assert_eq!(found["instances"][0]["ssh"], Value::Array(Vec::new()));
        self.run("url", "--sandbox -f a.yaml ghost", 2);
        let found = self.run("logs", "--sandbox -f a.yaml a", 0);
        let path = found["log"]["path"].as_str().unwrap();
        assert!(path.contains("/a_0_0/"), "{found:#}");
        self.run("logs", "--sandbox -f a.yaml a --container 5", 3);
        self.run("logs", "--sandbox -f a.yaml a --follow", 2);
        let found = self.run("why", "--sandbox -f a.yaml a", 0);
        assert_eq!(found["why"]["reason"], "running", "{found:#}");
    }

    /// Runs the commands that read or write neither locks nor the platform.
    fn run_without_lock(&mut self) {
        let found = self.run("validate", "a.yaml", 0);
        assert_eq!(found["summary"]["instances"], 1);
        let found = self.run("init", "sub.yaml", 0);
        assert_eq!(found["files"][0]["path"], "sub.yaml", "{found:#}");
        self.run("init", "sub.yaml", 2);
        let found = self.run("explain", "ram-looks-like-gib", 0);
        let page = found["explanation"].as_array().unwrap();
        let example = &page.last().unwrap()["content"];
        assert!(example["wrong"].as_str().unwrap().contains("ramSize: 27\n"), "{found:#}");
        assert!(example["right"].as_str().unwrap().contains("ramSize: 27GiB\n"), "{found:#}");
        self.run("explain", "exit-codes", 0);
        self.run("explain", "ramSize", 0);
        self.run("explain", "", 0);
        self.run("explain", "gpu", 2);
    }

    /// Runs a command and checks its object.
    #[track_caller]
    fn run(&mut self, command: &str, args: &str, code: i32) -> Value {
        let words = command.split(' ').chain(args.split(' ').filter(|word| !word.is_empty()));
        let words = words.chain(["--format", "json"]).map(str::to_owned);
        let output = self.cli.clone().args(words).run().code(code);
        let found: Value = match serde_json::from_str(&output.stdout) {
            Ok(found) => found,
            Err(error) => panic!("{command} {args}: not one object: {error}: {output:#?}"),
        };
        let wrong: Vec<String> = self
            .schema
            .iter_errors(&found)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(wrong.is_empty(), "{command} {args}: {wrong:#?} in {found:#}");
        let keys: Vec<&str> = found.as_object().unwrap().keys().map(String::as_str).collect();
        let always = ["version", "command", "diagnostics", "instances", "summary", "exit"];
        assert_eq!(keys[..6], always, "{command} {args}");
        assert_eq!(found["command"], command);
        assert_eq!(found["exit"]["code"], code, "{command} {args}");
        let is_failure = code != 0 && found["instances"] == Value::Array(Vec::new());
        assert!(!is_failure || found["exit"]["message"].is_string(), "{command} {args}: {found:#}");
        self.codes.entry(command.to_owned()).or_default().insert(code);
        found
    }
}

/// Returns the cards and card-hours of the summary.
fn cards(found: &Value) -> (Option<u64>, Option<f64>) {
    let summary = &found["summary"];
    (summary["cards"].as_u64(), summary["cardHours"].as_f64())
}

/// Commands about the instances of a manifest, with further arguments that they need.
const WITH_MANIFEST: [(&str, &str); 16] = [
    ("plan", "--refresh"),
    ("apply", "--yes"),
    ("status", ""),
    ("wait", ""),
    ("list", ""),
    ("export", ""),
    ("stop", "--yes"),
    ("start", "--yes"),
    ("destroy", "--yes"),
    ("adopt", "a id"),
    ("resolve", "a --absent"),
    ("url", "a"),
    ("ssh-config", ""),
    ("logs", "a"),
    ("why", "a"),
    ("exec", "a --script s.sh --yes"),
];

#[test]
fn every_command_prints_an_object_that_fits_the_schema() {
    let mut session = Session::new();
    let invalid = manifest(["a"]).replace("cpuNumber", "cpuNumbr");
    let broken = "version: 2\ninstances: {}\n";
    session.cli = session
        .cli
        .file("invalid.yaml", invalid)
        .file("broken.yaml", manifest(["a"]))
        .file("broken.lock", broken)
        .file("broken.sandbox.lock", broken)
        .file("s.sh", "date\n");
    let catalog = [
        ("catalog groups", ""),
        ("catalog images", ""),
        ("catalog limits", "--accelerator-type dcu --resource-group kshdnormal"),
        ("catalog mounts", ""),
        ("catalog free", ""),
    ];
    // A run of each command that succeeds, in the order of a session in the sandbox.
    session.run_without_lock();
    let sandbox = "--sandbox -f a.yaml";
    session.run("plan", sandbox, 0);
    session.run("plan", &format!("{sandbox} --detailed-exitcode"), 9);
    session.run("apply", &format!("{sandbox} --dry-run"), 0);
    let found = session.run("apply", &format!("{sandbox} --yes --wait"), 0);
    let id = found["instances"][0]["taskId"].as_str().unwrap().to_owned();
    session.run("wait", sandbox, 0);
    let found = session.run("status", sandbox, 0);
    assert!(found["instances"][0]["createdAt"].as_str().unwrap().ends_with("+08:00"), "{found:#}");
    assert_eq!(session.run("list", sandbox, 0)["inNoLock"], 0);
    session.run("export", sandbox, 0);
    session.read_one();
    let found = session.run("exec", &format!("{sandbox} a --script s.sh --yes"), 0);
    assert_eq!(found["instances"][0]["outcome"], "executed");
    fs::remove_file(session.cli.path("a.sandbox.lock")).unwrap();
    let found = session.run("adopt", &format!("{sandbox} a {id}"), 0);
    assert_eq!(found["instances"][0]["outcome"], "adopted");
    assert_eq!(cards(&found), (Some(1), Some(1.0)));
    let found = session.run("resolve", &format!("{sandbox} --all-unknown"), 0);
    assert_eq!(cards(&found), (Some(0), Some(0.0)));
    let found = session.run("stop", &format!("{sandbox} --yes"), 0);
    assert_eq!(found["instances"][0]["outcome"], "stopped");
    let found = session.run("start", &format!("{sandbox} --yes"), 0);
    assert_eq!(found["instances"][0]["outcome"], "started");
    for command in ["lock list", "lock verify", "lock recover"] {
        let found = session.run(command, sandbox, 0);
        assert_eq!(cards(&found), (Some(1), Some(1.0)), "{command}");
    }
    fs::copy(session.cli.path("a.sandbox.lock"), session.cli.path("a.lock")).unwrap();
    let found = session.run("destroy", &format!("{sandbox} --yes"), 0);
    assert_eq!(found["instances"][0]["outcome"], "deleted");
    assert_eq!(cards(&found), (Some(1), Some(1.0)));
    let found = session.run("destroy", &format!("{sandbox} --yes"), 0);
    assert_eq!(cards(&found), (Some(0), Some(0.0)));
    session.run("auth check", "--sandbox", 0);
    for (command, args) in catalog {
        session.run(command, &format!("--sandbox {args}"), 0);
    }

    // Early failures: no credentials, an invalid manifest, an unreadable lock, wrong usage.
    for (command, args) in WITH_MANIFEST {
        session.run(command, &format!("-f a.yaml {args}"), 7);
        session.run(command, &format!("-f missing.yaml {args}"), 2);
        session.run(
            command,
            &format!("--sandbox -f broken.yaml {args}").replace(" --refresh", ""),
            5,
        );
        let found = session.run(command, &format!("-f invalid.yaml {args}"), 1);
        assert_eq!(found["diagnostics"][0]["code"], "unknown-field");
    }
    session.run("apply", &format!("{sandbox} --max-cards 0 --yes"), 6);
    session.run("apply", sandbox, 6);
    for (command, args) in [("url", "ghost"), ("resolve", "ghost --absent")] {
        session.run(command, &format!("{sandbox} {args}"), 2);
    }
    session.run("auth check", "", 7);
    for (command, args) in catalog {
        session.run(command, args, 7);
    }
    for command in ["lock list", "lock verify", "lock recover"] {
        session.run(command, "broken.lock", 5);
        session.run(command, "missing.lock", 2);
        session.run(command, "a.yaml --lock x.sandbox.lock", 2);
    }
    session.run("lock verify", "--complete -f invalid.yaml", 1);
    session.push_locks(&id);
    session.run("validate", "invalid.yaml", 1);
    session.run("validate", "missing.yaml", 2);
    session.run("validate", "a.yaml --allow no-such-code", 2);
    session.run("validate", "a.yaml --format human --output no/such/folder", 2);

    let listed: BTreeSet<String> = commands_with_format().into_keys().collect();
    assert_eq!(session.codes.keys().cloned().collect::<BTreeSet<_>>(), listed);
    for (command, codes) in session.codes {
        assert!(codes.contains(&0) && codes.len() > 1, "{command} only exited with {codes:?}");
    }
}

#[test]
fn warnings_of_a_used_manifest_are_in_the_object() {
    let mut session = Session::new();
    let text = manifest(["a"]).replace("gpuNumber: 1", "gpuNumber: 0");
    session.cli = session.cli.file("a.yaml", text);
    for (command, args, code) in [("plan", "", 0), ("apply", "--yes", 7)] {
        let found = session.run(command, &format!("-f a.yaml {args}"), code);
        assert_eq!(found["diagnostics"][0]["code"], "no-cards", "{found:#}");
        assert_eq!(found["summary"]["warnings"], 1);
        let denied = session.run(command, &format!("-f a.yaml --deny warnings {args}"), 1);
        assert_eq!(denied["summary"]["errors"], 1);
    }
}

#[test]
fn usage_errors_are_objects_that_fit_the_schema() {
    let mut session = Session::new();
    for command in commands_with_format().keys() {
        let found = session.run(command, "--no-such-flag", 2);
        let message = "unexpected argument '--no-such-flag' found";
        assert_eq!(found["exit"]["message"], message, "{found:#}");
    }
    let output = Cli::new().args(["aply", "--format=json"]).run().code(2);
    let found: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!((&found["command"], &found["exit"]["code"]), (&"".into(), &2.into()));
    assert_eq!(found["exit"]["message"], "unrecognized subcommand 'aply'");
    let human = Cli::new().args(["apply", "--no-such-flag"]).run().code(2).stdout("");
    let _ = human.stderr_has("error: unexpected argument '--no-such-flag' found");
    let help = Cli::new().args(["plan", "--help", "--format", "json"]).run().code(0);
    assert!(help.stdout.starts_with("Show what apply would do"), "{help:?}");
}

#[test]
fn declined_question_is_an_object() {
    let cli = project(["a"]);
    let apply = ["apply", "--sandbox", "-f", "instances.yaml", "--format", "json"];
    let (code, shown) = cli.args(apply).run_at_terminal("n\n");
    assert_eq!(code, Some(6), "{shown}");
    let object = &shown[shown.find('{').unwrap()..];
    let found: Value = serde_json::from_str(object).unwrap();
    assert_eq!(found["exit"]["code"], 6);
}

#[test]
fn name_format_prints_a_name_and_an_id_per_instance() {
    let cli = Cli::new().file("a.yaml", manifest(["a", "b"])).file("s.sh", "date\n");
    let run = |words: &str| {
        let words = words.split(' ').map(str::to_owned).collect::<Vec<_>>();
        cli.clone()
            .args(words)
            .args(["--sandbox", "-f", "a.yaml", "--format", "name"])
            .run()
            .code(0)
    };
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut check = |command: &str, args: &str, expected: &str| {
        let _ = run(format!("{command} {args}").trim_end()).stdout(expected);
        seen.insert(command.to_owned());
    };
    check("plan", "", "a -\nb -\n");
    let lines = run("apply --yes").stdout;
    let ids: Vec<&str> =
        lines.lines().map(|line| line.split_once(' ').unwrap()).map(|(_, id)| id).collect();
    assert_eq!(lines, format!("a {}\nb {}\n", ids[0], ids[1]));
    check("apply", "--yes", &lines);
    for command in ["plan", "status", "wait", "ssh-config", "list", "export", "lock list"] {
        check(command, "", &lines);
    }
    check("exec", "a b --script s.sh --yes", &lines);
    check("stop", "--yes", &lines);
    check("start", "--yes", &lines);
    check("adopt", &format!("a {}", ids[0]), &format!("a {}\n", ids[0]));
    check("resolve", "--all-unknown", "");
    check("destroy", "--yes", &lines);
    let listed = commands_with_format().into_iter();
    let listed: BTreeSet<String> = listed
        .filter(|(_, values)| values.iter().any(|value| value == "name"))
        .map(|(command, _)| command)
        .collect();
    assert_eq!(seen, listed);
    // Errors go to standard error only.
    let invalid = Cli::new().file("a.yaml", "instances: 1\n");
    let output = invalid.args(["plan", "-f", "a.yaml", "--format", "name"]).run().code(1);
    let _ = output.stdout("").stderr_has("wrong-type");
}

#[test]
fn printed_output_schema_equals_the_committed_one() {
    let committed = fs::read_to_string(repository("schema/output.schema.json")).unwrap();
    let _ = Cli::new().args(["schema", "--output"]).run().is(0, &committed, "");
}
