//! `why`: the reason for which an instance waits or ended, with its evidence, and never a guess.

use serde_json::{Value, json};

use crate::centre::{Centre, HOME, PASSWORD, entries, run};
use crate::platform::{Platform, id, lock, manifest};
use crate::support::{Cli, Reply, Service};

const MESSAGE: &str = "a_0_0/task.message";
const OUTPUT: &str = "a_0_0/31.out";
const PULL: &str = "a_0_0/31_PULL.log";

/// Returns a platform with the instance `a` of this status and its catalog, and `why` of it.
fn why(centre: &Centre, status: &str, change: impl FnOnce(&mut Value)) -> (Platform, Cli) {
    let platform = Platform::new();
    platform.holds("a", status, change);
    platform.answers("GET", "/resource-group", Reply::success(json!(["g", "h"])));
    let node = json!({"cpuNumber": 8, "gpuNumber": 2, "memorySize": 8192});
    platform.answers("GET", "/resources", Reply::success(node));
    let images = json!({"total": 1, "data": [{"path": "r/p:v"}]});
    platform.answers("POST", "/images", Reply::success(images));
    let cli = centre.cli(&platform, &["why"]);
    (platform, cli)
}

/// Returns the answer as an object.
fn object(why: &Cli) -> Value {
    let output = why.clone().args(["--format", "json"]).run().code(0);
    serde_json::from_str::<Value>(&output.stdout).unwrap()["why"].clone()
}

/// Returns the reason, the places with the lines of the evidence, and its texts.
fn reason(why: &Cli) -> (String, Vec<String>, Vec<String>) {
    let found = object(why);
    let evidence = found["evidence"].as_array().unwrap();
    let place = |one: &Value| format!("{}:{}", one["place"].as_str().unwrap(), one["line"]);
    let text = |one: &Value| one["text"].as_str().unwrap().to_owned();
    let reason = found["reason"].as_str().unwrap_or("unknown").to_owned();
    (reason, evidence.iter().map(place).collect(), evidence.iter().map(text).collect())
}

#[test]
fn failed_script_is_explained_on_one_screen() {
    let centre = Centre::new(b"epoch 1\nTraceback (most recent call last):\nValueError: x\n");
    centre.puts(MESSAGE, b"container exited with code 3\n");
    centre.puts(PULL, b"pull done\n");
    let (_platform, why) = why(&centre, "Failed", |task| {
        task["startTime"] = json!("2026-11-23 06:12:00");
        task["endTime"] = json!("2026-11-23 06:13:00");
    });
    let expected = format!(
        "\
a: Failed since 2026-11-23 06:13:00 (AGO)
reason: its container failed with exit code 3
  {RUN}/task.message:1
    container exited with code 3
  {RUN}/31.out:2
    Traceback (most recent call last):
  {RUN}/31.out:3
    ValueError: x
looked at:
  instance: Failed
  resource groups: the request fits
  one node of the group: 2 cards, 8 CPU cores, 8 GiB
  images of the catalog: the request fits
  {RUN}/31.out:
    epoch 1
    Traceback (most recent call last):
    ValueError: x
  {RUN}/31_PULL.log:
    pull done
next: `instancectl logs -f a.yaml a --tail 50` prints more
",
        RUN = run("a_0_0")
    );
    let output = why.run().code(0).stderr("");
    let (before, after) = output.stdout.split_once(" (").unwrap();
    let after = after.split_once(')').unwrap().1;
    assert_eq!(format!("{before} (AGO){after}"), expected);
    let chinese = why.clone().args(["--lang", "zh"]).run().code(0);
    chinese
        .stdout_has("a：Failed（自 2026-11-23 06:13:00 起，已 ")
        .stdout_has("\n原因：容器失败，退出码 3\n")
        .stdout_has("\n已查看：\n  实例：Failed\n  资源分组：与请求相符\n")
        .stdout_has("\n下一步：`instancectl logs -f a.yaml a --tail 50` 查看更多输出\n");
    let found = object(&why);
    assert_eq!((&found["reason"], &found["exitCode"]), (&json!("script-failed"), &json!(3)));
    assert_eq!(found["since"], "2026-11-23 06:13:00");
    let first = json!({"place": run(MESSAGE), "line": 1, "text": "container exited with code 3"});
    assert_eq!(found["evidence"][0], first);
    assert_eq!(
        found["lookedAt"][0],
        json!({"place": "instance", "message": "Failed", "lines": null})
    );
    centre.password_is_sealed();
}

#[test]
fn reason_of_an_end_is_recognized_by_its_text() {
    for (status, file, text, expected) in [
        (
            "Failed",
            OUTPUT,
            "x\nslurmstepd: error: Detected 1 oom-kill event(s) in StepId=1.batch",
            "out-of-memory",
        ),
        (
            "Failed",
            OUTPUT,
            "torch.OutOfMemoryError: HIP out of memory. Tried",
            "card-out-of-memory",
        ),
        ("Failed", OUTPUT, "MemoryError", "out-of-memory"),
        (
            "Completed",
            OUTPUT,
            "*** JOB 7 ON n1 CANCELLED AT 2026-01-01T00:00:00 DUE TO TIME LIMIT ***",
            "time-limit",
        ),
        ("Terminated", MESSAGE, "time limit reached", "time-limit"),
        ("Terminated", MESSAGE, "stopped by user", "stopped"),
        ("Failed", OUTPUT, "CANCELLED AT 2026-01-01 DUE TO NODE FAILURE", "node-failed"),
        (
            "Failed",
            PULL,
            "Error response from daemon: manifest for p:v not found: manifest unknown",
            "image-not-found",
        ),
        ("Failed", OUTPUT, "FATAL: While pulling image: timeout", "pull-failed"),
        ("Failed", OUTPUT, "docker: bind source path does not exist: /d.", "mount-missing"),
        ("Failed", OUTPUT, "srun: error: n1: task 0: Exited with exit code 2", "script-failed"),
        ("Failed", OUTPUT, "sh: 1: pyton: command not found", "script-failed"),
        ("Completed", MESSAGE, "container exited with code 0", "finished"),
    ] {
        let centre = Centre::new(b"begin\n");
        centre.puts(file, format!("begin\n{text}\n").as_bytes());
        let (_platform, why) = why(&centre, status, |_| {});
        let (found, places, texts) = reason(&why);
        assert_eq!(found, expected, "{text}");
        let line = text.lines().count() + 1;
        assert_eq!(places[0], format!("{}:{line}", run(file)), "{text}");
        assert_eq!(texts[0], text.lines().last().unwrap());
    }
}

#[test]
fn reason_is_not_guessed() {
    for (status, output) in [
        ("Failed", "epoch 1\nepoch 2\n"),
        ("Completed", "Traceback (most recent call last)\nrecovered\n"),
        ("Completed", "CUDA out of memory, with smaller batches again\ndone\n"),
        ("Waiting", ""),
        ("Deploying", "begin\n"),
        ("Queued", "begin\n"),
    ] {
        let centre = Centre::new(output.as_bytes());
        let (_platform, why) = why(&centre, status, |_| {});
        let (found, places, _) = reason(&why);
        assert_eq!((&*found, places.len()), ("unknown", 0), "{status}");
        let output = why.run().code(0);
        output
            .stdout_has("reason: not known, nothing that was looked at states one\n")
            .stdout_has(&format!("  instance: {status}\n"))
            .stdout_has(&format!("  {}:", run(OUTPUT)))
            .stdout_has("\nnext: `instancectl ");
    }
    // A user stopped it; an error in its output may be old.
    let centre = Centre::new(b"CUDA out of memory, with smaller batches again\n");
    let (_platform, why) = why(&centre, "Terminated", |_| {});
    let (found, places, texts) = reason(&why);
    assert_eq!(
        (&*found, &places[..], &texts[..]),
        ("stopped", &["instance:null".to_owned()][..], &["status: Terminated".to_owned()][..])
    );
}

#[test]
fn words_of_a_program_are_no_reason_of_the_system() {
    let pulled = "digest: sha256:1\nstart\n";
    for (message, output, expected, code) in [
        (
            "container exited with code 1",
            "ValueError: image not found: 0003.jpg",
            "script-failed",
            1,
        ),
        ("container exited with code 1", "solver: time limit reached, best 3", "script-failed", 1),
        ("container exited with code 1", "warn: failed to mount fuse cache", "script-failed", 1),
        (
            "container exited with code 1",
            "torch.cuda: out of memory on card\nFileNotFoundError: a.csv",
            "script-failed",
            1,
        ),
        ("x", "RuntimeError: CUDA error: out of memory", "card-out-of-memory", 0),
        ("exit code 0:9", "epoch 1", "script-failed", 137),
        ("container exited with code 256", "epoch 1", "script-failed", 1),
        ("container exited with code 265", "epoch 1", "script-failed", 0),
        ("container exited with code 255", "epoch 1", "script-failed", 255),
        // The code of a command whose failure the program may have handled.
        ("x", "step 1 failed with exit code 4, next", "script-failed", 0),
        // The last error may be another one than that of the memory.
        ("x", "CUDA out of memory, smaller batch\nKeyError: 'loss'", "script-failed", 0),
        ("x", "CUDA out of memory\nsh: 3: evaluate: command not found", "script-failed", 0),
        (
            "x",
            "torch.OutOfMemoryError: CUDA out of memory.\nThe above exception was the direct cause of \
             the following exception:\nRuntimeError: step 3",
            "card-out-of-memory",
            0,
        ),
        (
            "x",
            "torch.OutOfMemoryError: CUDA out of memory.\nTraceback (most recent call last):\n\
             torch.distributed.elastic.multiprocessing.errors.ChildFailedError:",
            "card-out-of-memory",
            0,
        ),
    ] {
        let centre = Centre::new(format!("{pulled}{output}\nlast line\n").as_bytes());
        centre.puts(MESSAGE, format!("{message}\n").as_bytes());
        let (_platform, why) = why(&centre, "Failed", |_| {});
        let found = object(&why);
        assert_eq!(found["reason"], expected, "{output}: {found:#}");
        assert_eq!(found["exitCode"].as_u64().unwrap_or(0), code, "{output}: {found:#}");
    }
    let signal = |code: u64| {
        let centre = Centre::new(b"epoch 1\n");
        centre.puts(MESSAGE, format!("container exited with code {code}\n").as_bytes());
        let (_platform, why) = why(&centre, "Failed", |_| {});
        why.run().code(0).stdout.lines().nth(1).unwrap().to_owned()
    };
    let failed = "reason: its container failed with exit code";
    assert_eq!(signal(137), format!("{failed} 137 (128 + signal 9)"));
    assert_eq!(signal(255), format!("{failed} 255"));
    // With an image that was pulled before, the output has only lines of the program.
    for own in ["failed to pull metrics, go on", "FATAL: image not found: 0003.jpg"] {
        let centre = Centre::new(format!("{own}\n").as_bytes());
        let (_platform, why) = why(&centre, "Deploying", |_| {});
        assert_eq!(reason(&why).0, "unknown", "{own}");
    }
}

#[test]
fn status_of_the_platform_controls_no_terminal() {
    let platform = Platform::new();
    platform.holds("a", "Run\u{1b}]0;x\u{7}", |task| {
        task["startTime"] = json!("2026\u{1b}[31m");
        task["endTime"] = json!("2026\u{1b}[31m");
    });
    let cli = platform.cli(&["a"]);
    for command in ["why -f a.yaml a", "list", "status -f a.yaml", "start -f a.yaml --yes"] {
        for language in ["en", "zh"] {
            let cli = cli.clone().env("INSTANCECTL_LANG", language);
            let output = cli.clone().args(command.split(' ')).run().code(0);
            let output = output.nowhere("\u{1b}").nowhere("\u{7}");
            assert!(output.stdout.contains("Run\\u{1b}]0;x\\u{7}"), "{command}: {output:?}");
            if !command.starts_with("why") {
                let output = cli.clone().args(command.split(' ')).args(["--format", "json"]).run();
                let found: Value = serde_json::from_str(&output.code(0).stdout).unwrap();
                assert_eq!(found["instances"][0]["status"], "Run\u{1b}]0;x\u{7}", "{command}");
            }
        }
    }
}

#[test]
fn time_limit_is_read_from_the_instance() {
    let centre = Centre::new(b"epoch 1\n");
    let (_platform, why) = why(&centre, "Terminated", |task| task["duration"] = json!("04:00:02"));
    let (found, _, texts) = reason(&why);
    assert_eq!(
        (&*found, &texts[..]),
        ("time-limit", &["duration: 04:00:02".to_owned(), "timeoutLimit: 04:00:00".to_owned()][..])
    );
    why.run().code(0).stdout_has("next: `instancectl start -f a.yaml a` starts it again");
}

#[test]
fn waiting_instance_is_compared_with_the_region() {
    let centre = Centre::new(b"");
    centre.is_odd(|asked, _| (asked.path != HOME).then(|| Reply::code("911020", "no such file")));
    let (platform, why) = why(&centre, "Waiting", |_| {});
    let folder = run("");
    let said =
        format!("  run folder: {} has no folder of a run of `a`\n", folder.trim_end_matches('/'));
    why.run().code(0).stdout_has("a: Waiting since 2026-11-23 06:11:42 (").stdout_has(&said);
    why.run()
        .code(0)
        .stdout_has("  free cards of the group: not asked, INSTANCECTL_PLATFORM_URL is not set\n");
    let cards = |free: u64| json!([{"resourceGroupCode": "g", "maxFreeNum": free}]);
    for (free, expected) in [(2, "unknown"), (1, "no-free-cards")] {
        platform.set(|state| state.answers.retain(|(_, end, _)| *end != "/accelerators"));
        platform.answers("GET", "/accelerators", Reply::success(cards(free)));
        let why = why.clone().env("INSTANCECTL_PLATFORM_URL", platform.url());
        assert_eq!(reason(&why).0, expected);
        why.run().code(0).stdout_has(&format!("  free cards of the group: {free}\n"));
    }
    platform.set(|state| state.answers.retain(|(_, end, _)| *end != "/resources"));
    let node = json!({"cpuNumber": 2, "gpuNumber": 1, "memorySize": 8192});
    platform.answers("GET", "/resources", Reply::success(node));
    let (found, places, _) = reason(&why);
    assert_eq!((&*found, &*places[0]), ("over-node-limit", "node-limits:null"));
    let limits = "instancectl catalog limits --accelerator-type gpu --resource-group g";
    why.run()
        .code(0)
        .stdout_has(limits)
        .stdout_has("`apply -f a.yaml --replace a`".trim_matches('`'));
    platform.set(|state| state.answers.retain(|(_, end, _)| *end != "/resource-group"));
    platform.answers("GET", "/resource-group", Reply::success(json!(["h"])));
    let (found, places, _) = reason(&why);
    assert_eq!((&*found, &*places[0]), ("no-such-group", "groups:null"));
    // What cannot be read is named, and nothing else fails.
    platform.set(|state| state.answers.clear());
    let output = why.clone().env("INSTANCECTL_FILE_ENDPOINT", "").run().code(0);
    output
        .stdout_has("  resource groups: could not be read: HTTP 404")
        .stdout_has("  one node of the group: could not be read: HTTP 404")
        .stdout_has("  images of the catalog: could not be read: HTTP 404")
        .stdout_has("  run folder: the address of the file service is unknown")
        .stdout_has("reason: not known");
}

#[test]
fn pull_is_still_running_or_takes_too_long() {
    let centre = Centre::new(b"begin\n");
    centre.puts(PULL, b"pull r/p:v\nlayer 1: Pull complete\n");
    let (_platform, why) = why(&centre, "Deploying", |_| {});
    let (found, places, texts) = reason(&why);
    assert_eq!((&*found, &*places[0]), ("still-pulling", &*format!("{}:2", run(PULL))));
    assert_eq!(texts, ["layer 1: Pull complete"]);
    why.run().code(0).stdout_has("next: `instancectl logs -f a.yaml a --pull --follow`");
    centre.puts("a_0_0/job_u7_20261123_061200", b"");
    assert_eq!(reason(&why).0, "pull-too-long");
    centre.puts(PULL, b"pull r/p:v\nDigest: sha256:12\n");
    assert_eq!(reason(&why).0, "unknown");
}

#[test]
fn files_of_earlier_runs_and_instances_are_no_evidence() {
    let centre = Centre::new(b"CUDA out of memory\n");
    centre.puts(MESSAGE, b"container exited with code 1\n");
    let (_platform, first) = why(&centre, "Waiting", |_| {});
    assert_eq!(reason(&first).0, "unknown");
    first.run().code(0).stdout_has(": not used, it is of an earlier run, which has ended\n");
    let (_platform, second) = why(&centre, "Failed", |_| {});
    assert_eq!(reason(&second).0, "card-out-of-memory");
    centre.dates(OUTPUT, "2026-11-20 00:00:00");
    centre.dates(MESSAGE, "2026-11-20 00:00:00");
    assert_eq!(reason(&second).0, "unknown");
    let older = ": not used, it is older than the instance: of an earlier one of the same name\n";
    second.run().code(0).stdout_has(older).nowhere("CUDA");
}

#[test]
fn large_output_is_read_from_its_end() {
    let mut text = "line\n".repeat(1 << 20);
    text += "CUDA out of memory\nbye\n";
    let centre = Centre::new(text.as_bytes());
    let (_platform, why) = why(&centre, "Failed", |_| {});
    let (found, places, _) = reason(&why);
    assert_eq!((&*found, &*places[0]), ("card-out-of-memory", &*format!("{}:null", run(OUTPUT))));
    let asked: usize = centre.asked().len();
    assert!(asked < 12, "{asked} requests");
}

#[test]
fn end_of_large_output_is_found_whatever_its_listed_size_is() {
    let mut text = "line\n".repeat(3 << 20);
    text += "CUDA out of memory\nbye\n";
    let centre = Centre::new(text.as_bytes());
    let (_platform, why) = why(&centre, "Failed", |_| {});
    let whole = text.len();
    for total in [Some(whole), None, Some(99_999_999_999)] {
        let part = move |bytes: &[u8], first: usize, last: usize| {
            let part = bytes.get(first..whole.min(last + 1)).filter(|part| !part.is_empty());
            let Some(part) = part else { return Reply::html(416) };
            let reply = Reply::raw(part).status(206);
            let range = |total| format!("bytes {first}-{}/{total}", first + part.len() - 1);
            total.iter().fold(reply, |reply, total| reply.header("content-range", &range(total)))
        };
        for listed in [json!(null), json!(0), json!(100), json!(6 << 20), json!(1u64 << 40)] {
            let size = listed.clone();
            centre.is_odd(move |asked, files| {
                if let Some((first, last)) = asked.range {
                    return Some(part(&files.get(&asked.path)?.bytes, first, last));
                }
                let mut all = entries(&asked.path, files);
                for entry in &mut all {
                    entry["size"] = size.clone();
                }
                (asked.is_list && !all.is_empty()).then(|| Reply::success(all))
            });
            let before = centre.asked().len();
            let (found, places, texts) = reason(&why);
            assert_eq!(found, "card-out-of-memory", "{total:?}, listed {listed}");
            let is_unnumbered = places[0] == format!("{}:null", run(OUTPUT));
            let is_stated = total == Some(whole);
            assert!(is_unnumbered || !is_stated, "{total:?}, listed {listed}: {places:?}");
            assert_eq!(texts, ["CUDA out of memory"]);
            let asked = centre.asked().len() - before;
            assert!(!is_stated || asked < 16, "{asked} requests, listed {listed}");
        }
    }
}

#[test]
fn secrets_are_masked_in_quoted_lines() {
    let centre =
        Centre::new(b"+ login hunter22x\nexport API_TOKEN=0123456789ab: command not found\n");
    centre.puts(
        PULL,
        b"-----BEGIN RSA PRIVATE KEY-----\nMIIB1\n-----END RSA PRIVATE KEY-----\nend\n",
    );
    let script = "git clone https://bob:hunter22x@git.example/a\n";
    let (_platform, why) =
        why(&centre, "Failed", |task| task["startScriptContent"] = json!(script));
    let output = why.run().code(0).nowhere("hunter22x").nowhere("0123456789ab").nowhere("MIIB1");
    output.stdout_has("    + login ***\n").stdout_has("    ***\n    ***\n    ***\n    end\n");
    why.clone()
        .args(["--format", "json"])
        .run()
        .code(0)
        .nowhere("hunter22x")
        .nowhere("0123456789ab");
}

#[test]
fn entry_that_is_unknown_gone_or_elsewhere_is_explained_too() {
    let centre = Centre::new(b"");
    let platform = Platform::new();
    let why = centre.cli(&platform, &["why"]);
    let output = why.run().code(0);
    output
        .stdout_has(&format!(
            "a: gone\nreason: it no longer exists\n  instance\n    id: {}\n",
            id("a")
        ))
        .stdout_has("next: `instancectl apply -f a.yaml --replace a` creates a new one\n");
    let unknown = why.clone().file("a.lock", lock([platform.unknown("a")]));
    let output = unknown.run().code(0);
    output.stdout_has("a: unknown\nreason: it is unknown whether it was created\n  lock\n    state: unknown\n")
        .stdout_has("next: `instancectl apply -f a.yaml` searches for it; ");
    assert_eq!(object(&unknown)["reason"], "outcome-unknown");
    let elsewhere = platform.entry("a").replace(&platform.url(), "https://ai.example.cn:65011");
    let elsewhere = why.clone().file("a.lock", lock([elsewhere]));
    let output = elsewhere.run().code(0);
    output
        .stdout_has(
            "a: elsewhere\nreason: it belongs to another region than these credentials reach\n",
        )
        .stdout_has("    endpoint: https://ai.example.cn:65011\n");
    let output = why.clone().file("a.lock", "version: 1\ninstances: {}\n").run().code(2).stdout("");
    output.stderr_has("no lock contains a");
    assert_eq!(manifest(&["a"]), why.read("a.yaml"));
}

#[test]
fn platform_that_does_not_answer_leaves_what_the_files_say() {
    let centre = Centre::new(b"begin\n");
    let (platform, why) = why(&centre, "Failed", |_| {});
    platform.answers("GET", "/detail", Reply::code("10008", "no permission"));
    let output = why.run().code(7);
    output
        .stdout_has("a: not reported\nreason: not known")
        .stdout_has("  instance: could not be read: no permission (code 10008");
    centre.puts(MESSAGE, b"time limit reached\n");
    let output = why.run().code(0);
    output.stdout_has("a: not reported\nreason: its time limit was reached\n");
    assert!(
        centre
            .asked()
            .iter()
            .all(|asked| asked.path.contains("SothisAI") || !asked.path.contains(HOME))
    );
}

#[test]
fn all_containers_are_read() {
    let centre = Centre::new(b"begin\n");
    centre.puts("a_0_1/31.out", b"begin\nCUDA out of memory\n");
    centre.puts("a_0_1/31_node2", PASSWORD.as_bytes());
    let (_platform, why) = why(&centre, "Failed", |_| {});
    let (found, places, _) = reason(&why);
    assert_eq!(
        (&*found, &*places[0]),
        ("card-out-of-memory", &*format!("{}:2", run("a_0_1/31.out")))
    );
    centre.password_is_sealed();
}

/// Starts a service that passes every request on to the sandbox at an address, and records it.
fn recorder(sandbox: &str) -> Service {
    let sandbox = sandbox.to_owned();
    Service::each(move |asked| passed_on(&sandbox, asked))
}

/// Returns the answer of the sandbox to a request.
fn passed_on(sandbox: &str, asked: &crate::support::Received) -> Reply {
    use std::fmt::Write as _;
    use std::io::{Read as _, Write as _};
    let address = sandbox.strip_prefix("http://").unwrap().trim_end_matches("/ai");
    let mut to = std::net::TcpStream::connect(address).unwrap();
    let mut head = format!("{} {} HTTP/1.1\r\nconnection: close\r\n", asked.method, asked.path);
    for (name, value) in asked.headers.iter().filter(|(name, _)| name != "connection") {
        write!(head, "{name}: {value}\r\n").unwrap();
    }
    to.write_all(format!("{head}\r\n").as_bytes()).unwrap();
    to.write_all(&asked.body).unwrap();
    let mut answer = Vec::new();
    to.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(answer[..end].to_vec()).unwrap().to_lowercase();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let mut reply = Reply::raw(&answer[end + 4..]).status(status);
    for (name, value) in head.lines().skip(1).filter_map(|line| line.split_once(": ")) {
        if name.starts_with("content-range") || name.starts_with("x-") {
            reply = reply.header(name, value);
        }
    }
    reply
}

#[test]
fn sandbox_is_never_asked_for_the_file_with_the_password() {
    let cli = Cli::new();
    let sandbox = cli.clone().args(["sandbox", "--state", "state"]).start();
    let lines = sandbox.stdout_until("INSTANCECTL_TOKEN=");
    let variable = |name: &str, text: &str| {
        let value = text.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        value.trim_start_matches('=').to_owned()
    };
    let lines = if lines.ends_with('\n') { lines } else { sandbox.stdout_until("\n") };
    let recorder = recorder(&variable("INSTANCECTL_ENDPOINT", &lines));
    let script = "echo begin\\necho key=hunter22hunter\\nexit 3\\n";
    let text = manifest(&["a"])
        .replace("\"useStartScript\":false", "\"useStartScript\":true")
        .replace("\"startScriptContent\":\"\"", &format!("\"startScriptContent\":\"{script}\""));
    let cli = cli
        .file("a.yaml", text)
        .env("INSTANCECTL_ENDPOINT", format!("{}/ai", recorder.url()))
        .env("INSTANCECTL_FILE_ENDPOINT", recorder.url())
        .env("INSTANCECTL_TOKEN", variable("INSTANCECTL_TOKEN", &lines));
    let run = |words: &str| {
        let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
        cli.clone().args(words).args(["-f", "a.yaml"]).run().nowhere("sandbox-run-password")
    };
    run("apply --yes").code(0);
    run("why a").code(0);
    run("logs a --follow").code(0).stdout_has("begin\n");
    run("logs a").code(0);
    run("logs a --pull --format json").code(0);
    let output = run("why a").code(0);
    output.stdout_has("\nreason: its start script failed with exit code 3\n");
    let asked = recorder.received();
    let files = asked.iter().filter(|asked| asked.path.contains("/file/download")).count();
    assert!(files > 6 && asked.iter().all(|asked| !asked.path.contains("_node1")), "{files}");
    sandbox.kill();
}
