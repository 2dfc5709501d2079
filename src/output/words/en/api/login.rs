//! Errors of a login.

use std::time::Duration;

use super::credentials;
use crate::api::auth::session::{AccountRegion, LoginError, LoginFailure};
use crate::output::words::{ApiWords, En};

pub(super) fn error(error: &LoginError) -> String {
    match error {
        LoginError::Failed(failure) => failed(failure),
        LoginError::Unnamed { known } => {
            format!("no region is set; the account has {}", regions(known))
        }
        LoginError::Unknown { region, known } => {
            format!("the account has no region `{region}`; it has {}", regions(known))
        }
        LoginError::Disabled { region } => format!(
            "the account is disabled in region {}: the platform gave no token for it",
            label(region)
        ),
        LoginError::NoService { region } => format!(
            "region {} has no AI service: the platform lists no enabled address for it",
            label(region)
        ),
        LoginError::QueryFailed { region, address, cause, .. } => format!(
            "cannot fetch the address of region {} at {address}: {}",
            label(region),
            En.error_detail(cause)
        ),
        LoginError::Settings(error) => credentials::error(error),
    }
}

pub(super) fn failed(failure: &LoginFailure) -> String {
    match failure {
        LoginFailure::Refused { user, cause, .. } => {
            format!("login of `{user}` refused: {}", En.error_detail(cause))
        }
        LoginFailure::Unreachable { address, cause } => {
            format!("cannot log in at {address}: {}", En.error_detail(cause))
        }
    }
}

pub(super) fn help(error: &LoginError) -> String {
    let help = match error {
        LoginError::Failed(LoginFailure::Refused { skew: Some(skew), .. })
            if skew.unsigned_abs() >= 60 =>
        {
            return format!(
                "{}; requests are signed with the time, so set the clock",
                clock_skew(*skew)
            );
        }
        LoginError::Failed(LoginFailure::Refused { .. }) => {
            "check INSTANCECTL_USER, INSTANCECTL_ACCESS_KEY and INSTANCECTL_SECRET_KEY"
        }
        LoginError::Failed(LoginFailure::Unreachable { .. }) => {
            "check INSTANCECTL_LOGIN_URL (a self-hosted centre has another one) and the network"
        }
        LoginError::Unnamed { .. } => "set `region` in the manifest or INSTANCECTL_REGION",
        LoginError::Unknown { .. } => "check `region` in the manifest and INSTANCECTL_REGION",
        LoginError::Disabled { .. } => {
            "ask the platform's support to enable it, or use another region"
        }
        LoginError::NoService { .. } => "use a region that has one",
        LoginError::QueryFailed { .. } => "check INSTANCECTL_PLATFORM_URL and the network",
        LoginError::Settings(error) => credentials::help(error),
    };
    help.to_owned()
}

pub(super) fn clock_skew(ahead: i64) -> String {
    let (seconds, word) = (ahead.unsigned_abs(), if ahead < 0 { "behind" } else { "ahead of" });
    let time = humantime::format_duration(Duration::from_secs(seconds));
    format!("this machine's clock is {time} {word} the platform's")
}

fn regions(known: &[AccountRegion]) -> String {
    if known.is_empty() {
        return "none".to_owned();
    }
    let known = known.iter().map(|region| {
        format!("{}{}", label(region), if region.enabled { "" } else { " disabled" })
    });
    known.collect::<Vec<_>>().join(", ")
}

/// Returns a region's ID and name.
fn label(AccountRegion { id, name, .. }: &AccountRegion) -> String {
    if name.is_empty() { format!("`{id}`") } else { format!("`{id}` ({name})") }
}
