//! Credentials from the environment: the accepted ones, the rejected ones, and the messages.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use instancectl::api::CredentialsError;
use instancectl::api::auth::credentials::{Credentials, TokenCredentials};
use instancectl::language::Language;
use tempfile::TempDir;

const ENDPOINT: (&str, &str) = ("INSTANCECTL_ENDPOINT", "https://ai.example.cn:65011/ai");

/// Reads the credentials from these variables.
fn read(variables: &[(&str, &str)]) -> Result<TokenCredentials, CredentialsError> {
    let env = |name: &str| {
        let found = variables.iter().find(|(key, _)| *key == name);
        found.map(|(_, value)| OsString::from(value))
    };
    match Credentials::from_environment(&env, false)? {
        Credentials::Token(access) => Ok(access),
        Credentials::Account(account) => panic!("expected a token, found {account:?}"),
    }
}

fn message(variables: &[(&str, &str)]) -> String {
    let error = read(variables).unwrap_err();
    let shown = Language::English.credentials_error(&error);
    assert!(!shown.help.unwrap().is_empty());
    shown.text
}

fn with_token(token: &str) -> Result<TokenCredentials, CredentialsError> {
    read(&[ENDPOINT, ("INSTANCECTL_TOKEN", token)])
}

fn at(address: &str) -> Result<TokenCredentials, CredentialsError> {
    read(&[("INSTANCECTL_ENDPOINT", address), ("INSTANCECTL_TOKEN", "t-1")])
}

/// Returns a token whose payload (base64url of the JSON) is `payload`.
fn jwt(payload: &str) -> String {
    use base64::Engine;
    let payload = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(payload);
    format!("eyJhbGciOiJIUzI1NiJ9.{payload}.c2ln")
}

#[test]
fn missing_credentials_are_named() {
    let token = ("INSTANCECTL_TOKEN", "t-1");
    assert_eq!(
        message(&[]),
        "no credentials: `INSTANCECTL_ENDPOINT` and `INSTANCECTL_TOKEN` are not set"
    );
    assert_eq!(message(&[ENDPOINT]), "no credentials: `INSTANCECTL_TOKEN` is not set");
    assert_eq!(message(&[token]), "no credentials: `INSTANCECTL_ENDPOINT` is not set");
    let empty = ("INSTANCECTL_TOKEN", "");
    assert_eq!(message(&[ENDPOINT, empty]), "no credentials: `INSTANCECTL_TOKEN` is not set");
    let key_only = message(&[("INSTANCECTL_USER", "bob"), ("INSTANCECTL_SECRET_KEY", "s3cret")]);
    assert_eq!(key_only, "no credentials: `INSTANCECTL_ACCESS_KEY` is not set");
    let key = ("INSTANCECTL_ACCESS_KEY", "k");
    for (variables, missing) in [
        (&[key][..], "`INSTANCECTL_USER` and `INSTANCECTL_SECRET_KEY` are"),
        (
            &[("INSTANCECTL_USER", "bob")],
            "`INSTANCECTL_ACCESS_KEY` and `INSTANCECTL_SECRET_KEY` are",
        ),
    ] {
        assert_eq!(message(variables), format!("no credentials: {missing} not set"));
    }
    // Half of one pair of variables together with a login.
    let login = [("INSTANCECTL_USER", "bob"), key, ("INSTANCECTL_SECRET_KEY", "s3cret")];
    for (half, words) in [
        (ENDPOINT, "`INSTANCECTL_ENDPOINT` is set without `INSTANCECTL_TOKEN`"),
        (token, "`INSTANCECTL_TOKEN` is set without `INSTANCECTL_ENDPOINT`"),
    ] {
        let both: Vec<_> = login.iter().copied().chain([half]).collect();
        let found = message(&both);
        assert!(found.starts_with(words) && !found.contains("s3cret"), "{found}");
    }
}

#[test]
fn endpoint_is_scheme_host_and_non_default_port() {
    for (address, endpoint) in [
        ("https://ai.example.cn:65011/ai", "https://ai.example.cn:65011"),
        ("https://ai.example.cn:443/ai/", "https://ai.example.cn"),
        (" HTTPS://AI.example.cn ", "https://ai.example.cn"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://[::1]:80", "http://[::1]"),
        ("http://localhost:9/ai", "http://localhost:9"),
    ] {
        assert_eq!(at(address).unwrap().endpoint().as_str(), endpoint, "{address}");
    }
    let sandbox = TokenCredentials::sandbox("http://127.0.0.1:9/ai", "t-1").unwrap();
    assert_eq!(sandbox.endpoint().as_str(), "sandbox");
}

#[test]
fn invalid_endpoints_are_refused_without_the_password() {
    for (address, part) in [
        ("ai.example.cn", "does not begin with `https://`"),
        ("ftp://ai.example.cn", "expected `https:`"),
        ("https://ai.example.cn/ai?x=1", "query or a fragment"),
        ("https://ai.example.cn/ai#x", "query or a fragment"),
        ("https://bob:hunter2@ai.example.cn", "user name or password"),
        ("https://bob@ai.example.cn", "user name or password"),
        ("http://ai.example.cn", "plain HTTP"),
        ("http://127.0.0.1.example.cn", "plain HTTP"),
        ("http://localhost.example.cn", "plain HTTP"),
    ] {
        let error = Language::English.credentials_error(&at(address).unwrap_err()).text;
        assert!(error.contains(part), "{address}: {error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
    assert!(TokenCredentials::new("http://ai.example.cn", "t-1", true).is_ok());
}

#[test]
fn unsendable_token_is_refused_without_being_shown() {
    for (token, position) in [("abc\nx", 4), ("ab c", 3), ("密", 1), ("abcd\u{7f}", 5)] {
        let error = Language::English.credentials_error(&with_token(token).unwrap_err()).text;
        assert!(error.contains(&format!("position {position} ")), "{error}");
        assert!(!error.contains(token), "{error}");
    }
}

#[test]
fn token_yields_its_expiry_and_region() {
    let expired = with_token(&jwt(r#"{"expireTime":"1764597591000"}"#)).unwrap_err();
    assert_eq!(
        Language::English.credentials_error(&expired).text,
        "the token expired at 2025-12-01T13:59:51Z by this machine's clock"
    );
    let number = with_token(&jwt(r#"{"expireTime":1764597591000}"#)).unwrap_err();
    assert!(matches!(number, CredentialsError::Expired { .. }));
    let live = with_token(&jwt(r#"{"expireTime":"95617584000000","clusterId":"11250"}"#)).unwrap();
    assert_eq!(live.region().unwrap().as_str(), "11250");
    assert!(live.expiry().is_some());
}

#[test]
fn token_of_another_region_is_refused() {
    let token = jwt(r#"{"clusterId":"11250"}"#);
    let at =
        |region| read(&[ENDPOINT, ("INSTANCECTL_TOKEN", &token), ("INSTANCECTL_REGION", region)]);
    assert!(at("11250").is_ok());
    let error = at("20057").unwrap_err();
    assert_eq!(
        Language::English.credentials_error(&error).text,
        "the token is for region `11250`, but `INSTANCECTL_REGION` is `20057`"
    );
    assert_eq!(error.class().code(), 6);
    // For a token that names no region, the variable is trusted.
    let silent = read(&[ENDPOINT, ("INSTANCECTL_TOKEN", "t-1"), ("INSTANCECTL_REGION", "20057")]);
    assert_eq!(silent.unwrap().region().unwrap().as_str(), "20057");
    let platform = with_token(&jwt(r#"{"clusterId":"0"}"#)).unwrap_err();
    assert!(matches!(platform, CredentialsError::PlatformToken), "{platform:?}");
}

#[test]
fn account_debug_output_has_no_secret() {
    let variables = [
        ("INSTANCECTL_USER", "bob"),
        ("INSTANCECTL_ACCESS_KEY", "sealed-access"),
        ("INSTANCECTL_SECRET_KEY", "sealed-secret"),
        ("INSTANCECTL_LOGIN_URL", "https://centre.example.cn/"),
    ];
    let env = |name: &str| {
        variables.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value))
    };
    let found = Credentials::from_environment(&env, false).unwrap();
    let Credentials::Account(account) = &found else { panic!("no account: {found:?}") };
    assert_eq!(account.login_address(), "https://centre.example.cn");
    assert!(!format!("{found:?}").contains("sealed"));
}

#[test]
fn token_without_readable_claims_is_accepted() {
    let odd =
        [r#"{"expireTime":"soon"}"#, r#"{"expireTime":null}"#, "[]", "{", r#"{"expireTime":-1}"#];
    let tokens = odd.into_iter().map(jwt).chain(["x".into(), "a.b.c".into(), "..".into()]);
    for token in tokens {
        let access = with_token(&token).unwrap();
        assert!(access.region().is_none() && access.expiry().is_none(), "{token}");
    }
}

#[test]
fn token_file_must_be_readable_and_the_only_source() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("token");
    let given = ("INSTANCECTL_TOKEN_FILE", file.to_str().unwrap());
    assert!(message(&[ENDPOINT, given]).starts_with("cannot read `"));
    assert!(message(&[ENDPOINT, given, ("INSTANCECTL_TOKEN", "t-1")]).contains("both"));
    write_private(&file, "t-1\r\n");
    assert!(read(&[ENDPOINT, given]).is_ok());
    write_private(&file, "\n");
    assert_eq!(message(&[ENDPOINT, given]), "the token is empty");
    write_private(&file, "t-1\nt-2\n");
    assert!(message(&[ENDPOINT, given]).contains("position 4 "));
}

#[cfg(unix)]
#[test]
fn token_file_readable_by_others_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("token");
    let given = ("INSTANCECTL_TOKEN_FILE", file.to_str().unwrap());
    write_private(&file, "t-1\n");
    for mode in [0o644, 0o640, 0o604, 0o620, 0o601] {
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        let message = message(&[ENDPOINT, given]);
        assert!(message.contains(&format!("its mode is {mode:04o}")), "{message}");
    }
    fs::set_permissions(&file, fs::Permissions::from_mode(0o400)).unwrap();
    assert!(read(&[ENDPOINT, given]).is_ok());
}

#[test]
fn ca_file_without_a_certificate_is_refused() {
    use instancectl::api::client::{Client, ClientOptions};
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("ca.pem");
    let variables =
        [ENDPOINT, ("INSTANCECTL_TOKEN", "t-1"), ("INSTANCECTL_CA_FILE", file.to_str().unwrap())];
    assert!(message(&variables).contains("`INSTANCECTL_CA_FILE`"));
    fs::write(&file, "no certificate").unwrap();
    let error = Client::new(read(&variables).unwrap(), ClientOptions::default()).unwrap_err();
    let error = Language::English.credentials_error(&error).text;
    assert!(error.ends_with("contains no PEM certificate"), "{error}");
}

#[test]
fn errors_and_debug_output_have_no_token() {
    let token = jwt(r#"{"expireTime":"1"}"#);
    let error = with_token(&token).unwrap_err();
    let shown = Language::English.credentials_error(&error);
    assert!(!format!("{error:?} {shown:?}").contains(&token));
    let access = with_token("s3cret-token").unwrap();
    assert!(!format!("{access:?}").contains("s3cret"));
}

fn write_private(file: &Path, text: &str) {
    fs::write(file, text).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
    }
}
