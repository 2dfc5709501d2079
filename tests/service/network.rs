//! What lies between the client and the service: TLS and proxies.

use std::future::pending;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

use instancectl::api::client::{Client, Options};
use instancectl::api::credentials::{Access, Credentials};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection};

use crate::support::{Cli, Reply, Service};
use crate::{ID, TOKEN, class, sample, task};

/// The authority and the certificate for `localhost` that it signed; made for these tests with
/// openssl, valid for a hundred years, the authority's key thrown away.
const TLS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/tls");

/// A service behind TLS, certified by an authority that no system knows; its address.
fn private_centre() -> String {
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
    let address = format!("https://localhost:{}/ai", listener.local_addr().unwrap().port());
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut session = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut tls = rustls::Stream::new(&mut session, &mut stream);
            let mut request = [0; 4096];
            // A client that does not trust the certificate ends the handshake.
            if tls.read(&mut request).is_ok() {
                let body = format!(r#"{{"code":"0","data":"{ID}"}}"#);
                let length = body.len();
                write!(tls, "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}").unwrap();
            }
        }
    });
    address
}

#[tokio::test]
async fn a_centre_with_its_own_authority_is_trusted_only_once_that_is_given() {
    let address = private_centre();
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
fn proxy_variables_hold_for_the_platform_and_never_for_loopback() {
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
async fn a_proxy_that_keeps_the_request_for_want_of_a_password_means_not_sent() {
    let service = Service::start([Reply::html(407)]);
    let access = Access::new(&service.url(), TOKEN, false).unwrap();
    let answer = quick(access).create(&task(), pending()).await;
    assert_eq!(class(&answer), "NotSent");
}

/// A client that does not pause between attempts.
fn quick(access: Access) -> Client {
    let backoff = std::time::Duration::ZERO;
    Client::new(access, Options { backoff, ..Options::default() }).unwrap()
}
