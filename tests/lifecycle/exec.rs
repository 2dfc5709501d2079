//! `exec`: a script on running instances.

use std::time::Duration;

use serde_json::{Value, json};

use crate::platform::{Platform, id, lock, manifest};
use crate::support::{Cli, Reply};

const PATH: &str = "/execute-script";
const EXEC: [&str; 6] = ["exec", "-f", "a.yaml", "--script", "s.sh", "--yes"];
const SCRIPT: &str = "export KEY=sealed\necho 中文 > /mnt/out\n";
const HINT: &str = "the platform returns no output of scripts: let them write";

/// Returns the bodies of the script calls.
fn scripts(platform: &Platform) -> Vec<Value> {
    platform.bodies(PATH)
}

fn running(names: &[&str]) -> (Platform, Cli) {
    let platform = Platform::new();
    for name in names {
        platform.holds(name, "Running", |_| {});
    }
    let cli = platform.cli(names).file("s.sh", SCRIPT);
    (platform, cli)
}

#[test]
fn script_is_sent_to_each_named_instance() {
    let (platform, cli) = running(&["a", "b", "c"]);
    platform.answers("POST", PATH, Reply::success(Value::Null));
    let before = cli.read("a.lock");
    let output = cli.clone().args(EXEC).args(["a", "b"]).run().code(0).nowhere("sealed");
    output
        .stdout("a: script accepted\nb: script accepted\nscript accepted for 2 instances\n")
        .stderr_has(&format!("run s.sh (2 lines) on 2 instances: a {}, b {}\n", id("a"), id("b")))
        .stderr_has(HINT);
    let body = |name: &str, scope: &str| json!({"id": id(name), "startScriptContent": SCRIPT, "startScriptActionScope": scope});
    let mut sent = scripts(&platform);
    sent.sort_by_key(|body| body["id"].to_string());
    assert_eq!(sent, [body("a", "all"), body("b", "all")]);
    let first = cli.clone().args(EXEC).args(["c", "--scope", "header", "--format", "name"]).run();
    first.code(0).stdout(&format!("c {}\n", id("c"))).stderr_has("on the first container of 1");
    assert_eq!(scripts(&platform)[2], body("c", "header"));
    assert_eq!(cli.read("a.lock"), before);
}

#[test]
fn script_may_come_from_standard_input() {
    let (platform, cli) = running(&["a"]);
    platform.answers("POST", PATH, Reply::success(Value::Null));
    let exec = |yes: &[&str]| {
        let args = ["exec", "-f", "a.yaml", "a", "--script", "-"];
        cli.clone().stdin("date\n").args(args).args(yes.to_vec()).run()
    };
    exec(&["--yes"])
        .code(0)
        .stderr_has("run the script from standard input (1 line) on 1 instance");
    assert_eq!(scripts(&platform)[0]["startScriptContent"], "date\n");
    exec(&[]).code(2).stderr_has("--yes");
    let both = ["exec", "-f", "-", "--lock", "a.lock", "a", "--script", "-", "--yes"];
    let output = cli.stdin("date").args(both).run().code(2);
    output.stderr_has("standard input cannot be both the manifest and the script");
    assert_eq!(scripts(&platform).len(), 1);
}

#[test]
fn instances_that_do_not_run_are_skipped() {
    let platform = Platform::new();
    platform.answers("POST", PATH, Reply::success(Value::Null));
    platform.holds("a", "Running", |_| {});
    platform.holds("b", "Waiting", |_| {});
    platform.holds("c", "Completed", |_| {});
    let cli = platform.cli(&["a", "b", "c", "gone"]).file("s.sh", SCRIPT);
    let output = cli.clone().args(EXEC).args(["*"]).run().code(6);
    output.stdout(
        "a: script accepted\nb: skipped: it is not running (Waiting)\n\
         c: skipped: it is not running (Completed)\n\
         gone: skipped: it no longer exists on the platform\n\
         script accepted for 1 instance; exit 6: stopped by a safety check (6)\n",
    );
    let output = cli.clone().args(EXEC).args(["b", "--format", "json"]).run().code(6).stderr("");
    let found: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(found["instances"][0]["outcome"], "skipped");
    assert_eq!(found["instances"][0]["status"], "Waiting");
    assert_eq!(scripts(&platform).len(), 1);
    let text = lock([platform.entry("a"), platform.unknown("b")]);
    let cli = cli.file("a.lock", text).file("a.yaml", manifest(&["a", "b"]));
    let output = cli.args(EXEC).args(["b"]).run().code(4);
    output.stdout_has("b: skipped: outcome unknown; ");
}

#[test]
fn unclear_answer_is_unknown_and_the_script_is_not_sent_again() {
    for (reply, code, outcome, said) in [
        (Reply::success(Value::Null), 0, "executed", "script accepted"),
        (
            Reply::html(502),
            4,
            "unknown",
            "the script may have run, and is not sent again: HTTP 502",
        ),
        (Reply::close(), 4, "unknown", "the script may have run"),
        (Reply::hang(), 4, "unknown", "the script may have run"),
        (Reply::code("10012", "interrupted"), 4, "unknown", "the script may have run"),
        (Reply::code("10001", "internal"), 4, "unknown", "the script may have run"),
        (Reply::raw("{\"code\": \"0\""), 4, "unknown", "the script may have run"),
        (Reply::code("716864", "execute-script error"), 3, "refused", "execute-script error"),
        (Reply::code("10004", "no such instance"), 3, "refused", "no such instance"),
        (Reply::html(404), 3, "refused", "HTTP 404"),
        (Reply::code("10008", "no permission"), 7, "refused", "no permission"),
    ] {
        let (platform, cli) = running(&["a"]);
        platform.answers("POST", PATH, reply.clone());
        let args = ["a", "--format", "json", "--request-timeout", "1s"];
        let output = cli.args(EXEC).args(args).run().code(code);
        let found: Value = serde_json::from_str(&output.stdout).unwrap();
        let instance = &found["instances"][0];
        assert_eq!(instance["outcome"], outcome, "{reply:?}");
        assert!(instance["message"].as_str().unwrap().contains(said), "{instance}");
        assert_eq!(scripts(&platform).len(), 1, "{reply:?}");
    }
}

#[test]
fn throttled_call_was_not_carried_out_and_is_sent_again() {
    let (platform, cli) = running(&["a"]);
    let throttled = Reply::html(429).header("Retry-After", "0");
    platform.answers("POST", PATH, throttled);
    let run = cli.clone().args(EXEC).args(["a"]).start();
    platform.wait_for(PATH);
    platform.set(|state| state.answers[0].2 = Reply::success(Value::Null));
    run.end().code(0).stdout_has("a: script accepted");
}

#[test]
fn first_signal_awaits_the_call_and_starts_no_other() {
    let names: Vec<String> = (0..12).map(|number| format!("n{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (platform, cli) = running(&names);
    let late = Reply::success(Value::Null).late(Duration::from_secs(1));
    platform.answers("POST", PATH, late);
    let run = cli.clone().args(EXEC).args(["*"]).start();
    platform.wait_for(PATH);
    run.signal("INT");
    let output = run.end().code(130);
    let accepted = output.stdout.matches(": script accepted\n").count();
    let skipped = output.stdout.matches(": skipped: the run was interrupted\n").count();
    assert!(accepted > 0 && skipped > 0 && accepted + skipped == names.len(), "{output:?}");
    assert_eq!(scripts(&platform).len(), accepted);
}

#[test]
fn nothing_is_sent_without_confirmation() {
    let (platform, cli) = running(&["a"]);
    let exec = cli.args(["exec", "-f", "a.yaml", "--script", "s.sh", "a"]);
    exec.run().code(6).stderr_has("not confirmed: run s.sh (2 lines) on 1 instance: a");
    let (code, shown) = exec.run_at_terminal("n\n");
    assert_eq!(code, Some(6), "{shown}");
    assert_eq!(scripts(&platform).len(), 0);
}

#[test]
fn text_that_is_not_a_script_is_wrong_usage() {
    let (platform, cli) = running(&["a"]);
    for (bytes, said) in [
        (b" \n".to_vec(), "s.sh is an empty script"),
        (b"a\0b".to_vec(), "s.sh contains a NUL byte"),
        (b"\xb2\xce".to_vec(), "s.sh is not UTF-8 text"),
        (vec![b'x'; (1 << 20) + 1], "s.sh is larger than 1 MiB"),
    ] {
        let run = cli.clone().file("s.sh", bytes).args(EXEC).args(["a"]).run();
        run.code(2).stdout("").stderr_has(said);
    }
    let missing = ["exec", "-f", "a.yaml", "a", "--script", "none", "--yes"];
    cli.clone().args(missing).run().code(2).stderr_has("cannot read none");
    cli.args(EXEC).run().code(2).stderr_has("NAME");
    assert_eq!(platform.asked(), [""; 0]);
}
