//! The called host and the description of transport errors: they name the host, the port and the
//! variable to check, never just the library's own message.

use std::error::Error;
use std::io;
use std::time::{Duration, UNIX_EPOCH};

use reqwest::Url;
use rustls::{AlertDescription, CertificateError, InvalidMessage};

use super::proxy::Proxy;

/// The called host.
pub(super) struct Peer {
    /// `HOST:PORT`.
    host: String,
    /// The variable that sets it.
    variable: &'static str,
    /// The proxy in use, if any.
    pub(super) proxy: Option<Proxy>,
}

/// A transport error.
pub(super) struct PeerError {
    /// Description, with the host.
    pub(super) words: String,
    /// Whether retrying cannot help.
    pub(super) lasting: bool,
}

impl Peer {
    pub(super) fn new(base: &Url, variable: &'static str, proxy: Option<Proxy>) -> Self {
        let port = base.port_or_known_default().unwrap_or_default();
        let host = format!("{}:{port}", base.host_str().unwrap_or_default());
        Self { host, variable, proxy }
    }

    /// Describes an error of the HTTP library. `connecting`: no connection was established yet.
    pub(super) async fn describe(&self, error: &reqwest::Error, connecting: bool) -> PeerError {
        if let Some(tunnel) = tunnel(error) {
            return PeerError { words: self.tunnel_error(&tunnel).await, lasting: false };
        }
        if let Some(tls) = find::<rustls::Error>(error) {
            return PeerError { words: self.tls_error(tls), lasting: true };
        }
        let words = if connecting { self.connect_error(error) } else { self.exchange_error(error) };
        PeerError { words, lasting: false }
    }

    /// Describes that no response arrived within `limit`.
    pub(super) fn too_late(&self, limit: Duration) -> String {
        let limit = humantime::format_duration(limit);
        format!("timed out: {} did not respond within {limit}", self.host)
    }

    fn connect_error(&self, error: &(dyn Error + 'static)) -> String {
        let kind = find::<io::Error>(error).map(io::Error::kind);
        let why = match kind {
            _ if is_about(error, "dns error") => "the host name cannot be resolved".to_owned(),
            Some(io::ErrorKind::ConnectionRefused) => "connection refused".to_owned(),
            Some(io::ErrorKind::TimedOut) => "the connection attempt timed out".to_owned(),
            Some(io::ErrorKind::UnexpectedEof) => {
                "the server closed the connection during the TLS handshake; it may not support \
                 TLS 1.2 or newer"
                    .to_owned()
            }
            Some(io::ErrorKind::ConnectionReset) => "the connection was reset".to_owned(),
            _ if last(error).contains("timed out") => "the connection attempt timed out".to_owned(),
            _ => last(error),
        };
        let (host, variable) = match &self.proxy {
            Some(proxy) => (format!("the proxy {}", proxy.host()), proxy.variable),
            None => (self.host.clone(), self.variable),
        };
        format!("cannot connect to {host}: {why}; check `{variable}` and the network")
    }

    fn exchange_error(&self, error: &(dyn Error + 'static)) -> String {
        let kind = find::<io::Error>(error).map(io::Error::kind);
        let host = &self.host;
        match kind {
            Some(io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe) => {
                format!("the connection to {host} was reset before the response arrived")
            }
            Some(io::ErrorKind::UnexpectedEof) => {
                format!("the connection to {host} was closed before the complete response arrived")
            }
            _ if is_about(error, "connection closed before message completed") => {
                format!("the connection to {host} was closed before the response arrived")
            }
            _ => format!("the response of {host} cannot be read: {}", last(error)),
        }
    }

    /// Describes that a proxy refused a tunnel to the host.
    async fn tunnel_error(&self, tunnel: &str) -> String {
        let Some(proxy) = &self.proxy else { return tunnel.to_owned() };
        let status = if tunnel.contains("authorization required") {
            Some(407)
        } else {
            proxy.refusal(&self.host).await
        };
        let status = status.map_or(String::new(), |status| {
            let reason = reqwest::StatusCode::from_u16(status).ok();
            let reason = reason.and_then(|status| status.canonical_reason()).unwrap_or_default();
            format!(" (HTTP {status} {reason})")
        });
        format!(
            "the proxy {} refused a tunnel to {}{status}; check `{}` and `NO_PROXY`",
            proxy.host(),
            self.host,
            proxy.variable
        )
    }

    fn tls_error(&self, error: &rustls::Error) -> String {
        let host = &self.host;
        match error {
            rustls::Error::InvalidCertificate(cause) => self.certificate_error(cause),
            rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType) => format!(
                "{host} does not use TLS; for plain HTTP, `{}` must begin with `http://`",
                self.variable
            ),
            rustls::Error::AlertReceived(
                AlertDescription::ProtocolVersion
                | AlertDescription::HandshakeFailure
                | AlertDescription::InsufficientSecurity,
            )
            | rustls::Error::PeerIncompatible(_) => format!(
                "{host} supports no TLS version and cipher suite that this program supports: TLS \
                 1.2 or 1.3 with forward secrecy is required"
            ),
            other => format!("the TLS handshake with {host} failed: {other}"),
        }
    }

    fn certificate_error(&self, cause: &CertificateError) -> String {
        let host = &self.host;
        let date = |time: &rustls::pki_types::UnixTime| {
            let time = UNIX_EPOCH + Duration::from_secs(time.as_secs());
            humantime::format_rfc3339_seconds(time).to_string()
        };
        match cause {
            CertificateError::ExpiredContext { time, not_after } => format!(
                "the certificate of {host} expired at {}; it is {} by this machine's clock",
                date(not_after),
                date(time)
            ),
            CertificateError::NotValidYetContext { time, not_before } => format!(
                "the certificate of {host} is valid from {}, but it is {} by this machine's \
                 clock; check the clock",
                date(not_before),
                date(time)
            ),
            CertificateError::Expired | CertificateError::NotValidYet => {
                format!("the certificate of {host} is not valid now; check this machine's clock")
            }
            CertificateError::UnknownIssuer => format!(
                "the certificate of {host} was issued by an unknown authority; for a centre with \
                 its own authority, set `INSTANCECTL_CA_FILE`"
            ),
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                format!(
                    "the certificate of {host} is for another host name; check the host in `{}`",
                    self.variable
                )
            }
            CertificateError::Revoked => format!("the certificate of {host} was revoked"),
            CertificateError::Other(why) if why.to_string().contains("CaUsedAsEndEntity") => {
                format!(
                    "the certificate of {host} is a CA certificate; if it is the server's own, \
                     add it to `INSTANCECTL_CA_FILE`"
                )
            }
            other => format!("the certificate of {host} cannot be trusted: {other}"),
        }
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
