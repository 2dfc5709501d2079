//! Why the service cannot be called at all. Found before the first request; what a call itself
//! meets is a [`Fault`](super::client::Fault).

use std::path::PathBuf;

/// A reason in the settings that no call can be made. Every one of them belongs to the exit class
/// "credentials" (7). No variant holds a secret, so that each can be shown as it stands.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A variable that is needed is not set, or is empty.
    #[error("no credentials: {} not set", variables(.names))]
    Missing {
        /// The variables of which each is needed.
        names: Vec<&'static str>,
    },
    /// Only the variables of the access-key login are set.
    #[error(
        "`{found}` is set, but this version does not log in with an access key: it reads \
         `INSTANCECTL_ENDPOINT` with `INSTANCECTL_TOKEN` or `INSTANCECTL_TOKEN_FILE`"
    )]
    AccessKeyOnly {
        /// The first of those variables that is set.
        found: &'static str,
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
    /// An address that cannot be used.
    #[error("the service's address (`INSTANCECTL_ENDPOINT`) {problem}")]
    Address {
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
    /// The file of an additional certificate authority holds none.
    #[error("`{}` (`INSTANCECTL_CA_FILE`) holds no PEM certificate", path.display())]
    NoCertificate {
        /// The file.
        path: PathBuf,
    },
    /// The HTTP client could not be set up.
    #[error("cannot set up HTTPS: {0}")]
    Setup(String),
}

impl Error {
    /// The next step for the person who reads the error.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Missing { .. } => {
                "export INSTANCECTL_ENDPOINT=https://HOST:PORT/ai and INSTANCECTL_TOKEN=TOKEN \
                 (or INSTANCECTL_TOKEN_FILE=FILE); `--sandbox` needs neither"
            }
            Self::AccessKeyOnly { .. } => {
                "fetch a region's token with the access key, then export INSTANCECTL_ENDPOINT and \
                 INSTANCECTL_TOKEN"
            }
            Self::TwoTokens => "unset one of the two variables",
            Self::NotText { .. } => "set it again; it is plain text on every platform",
            Self::Address { .. } => {
                "give the region's AI address as the platform lists it, such as \
                 https://ai.example.cn:65011/ai"
            }
            Self::File { .. } => "check the path and its permissions",
            Self::NotPrivate { .. } => "run `chmod 600` on the file",
            Self::Token { .. } => "copy the token again, whole and on one line",
            Self::Expired { .. } => "fetch a new token; if it is new, check this machine's clock",
            Self::NoCertificate { .. } => {
                "it must hold `-----BEGIN CERTIFICATE-----` blocks of the centre's authority"
            }
            Self::Setup(_) => "check the system's certificate store and INSTANCECTL_CA_FILE",
        }
    }
}

fn variables(names: &[&str]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    let verb = if names.len() == 1 { "is" } else { "are" };
    format!("{} {verb}", quoted.join(" and "))
}
