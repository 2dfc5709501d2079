//! Layers between the client and the service: TLS and proxies.

use std::future::pending;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;

use instancectl::api::auth::credentials::{Credentials, TokenCredentials};
use instancectl::api::client::{Client, ClientOptions};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection};
use serde_json::{Value, json};

use crate::support::{Cli, Reply, Service};
use crate::{ID, TOKEN, class, sample, task};

/// The CA certificate and the certificate for `localhost` that it signed; made for these tests
/// with openssl, valid for a hundred years, the CA's key discarded.
const TLS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/tls");

/// Starts a service with TLS whose CA is unknown to all systems; `data` returns the data of its
/// answer to a path. Returns its address, without a path.
fn private_centre(data: impl Fn(&str, &str) -> Value + Send + 'static) -> String {
    let chain = CertificateDer::pem_file_iter(format!("{TLS}/server.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(format!("{TLS}/server-key.pem")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain.map(Result::unwrap).collect(), key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let own = address.clone();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut session = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut tls = rustls::Stream::new(&mut session, &mut stream);
            let mut request = [0; 4096];
            // A client that does not trust the certificate aborts the handshake.
            if let Ok(length) = tls.read(&mut request) {
                let request = String::from_utf8_lossy(&request[..length]);
                let path = request.split(' ').nth(1).unwrap_or_default();
                let body = json!({"code": "0", "data": data(path, &own)}).to_string();
                let length = body.len();
                let head = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length:";
                write!(tls, "{head} {length}\r\n\r\n{body}").unwrap();
            }
        }
    });
    address
}

#[tokio::test]
async fn private_ca_is_trusted_only_if_configured() {
    let address = private_centre(|_, _| json!(ID)) + "/ai";
    for (authority, expected) in [(Some("authority.pem"), "Created"), (None, "NotSent")] {
        let env = |name: &str| match name {
            "INSTANCECTL_ENDPOINT" => Some(address.clone().into()),
            "INSTANCECTL_TOKEN" => Some(TOKEN.into()),
            "INSTANCECTL_CA_FILE" => authority.map(|file| format!("{TLS}/{file}").into()),
            _ => None,
        };
        let found = Credentials::from_environment(&env, false).unwrap();
        let Credentials::Token(access) = found else { panic!("no token: {found:?}") };
        let answer = quick(access).create(&task(), pending()).await;
        assert_eq!(class(&answer), expected, "{answer:?}");
    }
}

#[test]
fn login_accepts_a_private_ca_only_if_configured() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&asked);
    let address = private_centre(move |path, address| {
        heard.lock().unwrap().push(path.split('?').next().unwrap().to_owned());
        match path {
            "/api/user/v3/tokens" => {
                json!([{"clusterId": "11250", "clusterName": "a", "token": TOKEN}])
            }
            "/ac/openapi/v2/center" => {
                json!({"aiUrls": [{"enable": "true", "url": format!("{address}/ai")}]})
            }
            _ => json!([]),
        }
    });
    let check = |authority: &str| {
        Cli::new()
            .env("INSTANCECTL_USER", "alice")
            .env("INSTANCECTL_ACCESS_KEY", "key")
            .env("INSTANCECTL_SECRET_KEY", "secret")
            .env("INSTANCECTL_LOGIN_URL", &address)
            .env("INSTANCECTL_PLATFORM_URL", &address)
            .env("INSTANCECTL_CA_FILE", authority)
            .args(["auth", "check"])
            .run()
    };
    let output = check("").code(10).stderr("");
    let _ = output.stdout_has("issued by an unknown authority").stdout_has("`INSTANCECTL_CA_FILE`");
    assert_eq!(*asked.lock().unwrap(), [""; 0]);
    let row = format!("11250   a     usable  -      {address}/ai\n");
    let _ = check(&format!("{TLS}/authority.pem")).code(0).stdout_has(&row).stderr("");
    let list = "/ai/openapi/v2/instance-service/task";
    assert_eq!(*asked.lock().unwrap(), ["/api/user/v3/tokens", "/ac/openapi/v2/center", list]);
}

#[test]
fn proxy_variables_apply_to_the_platform_not_to_loopback() {
    let proxy = Service::start([Reply::success(ID)]);
    let loopback = Service::start([Reply::success("loopback")]);
    let cli = Cli::new()
        .file("m.json", sample().to_string())
        .env("HTTP_PROXY", proxy.url())
        .env("http_proxy", proxy.url())
        .env("INSTANCECTL_TOKEN", TOKEN);
    for (lock, address) in [
        ("one.lock", loopback.url()),
        ("two.lock", loopback.url().replace("127.0.0.1", "localhost")),
        ("three.lock", "http://platform.invalid".to_owned()),
    ] {
        let args = ["apply", "--yes", "--allow-http", "-f", "m.json", "--lock", lock];
        let run = cli.clone().env("INSTANCECTL_ENDPOINT", address).args(args).run();
        assert_eq!(run.code, Some(0), "{run:?}");
    }
    let creates = |service: &Service| -> Vec<String> {
        let received = service.received().into_iter();
        received.filter(|request| request.method == "POST").map(|request| request.path).collect()
    };
    let path = "/ai/openapi/v2/instance-service/task";
    assert_eq!(creates(&loopback), [path, path]);
    assert_eq!(creates(&proxy), [format!("http://platform.invalid{path}")]);
}

#[tokio::test]
async fn proxy_auth_required_means_not_sent() {
    let service = Service::start([Reply::html(407)]);
    let access = TokenCredentials::new(&service.url(), TOKEN, false).unwrap();
    let answer = quick(access).create(&task(), pending()).await;
    assert_eq!(class(&answer), "NotSent");
}

/// Returns a client that does not pause between attempts.
fn quick(access: TokenCredentials) -> Client {
    let backoff = std::time::Duration::ZERO;
    Client::new(access, ClientOptions { backoff, ..ClientOptions::default() }).unwrap()
}
