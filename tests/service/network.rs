//! What lies between the client and the service: TLS and proxies.

use std::future::pending;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Command;
use std::sync::Arc;
use std::thread;

use instancectl::api::client::{Client, CreateAnswer, Options};
use instancectl::api::credentials::Access;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection};

use crate::support::{Reply, Service};
use crate::{ID, TOKEN, class, task};

/// The authority and the certificate for `localhost` that it signed; made for these tests with
/// openssl, valid for a hundred years, the authority's key thrown away.
const TLS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/tls");

/// Says, in the process that a test starts, where the proxy is that its environment names.
const PROXIED: &str = "INSTANCECTL_TEST_BEHIND_PROXY";

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
        let access = Access::from_environment(&env, false).unwrap();
        let answer = quick(access).create(&task(), pending()).await;
        assert_eq!(class(&answer), expected, "{answer:?}");
    }
}

#[test]
fn proxy_variables_hold_for_the_platform_and_never_for_loopback() {
    let proxy = Service::start([Reply::success(ID)]);
    // The variables are those of a process, so a process of its own asks.
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "network::behind_a_proxy", "--ignored", "--nocapture"])
        .env("HTTP_PROXY", proxy.url())
        .env("http_proxy", proxy.url())
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .env(PROXIED, "yes")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let received = proxy.received();
    let path = "http://platform.invalid/ai/openapi/v2/instance-service/task";
    assert_eq!(received.len(), 1, "{received:?}");
    assert_eq!(received[0].path, path);
}

#[tokio::test]
#[ignore = "run by another test, in a process with proxy variables"]
async fn behind_a_proxy() {
    assert!(std::env::var_os(PROXIED).is_some(), "run by another test only");
    let service = Service::start([Reply::success("loopback")]);
    for address in [service.url(), service.url().replace("127.0.0.1", "localhost")] {
        let access = Access::new(&address, TOKEN, false).unwrap();
        let answer = quick(access).create(&task(), pending()).await;
        assert_eq!(answer, CreateAnswer::Created("loopback".parse().unwrap()));
    }
    let access = Access::new("http://platform.invalid", TOKEN, true).unwrap();
    let answer = quick(access).create(&task(), pending()).await;
    assert_eq!(answer, CreateAnswer::Created(ID.parse().unwrap()));
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
