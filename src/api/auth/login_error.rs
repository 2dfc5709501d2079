//! Errors of a login.

use std::time::Duration;

use crate::api::CredentialsError;
use crate::api::client::ErrorDetail;
use crate::exit_status::ExitClass;
use crate::ids::Region;

/// The reason that an account cannot reach the platform, or one of its regions.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoginError {
    /// The platform refused the account.
    #[error("login of `{user}` refused: {cause}")]
    Refused {
        /// The login name.
        user: String,
        /// The platform's error.
        cause: ErrorDetail,
        /// By how many seconds this machine's clock is ahead of the platform's, if known.
        skew: Option<i64>,
    },
    /// The address has no such login, or returned no usable response.
    #[error("cannot log in at {address}: {cause}")]
    Unreachable {
        /// The address.
        address: String,
        /// The error.
        cause: ErrorDetail,
    },
    /// No region is named.
    #[error("no region is set; the account has {known}")]
    Unnamed {
        /// The account's regions.
        known: String,
    },
    /// The account has no such region.
    #[error("the account has no region `{region}`; it has {known}")]
    Unknown {
        /// The requested region.
        region: Region,
        /// The account's regions.
        known: String,
    },
    /// The account is disabled in that region.
    #[error("the account is disabled in region {region}: the platform gave no token for it")]
    Disabled {
        /// The region, with its name.
        region: String,
    },
    /// The region has no enabled address.
    #[error("region {region} has no AI service: the platform lists no enabled address for it")]
    NoService {
        /// The region, with its name.
        region: String,
    },
    /// The region's address could not be obtained.
    #[error("cannot fetch the address of region {region} at {address}: {cause}")]
    Unasked {
        /// The region, with its name.
        region: String,
        /// The address that was queried.
        address: String,
        /// The error.
        cause: ErrorDetail,
        /// Whether the platform refused the token.
        denied: bool,
    },
    /// The settings cannot be used.
    #[error(transparent)]
    Settings(#[from] CredentialsError),
}

impl LoginError {
    /// Returns the class of the exit status: credentials (7), or unreachable (10).
    pub fn class(&self) -> ExitClass {
        match self {
            Self::Refused { .. }
            | Self::Unnamed { .. }
            | Self::Unknown { .. }
            | Self::Disabled { .. }
            | Self::Unasked { denied: true, .. } => ExitClass::Denied,
            Self::Unreachable { .. } | Self::NoService { .. } | Self::Unasked { .. } => {
                ExitClass::Unreachable
            }
            Self::Settings(error) => error.class(),
        }
    }

    /// Returns the suggested next step for the user.
    pub fn help(&self) -> String {
        match self {
            Self::Refused { skew: Some(skew), .. } if skew.unsigned_abs() >= 60 => {
                format!(
                    "{}; requests are signed with the time, so set the clock",
                    describe_skew(*skew)
                )
            }
            Self::Refused { .. } => {
                "check INSTANCECTL_USER, INSTANCECTL_ACCESS_KEY and INSTANCECTL_SECRET_KEY".into()
            }
            Self::Unreachable { .. } => {
                "check INSTANCECTL_LOGIN_URL (a self-hosted centre has another one) and the \
                 network"
                    .into()
            }
            Self::Unnamed { .. } => "set `region` in the manifest or INSTANCECTL_REGION".into(),
            Self::Unknown { .. } => "check `region` in the manifest and INSTANCECTL_REGION".into(),
            Self::Disabled { .. } => {
                "ask the platform's support to enable it, or use another region".into()
            }
            Self::NoService { .. } => "use a region that has one".into(),
            Self::Unasked { .. } => "check INSTANCECTL_PLATFORM_URL and the network".into(),
            Self::Settings(error) => error.help().to_owned(),
        }
    }
}

/// Describes a clock that is `ahead` seconds ahead.
pub fn describe_skew(ahead: i64) -> String {
    let (seconds, word) = (ahead.unsigned_abs(), if ahead < 0 { "behind" } else { "ahead of" });
    let time = humantime::format_duration(Duration::from_secs(seconds));
    format!("this machine's clock is {time} {word} the platform's")
}
