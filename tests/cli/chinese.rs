//! The commands in Chinese. The language changes texts only: exit codes, requests, locks and objects are
//! those of the same commands in English.

use crate::stage::{TOKEN, created, creating, manifest, name_in, project};
use crate::support::{Both, Cli, Received, Reply};

/// Returns a manifest that the tests change.
fn changed(cli: &Both, old: &str, new: &str) {
    for cli in [&cli.english, &cli.chinese] {
        let _ = cli.clone().file("instances.yaml", cli.read("instances.yaml").replace(old, new));
    }
}

#[test]
fn every_command_speaks_chinese() {
    let both = Both::new(|| {
        project(["train-a", "train-b"])
            .file("empty.sh", "")
            .file("run.sh", "nvidia-smi\n")
            .file("damaged.lock", "version: 1\ninstances: 5\n")
            .file("newer.lock", "version: 9\ninstances: {}\n")
            .env("CI", "")
    });
    for line in [
        "validate",
        "validate run.sh",
        "validate --fix damaged.lock",
        "init other.yaml",
        "explain",
        "explain missing-field",
        "plan",
        "plan --format markdown",
        "apply",
        "apply --sandbox",
        "apply --sandbox --dry-run",
        "apply --sandbox --yes --max-cards 1",
        "apply --sandbox --yes",
        "apply --sandbox --yes",
        "plan --sandbox -v --refresh",
        "status --sandbox",
        "status --sandbox --wide --show-urls",
        "list --sandbox",
        "list --sandbox --wide --all",
        "wait --sandbox",
        "wait --sandbox --for Terminated --timeout 1s",
        "url --sandbox train-a",
        "logs --sandbox train-a --previous",
        "logs --sandbox train-a --container 3",
        "logs --sandbox train-a --follow --format json",
        "exec --sandbox --yes --script run.sh train-a train-b",
        "exec --sandbox --script run.sh train-a",
        "exec --sandbox --yes --script empty.sh train-a",
        "stop --sandbox --yes train-a",
        "stop --sandbox --yes train-a",
        "exec --sandbox --yes --script run.sh train-a",
        "url --sandbox train-a",
        "plan --sandbox --refresh",
        "start --sandbox train-a",
        "start --sandbox --yes train-a",
        "start --sandbox --yes train-a",
        "lock list instances.sandbox.lock",
        "lock list missing.lock",
        "lock verify instances.sandbox.lock damaged.lock newer.lock",
        "lock verify --complete instances.yaml",
        "lock recover instances.sandbox.lock",
        "lock push",
        "lock release",
        "export --sandbox",
        "export --sandbox -f instances.yaml",
        "export --sandbox -o out.yaml --adopt",
        "export --sandbox -o out.yaml",
        "export --sandbox -o out.txt",
        "resolve --sandbox train-a --absent",
        "resolve --sandbox --all-unknown --absent",
        "resolve --sandbox train-a --id missing",
        "adopt --sandbox train-a missing",
        "auth check",
        "auth check --sandbox",
        "catalog free --sandbox",
        "catalog groups --sandbox",
        "catalog images --sandbox",
        "catalog mounts --sandbox",
        "catalog limits --sandbox --accelerator-type dcu --resource-group kshdnormal",
    ] {
        let _ = both.run(line);
    }
    changed(&both, "cpuNumber: 8", "cpuNumber: 16");
    changed(&both, "  - instanceServiceName: train-b\n", "  - instanceServiceName: train-c\n");
    for line in [
        "plan --sandbox",
        "plan --sandbox --format markdown",
        "plan --sandbox --prune --replace-all",
        "plan --sandbox --resize",
        "apply --sandbox --yes",
        "apply --sandbox --yes --keep-changed",
        "apply --sandbox --yes --resize",
        "apply --sandbox --yes --prune --replace train-a",
        "destroy --sandbox train-a",
        "destroy --sandbox --yes train-a",
        "destroy --sandbox --yes missing",
        "destroy --sandbox --yes",
        "destroy --sandbox --yes",
        "status --sandbox",
        "list --sandbox",
    ] {
        let _ = both.run(line);
    }
}

#[test]
fn wrong_usage_is_explained_in_chinese() {
    let both = Both::new(|| {
        project(["train-a"]).file("b.yaml", "").file("c.sandbox.yaml", "").file("d/a.txt", "")
    });
    for line in [
        "plan -f missing.yaml",
        "plan -f d",
        "plan -f *.none",
        "plan -f [",
        "apply -f - --yes",
        "apply -f instances.yaml -f b.yaml --lock x.lock",
        "apply --sandbox --lock x.lock --yes",
        "apply --lock x.sandbox.lock --yes",
        "exec -f - --script - --yes train-a",
        "status train-b",
        "status --watch --format json",
        "url train-b",
        "wait train-a",
        "explain nothing-known",
        "explain aply",
        "init instances.yaml",
        "init x.txt",
        "init other.yaml --git",
        "sandbox --fault nonsense",
        "lock list -",
        "adopt train-a id",
        "resolve train-a train-b --id x",
    ] {
        let _ = both.run(line);
    }
    let _ = both.chinese.clone().args(["plan", "-f", "missing.yaml"]).run().is(
        2,
        "",
        "错误：无法读取 missing.yaml：没有该文件或目录（os error 2）\n",
    );
}

#[test]
fn failures_are_explained_in_chinese() {
    let reply = |request: &Received| match name_in(request).as_str() {
        "lost" => Reply::close(),
        "page" => Reply::html(502),
        "refused" => Reply::code("10003", "quota"),
        "no-id" => Reply::success(""),
        _ => created(request),
    };
    for name in ["lost", "page", "refused", "no-id"] {
        let service = creating(reply);
        let both = Both::new(|| project(["first", name]).on(&service));
        for line in [
            "apply --yes --settle 10ms --request-timeout 2s",
            "apply --yes --settle 10ms",
            "plan",
            "status",
            "list",
            "wait --timeout 1s",
            "stop --yes",
            "exec --yes --script instances.yaml first",
            "lock list instances.lock",
            "lock verify instances.lock",
            "destroy --yes",
            "export",
            "catalog images",
            "auth check",
        ] {
            let _ = both.run(line);
        }
    }
    let unreachable = Both::new(|| {
        let cli = project(["a"]).env("INSTANCECTL_ENDPOINT", "http://127.0.0.1:9/ai");
        cli.env("INSTANCECTL_TOKEN", TOKEN)
    });
    for line in ["apply --yes", "status", "list", "auth check", "catalog groups"] {
        let _ = unreachable.run(line);
    }
}

#[test]
fn credentials_are_explained_in_chinese() {
    let with = |variables: &[(&str, &str)]| {
        let both = Both::new(|| {
            let cli = project(["a"]).file("token", "").file("ca.pem", "");
            variables.iter().fold(cli, |cli, (name, value)| cli.env(*name, *value))
        });
        let _ = both.run("apply --yes");
        let _ = both.run("auth check");
    };
    let (at, token) = ("INSTANCECTL_ENDPOINT", "INSTANCECTL_TOKEN");
    with(&[(at, "https://a.example/ai")]);
    with(&[(at, "a.example"), (token, "t")]);
    with(&[(at, "http://a.example/ai"), (token, "t")]);
    with(&[(at, "ftp://a.example/ai"), (token, "t")]);
    with(&[(at, "https://u:p@a.example/ai"), (token, "t")]);
    with(&[(at, "https://a.example:99999/ai"), (token, "t")]);
    with(&[(at, "https://a.example/ai"), (token, "")]);
    with(&[(at, "https://a.example/ai"), (token, "a b")]);
    with(&[(at, "https://a.example/ai"), (token, "t"), ("INSTANCECTL_TOKEN_FILE", "token")]);
    with(&[(at, "https://a.example/ai"), ("INSTANCECTL_TOKEN_FILE", "token")]);
    with(&[(at, "https://a.example/ai"), ("INSTANCECTL_TOKEN_FILE", "missing")]);
    with(&[(at, "https://a.example/ai"), (token, "t"), ("HTTPS_PROXY", "socks5://p:1")]);
    with(&[(at, "https://a.example/ai"), (token, "t"), ("INSTANCECTL_CA_FILE", "ca.pem")]);
    with(&[("INSTANCECTL_USER", "u")]);
}

#[test]
fn language_changes_no_request_no_lock_and_no_value() {
    let reply = |request: &Received| match name_in(request).as_str() {
        "lost" => Reply::close(),
        "refused" => Reply::code("10003", "quota"),
        _ => created(request),
    };
    let service = creating(reply);
    let both = Both::new(|| project(["a", "lost", "refused"]).on(&service));
    for line in [
        "plan",
        "apply --yes --settle 10ms --parallel 1",
        "apply --yes --settle 10ms --parallel 1",
        "status",
        "lock list instances.lock",
        "lock verify instances.lock",
        "lock recover instances.lock",
        "export",
        "resolve lost --absent",
        "plan -f missing.yaml",
        "apply",
        "auth check",
    ] {
        let before = service.received().len();
        let _ = both.object(line);
        let received = &service.received()[before..];
        let (english, chinese) = received.split_at(received.len() / 2);
        let facts = |requests: &[Received]| -> Vec<_> {
            let fact = |request: &Received| {
                (request.method.clone(), request.path.clone(), request.body.clone())
            };
            requests.iter().map(fact).collect()
        };
        assert_eq!(facts(english), facts(chinese), "`{line}`");
        if let [Some(english), Some(chinese)] = lock(&both) {
            assert_eq!(english, chinese, "`{line}`");
        }
    }
}

#[test]
fn recorded_reason_is_in_the_chosen_language_while_the_lock_is_the_same() {
    let reply = |request: &Received| match name_in(request).as_str() {
        "lost" => Reply::close(),
        "page" => Reply::html(502),
        _ => created(request),
    };
    let service = creating(reply);
    let both = Both::new(|| project(["a", "lost", "page"]).on(&service));
    let _ = both.run("apply --yes --settle 10ms --parallel 1");
    let [english, chinese] = lock(&both);
    assert_eq!(english, chinese);
    let lock = english.expect("it was written");
    assert!(
        lock.contains("why: \"the connection to") || lock.contains("why: the connection to"),
        "{lock}"
    );
    for line in ["plan", "status", "lock list instances.lock", "lock verify instances.lock"] {
        let output = both.run(line);
        let shown = output.stdout + &output.stderr;
        let shown = shown.replace(['\n', ' '], "");
        assert!(shown.contains("收到响应前，与127.0.0.1:"), "`{line}`: {shown}");
        assert!(shown.contains("HTTP502BadGateway：<html>"), "`{line}`: {shown}");
        assert!(!shown.contains("connection"), "`{line}`: {shown}");
    }
}

#[test]
fn reports_have_no_word_of_the_other_language() {
    let text = manifest(["a", "a"]).replace("gpuNumber: 1", "gpuNumber: 0");
    let both = Both::new(|| Cli::new().file("a.yaml", &text).file("b.yaml", "x y: [\n"));
    for format in ["github", "gitlab", "sarif", "junit"] {
        let output = both.run(&format!("validate . --format {format}"));
        for severity in ["错误：", "警告："].into_iter().filter(|_| format == "junit") {
            assert!(output.stdout.contains(severity), "{output:?}");
        }
        for word in ["error: ", "warning: ", "note: ", "help: "] {
            assert!(!output.stdout.contains(word), "`{format}`: {output:?}");
        }
    }
}

/// Returns the lock in each folder without the times of requests.
fn lock(both: &Both) -> [Option<String>; 2] {
    let read = |cli: &Cli| {
        let text = std::fs::read_to_string(cli.path("instances.lock")).ok()?;
        let lines = text.lines().filter(|line| !line.contains("submittedAt:"));
        Some(lines.collect::<Vec<_>>().join("\n"))
    };
    [read(&both.english), read(&both.chinese)]
}

#[test]
fn prompt_accepts_the_chinese_word() {
    let cli = project(["a"]).env("INSTANCECTL_LANG", "zh").args(["apply", "--sandbox"]);
    let (code, shown) = cli.env("NO_COLOR", "1").run_at_terminal("是的。\n");
    assert_eq!(code, Some(0), "{shown}");
    assert!(shown.contains("创建 1 个：1 张卡，最多 1 卡时。继续？"), "{shown}");
    assert!(shown.contains("已创建 1 个"), "{shown}");
    let cli = project(["a"]).env("NO_COLOR", "1").args(["apply", "--sandbox"]);
    let (code, shown) = cli.run_at_terminal("Ｙ\n");
    assert_eq!(code, Some(0), "{shown}");
    assert!(shown.contains("1 created"), "{shown}");
}
