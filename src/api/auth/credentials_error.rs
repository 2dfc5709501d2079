//! Errors that prevent any call to the service. They are found before the first request; the error
//! of a call itself is an [`ErrorDetail`](crate::api::client::ErrorDetail).

use std::path::PathBuf;
use std::str::FromStr;
use std::time::SystemTime;

use reqwest::Url;

use crate::exit_status::ExitClass;
use crate::ids::Region;

/// An error in the settings that prevents any call. No variant contains a secret, so each can be
/// shown unchanged.
#[derive(Debug)]
#[non_exhaustive]
pub enum CredentialsError {
    /// A required variable is not set, or is empty.
    Missing {
        /// The required variables that are missing.
        names: Vec<&'static str>,
        /// Whether they are the variables of a login.
        login: bool,
    },
    /// Only one of address and token is set, together with login variables.
    Mixed {
        /// The variable that is set.
        found: &'static str,
        /// The missing variable.
        lacking: &'static str,
    },
    /// Both the token and a token file are given.
    TwoTokens,
    /// A variable is not UTF-8 text.
    NotText {
        /// The variable.
        name: &'static str,
    },
    /// A variable contains a character that cannot be sent in a header.
    Unsendable {
        /// The variable.
        name: &'static str,
        /// Position of the character, from 1.
        position: usize,
    },
    /// An address cannot be used.
    Address {
        /// The variable, or the platform's name for it.
        name: &'static str,
        /// The problem.
        problem: AddressProblem,
    },
    /// A file named by a variable cannot be read.
    File {
        /// The variable.
        name: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// A file with a secret is readable or writable by others than its owner.
    NotPrivate {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// A token is empty.
    EmptyToken,
    /// A token contains a character that cannot be sent.
    UnsendableToken {
        /// Position of the character, from 1.
        position: usize,
    },
    /// A token has expired according to its payload.
    Expired {
        /// Time of the expiry.
        at: SystemTime,
    },
    /// The platform's own token, which no instance call accepts.
    PlatformToken,
    /// A token is for another region than the requested one, according to its payload.
    OtherRegion {
        /// The token's region.
        found: Region,
        /// The requested region.
        expected: Region,
    },
    /// The file of an additional certificate authority contains no certificate.
    NoCertificate {
        /// The file.
        path: PathBuf,
    },
    /// A proxy variable cannot be used.
    Proxy {
        /// The variable.
        name: &'static str,
        /// The problem.
        problem: ProxyProblem,
    },
    /// A token file is not UTF-8 text.
    Encoding {
        /// The file.
        path: PathBuf,
        /// Whether it looks like UTF-16.
        utf16: bool,
    },
    /// No certificate authority is configured, in the system or in `INSTANCECTL_CA_FILE`.
    NoAuthorities,
    /// The HTTP client could not be set up; with the library's message.
    Setup(String),
}

/// The problem of an address; it never contains a password from the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddressProblem {
    /// It is not a URL.
    NotAUrl(UrlError),
    /// Its scheme is neither `http` nor `https`.
    Scheme(String),
    /// It contains a user name or a password.
    HasLogin,
    /// It has a query or a fragment.
    HasQuery,
    /// It is plain HTTP to another machine, which `--allow-http` permits.
    PlainHttp,
}

/// The problem of a proxy; it never contains the value, which may hold a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProxyProblem {
    /// It contains whitespace or a line break.
    Whitespace,
    /// It is in quotes.
    Quoted,
    /// It is not a URL.
    NotAUrl(UrlError),
    /// It contains no host.
    NoHost,
    /// Its scheme is not supported.
    Scheme(String),
}

/// The URL parser's error.
pub type UrlError = <Url as FromStr>::Err;

impl CredentialsError {
    /// Returns the class of the exit status: credentials (7), except for a token of another region
    /// (6).
    pub fn class(&self) -> ExitClass {
        match self {
            Self::OtherRegion { .. } => ExitClass::Blocked,
            _ => ExitClass::Denied,
        }
    }
}
