//! Every command in a message can be pasted as it is: it does what the message says, and loses
//! nothing.

use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::platform::{Create, Delete, List, Platform, manifest};
use crate::support::{Cli, Output};

const APPLY: [&str; 6] = ["apply", "-f", "a.yaml", "--yes", "--settle", "1s"];
/// Names that a shell or the command line could misinterpret.
const NAMES: [&str; 8] =
    ["a", "-rf", "--absent", "it's", "a b", "lr[1]", "$HOME;$(id)", "a\u{202e}b"];

/// Returns the commands in backticks that a run printed.
fn commands(output: &Output) -> Vec<String> {
    let text = format!("{}\n{}", output.stdout, output.stderr);
    let starts = text.match_indices("`instancectl ").map(|(at, _)| at + 1);
    let mut commands: Vec<String> =
        starts.map(|at| text[at..].split('`').next().unwrap().to_owned()).collect();
    commands.sort();
    commands.dedup();
    commands
}

/// Runs a command as if pasted into a shell; prompts are answered by `--yes`.
fn paste(cli: &Cli, command: &str) -> Output {
    let asks = ["apply", "destroy", "start", "stop"];
    let verb = command.split(' ').nth(1).unwrap();
    let command = if asks.contains(&verb) {
        command.replacen(verb, &format!("{verb} --yes"), 1)
    } else {
        command.to_owned()
    };
    let program = Path::new(env!("CARGO_BIN_EXE_instancectl"));
    let out = Command::new("bash")
        .args(["-c", &command])
        .current_dir(cli.path(""))
        .env_clear()
        .env("PATH", format!("{}:/usr/bin:/bin", program.parent().unwrap().display()))
        .env("LC_ALL", "C.UTF-8")
        .envs(cli.environment())
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Output { code: out.status.code(), stdout: text(out.stdout), stderr: text(out.stderr) }
}

/// Returns the only command of this verb that a run printed.
#[track_caller]
fn the(output: &Output, verb: &str) -> String {
    let start = format!("instancectl {verb} ");
    let mut found = commands(output);
    found.retain(|command| command.starts_with(&start));
    assert_eq!(found.len(), 1, "{verb}: {found:?} in {output:?}");
    found.remove(0)
}

/// Asserts that `apply` of a project has nothing left to do.
#[track_caller]
fn settled(platform: &Platform, cli: &Cli, ids: &[&str]) {
    cli.clone().args(APPLY).run().code(0).nothing_to_create(1);
    assert_eq!(platform.ids(), ids);
}

#[test]
fn suggested_adopt_records_the_live_instance() {
    for name in NAMES {
        let platform = Platform::new();
        platform.holds(name, "there", |_| {});
        let cli = platform.cli(&[name]);
        let output = cli.clone().args(APPLY).run().code(6);
        paste(&cli, &the(&output, "adopt")).code(0);
        settled(&platform, &cli, &["there"]);
    }
}

#[test]
fn suggested_resolve_ends_an_unknown_outcome() {
    for name in NAMES {
        // Nothing was created: the outcome is unknown until the user resolves it.
        let platform = Platform::with(|_, number| match number {
            1 => Create::Lost,
            _ => Create::Answered,
        });
        let cli = platform.cli(&[name]);
        let output = cli.clone().args(APPLY).run().code(4);
        let resolve = commands(&output);
        let absent = resolve.iter().find(|command| command.contains(" --absent")).unwrap();
        assert!(resolve.iter().any(|command| command.contains("--id TASK_ID")), "{resolve:?}");
        for other in ["status", "plan", "apply"] {
            let args = [other, "-f", "a.yaml"].map(str::to_owned);
            let yes = (other == "apply").then(|| "--yes".to_owned());
            let again = cli.clone().args(args.into_iter().chain(yes)).run();
            if other != "plan" {
                assert!(commands(&again).contains(absent), "{other}: {again:?}");
            }
        }
        paste(&cli, absent).code(0);
        assert!(!cli.read("a.lock").contains("state"));
        cli.clone().args(APPLY).run().code(0);
    }
}

#[test]
fn suggested_resolve_names_the_candidates() {
    let platform = Platform::with(|_, _| Create::AnswerLost);
    platform.set(|state| state.list = List::Status(404));
    let cli = platform.cli(&["a"]);
    cli.clone().args(APPLY).run().code(4);
    // Without a list before the request the outcome cannot be determined; now there is one.
    platform.set(|state| state.list = List::Parts(100));
    let output = cli.clone().args(APPLY).run().code(4);
    let resolve = commands(&output);
    let is = resolve.iter().find(|command| command.contains("--id a-1")).unwrap();
    paste(&cli, is).code(0);
    settled(&platform, &cli, &["a-1"]);
}

#[test]
fn suggested_destroy_deletes_only_the_unowned_duplicate() {
    for name in NAMES {
        let platform = Platform::new();
        platform.set(|state| state.duplicate = Some(name.to_owned()));
        let cli = platform.cli(&[name]);
        let output = cli.clone().args(APPLY).run().code(4);
        let own = platform.ids()[1].clone();
        let destroy = the(&output, "destroy");
        let status = cli.clone().args(["status", "-f", "a.yaml"]).run().code(4);
        assert_eq!(the(&status, "destroy"), destroy);
        let verify = cli.clone().args(["lock", "verify", "a.yaml"]).run().code(4);
        assert_eq!(the(&paste(&cli, &the(&verify, "status")).code(4), "destroy"), destroy);
        paste(&cli, &destroy).code(0);
        let left = platform.ids();
        assert_eq!(left.len(), 1, "{left:?}");
        // Of two that were created in one second, the one with the greater ID is the duplicate.
        let stays = if own.as_str() < "theirs" { own.as_str() } else { "theirs" };
        settled(&platform, &cli, &[stays]);
    }
}

#[test]
fn two_racing_clones_name_the_same_duplicate() {
    for order in [[0, 1], [1, 0]] {
        let platform = Platform::new();
        let clones = ["first", "second"].map(|_| platform.cli(&["a"]));
        // The first lists before the second creates, and creates after it.
        let ask = clones[0].clone().args(["apply", "-f", "a.yaml", "--settle", "1s"]);
        let mut terminal = ask.start_at_terminal();
        terminal.until("Continue? [y/N] ");
        clones[1].clone().args(APPLY).run().code(0).stdout_has("a: created a-1");
        terminal.types("y\n");
        let (code, shown) = terminal.end();
        assert_eq!(code, Some(4), "{shown}");
        let said = clones.each_ref().map(|clone| {
            let status = clone.clone().args(["status", "-f", "a.yaml"]).run().code(4);
            the(&status, "destroy")
        });
        assert_eq!(said[0], said[1]);
        assert!(said[0].ends_with("a --id a-2"), "{said:?}");
        assert!(shown.contains(&said[0]), "{shown}");
        for at in order {
            let output = paste(&clones[at], &said[at]);
            assert!(matches!(output.code, Some(0 | 6)), "{output:?}");
        }
        assert_eq!(platform.ids(), ["a-1"]);
        for clone in &clones {
            assert!(clone.read("a.lock").contains("taskId: a-1\n"));
            settled(&platform, clone, &["a-1"]);
        }
    }
}

#[test]
fn id_conflict_of_a_pulled_lock_names_the_candidate() {
    let platform = Platform::new();
    let cli = platform.cli(&["a"]);
    let pulled = cli.clone();
    // While the create is in flight, a colleague's lock arrives.
    platform.set(|state| {
        state.on_create = Some(Box::new(move |state| {
            state.add("a", "0-theirs");
            let request = serde_json::from_str::<serde_json::Value>(&manifest(&["a"])).unwrap();
            let environment = pulled.environment();
            let endpoint = environment.iter().find(|(name, _)| name == "INSTANCECTL_ENDPOINT");
            let lock = json!({"version": 1, "instances": {"a": {
                "state": "created", "taskId": "0-theirs",
                "endpoint": endpoint.unwrap().1.to_str().unwrap(),
                "submittedAt": "2026-11-23T06:11:41Z", "request": request["instances"][0],
            }}});
            std::fs::write(pulled.path("a.lock"), format!("{lock}\n")).unwrap();
        }));
    });
    let output = cli.clone().args(APPLY).run().code(4);
    let destroy = the(&output, "destroy");
    assert!(destroy.ends_with("a --id a-1"), "{destroy}");
    paste(&cli, &destroy).code(0);
    settled(&platform, &cli, &["0-theirs"]);
}

#[test]
fn ended_or_gone_instance_suggests_start_or_replace() {
    for name in NAMES {
        let platform = Platform::new();
        let cli = platform.cli(&[name]);
        cli.clone().args(APPLY).run().code(0);
        platform.set(|state| state.tasks[0]["status"] = json!("Terminated"));
        let refresh = cli.clone().args(["plan", "-f", "a.yaml", "--refresh"]).run().code(0);
        the(&refresh, "start");
        paste(&cli, &the(&refresh, "apply")).code(0).stdout_has(": created ");
        platform.set(|state| state.tasks.clear());
        for args in [&["plan", "-f", "a.yaml", "--refresh"][..], &["status", "-f", "a.yaml"]] {
            the(&cli.clone().args(args).run().code(0), "apply");
        }
        let status = cli.clone().args(["status", "-f", "a.yaml"]).run();
        paste(&cli, &the(&status, "apply")).code(0).stdout_has(": created ");
    }
}

#[test]
fn suggested_destroy_finishes_an_unconfirmed_deletion() {
    for name in NAMES {
        let platform = Platform::new();
        let cli = platform.cli(&[name]);
        cli.clone().args(APPLY).run().code(0);
        platform.set(|state| state.delete = Delete::Never);
        let destroy = ["destroy", "-f", "a.yaml", "--yes", "--settle", "1s"];
        cli.clone().args(destroy).run().code(4);
        platform.set(|state| state.delete = Delete::AtOnce);
        let status = cli.clone().args(["status", "-f", "a.yaml"]).run().code(4);
        let verify = cli.clone().args(["lock", "verify", "a.yaml"]).run().code(4);
        assert_eq!(the(&status, "destroy"), the(&verify, "destroy"));
        paste(&cli, &the(&status, "destroy")).code(0);
        assert_eq!(platform.ids(), [""; 0]);
    }
}

#[test]
fn suggested_command_repeats_the_lock_flag() {
    let platform = Platform::new();
    platform.holds("a", "there", |_| {});
    let cli = platform.cli(&["a"]);
    let output = cli.clone().args(APPLY).args(["--lock", "my lock.lock"]).run().code(6);
    let adopt = the(&output, "adopt");
    assert!(adopt.contains(" --lock 'my lock.lock' "), "{adopt}");
    paste(&cli, &adopt).code(0);
    assert!(cli.read("my lock.lock").contains("taskId: there\n"));
}

#[test]
fn suggested_command_repeats_the_sandbox_flag() {
    let cli = Cli::new().file("a.yaml", manifest(&["a"]));
    let run = |args: &[&str]| cli.clone().args(args).args(["-f", "a.yaml", "--sandbox"]).run();
    run(&["apply", "--yes", "--settle", "1s"]).code(0);
    std::fs::remove_file(cli.path("a.sandbox.lock")).unwrap();
    let adopt = the(&run(&["apply", "--yes"]).code(6), "adopt");
    assert!(adopt.contains(" --sandbox "), "{adopt}");
    paste(&cli, &adopt).code(0);
    run(&["apply", "--yes"]).code(0).nothing_to_create(1);
    run(&["stop", "--yes"]).code(0);
    let refresh = run(&["plan", "--refresh"]).code(0);
    paste(&cli, &the(&refresh, "start")).code(0).stdout_has("started");
}
