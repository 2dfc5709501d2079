//! The called host, and the classification of the HTTP library's errors.

use std::error::Error;
use std::io;
use std::time::{Duration, UNIX_EPOCH};

use reqwest::Url;
use rustls::{AlertDescription, CertificateError, InvalidMessage};

use super::auth::redact::Redactor;
use super::proxy::Proxy;
use super::sanitize::sanitize;
use super::transport_error::{ConnectError, HttpStatus, TlsError, TransportError};

/// The called host.
pub(super) struct Peer {
    /// `HOST:PORT`.
    host: String,
    /// The variable that sets it.
    variable: &'static str,
    /// The proxy in use, if any.
    pub(super) proxy: Option<Proxy>,
}

impl Peer {
    pub(super) fn new(base: &Url, variable: &'static str, proxy: Option<Proxy>) -> Self {
        let port = base.port_or_known_default().unwrap_or_default();
        let host = format!("{}:{port}", base.host_str().unwrap_or_default());
        Self { host, variable, proxy }
    }

    /// Classifies an error of the HTTP library. `connecting`: no connection was established yet.
    pub(super) async fn classify(
        &self,
        error: &reqwest::Error,
        connecting: bool,
        secrets: &Redactor,
    ) -> TransportError {
        let clean = |message: &str| sanitize(message, secrets);
        if let Some(tunnel) = tunnel(error) {
            self.tunnel_error(&clean(&tunnel)).await
        } else if let Some(tls) = find::<rustls::Error>(error) {
            self.tls_error(tls, &clean)
        } else if connecting {
            self.connect_error(error, clean(&last(error)))
        } else {
            self.exchange_error(error, clean(&last(error)))
        }
    }

    /// Returns the error that no response arrived within `limit`.
    pub(super) fn timed_out(&self, limit: Duration) -> TransportError {
        TransportError::TimedOut { host: self.host.clone(), limit }
    }

    fn connect_error(&self, error: &(dyn Error + 'static), message: String) -> TransportError {
        let kind = find::<io::Error>(error).map(io::Error::kind);
        let reason = match kind {
            _ if is_about(error, "dns error") => ConnectError::UnknownHost,
            Some(io::ErrorKind::ConnectionRefused) => ConnectError::Refused,
            Some(io::ErrorKind::TimedOut) => ConnectError::TimedOut,
            Some(io::ErrorKind::UnexpectedEof) => ConnectError::ClosedInHandshake,
            Some(io::ErrorKind::ConnectionReset) => ConnectError::Reset,
            _ if message.contains("timed out") => ConnectError::TimedOut,
            _ => ConnectError::Other(message),
        };
        let (host, variable) = match &self.proxy {
            Some(proxy) => (proxy.host(), proxy.variable),
            None => (self.host.clone(), self.variable),
        };
        TransportError::Connect { host, proxy: self.proxy.is_some(), variable, reason }
    }

    fn exchange_error(&self, error: &(dyn Error + 'static), message: String) -> TransportError {
        let host = self.host.clone();
        match find::<io::Error>(error).map(io::Error::kind) {
            Some(io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe) => {
                TransportError::Reset { host }
            }
            Some(io::ErrorKind::UnexpectedEof) => TransportError::Incomplete { host },
            _ if is_about(error, "connection closed before message completed") => {
                TransportError::Closed { host }
            }
            _ => TransportError::Unreadable { host, message },
        }
    }

    /// Returns the error that a proxy refused a tunnel to the host.
    async fn tunnel_error(&self, message: &str) -> TransportError {
        let Some(proxy) = &self.proxy else { return TransportError::Other(message.to_owned()) };
        let status = if message.contains("authorization required") {
            Some(407)
        } else {
            proxy.refusal(&self.host).await
        };
        TransportError::Tunnel {
            proxy: proxy.host(),
            variable: proxy.variable,
            host: self.host.clone(),
            status: status.map(HttpStatus::new),
        }
    }

    fn tls_error(&self, error: &rustls::Error, clean: &impl Fn(&str) -> String) -> TransportError {
        let reason = match error {
            rustls::Error::InvalidCertificate(cause) => certificate_error(cause, clean),
            rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType) => TlsError::NotTls,
            rustls::Error::AlertReceived(
                AlertDescription::ProtocolVersion
                | AlertDescription::HandshakeFailure
                | AlertDescription::InsufficientSecurity,
            )
            | rustls::Error::PeerIncompatible(_) => TlsError::NothingInCommon,
            other => TlsError::Other(clean(&other.to_string())),
        };
        TransportError::Tls { host: self.host.clone(), variable: self.variable, reason }
    }
}

fn certificate_error(cause: &CertificateError, clean: &impl Fn(&str) -> String) -> TlsError {
    let date =
        |time: &rustls::pki_types::UnixTime| UNIX_EPOCH + Duration::from_secs(time.as_secs());
    match cause {
        CertificateError::ExpiredContext { time, not_after } => {
            TlsError::Expired { end: date(not_after), now: date(time) }
        }
        CertificateError::NotValidYetContext { time, not_before } => {
            TlsError::NotYetValid { begin: date(not_before), now: date(time) }
        }
        CertificateError::Expired | CertificateError::NotValidYet => TlsError::NotValidNow,
        CertificateError::UnknownIssuer => TlsError::UnknownIssuer,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            TlsError::OtherName
        }
        CertificateError::Revoked => TlsError::Revoked,
        CertificateError::Other(why) if why.to_string().contains("CaUsedAsEndEntity") => {
            TlsError::CaCertificate
        }
        other => TlsError::Untrusted(clean(&other.to_string())),
    }
}

/// Returns the error and its causes, including the errors wrapped in I/O errors, which do not
/// report them as their source.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| next(*error))
}

fn next<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(wrapped) => Some(wrapped),
        None => error.source(),
    }
}

/// Returns the innermost cause of a type.
fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    chain(error).filter_map(|cause| cause.downcast_ref()).last()
}

fn is_about(error: &(dyn Error + 'static), words: &str) -> bool {
    chain(error).any(|cause| cause.to_string().contains(words))
}

/// Returns the HTTP library's message about a proxy that refused a tunnel.
fn tunnel(error: &(dyn Error + 'static)) -> Option<String> {
    let found = chain(error).map(ToString::to_string);
    // If the proxy itself cannot be reached, the cause is more specific.
    let refused = |text: &String| text.contains("tunnel error") && !text.contains("underlying");
    found.filter(refused).last()
}

/// Returns the library's message of the innermost cause.
fn last(error: &(dyn Error + 'static)) -> String {
    chain(error).last().map_or_else(String::new, ToString::to_string)
}
