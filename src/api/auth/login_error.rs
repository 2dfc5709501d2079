//! Errors of a login.

use std::time::SystemTime;

use crate::api::CredentialsError;
use crate::api::client::ErrorDetail;
use crate::api::error_message::LoginFailure;
use crate::exit_status::ExitClass;
use crate::ids::Region;

/// The reason that an account cannot reach the platform, or one of its regions.
#[derive(Debug)]
#[non_exhaustive]
pub enum LoginError {
    /// The login failed.
    Failed(LoginFailure),
    /// No region is named.
    Unnamed {
        /// The account's regions.
        known: Vec<AccountRegion>,
    },
    /// The account has no such region.
    Unknown {
        /// The requested region.
        region: Region,
        /// The account's regions.
        known: Vec<AccountRegion>,
    },
    /// The account is disabled in that region.
    Disabled {
        /// The region.
        region: AccountRegion,
    },
    /// The region has no enabled address.
    NoService {
        /// The region.
        region: AccountRegion,
    },
    /// The region's address could not be obtained.
    QueryFailed {
        /// The region.
        region: AccountRegion,
        /// The address that was queried.
        address: String,
        /// The error.
        cause: ErrorDetail,
        /// Whether the platform refused the token.
        denied: bool,
    },
    /// The settings cannot be used.
    Settings(CredentialsError),
}

/// A region of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRegion {
    /// Its ID.
    pub id: Region,
    /// Its name, safe to show; may be empty.
    pub name: String,
    /// Whether the account is enabled in it.
    pub enabled: bool,
    /// Expiry of its token, if there is a token that states one.
    pub expiry: Option<SystemTime>,
}

impl LoginError {
    /// Returns the class of the exit status: credentials (7), or unreachable (10).
    pub fn class(&self) -> ExitClass {
        match self {
            Self::Failed(LoginFailure::Refused { .. })
            | Self::Unnamed { .. }
            | Self::Unknown { .. }
            | Self::Disabled { .. }
            | Self::QueryFailed { denied: true, .. } => ExitClass::Denied,
            Self::Failed(LoginFailure::Unreachable { .. })
            | Self::NoService { .. }
            | Self::QueryFailed { .. } => ExitClass::Unreachable,
            Self::Settings(error) => error.class(),
        }
    }
}

impl From<CredentialsError> for LoginError {
    fn from(error: CredentialsError) -> Self {
        Self::Settings(error)
    }
}
