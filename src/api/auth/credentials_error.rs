//! Errors that prevent any call to the service. They are found before the first request; the error
//! of a call itself is a [`Fault`](crate::api::client::ErrorDetail).

use std::path::PathBuf;

use super::credentials::{ACCESS_KEY, ENDPOINT, SECRET_KEY, USER};
use crate::exit_status::ExitClass;
use crate::ids::Region;

/// An error in the settings that prevents any call. No variant contains a secret, so each can be
/// shown unchanged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialsError {
    /// A required variable is not set, or is empty.
    #[error("no credentials: {} not set", variables(.names))]
    Missing {
        /// The required variables that are missing.
        names: Vec<&'static str>,
    },
    /// Only one of address and token is set, together with login variables.
    #[error(
        "`{found}` is set without `{lacking}`, together with the variables of a login: it is not \
         clear which of the two to use"
    )]
    Mixed {
        /// The variable that is set.
        found: &'static str,
        /// The missing variable.
        lacking: &'static str,
    },
    /// Both the token and a token file are given.
    #[error("both `INSTANCECTL_TOKEN` and `INSTANCECTL_TOKEN_FILE` are set, expected only one")]
    TwoTokens,
    /// A variable is not UTF-8 text.
    #[error("`{name}` is not UTF-8 text")]
    NotText {
        /// The variable.
        name: &'static str,
    },
    /// A variable contains a character that cannot be sent in a header.
    #[error("`{name}` has a character at position {position} that cannot be sent")]
    Unsendable {
        /// The variable.
        name: &'static str,
        /// Position of the character, from 1.
        position: usize,
    },
    /// An address cannot be used.
    #[error("the service address (`{name}`) {problem}")]
    Address {
        /// The variable, or the platform's name for it.
        name: &'static str,
        /// The found and the expected value; never a password from the address.
        problem: String,
    },
    /// A file named by a variable cannot be read.
    #[error("cannot read `{}` (`{name}`): {source}", path.display())]
    File {
        /// The variable.
        name: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// A file with a secret is readable or writable by others than its owner.
    #[error("`{}` holds a secret but its mode is {mode:04o}, expected 0600", path.display())]
    NotPrivate {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// A token cannot be sent.
    #[error("the token {problem}")]
    Token {
        /// The found and the expected value, without the token.
        problem: String,
    },
    /// A token has expired according to its payload.
    #[error("the token expired at {at} by this machine's clock")]
    Expired {
        /// Time of the expiry, in RFC 3339 and UTC.
        at: String,
    },
    /// The platform's own token, which no instance call accepts.
    #[error(
        "the token belongs to the platform itself (`clusterId` 0), expected the token of a \
             region"
    )]
    PlatformToken,
    /// A token is for another region than the requested one, according to its payload.
    #[error("the token is for region `{found}`, but `INSTANCECTL_REGION` is `{expected}`")]
    OtherRegion {
        /// The token's region.
        found: Region,
        /// The requested region.
        expected: Region,
    },
    /// The file of an additional certificate authority contains no certificate.
    #[error("`{}` (`INSTANCECTL_CA_FILE`) contains no PEM certificate", path.display())]
    NoCertificate {
        /// The file.
        path: PathBuf,
    },
    /// A proxy variable cannot be used.
    #[error("the proxy in `{name}` {problem}")]
    Proxy {
        /// The variable.
        name: &'static str,
        /// The problem; never the value, which may contain a password.
        problem: String,
    },
    /// A token file is not UTF-8 text.
    #[error("`{}` (`INSTANCECTL_TOKEN_FILE`) is {encoding}", path.display())]
    Encoding {
        /// The file.
        path: PathBuf,
        /// The detected encoding.
        encoding: &'static str,
    },
    /// No certificate authority is configured, in the system or in `INSTANCECTL_CA_FILE`.
    #[error("this system has no CA certificates to verify HTTPS with")]
    NoAuthorities,
    /// The HTTP client could not be set up.
    #[error("cannot set up HTTPS: {0}")]
    Setup(String),
}

impl CredentialsError {
    /// Returns the class of the exit status: credentials (7), except for a token of another region
    /// (6).
    pub fn class(&self) -> ExitClass {
        match self {
            Self::OtherRegion { .. } => ExitClass::Blocked,
            _ => ExitClass::Denied,
        }
    }

    /// Returns the suggested next step for the user.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Missing { names } if names.iter().any(|name| LOGIN.contains(name)) => {
                "a login requires INSTANCECTL_USER, INSTANCECTL_ACCESS_KEY and \
                 INSTANCECTL_SECRET_KEY; `instancectl auth check` shows which are set"
            }
            Self::Missing { .. } => {
                "export INSTANCECTL_ENDPOINT=https://HOST:PORT/ai and INSTANCECTL_TOKEN=TOKEN \
                 (or INSTANCECTL_TOKEN_FILE=FILE), or log in with INSTANCECTL_USER, \
                 INSTANCECTL_ACCESS_KEY and INSTANCECTL_SECRET_KEY; `--sandbox` needs none"
            }
            Self::Mixed { .. } => "unset it to log in, or set both the address and its token",
            Self::TwoTokens => "unset one of the two variables",
            Self::NotText { .. } => "set it again as plain text",
            Self::Unsendable { .. } => "copy it again, complete and on one line",
            Self::Address { name, .. } if *name != ENDPOINT => {
                "expected scheme, host and port, such as https://www.example.cn"
            }
            Self::Address { .. } => {
                "give the region's AI address as the platform lists it, such as \
                 https://ai.example.cn:65011/ai"
            }
            Self::File { .. } => "check the path and its permissions",
            Self::NotPrivate { .. } => "run `chmod 600` on the file",
            Self::Token { .. } => "copy the token again, complete and on one line",
            Self::Expired { .. } => "fetch a new token; if it is new, check this machine's clock",
            Self::PlatformToken => "use the token whose `clusterId` is that of your region",
            Self::OtherRegion { .. } => {
                "use the token of that region, or set INSTANCECTL_REGION to the region of the \
                 token"
            }
            Self::NoCertificate { .. } => {
                "it must contain the CA certificates in PEM format (`-----BEGIN \
                 CERTIFICATE-----`)"
            }
            Self::Proxy { .. } => {
                "expected http://HOST:PORT or https://HOST:PORT; unset the variable to connect \
                 without a proxy"
            }
            Self::Encoding { .. } => "save the token again as plain text",
            Self::NoAuthorities => {
                "install the package `ca-certificates`, or set INSTANCECTL_CA_FILE to a PEM file"
            }
            Self::Setup(_) => "check the system's certificate store and INSTANCECTL_CA_FILE",
        }
    }
}

/// The variables that only a login uses.
const LOGIN: [&str; 3] = [USER, ACCESS_KEY, SECRET_KEY];

fn variables(names: &[&str]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    let verb = if names.len() == 1 { "is" } else { "are" };
    format!("{} {verb}", quoted.join(" and "))
}
