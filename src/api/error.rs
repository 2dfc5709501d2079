//! Why the service cannot be called at all. Found before the first request; what a call itself
//! meets is a [`Fault`](super::client::Fault).

use std::path::PathBuf;

use super::credentials::{ACCESS_KEY, ENDPOINT, SECRET_KEY, USER};
use crate::exit::ExitClass;
use crate::ids::Region;

/// A reason in the settings that no call can be made. No variant holds a secret, so that each can be
/// shown as it stands.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialsError {
    /// A variable that is needed is not set, or is empty.
    #[error("no credentials: {} not set", variables(.names))]
    Missing {
        /// The variables of which each is needed.
        names: Vec<&'static str>,
    },
    /// Half of an address with its token beside variables of a login.
    #[error(
        "`{found}` is set without `{lacking}`, beside the variables of a login: nobody can tell \
         which of the two is meant"
    )]
    Mixed {
        /// The variable that is set.
        found: &'static str,
        /// The variable that it lacks.
        lacking: &'static str,
    },
    /// Both the token and a file of it are given.
    #[error("both `INSTANCECTL_TOKEN` and `INSTANCECTL_TOKEN_FILE` are set, expected one of them")]
    TwoTokens,
    /// A variable that is no UTF-8 text.
    #[error("`{name}` is not UTF-8 text")]
    NotText {
        /// The variable.
        name: &'static str,
    },
    /// A variable whose text cannot stand in a header.
    #[error("`{name}` has a character at position {position} that cannot be sent")]
    Unsendable {
        /// The variable.
        name: &'static str,
        /// Where, from 1.
        position: usize,
    },
    /// An address that cannot be used.
    #[error("the service's address (`{name}`) {problem}")]
    Address {
        /// The variable, or the platform's word for it.
        name: &'static str,
        /// What was found and what was expected; never a password that stood in the address.
        problem: String,
    },
    /// A file named by a variable that cannot be read.
    #[error("cannot read `{}` (`{name}`): {source}", path.display())]
    File {
        /// The variable.
        name: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file with a secret that others than its owner may read or write.
    #[error("`{}` holds a secret but its mode is {mode:04o}, expected 0600", path.display())]
    NotPrivate {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// A token that cannot be sent.
    #[error("the token {problem}")]
    Token {
        /// What was found and what was expected, without the token.
        problem: String,
    },
    /// A token whose own payload says that it is over.
    #[error("the token expired at {at} by this machine's clock")]
    Expired {
        /// When, in RFC 3339 and UTC.
        at: String,
    },
    /// The platform's own token, which no call of an instance takes.
    #[error("the token is the platform's own (`clusterId` 0), expected the token of a region")]
    PlatformToken,
    /// A token whose own payload says that it is for another region than the one asked for.
    #[error("the token is for region `{found}`, and `INSTANCECTL_REGION` is `{wanted}`")]
    OtherRegion {
        /// The token's region.
        found: Region,
        /// The region asked for.
        wanted: Region,
    },
    /// The file of an additional certificate authority holds none.
    #[error("`{}` (`INSTANCECTL_CA_FILE`) holds no PEM certificate", path.display())]
    NoCertificate {
        /// The file.
        path: PathBuf,
    },
    /// A proxy variable that cannot be used.
    #[error("the proxy in `{name}` {problem}")]
    Proxy {
        /// The variable.
        name: &'static str,
        /// What was found; never the value, which may hold a password.
        problem: String,
    },
    /// A token file that is not UTF-8 text.
    #[error("`{}` (`INSTANCECTL_TOKEN_FILE`) is {encoding}", path.display())]
    Encoding {
        /// The file.
        path: PathBuf,
        /// What it is.
        encoding: &'static str,
    },
    /// Neither the system nor `INSTANCECTL_CA_FILE` names a certificate authority.
    #[error("this system has no certificates of authorities to check HTTPS with")]
    NoAuthorities,
    /// The HTTP client could not be set up.
    #[error("cannot set up HTTPS: {0}")]
    Setup(String),
}

impl CredentialsError {
    /// The class of the exit status: credentials (7), but for a token of another region (6).
    pub fn class(&self) -> ExitClass {
        match self {
            Self::OtherRegion { .. } => ExitClass::Blocked,
            _ => ExitClass::Denied,
        }
    }

    /// The next step for the person who reads the error.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Missing { names } if names.iter().any(|name| LOGIN.contains(name)) => {
                "a login takes all of INSTANCECTL_USER, INSTANCECTL_ACCESS_KEY and \
                 INSTANCECTL_SECRET_KEY; `instancectl auth check` tells what was found"
            }
            Self::Missing { .. } => {
                "export INSTANCECTL_ENDPOINT=https://HOST:PORT/ai and INSTANCECTL_TOKEN=TOKEN \
                 (or INSTANCECTL_TOKEN_FILE=FILE), or log in with INSTANCECTL_USER, \
                 INSTANCECTL_ACCESS_KEY and INSTANCECTL_SECRET_KEY; `--sandbox` needs none"
            }
            Self::Mixed { .. } => "unset it to log in, or complete the address and its token",
            Self::TwoTokens => "unset one of the two variables",
            Self::NotText { .. } => "set it again; it is plain text on every platform",
            Self::Unsendable { .. } => "copy it again, whole and on one line",
            Self::Address { name, .. } if *name != ENDPOINT => {
                "expected scheme, host and port, such as https://www.example.cn"
            }
            Self::Address { .. } => {
                "give the region's AI address as the platform lists it, such as \
                 https://ai.example.cn:65011/ai"
            }
            Self::File { .. } => "check the path and its permissions",
            Self::NotPrivate { .. } => "run `chmod 600` on the file",
            Self::Token { .. } => "copy the token again, whole and on one line",
            Self::Expired { .. } => "fetch a new token; if it is new, check this machine's clock",
            Self::PlatformToken => {
                "of the tokens that the platform gave, take the one whose `clusterId` is your region's"
            }
            Self::OtherRegion { .. } => {
                "take the token of that region, or set INSTANCECTL_REGION to the token's"
            }
            Self::NoCertificate { .. } => {
                "it must hold `-----BEGIN CERTIFICATE-----` blocks of the centre's authority"
            }
            Self::Proxy { .. } => {
                "expected http://HOST:PORT or https://HOST:PORT; unset the variable to go without a \
                 proxy"
            }
            Self::Encoding { .. } => "write the token into it again, as plain text",
            Self::NoAuthorities => {
                "install the package `ca-certificates`, or name a PEM file in INSTANCECTL_CA_FILE"
            }
            Self::Setup(_) => "check the system's certificate store and INSTANCECTL_CA_FILE",
        }
    }
}

/// The variables that only a login takes.
const LOGIN: [&str; 3] = [USER, ACCESS_KEY, SECRET_KEY];

fn variables(names: &[&str]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    let verb = if names.len() == 1 { "is" } else { "are" };
    format!("{} {verb}", quoted.join(" and "))
}
