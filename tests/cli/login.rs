//! Login with an access key: the request, the selected region's token and address, token expiry
//! during a run, and no secret in any output.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::stage::{
    TOKEN, created, creator, id_of, is_create, manifest, name_in, numbered, project,
};
use crate::support::{Cli, Received, Reply, Running, Service};

const USER: &str = "alice";
const ACCESS_KEY: &str = "sealed-access-key-of-the-test";
const SECRET_KEY: &str = "sealed-secret-key-of-the-test";

/// Expiry time far in the future, in epoch milliseconds.
const FAR: &str = "4102444800000";

/// Returns the token that login number `login` issues for a region.
fn token(region: &str, login: usize) -> String {
    let claims = json!({"clusterId": region, "user": USER, "expireTime": FAR, "login": login});
    format!("eyJ0.{}.sealed-signature", URL_SAFE_NO_PAD.encode(claims.to_string()))
}

/// A platform with a login.
struct Account {
    service: Service,
    logins: Arc<AtomicUsize>,
}

impl Account {
    /// Starts a platform on which regions 11250 and 20057 work, 20091 has no enabled address, and
    /// the account is disabled in 20099. All other calls are answered by `instances`, which
    /// receives number of logins so far.
    fn serving(instances: impl Fn(&Received, usize) -> Reply + Send + Sync + 'static) -> Self {
        let logins = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&logins);
        let service = Service::each(move |request| match request.path.as_str() {
            "/api/user/v3/tokens" => tokens(counted.fetch_add(1, Ordering::SeqCst)),
            "/ac/openapi/v2/center" => center(request),
            _ => instances(request, counted.load(Ordering::SeqCst)),
        });
        Self { service, logins }
    }

    /// Starts the same platform, with every create carried out.
    fn creating() -> Self {
        Self::serving(
            |request, _| if is_create(request) { created(request) } else { Reply::html(404) },
        )
    }

    fn logins(&self) -> usize {
        self.logins.load(Ordering::SeqCst)
    }

    /// Returns the name and token of each create call received.
    fn creates(&self) -> Vec<(String, String)> {
        let creates = self.service.received().into_iter().filter(is_create);
        creates.map(|r| (name_in(&r), r.header("token").unwrap().to_owned())).collect()
    }
}

fn tokens(login: usize) -> Reply {
    let item = |region: &str, name: &str, token: Option<String>| json!({"clusterId": region, "clusterName": name, "token": token});
    Reply::success(json!([
        item("0", "ac", Some(token("0", login))),
        item("11250", "昆山", Some(token("11250", login))),
        item("20057", "山东二区", Some(token("20057", login))),
        item("20091", "East", Some(token("20091", login))),
        item("20099", "停用", None),
    ]))
}

fn center(request: &Received) -> Reply {
    let host = request.header("host").unwrap();
    let asked = request.header("token").unwrap();
    let url = |enable: &str, path: &str| json!({"enable": enable, "version": "2.4.3", "url": format!("http://{host}{path}")});
    let urls = match ["11250", "20057", "20091"].iter().find(|region| region_of(asked) == **region)
    {
        Some(&"20091") => json!([url("false", "/ai")]),
        // Some platforms list a disabled address before it.
        Some(&"11250") => {
            json!([url("false", "/old/ai"), url("true", "/ai"), url("true", "/b/ai")])
        }
        Some(region) => json!([url("true", &format!("/{region}/ai/"))]),
        None => return Reply::code("10001", "系统内部错误"),
    };
    Reply::success(json!({"aiUrls": urls, "clusterUserInfo": {"homePath": "/public/home/a"}}))
}

/// Returns the region that a token names.
fn region_of(token: &str) -> String {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    claims["clusterId"].as_str().unwrap().to_owned()
}

fn hex_of(byte: u8) -> String {
    format!("{byte:02x}")
}

/// Percent-encodes every byte of the text, as in a URL.
fn percent(text: &str) -> String {
    text.bytes()
        .map(|byte| format!("%{}", hex_of(byte).to_uppercase()))
        .collect::<Vec<_>>()
        .concat()
}

/// Returns the refusal of an expired token.
fn expired() -> Reply {
    Reply::code("10008", "权限不足").status(401)
}

fn with_account(cli: &Cli, account: &Account) -> Cli {
    at(cli, &account.service.url())
}

fn at(cli: &Cli, address: &str) -> Cli {
    cli.clone()
        .env("INSTANCECTL_USER", USER)
        .env("INSTANCECTL_ACCESS_KEY", ACCESS_KEY)
        .env("INSTANCECTL_SECRET_KEY", SECRET_KEY)
        .env("INSTANCECTL_LOGIN_URL", address)
        .env("INSTANCECTL_PLATFORM_URL", address)
}

/// Creates a project whose only document is for this region.
fn project_in(region: &str, names: &[&str]) -> Cli {
    Cli::new().file("instances.yaml", format!("region: \"{region}\"\n{}", manifest(names)))
}

fn auth_check(cli: &Cli) -> Cli {
    cli.clone().args(["auth", "check"])
}

#[test]
fn signed_login_yields_token_and_endpoint_of_the_region() {
    let account = Account::creating();
    let cli = with_account(&project_in("11250", &["a", "b"]), &account);
    let _ = cli.apply().run().code(0).stdout_has("2 created\n");
    let received = account.service.received();
    let login = &received[0];
    assert_eq!((login.method.as_str(), login.path.as_str()), ("POST", "/api/user/v3/tokens"));
    assert_eq!((login.header("user"), login.header("accesskey")), (Some(USER), Some(ACCESS_KEY)));
    assert!(login.body.is_empty() && login.header("token").is_none(), "{login:?}");
    let timestamp = login.header("timestamp").unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    assert!(now.abs_diff(timestamp.parse().unwrap()) < 300, "{timestamp}");
    let text =
        format!(r#"{{"accessKey":"{ACCESS_KEY}","timestamp":"{timestamp}","user":"{USER}"}}"#);
    let mac = Hmac::<Sha256>::new_from_slice(SECRET_KEY.as_bytes()).unwrap().chain_update(text);
    let hex: String =
        mac.finalize().into_bytes().iter().map(|byte| hex_of(*byte)).collect::<Vec<_>>().concat();
    assert_eq!(login.header("signature"), Some(hex.as_str()));
    let (center, own) = (&received[1], token("11250", 0));
    assert_eq!((center.method.as_str(), center.path.as_str()), ("GET", "/ac/openapi/v2/center"));
    assert!(received[1..].iter().all(|request| request.header("token") == Some(&own)));
    assert_eq!(account.creates().len(), 2);
    let entry = &cli.lock("instances.lock")["instances"]["a"];
    assert_eq!(entry["region"], "11250");
    assert_eq!(entry["endpoint"], account.service.url());
    // No login if there is nothing to do.
    let _ = cli.apply().run().code(0).nothing_to_create(2);
    assert_eq!(account.service.received().len(), received.len());
}

#[test]
fn each_document_is_sent_to_its_own_region() {
    let account = Account::serving(|request, _| {
        let served = ["/ai/", "/20057/ai/"].iter().any(|path| request.path.starts_with(path));
        let create = request.method == "POST" && served;
        if create { created(request) } else { Reply::html(404) }
    });
    let second = manifest(["b", "c"]);
    let third = manifest(["d"]);
    let text =
        format!("{}---\nregion: 20057\n{second}---\nregion: '11250'\n{third}", manifest(["a"]));
    let cli = with_account(&Cli::new().file("instances.yaml", text), &account);
    let cli = cli.env("INSTANCECTL_REGION", "11250");
    let _ = cli.apply().run().code(0).stdout_has("4 created\n");
    let received = account.service.received();
    let posts = received.iter().filter(|r| r.method == "POST" && r.path.contains("/ai/"));
    let sent: BTreeMap<String, (String, String)> = posts
        .map(|r| (name_in(r), (region_of(r.header("token").unwrap()), r.path.clone())))
        .collect();
    let path = "/ai/openapi/v2/instance-service/task";
    for (name, region, path) in [
        ("a", "11250", path.to_owned()),
        ("b", "20057", format!("/20057{path}")),
        ("c", "20057", format!("/20057{path}")),
        ("d", "11250", path.to_owned()),
    ] {
        assert_eq!(sent[name], (region.to_owned(), path), "{name}");
        assert_eq!(cli.lock("instances.lock")["instances"][name]["region"], region);
    }
    assert_eq!(account.logins(), 1);
    assert_eq!(received.iter().filter(|r| r.path == "/ac/openapi/v2/center").count(), 2);
    // The platform's own token is never sent here.
    assert!(!received.iter().any(|r| r.header("token") == Some(&token("0", 0))));
    let _ = cli.apply().run().code(0).nothing_to_create(4);
}

#[test]
fn unusable_region_is_named_with_the_reason() {
    let account = Account::creating();
    let all = "`11250` (昆山), `20057` (山东二区), `20091` (East), `20099` (停用) disabled";
    for (region, code, words) in [
        ("777", 7, format!("the account has no region `777`; it has {all}")),
        ("20099", 7, "the account is disabled in region `20099` (停用)".to_owned()),
        ("20091", 10, "region `20091` (East) has no AI service".to_owned()),
        ("0", 7, "the account has no region `0`".to_owned()),
    ] {
        let cli = with_account(&project_in(region, &["a"]), &account);
        let _ = cli.apply().run().code(code).stdout("").stderr_has(&words);
        assert!(!cli.path("instances.lock").exists());
    }
    let cli = with_account(&project(["a"]), &account);
    let _ =
        cli.apply().run().code(7).stderr_has(&format!("no region is set; the account has {all}"));
    assert_eq!(account.creates(), []);
}

#[test]
fn read_commands_report_why_the_region_is_unreachable() {
    let account = Account::creating();
    let cli = with_account(&project_in("11250", &["a"]), &account);
    let _ = cli.apply().run().code(0);
    let before = cli.read("instances.lock");
    let moved = before.replace("region: \"11250\"", "region: \"20091\"");
    let cli = cli.file("instances.lock", moved);
    for command in [&["status"][..], &["wait"], &["stop", "--yes"], &["url", "a"]] {
        let run = cli.clone().args(command.to_vec()).args(["-f", "instances.yaml"]).run();
        let output = run.code(10).stdout("");
        let _ = output.stderr_has("error: region `20091` (East) has no AI service");
    }
}

#[test]
fn refused_or_missing_login_ends_the_run() {
    for (reply, code, words) in [
        (Reply::code("10009", "验证失败"), 7, "login of `alice` refused: 验证失败"),
        (Reply::code("10007", "frozen").status(403), 7, "refused: frozen"),
        (Reply::code("9999", "no such user"), 7, "refused: no such user"),
        (Reply::code("10001", "内部错误"), 10, "cannot log in at http://127.0.0.1:"),
        (Reply::html(404), 10, "cannot log in at"),
        (Reply::success("x"), 10, "is not a list of tokens"),
        (Reply::success(json!([])), 7, "the account has no region `11250`; it has none"),
        (Reply::html(307).header("location", "http://127.0.0.1:9/"), 10, "never followed"),
    ] {
        let service = Service::start([reply]);
        let cli = at(&project_in("11250", &["a"]), &service.url());
        let _ = cli.apply().run().code(code).stdout("").stderr_has(words).nowhere("sealed");
        assert!(service.received().iter().all(|r| r.path == "/api/user/v3/tokens"));
    }
}

#[test]
fn token_expiring_mid_run_is_renewed_once_for_all_requests() {
    let account = Account::serving(move |request, logins| {
        if !is_create(request) {
            return Reply::html(404);
        }
        let old = request.header("token") == Some(&token("11250", 0));
        match (old, name_in(request).as_str()) {
            // The first is sent by itself; then the token expires for all requests in flight at
            // once.
            (true, "n000" | "n001") => created(request),
            (true, _) => expired().late(Duration::from_millis(50)),
            (false, _) if logins == 2 => created(request),
            (false, _) => Reply::html(500),
        }
    });
    let names = numbered(30);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let cli = with_account(&project_in("11250", &names), &account);
    let apply = cli.apply().args(["--parallel", "8", "-v"]);
    let output = apply.run().code(0).stdout_has("30 created\n").nowhere("sealed");
    assert_eq!(account.logins(), 2, "{output:?}");
    let (old, new) = (token("11250", 0), token("11250", 1));
    let creates = account.creates();
    for name in &names {
        let sent = creates.iter().filter(|(sent, _)| sent == name).map(|(_, token)| token);
        let sent: Vec<&String> = sent.collect();
        // Each refused request is sent once more, under the same intent; nothing else is resent.
        let fits = match *name {
            "n000" | "n001" => sent == [&old],
            _ => sent == [&old, &new] || sent == [&new],
        };
        assert!(fits, "{name}: {sent:?}");
    }
    assert!(creates.len() > names.len(), "none was in flight when the token expired");
    let lock = cli.lock("instances.lock");
    assert!(names.iter().all(|name| lock["instances"][name]["taskId"] == id_of(name).as_str()));
}

#[test]
fn token_refused_again_ends_the_run() {
    let account = Account::serving(|request, _| match is_create(request) {
        true if name_in(request) == "n000" => created(request),
        true => expired(),
        false => Reply::html(404),
    });
    let names = numbered(20);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let cli = with_account(&project_in("11250", &names), &account);
    let output = cli.apply().args(["--parallel", "2"]).run().code(7).nowhere("sealed");
    let _ = output
        .stdout_has("1 created")
        .stderr_has("no permission: 权限不足")
        .stderr_has("auth check");
    assert_eq!(account.logins(), 2);
    // Two were in flight, and each was resent once.
    assert!(account.creates().len() <= 1 + 2 * 2 + 1, "{:?}", account.creates());
    assert_eq!(cli.entries().len(), 1);
}

#[test]
fn failed_relogin_is_reported_with_the_original_refusal() {
    let logins = AtomicUsize::new(0);
    let service = Service::each(move |request| match request.path.as_str() {
        "/api/user/v3/tokens" if logins.fetch_add(1, Ordering::SeqCst) == 0 => tokens(0),
        "/api/user/v3/tokens" => Reply::code("10009", "验证失败"),
        "/ac/openapi/v2/center" => center(request),
        _ if is_create(request) => expired(),
        _ => Reply::html(404),
    });
    let cli = at(&project_in("11250", &["a"]), &service.url());
    let output = cli.apply().run().code(7).nowhere("sealed");
    let _ = output.stdout_has("a: refused: 权限不足; then login of `alice` refused: 验证失败");
}

#[test]
fn refused_list_is_retried_after_a_relogin() {
    let account = Account::serving(|request, logins| {
        if logins < 2 {
            return expired();
        }
        if is_create(request) { created(request) } else { Reply::success(json!([])) }
    });
    let cli = with_account(&project_in("11250", &["a"]), &account);
    let _ = cli.apply().args(["--settle", "1ms"]).run().code(0).stdout_has("1 created\n");
    assert_eq!(account.logins(), 2);
    assert_eq!(account.creates(), [("a".to_owned(), token("11250", 1))]);
}

#[test]
fn refused_endpoint_lookup_is_retried_after_a_relogin() {
    let logins = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&logins);
    let service = Service::each(move |request| match request.path.as_str() {
        "/api/user/v3/tokens" => tokens(counted.fetch_add(1, Ordering::SeqCst)),
        "/ac/openapi/v2/center" if counted.load(Ordering::SeqCst) < 2 => expired(),
        "/ac/openapi/v2/center" => center(request),
        _ if is_create(request) => created(request),
        _ => Reply::html(404),
    });
    let cli = at(&project_in("11250", &["a"]), &service.url());
    let _ = cli.apply().run().code(0).stdout_has("1 created\n");
    assert_eq!(logins.load(Ordering::SeqCst), 2);
    let refusing = Service::each(|request| match request.path.as_str() {
        "/api/user/v3/tokens" => tokens(0),
        _ => expired(),
    });
    let cli = at(&project_in("11250", &["a"]), &refusing.url());
    let words = "cannot fetch the address of region `11250` (昆山) at http://127.0.0.1:";
    let _ = cli.apply().run().code(7).stdout("").stderr_has(words).nowhere("sealed");
}

#[test]
fn echoed_secrets_are_redacted_in_every_encoding() {
    let login = |request: &Received| {
        let signature = request.header("signature").unwrap().to_owned();
        Reply::code("10009", &format!("{ACCESS_KEY} {signature} {SECRET_KEY}"))
    };
    let service = Service::each(login);
    let cli = at(&project_in("11250", &["a"]), &service.url());
    let output = cli.apply().args(["-v"]).run().code(7).nowhere("sealed");
    let signature = service.received()[0].header("signature").unwrap().to_owned();
    let _ = output.nowhere(&signature).stderr_has("[access key] [signature] [secret key]");

    let spell = |token: &str| {
        let percent = percent(token);
        [
            token.to_owned(),
            percent,
            STANDARD.encode(format!("token: {token}!")),
            SECRET_KEY.to_owned(),
        ]
    };
    let account = Account::serving(move |request, _| {
        if !is_create(request) {
            return Reply::html(404);
        }
        let spelled = spell(request.header("token").unwrap());
        let which = name_in(request)[1..].parse::<usize>().unwrap();
        Reply::code("10004", &spelled[which])
    });
    let names = ["n0", "n1", "n2", "n3"];
    let cli = with_account(&project_in("11250", &names), &account);
    let output = cli.apply().args(["-v", "--parallel", "1"]).run().code(3).nowhere("sealed");
    let own = token("11250", 0);
    let _ = output
        .nowhere(&own)
        .nowhere(&percent(&own))
        .nowhere(&STANDARD.encode(format!("token: {own}!"))[8..24])
        .stdout_has("n0: refused: [token]")
        .stdout_has("n1: refused: [token]")
        .stdout_has("[token]");
    let _ = auth_check(&cli).run().nowhere("sealed").nowhere(&own);
    let _ = auth_check(&cli).args(["--format", "json", "-v"]).run().nowhere("sealed").nowhere(&own);
}

#[test]
fn no_secret_is_in_the_journal() {
    let account = Account::serving(|request, _| match is_create(request) {
        true if name_in(request) == "a" => created(request),
        true if name_in(request) == "b" => {
            Reply::raw(format!("<p>{ACCESS_KEY} {}</p>", request.header("token").unwrap()))
                .status(502)
        }
        true => Reply::hang(),
        false => Reply::html(404),
    });
    let cli = with_account(&project_in("11250", &["a", "b", "c"]), &account);
    let running = cli.apply().start();
    let _ = running.stdout_until("b: unknown");
    account.service.wait_for_such(3, is_create);
    let _ = running.kill();
    let journal = fs::read(cli.path("instances.lock.journal")).unwrap();
    let journal = String::from_utf8_lossy(&journal);
    assert!(journal.contains("[token]") && journal.contains("id-a"), "{journal}");
    assert!(!journal.contains("sealed") && !journal.contains(&token("11250", 0)), "{journal}");
}

#[test]
fn entry_stays_in_its_region_if_the_endpoint_moves() {
    let account = Account::serving(|request, _| match request.method.as_str() {
        "POST" => created(request),
        "DELETE" => Reply::success(Value::Null),
        _ if request.path.ends_with("/detail") => Reply::code("10004", "no such instance"),
        _ => Reply::html(404),
    });
    let cli = with_account(&project_in("11250", &["a"]), &account);
    let _ = cli.apply().run().code(0);
    let lock = cli.read("instances.lock");
    let moved = lock.replace(&account.service.url(), "https://moved.example.cn:65011");
    assert_ne!(lock, moved);
    let cli = cli.file("instances.lock", moved);
    let _ = cli.apply().run().code(0).nothing_to_create(1);
    // If only the address is recorded, the entry belongs to another endpoint.
    let bare = cli.read("instances.lock").replace("    region: \"11250\"\n", "");
    let other = cli.clone().file("other.lock", bare);
    let plan = other.args(["destroy", "--yes", "-f", "instances.yaml", "--lock", "other.lock"]);
    let _ = plan.run().code(6).stdout_has("recorded for endpoint `https://moved.example.cn:65011`");
    let _ = cli.clone().args(["destroy", "--yes", "-f", "instances.yaml"]).run().code(0);
    let deletes = account.service.received().into_iter().filter(|r| r.method == "DELETE");
    let deletes: Vec<_> = deletes.map(|r| (r.path, r.headers)).collect();
    assert_eq!(deletes.len(), 1);
    assert!(deletes[0].0.ends_with("ids=id-a") && cli.entries().is_empty(), "{deletes:?}");
}

#[test]
fn endpoint_and_token_take_precedence_over_login() {
    let account = Account::creating();
    let platform = creator();
    let cli = with_account(&project(["a"]), &account).on(&platform);
    let _ = cli.apply().run().code(0).stdout_has("1 created\n");
    assert_eq!(account.service.received().len(), 0);
    let checked = auth_check(&cli).run().code(10).stdout_has("an address and a token");
    let _ = checked.stdout_has("note: the login variables are not used").nowhere(TOKEN);
    // Half of one pair of variables, together with a login, is an error instead of a guess.
    let half = cli.env("INSTANCECTL_TOKEN", "");
    let words = "`INSTANCECTL_ENDPOINT` is set without `INSTANCECTL_TOKEN`";
    let _ = half.apply().run().code(7).stderr_has(words);
    assert_eq!(account.service.received().len(), 0);
}

#[test]
fn secrets_are_sent_only_over_https() {
    let cli = at(&project_in("11250", &["a"]), "http://login.example.invalid");
    let _ = cli.apply().run().code(7).stderr_has("`INSTANCECTL_LOGIN_URL`) is plain HTTP");
    // An address from the platform is subject to the same rule.
    let service = Service::each(|request| match request.path.as_str() {
        "/api/user/v3/tokens" => tokens(0),
        _ => Reply::success(
            json!({"aiUrls": [{"enable": "true", "url": "http://ai.example.invalid/ai"}]}),
        ),
    });
    let cli = at(&project_in("11250", &["a"]), &service.url());
    let _ = cli.apply().run().code(7).stderr_has("(`aiUrls`) is plain HTTP");
}

#[test]
fn mismatch_of_token_and_endpoint_is_reported() {
    // A gateway without the AI service.
    let gateway = Service::start([Reply::html(404)]);
    let cli = project(["a"]).on(&gateway).env("INSTANCECTL_REGION", "20091");
    let words = format!("no AI service at {}/ai (region 20091), check", gateway.url());
    let _ = cli.apply().run().code(3).stdout_has(&words).stdout_has("`INSTANCECTL_ENDPOINT`");
    let _ =
        auth_check(&cli).run().code(10).stdout_has("no AI service").stdout_has("(region 20091)");
    // A platform's answer to a token of another platform.
    let other = Service::start([Reply::code("10001", "系统内部错误")]);
    let cli = project(["a"]).on(&other);
    let _ = cli
        .apply()
        .run()
        .code(10)
        .stderr_has("belong to different regions: run `instancectl auth check`");
    let _ = auth_check(&cli)
        .run()
        .code(10)
        .stdout_has("token and address may belong to different regions");
    let refusing = Service::start([expired()]);
    let cli = project(["a"]).on(&refusing);
    let _ = cli.apply().run().code(7).stderr_has("see `instancectl auth check`");
    let _ = auth_check(&cli).run().code(7).stdout_has("the token is refused at");
    // Claims in the token make the request unnecessary.
    let quiet = creator();
    let own = project(["a"]).on(&quiet).env("INSTANCECTL_TOKEN", token("0", 0));
    let _ = own.apply().run().code(7).stderr_has("belongs to the platform itself (`clusterId` 0)");
    let other = project(["a"]).on(&quiet).env("INSTANCECTL_TOKEN", token("11250", 0));
    let wanted = other.clone().env("INSTANCECTL_REGION", "20057");
    let words = "the token is for region `11250`, but `INSTANCECTL_REGION` is `20057`";
    let _ = wanted.apply().run().code(6).stderr_has(words);
    let words = "its document is for region `20057`, but the token is for `11250`";
    let document = other.file("instances.yaml", format!("region: 20057\n{}", manifest(["a"])));
    let _ = document.apply().run().code(6).stderr_has(words);
    assert_eq!(quiet.received().len(), 0);
}

#[test]
fn auth_check_reports_settings_clock_and_regions() {
    let account = Account::serving(|request, _| {
        if request.path.contains("/list") { Reply::success(json!([])) } else { Reply::html(404) }
    });
    let cli = with_account(&Cli::new(), &account).env("INSTANCECTL_REGION", "20057");
    let url = account.service.url();
    let expected = format!(
        "\
variables  INSTANCECTL_USER, INSTANCECTL_ACCESS_KEY, INSTANCECTL_SECRET_KEY, INSTANCECTL_REGION, \
INSTANCECTL_LOGIN_URL, INSTANCECTL_PLATFORM_URL
with       a login with an access key at {url}
user       alice
clock      unknown (not returned by the platform)
REGION  NAME      STATE          UNTIL                 ADDRESS
11250   昆山      usable         2100-01-01T00:00:00Z  {url}/ai
20057   山东二区  usable         2100-01-01T00:00:00Z  {url}/20057/ai
20091   East      no AI service  2100-01-01T00:00:00Z  -
20099   停用      disabled       -                     -
",
    );
    let _ = auth_check(&cli).run().is(0, &expected, "");
    let output = auth_check(&cli).args(["--format", "json"]).run().code(0).stderr("");
    let found: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!((&found["version"], &found["user"]), (&json!(1), &json!("alice")));
    assert_eq!(found["regions"][1]["region"], "20057");
    assert_eq!(found["regions"][1]["usable"], true);
    assert_eq!(found["regions"][3]["state"], "disabled");
    let exit = json!({"code": 0, "classes": [], "message": null, "help": null});
    assert_eq!(found["exit"], exit);
    // Only the region that would be used counts.
    let _ = auth_check(&cli.clone().env("INSTANCECTL_REGION", "20099")).run().code(7);
    let _ = auth_check(&cli.clone().env("INSTANCECTL_REGION", "20091")).run().code(10);
    let _ = auth_check(&cli.clone().env("INSTANCECTL_REGION", "777")).run().code(7);
    let _ = auth_check(&cli.env("INSTANCECTL_REGION", "")).run().code(0);
}

#[test]
fn auth_check_reports_missing_or_invalid_settings() {
    let none = "variables  none\nwrong: no credentials: `INSTANCECTL_ENDPOINT` and";
    let _ = auth_check(&Cli::new()).run().code(7).stderr("").stdout_has(none);
    let half =
        Cli::new().env("INSTANCECTL_USER", "alice").env("INSTANCECTL_SECRET_KEY", SECRET_KEY);
    let output = auth_check(&half).run().code(7).nowhere("sealed");
    let _ = output
        .stdout_has("variables  INSTANCECTL_USER, INSTANCECTL_SECRET_KEY\n")
        .stdout_has("`INSTANCECTL_ACCESS_KEY` is not set");
    let shared = Cli::new()
        .file("token", TOKEN)
        .env("INSTANCECTL_ENDPOINT", "https://ai.example.invalid/ai")
        .env("INSTANCECTL_TOKEN_FILE", "token");
    let output = auth_check(&shared).run().code(7).nowhere(TOKEN);
    let _ = output.stdout_has("holds a secret but its mode is");
    let _ = auth_check(&Cli::new()).args(["--sandbox"]).run().code(0).stdout_has("usable");
}

#[test]
fn clock_skew_is_reported() {
    let date = |offset: i64| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let there = UNIX_EPOCH + Duration::from_secs(now.checked_add_signed(offset).unwrap());
        httpdate::fmt_http_date(there)
    };
    for (offset, words) in [(3600, "behind"), (-7200, "ahead of")] {
        let refusing = Reply::code("10009", "verification failed").header("date", &date(offset));
        let service = Service::start([refusing]);
        let cli = at(&project_in("11250", &["a"]), &service.url());
        let hint = format!("{words} the platform's");
        let _ = cli.apply().run().code(7).stderr_has("this machine's clock is").stderr_has(&hint);
        let output = auth_check(&cli).run().code(7);
        let _ = output.stdout_has(&hint).stdout_has("note: this machine's clock is");
    }
    let near = Service::start([Reply::code("10009", "no").header("date", &date(5))]);
    let cli = at(&project_in("11250", &["a"]), &near.url());
    let _ = cli.apply().run().code(7).nowhere("clock");
}

/// Starts a sandbox and returns its address.
fn sandbox(args: &[&str]) -> (Running, String) {
    let running = Cli::new().args(["sandbox"]).args(args.to_vec()).start();
    let _ = running.stderr_until("serving until interrupted\n");
    let printed = running.stdout_until("INSTANCECTL_TOKEN=");
    let address = printed.split(['=', '\n']).nth(1).unwrap().trim_end_matches("/ai").to_owned();
    (running, address)
}

/// Adds the account that the help of `sandbox` shows.
fn as_demo(cli: &Cli, address: &str) -> Cli {
    let help = Cli::new().args(["sandbox", "--help"]).run().code(0).stdout;
    let shown_value = |name: &str| {
        let line = help.lines().find_map(|line| line.trim().strip_prefix(name)).unwrap();
        line.trim_start_matches('=').to_owned()
    };
    ["INSTANCECTL_USER", "INSTANCECTL_ACCESS_KEY", "INSTANCECTL_SECRET_KEY", "INSTANCECTL_REGION"]
        .iter()
        .fold(cli.clone().env("INSTANCECTL_LOGIN_URL", address), |cli, name| {
            cli.env(name, shown_value(name))
        })
}

#[test]
fn sandbox_has_an_account_with_regions() {
    let (_running, address) = sandbox(&[]);
    let text = format!("{}---\nregion: 20057\n{}", manifest(["a"]), manifest(["b"]));
    let cli = as_demo(&Cli::new().file("instances.yaml", text), &address);
    let output = auth_check(&cli).run().code(0);
    let _ = output.stdout_has("没有 AI 服务  no AI service").stdout_has("停用          disabled");
    let _ = cli.apply().run().code(0).stdout_has("2 created\n");
    let lock = cli.lock("instances.lock");
    assert_eq!(lock["instances"]["a"]["region"], "11250");
    assert_eq!(lock["instances"]["b"]["region"], "20057");
    // Each region has separate instances: lost ones are found in their region.
    fs::remove_file(cli.path("instances.lock")).unwrap();
    let _ = cli.apply().args(["--adopt"]).run().code(0);
    let again = cli.lock("instances.lock");
    for name in ["a", "b"] {
        assert_eq!(again["instances"][name]["taskId"], lock["instances"][name]["taskId"], "{name}");
    }
    let _ = cli.clone().args(["destroy", "--yes", "-f", "instances.yaml"]).run().code(0);
    assert!(cli.entries().is_empty());
    for (name, value) in [
        ("INSTANCECTL_SECRET_KEY", "demo-secret-kez"),
        ("INSTANCECTL_ACCESS_KEY", "other"),
        ("INSTANCECTL_USER", "other"),
    ] {
        let words = "refused: verification failed";
        let _ = auth_check(&cli.clone().env(name, value)).run().code(7).stdout_has(words);
    }
}

#[test]
fn token_expired_by_the_sandbox_is_renewed() {
    let (_running, address) = sandbox(&["--fault", "expire@1"]);
    let cli = as_demo(&project(["a", "b"]), &address);
    let _ = cli.apply().run().code(0).stdout_has("2 created\n");
    let (_running, address) = sandbox(&["--fault", "expire"]);
    let cli = as_demo(&project(["a"]), &address);
    let _ = cli.apply().run().code(7).stderr_has("nothing was sent");
}

#[test]
fn single_entry_commands_log_in_to_their_region() {
    let (_running, address) = sandbox(&["--fault", "drop-before@1"]);
    let manifest = format!("region: 20057\n{}", manifest(["a"]));
    let cli = as_demo(&Cli::new().file("instances.yaml", manifest), &address);
    let run = |args: &[&str]| cli.clone().args(args.to_vec()).args(["-f", "instances.yaml"]).run();
    let _ = cli.apply().args(["--settle", "1ms"]).run().code(4).stdout_has("a: unknown");
    let _ = run(&["resolve", "a", "--absent"]).is(0, "a: removed from the lock\n", "");
    let _ = cli.apply().run().code(0).stdout_has("1 created\n");
    let lock = cli.lock("instances.lock");
    let id = lock["instances"]["a"]["taskId"].as_str().unwrap();
    let _ = run(&["plan", "--refresh", "--detailed-exitcode"])
        .code(0)
        .stdout_has("  = 1 unchanged\nnothing to create: 1 live\n");
    fs::remove_file(cli.path("instances.lock")).unwrap();
    let _ = run(&["adopt", "a", id]).is(0, "a: added to the lock\n", "");
    assert_eq!(cli.lock("instances.lock")["instances"]["a"]["region"], "20057");
    fs::copy(cli.path("instances.lock"), cli.path("other.lock")).unwrap();
    let _ = run(&["destroy", "--yes", "--lock", "other.lock"]).code(0).stdout_has("a: deleted");
    let _ = run(&["plan", "--refresh"]).code(0).stdout_has("  ! a: gone ");
    let _ = cli.apply().args(["--replace", "a"]).run().code(0).stdout_has("1 replaced\n");
    let orphan = cli.clone().file("instances.yaml", "instances: []\n");
    let _ = orphan.apply().args(["--prune"]).run().code(0).stdout_has("a: deleted");
}

#[test]
fn offline_and_unconfirmed_commands_send_nothing() {
    let account = Account::creating();
    let cli = with_account(&project_in("11250", &["a"]), &account);
    let _ = cli.apply().args(["--dry-run"]).run().code(0);
    let _ = cli.clone().args(["plan", "-f", "instances.yaml"]).run().code(0);
    let _ = cli.clone().args(["validate", "instances.yaml"]).run().code(0);
    let unconfirmed = cli.clone().args(["apply", "-f", "instances.yaml"]);
    let _ = unconfirmed.run().code(6).stderr_has("not confirmed");
    assert_eq!(account.service.received().len(), 0);
}
