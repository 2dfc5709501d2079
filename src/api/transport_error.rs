//! Failures on the way to the service or back: they name the host, the port and the variable to
//! check, never just the library's own message.

use std::time::{Duration, SystemTime};

/// A failure on the way to the service or back. Hosts are written as `HOST:PORT`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransportError {
    /// No response arrived in time.
    TimedOut {
        /// The called host.
        host: String,
        /// The timeout.
        limit: Duration,
    },
    /// No connection could be established.
    Connect {
        /// The called host, or the proxy.
        host: String,
        /// Whether it is a proxy.
        proxy: bool,
        /// The variable that sets it.
        variable: &'static str,
        /// The reason.
        reason: ConnectError,
    },
    /// A proxy refused a tunnel.
    Tunnel {
        /// The proxy.
        proxy: String,
        /// The variable that sets it.
        variable: &'static str,
        /// The called host.
        host: String,
        /// The status of the refusal, if known.
        status: Option<HttpStatus>,
    },
    /// The TLS handshake failed.
    Tls {
        /// The called host.
        host: String,
        /// The variable that sets it.
        variable: &'static str,
        /// The reason.
        reason: TlsError,
    },
    /// The connection was reset before the response arrived.
    Reset {
        /// The called host.
        host: String,
    },
    /// The connection was closed before the response arrived.
    Closed {
        /// The called host.
        host: String,
    },
    /// The connection was closed before the complete response arrived.
    Incomplete {
        /// The called host.
        host: String,
    },
    /// The response cannot be read.
    Unreadable {
        /// The called host.
        host: String,
        /// The library's message.
        message: String,
    },
    /// The response began and was then cut short by this error.
    CutShort(Box<TransportError>),
    /// Any other error, with the library's message.
    Other(String),
}

/// The reason that no connection could be established.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConnectError {
    /// The host name cannot be resolved.
    UnknownHost,
    /// The connection was refused.
    Refused,
    /// The attempt timed out.
    TimedOut,
    /// The server closed the connection during the TLS handshake.
    ClosedInHandshake,
    /// The connection was reset.
    Reset,
    /// Any other error, with the library's message.
    Other(String),
}

/// The reason that a TLS handshake failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TlsError {
    /// The server does not use TLS.
    NotTls,
    /// The server supports no version and cipher suite that this program supports.
    NothingInCommon,
    /// The server's certificate has expired.
    Expired {
        /// End of its validity.
        end: SystemTime,
        /// This machine's time.
        now: SystemTime,
    },
    /// The server's certificate is not valid yet.
    NotYetValid {
        /// Begin of its validity.
        begin: SystemTime,
        /// This machine's time.
        now: SystemTime,
    },
    /// The server's certificate is not valid at this time.
    NotValidNow,
    /// The issuer of the server's certificate is unknown.
    UnknownIssuer,
    /// The server's certificate is for another host name.
    OtherName,
    /// The server's certificate was revoked.
    Revoked,
    /// The server's certificate is that of a certificate authority.
    CaCertificate,
    /// The server's certificate cannot be trusted for another reason; with the library's message.
    Untrusted(String),
    /// Any other error, with the library's message.
    Other(String),
}

/// An HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HttpStatus {
    /// The code.
    pub code: u16,
    /// Its standard name, or an empty text.
    pub reason: &'static str,
}

impl HttpStatus {
    /// Returns a status with its standard name.
    pub fn new(code: u16) -> Self {
        let status = reqwest::StatusCode::from_u16(code).ok();
        let reason = status.and_then(|status| status.canonical_reason()).unwrap_or_default();
        Self { code, reason }
    }
}
