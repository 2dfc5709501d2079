//! Results of `auth check`.

use super::{connection, login};
use crate::api::client::ApiError;
use crate::output::text::plan::escape;
use crate::output::words::zh::Zh;
use crate::output::{AccessMethod, AuthProblem, AuthReport, Message, RegionState};

/// Returns one line per fact about the access.
pub(super) fn access(report: &AuthReport) -> String {
    let variables = match &report.variables[..] {
        [] => "none".to_owned(),
        names => names.join(", "),
    };
    let Some(with) = report.with else { return format!("variables  {variables}\n") };
    let method = match with {
        AccessMethod::Sandbox => "the sandbox",
        AccessMethod::Token => "an address and a token",
        AccessMethod::Login => "a login with an access key",
    };
    let at = report.login.as_ref().map_or(String::new(), |login| format!(" at {login}"));
    let user = report.user.as_deref().map(escape);
    let user = user.unwrap_or_else(|| "unknown (not in the token)".to_owned());
    let clock = match report.clock_skew {
        None => "unknown (not returned by the platform)".to_owned(),
        Some(0) => "same as the platform".to_owned(),
        Some(ahead) => {
            let word = if ahead < 0 { "behind" } else { "ahead of" };
            format!("{} s {word} the platform", ahead.unsigned_abs())
        }
    };
    format!(
        "variables  {variables}\nwith       {method}{at}\nuser       {user}\nclock      {clock}\n"
    )
}

pub(super) fn region_state(state: RegionState) -> &'static str {
    match state {
        RegionState::Usable => "usable",
        RegionState::Disabled => "disabled",
        RegionState::NoService => "no AI service",
        RegionState::NoAddress => "no address",
        RegionState::Refused => "refused",
        RegionState::NotReached => "not reached",
    }
}

pub(super) fn problem(problem: &AuthProblem) -> Message {
    let (text, help) = match problem {
        AuthProblem::Credentials(error) => return Zh::credentials_error(error),
        AuthProblem::Login(error) => return Zh::login_error(error),
        AuthProblem::LoginUnused => (
            "the login variables are not used: the address with its token takes precedence"
                .to_owned(),
            "unset INSTANCECTL_ENDPOINT and the token to log in",
        ),
        AuthProblem::ClockSkew { ahead } => {
            (login::clock_skew(*ahead), "set the clock: logins are signed with the time")
        }
        AuthProblem::UnknownRegion { region } => {
            (format!("the account has no region `{region}`"), "check INSTANCECTL_REGION")
        }
        AuthProblem::NoRegion => return "the account has no region".into(),
        AuthProblem::Probe { address, region, failure } => {
            let (what, help) = probe(failure);
            let region =
                region.as_ref().map_or(String::new(), |region| format!(" (region {region})"));
            let cause = connection::detail(failure.detail());
            let text = format!("{what} at {address}{region}: {cause}");
            return Message::new(text, help.map(str::to_owned));
        }
    };
    Message::new(text, help.to_owned())
}

/// Returns what a region's address did, and the next step.
fn probe(failure: &ApiError) -> (&'static str, Option<&'static str>) {
    match failure {
        ApiError::Denied(_) => (
            "the token is refused",
            Some(
                "the token may have expired or belong to another region: fetch a new one, and use \
                 the address of its region",
            ),
        ),
        ApiError::EndpointMissing(_) => {
            ("no AI service", Some("check that this is the region's AI address"))
        }
        ApiError::Refused(cause) if cause.is_internal() => {
            ("the call is refused", Some("token and address may belong to different regions"))
        }
        ApiError::Refused(_) => ("the call is refused", None),
        ApiError::Unreachable(_) => ("no usable response", None),
    }
}
