//! The path to the platform: proxies, certificates, tokens, and the messages about failures on the
//! way. The program is the real one, and so are proxies and TLS servers.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::sync::{Arc, Mutex};
use std::{fs, thread};

use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection};
use serde_json::json;

use crate::support::{Cli, Output, Received, Reply, Service};

const MANIFEST: &str = r#"
instanceServiceName: a
taskType: ssh
acceleratorType: cpu
resourceGroup: g
imagePath: r/p:v
cpuNumber: 1
ramSize: 1GiB
timeoutLimit: "01:00:00"
"#;

fn cli(endpoint: &str) -> Cli {
    Cli::new()
        .file("a.yaml", MANIFEST)
        .env("INSTANCECTL_ENDPOINT", endpoint)
        .env("INSTANCECTL_TOKEN", "secret-token")
        .args(["apply", "--yes", "-f", "a.yaml", "--settle", "1s"])
}

/// Starts a platform that creates, and has no list.
fn platform() -> Service {
    Service::each(|asked: &Received| match asked.method.as_str() {
        "POST" => Reply::success("new"),
        _ => Reply::html(404),
    })
}

#[test]
fn invalid_proxy_variable_is_refused_and_named() {
    let service = platform();
    for value in [
        "\"http://u:hunter2@proxy.test:1\"",
        "http://u:hunter2@proxy.test:1\nx",
        "socks://u:hunter2@proxy.test:1",
        "socks5://u:hunter2@proxy.test:1",
        "http://[",
    ] {
        for name in ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "ALL_PROXY"] {
            let output = cli(&service.url()).env(name, value).run().code(7);
            let _ = output.stderr_has(&format!("the proxy in `{name}`")).nowhere("hunter2");
        }
    }
    assert_eq!(service.received().len(), 0);
    let fine = cli(&service.url()).env("HTTPS_PROXY", " http://proxy.test:1\n").run();
    let _ = fine.code(0);
}

/// Starts a proxy that answers `CONNECT` with `answer`; returns its address and its received
/// requests.
fn proxy(answer: &'static str) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let received = Arc::clone(&asked);
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut request = [0; 4096];
            let length = stream.read(&mut request).unwrap_or(0);
            let request = String::from_utf8_lossy(&request[..length]).into_owned();
            received.lock().unwrap().push(request);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    (address, asked)
}

#[test]
fn refusing_proxy_is_named_with_status_without_password() {
    for (answer, status) in [
        ("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n", "HTTP 403 Forbidden"),
        (
            "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n",
            "HTTP 407 Proxy Authentication Required",
        ),
        ("HTTP/1.1 502 Bad Gateway\r\n\r\n", "HTTP 502 Bad Gateway"),
        ("HTTP/1.1 503 Service Unavailable\r\n\r\n", "HTTP 503 Service Unavailable"),
        ("HTTP/1.1 504 Gateway Timeout\r\n\r\n", "HTTP 504 Gateway Timeout"),
    ] {
        let (address, asked) = proxy(answer);
        let output = cli("https://ai.example.test:65011")
            .env("HTTPS_PROXY", format!("http://user:hunter2@{address}"))
            .run()
            .code(10);
        let output = output
            .stderr_has(&format!("the proxy {address} refused a tunnel to ai.example.test:65011"))
            .stderr_has(status)
            .stderr_has("check `HTTPS_PROXY` and `NO_PROXY`")
            .nowhere("hunter2");
        let asked = asked.lock().unwrap();
        assert!(asked[0].starts_with("CONNECT ai.example.test:65011 "), "{asked:?}");
        // The token and the manifest do not reach the proxy.
        assert!(asked.iter().all(|asked| !asked.contains("secret-token")), "{output:?}");
    }
}

#[test]
fn connection_failure_is_explained_once() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let once = |output: Output, words: &str| {
        assert_eq!(output.stderr.matches(words).count(), 1, "{output:?}");
        for library in ["os error", "error sending request", "client error", "dns error"] {
            assert!(!format!("{output:?}").contains(library), "{output:?}");
        }
    };
    let output = cli(&format!("http://{closed}")).run().code(10);
    once(
        output,
        &format!("cannot connect to {closed}: connection refused; check `INSTANCECTL_ENDPOINT`"),
    );
    let output = cli("https://no-such-host.invalid:65011").run().code(10);
    once(output, "cannot connect to no-such-host.invalid:65011: the host name cannot be resolved");
    let output =
        cli("https://ai.example.test").env("HTTPS_PROXY", format!("http://{closed}")).run();
    once(
        output.code(10),
        &format!("cannot connect to the proxy {closed}: connection refused; check `HTTPS_PROXY`"),
    );
    let (plain, _) = proxy("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
    let output = cli(&format!("https://{plain}")).run().code(10);
    once(
        output,
        "does not use TLS; for plain HTTP, `INSTANCECTL_ENDPOINT` must begin with `http://`",
    );
}

/// Creates a self-signed certificate for `localhost` and its key, in a folder.
fn self_signed(folder: &Cli, change: impl FnOnce(&mut CertificateParams)) -> (String, String) {
    let mut params = CertificateParams::new(["localhost".to_owned()]).unwrap();
    change(&mut params);
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let file = |name: &str, text: String| {
        fs::write(folder.path(name), text).unwrap();
        folder.path(name).to_str().unwrap().to_owned()
    };
    (file("key.pem", key.serialize_pem()), file("server.pem", certificate.pem()))
}

/// Starts a platform with TLS that lists nothing and creates everything; returns its port.
fn secure(key: &str, certificate: &str) -> u16 {
    let chain = CertificateDer::pem_file_iter(certificate).unwrap().map(Result::unwrap).collect();
    let key = PrivateKeyDer::from_pem_file(key).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut session = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut tls = rustls::Stream::new(&mut session, &mut stream);
            let mut request = [0; 8192];
            if let Ok(length) = tls.read(&mut request) {
                let data =
                    if request[..length].starts_with(b"POST") { json!("new") } else { json!([]) };
                let body = json!({"code": "0", "data": data}).to_string();
                let head = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length:";
                let _ = write!(tls, "{head} {}\r\n\r\n{body}", body.len());
            }
        }
    });
    port
}

#[test]
fn self_signed_certificate_in_the_ca_file_is_trusted() {
    let unconstrained = BasicConstraints::Unconstrained;
    for authority in [IsCa::Ca(unconstrained), IsCa::ExplicitNoCa, IsCa::NoCa] {
        let folder = Cli::new();
        let (key, certificate) = self_signed(&folder, |params| params.is_ca = authority);
        let port = secure(&key, &certificate);
        let endpoint = format!("https://localhost:{port}");
        let trusting = |file: &str| cli(&endpoint).env("INSTANCECTL_CA_FILE", file).run();
        let _ = trusting(&certificate).code(0).stdout_has("1 created");
        // Another certificate does not make this one trusted.
        let other = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/tls/authority.pem");
        let _ =
            trusting(other).code(10).stderr_has(&format!("the certificate of localhost:{port}"));
        // The certificate's name is still checked.
        let by_address = format!("https://127.0.0.1:{port}");
        let output = cli(&by_address).env("INSTANCECTL_CA_FILE", &certificate).run().code(10);
        let _ = output.stderr_has("is for another host name");
    }
}

#[test]
fn expired_or_future_certificate_is_refused_with_dates() {
    for (from, to, words) in [
        (2020, 2021, "expired at 2021-01-01T00:00:00Z"),
        (2040, 2050, "is valid from 2040-01-01T00:00:00Z, but"),
    ] {
        let folder = Cli::new();
        let (key, certificate) = self_signed(&folder, |params| {
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            params.not_before = date_time_ymd(from, 1, 1);
            params.not_after = date_time_ymd(to, 1, 1);
        });
        let port = secure(&key, &certificate);
        let endpoint = format!("https://localhost:{port}");
        let output = cli(&endpoint).env("INSTANCECTL_CA_FILE", &certificate).run().code(10);
        let _ = output.stderr_has(words).stderr_has("this machine's clock");
    }
}

#[test]
fn missing_system_certificates_are_explained() {
    let none = Cli::new();
    let output = cli("https://ai.example.test")
        .env("SSL_CERT_FILE", none.path("none.pem"))
        .env("SSL_CERT_DIR", none.path("none"))
        .run()
        .code(7);
    let output = output.stderr_has("no CA certificates");
    let _ = output.stderr_has("`ca-certificates`").stderr_has("INSTANCECTL_CA_FILE");
}

#[test]
fn whitespace_and_bom_around_variables_are_trimmed() {
    let service = platform();
    for around in ["{}\n", "{}\r\n", " {} ", "\u{feff}{}\n"] {
        let value = |text: &str| around.replace("{}", text);
        let output =
            cli(&value(&service.url())).env("INSTANCECTL_TOKEN", value("secret-token")).run();
        let _ = output.code(0);
        let cli = cli(&service.url()).env("INSTANCECTL_TOKEN", "");
        let cli = cli.file("token", value("secret-token"));
        fs::set_permissions(cli.path("token"), fs::Permissions::from_mode(0o600)).unwrap();
        let file = cli.path("token").display().to_string();
        let _ = cli.env("INSTANCECTL_TOKEN_FILE", value(&file)).run().code(0);
    }
    for asked in service.received() {
        assert_eq!(asked.header("token"), Some("secret-token"));
    }
}

#[test]
fn undecodable_token_file_is_named() {
    let utf16: Vec<u8> = "\u{feff}secret-token".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (bytes, words) in
        [(utf16, "is UTF-16, expected UTF-8"), (vec![0x80, 0x81, b'a'], "is not UTF-8 text")]
    {
        let service = platform();
        let cli = cli(&service.url()).env("INSTANCECTL_TOKEN", "").file("token", bytes);
        fs::set_permissions(cli.path("token"), fs::Permissions::from_mode(0o600)).unwrap();
        let file = cli.path("token").display().to_string();
        let output = cli.env("INSTANCECTL_TOKEN_FILE", &file).run().code(7);
        let _ = output.stderr_has(&format!("`{file}` (`INSTANCECTL_TOKEN_FILE`) {words}"));
    }
}
