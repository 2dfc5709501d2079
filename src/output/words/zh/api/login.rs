//! Errors of a login.

use std::time::Duration;

use crate::api::auth::session::{AccountRegion, LoginError, LoginFailure};
use crate::output::Message;
use crate::output::words::zh::Zh;

/// Describes an error of a login.
pub(super) fn error(error: &LoginError) -> Message {
    let (text, help) = match error {
        LoginError::Failed(failure) => (failed(failure), failure_help(failure)),
        LoginError::Unnamed { known } => (
            format!("no region is set; the account has {}", regions(known)),
            "set `region` in the manifest or INSTANCECTL_REGION".to_owned(),
        ),
        LoginError::Unknown { region, known } => (
            format!("the account has no region `{region}`; it has {}", regions(known)),
            "check `region` in the manifest and INSTANCECTL_REGION".to_owned(),
        ),
        LoginError::Disabled { region } => (
            format!(
                "the account is disabled in region {}: the platform gave no token for it",
                label(region)
            ),
            "ask the platform's support to enable it, or use another region".to_owned(),
        ),
        LoginError::NoService { region } => (
            format!(
                "region {} has no AI service: the platform lists no enabled address for it",
                label(region)
            ),
            "use a region that has one".to_owned(),
        ),
        LoginError::QueryFailed { region, address, cause, .. } => (
            format!(
                "cannot fetch the address of region {} at {address}: {}",
                label(region),
                Zh::error_detail(cause)
            ),
            "check INSTANCECTL_PLATFORM_URL and the network".to_owned(),
        ),
        LoginError::Settings(error) => return Zh::credentials_error(error),
    };
    Message::new(text, help)
}

pub(super) fn failed(failure: &LoginFailure) -> String {
    match failure {
        LoginFailure::Refused { user, cause, .. } => {
            format!("login of `{user}` refused: {}", Zh::error_detail(cause))
        }
        LoginFailure::Unreachable { address, cause } => {
            format!("cannot log in at {address}: {}", Zh::error_detail(cause))
        }
    }
}

fn failure_help(failure: &LoginFailure) -> String {
    match failure {
        LoginFailure::Refused { skew: Some(skew), .. } if skew.unsigned_abs() >= 60 => {
            format!("{}; requests are signed with the time, so set the clock", clock_skew(*skew))
        }
        LoginFailure::Refused { .. } => {
            "check INSTANCECTL_USER, INSTANCECTL_ACCESS_KEY and INSTANCECTL_SECRET_KEY".to_owned()
        }
        LoginFailure::Unreachable { .. } => {
            "check INSTANCECTL_LOGIN_URL (a self-hosted centre has another one) and the network"
                .to_owned()
        }
    }
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
