//! Credentials: missing ones are named, secrets stay secret.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::stage::{
    TOKEN, created, creating, creator, name_in, numbered, project, sent_to, wait_for_creates,
};
use crate::support::{Reply, Service};

/// Returns a token with this payload.
fn token(payload: &Value) -> String {
    format!("eyJ0.{}.c2ln", URL_SAFE_NO_PAD.encode(payload.to_string()))
}

/// Returns a token that names its region.
pub(crate) fn token_of_region(region: &str) -> String {
    token(&json!({"clusterId": region, "expireTime": "4102444800000"}))
}

#[test]
fn missing_credentials_are_named() {
    let service = creator();
    let help = "  help: export INSTANCECTL_ENDPOINT=https://HOST:PORT/ai and \
                INSTANCECTL_TOKEN=TOKEN (or INSTANCECTL_TOKEN_FILE=FILE), or log in with \
                INSTANCECTL_USER, INSTANCECTL_ACCESS_KEY and INSTANCECTL_SECRET_KEY; `--sandbox` \
                needs none\n";
    let both =
        "error: no credentials: `INSTANCECTL_ENDPOINT` and `INSTANCECTL_TOKEN` are not set\n";
    let token = "error: no credentials: `INSTANCECTL_TOKEN` is not set\n";
    let endpoint = "error: no credentials: `INSTANCECTL_ENDPOINT` is not set\n";
    let none = project(["a"]);
    let _ = none.apply().run().is(7, "", &format!("{both}{help}"));
    let without = none.clone().on(&service).env("INSTANCECTL_TOKEN", "");
    let _ = without.apply().run().is(7, "", &format!("{token}{help}"));
    let without = none.clone().on(&service).env("INSTANCECTL_ENDPOINT", "");
    let _ = without.apply().run().is(7, "", &format!("{endpoint}{help}"));
    assert_eq!(service.received().len(), 0);
    assert!(!none.path("instances.lock").exists());
}

#[test]
fn token_file_must_be_private() {
    let service = creator();
    let cli = project(["a"])
        .file("token", format!("{TOKEN}\n"))
        .env("INSTANCECTL_ENDPOINT", service.url())
        .env("INSTANCECTL_TOKEN_FILE", "token");
    let mode = |mode| fs::set_permissions(cli.path("token"), fs::Permissions::from_mode(mode));
    for shared in [0o644, 0o640, 0o602] {
        mode(shared).unwrap();
        let _ = cli.apply().run().is(
            7,
            "",
            &format!(
                "error: `token` holds a secret but its mode is {shared:04o}, expected 0600\n  \
                 help: run `chmod 600` on the file\n"
            ),
        );
    }
    assert_eq!(service.received().len(), 0);
    mode(0o600).unwrap();
    let _ = cli.apply().run().code(0);
    assert_eq!(service.received()[0].header("token"), Some(TOKEN));
    let _ =
        cli.env("INSTANCECTL_TOKEN", TOKEN).apply().run().code(7).stderr_has("expected only one");
}

#[test]
fn expired_token_is_not_sent() {
    let service = creator();
    let old = token(&json!({"expireTime": "1577836800000"}));
    let cli = project(["a"]).on(&service).env("INSTANCECTL_TOKEN", &old);
    let _ = cli.apply().run().nowhere(&old).is(
        7,
        "",
        "error: the token expired at 2020-01-01T00:00:00Z by this machine's clock\n  \
         help: fetch a new token, or set INSTANCECTL_USER, INSTANCECTL_ACCESS_KEY and INSTANCECTL_SECRET_KEY instead to log in on each run; if it is new, check this machine's clock\n",
    );
    // The service decides about a token that does not state its expiry.
    let odd = token(&json!({"expireTime": "soon"}));
    let _ = project(["a"]).on(&service).env("INSTANCECTL_TOKEN", odd).apply().run().code(0);
    assert_eq!(sent_to(&service), ["a"]);
}

#[test]
fn plain_http_is_allowed_only_to_localhost() {
    let cli = project(["a"]).env("INSTANCECTL_TOKEN", TOKEN);
    // A request would take its time to fail: these addresses lead nowhere.
    for address in
        ["http://192.0.2.1:65011/ai", "http://ai.example.invalid/ai", "http://[2001:db8::1]"]
    {
        let output = cli.clone().env("INSTANCECTL_ENDPOINT", address).apply().run().code(7);
        let _ = output.stdout("").stderr_has("is plain HTTP, expected `https:`").nowhere(TOKEN);
    }
    assert!(!cli.path("instances.lock").exists());
}

#[test]
fn invalid_endpoint_is_reported_without_its_password() {
    let cli = project(["a"]).env("INSTANCECTL_TOKEN", TOKEN);
    for address in
        ["ai.example.cn", "ftp://h/ai", "https://bob:hunter2@h/ai", "https://h/ai?x=hunter2"]
    {
        let output = cli.clone().env("INSTANCECTL_ENDPOINT", address).apply().run().code(7);
        let _ = output.stdout("").stderr_has("`INSTANCECTL_ENDPOINT`").nowhere("hunter2");
    }
}

#[test]
fn token_is_never_shown_even_if_the_service_echoes_it() {
    let echo = |status| Reply::raw(format!("<p>{TOKEN}</p>")).status(status);
    let replies: Vec<Reply> = vec![
        Reply::code("10004", &format!("bad token {TOKEN}")),
        Reply::code(TOKEN, TOKEN),
        Reply::json(&json!({"code": "0", "msg": TOKEN, "data": [TOKEN]})),
        echo(400),
        echo(502),
        echo(302).header("location", &format!("https://elsewhere.example/{TOKEN}")),
        Reply::raw(format!("{{\"code\": \"0\", \"data\": \"{TOKEN}")),
        Reply::code("10008", &format!("token {TOKEN} has no permission")),
    ];
    let names = numbered(replies.len());
    let service = Service::creates(replies);
    let cli = project(&names).on(&service);
    let apply = cli.apply().args(["-v", "--parallel", "1", "--max-unknown", "100"]);
    let output = apply.run().code(4).nowhere(TOKEN).nowhere("sealed-secret");
    assert!(output.stdout.contains("[token]"), "{output:?}");
    assert_eq!(sent_to(&service), names);
    assert!(!cli.read("instances.lock").contains("sealed-secret"));
    let _ = cli.apply().args(["-v", "--format", "json"]).run().nowhere("sealed-secret");
    let _ = cli.clone().args(["plan", "-v", "-f", "instances.yaml"]).run().nowhere("sealed-secret");
}

#[test]
fn token_is_not_in_the_journal() {
    let service = creating(|request| match name_in(request).as_str() {
        "a" => created(request),
        "b" => Reply::raw(format!("<p>{TOKEN}</p>")).status(502),
        _ => Reply::hang(),
    });
    let cli = project(["a", "b", "c"]).on(&service);
    let running = cli.apply().start();
    let _ = running.stdout_until("b: unknown");
    wait_for_creates(&service, 3);
    let _ = running.kill();
    let journal = fs::read(cli.path("instances.lock.journal")).unwrap();
    let journal = String::from_utf8_lossy(&journal);
    assert!(journal.contains("id-a") && journal.contains("[token]"), "{journal}");
    assert!(!journal.contains("sealed-secret"), "{journal}");
    let mode = fs::metadata(cli.path("instances.lock.journal")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn control_characters_from_the_service_are_not_printed() {
    let service = Service::creates([Reply::code("10004", "\u{1b}[2Jgone \u{202e}evil\r\nnext")]);
    let output = project(["a"]).on(&service).apply().run().code(3).nowhere("\u{1b}");
    let _ = output.nowhere("\u{202e}").stdout_has("\\u{1b}[2Jgone \\u{202e}evil\\r\\nnext");
}
