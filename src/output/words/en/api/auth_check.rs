//! Results of `auth check`.

use super::{connection, credentials, login};
use crate::api::client::ApiError;
use crate::output::{AccessMethod, AuthProblem, RegionState};

pub(super) fn method(method: AccessMethod, login: Option<&str>) -> String {
    let method = match method {
        AccessMethod::Sandbox => "the sandbox",
        AccessMethod::Token => "an address and a token",
        AccessMethod::Login => "a login with an access key",
    };
    let at = login.map_or(String::new(), |login| format!(" at {login}"));
    format!("with       {method}{at}")
}

pub(super) fn clock(ahead: Option<i64>) -> String {
    match ahead {
        None => "unknown (not returned by the platform)".to_owned(),
        Some(0) => "same as the platform".to_owned(),
        Some(ahead) => {
            let word = if ahead < 0 { "behind" } else { "ahead of" };
            format!("{} s {word} the platform", ahead.unsigned_abs())
        }
    }
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

pub(super) fn problem(problem: &AuthProblem) -> String {
    match problem {
        AuthProblem::Credentials(error) => credentials::error(error),
        AuthProblem::Login(error) => login::error(error),
        AuthProblem::LoginUnused => {
            "the login variables are not used: the address with its token takes precedence"
                .to_owned()
        }
        AuthProblem::ClockSkew { ahead } => login::clock_skew(*ahead),
        AuthProblem::UnknownRegion { region } => format!("the account has no region `{region}`"),
        AuthProblem::NoRegion => "the account has no region".to_owned(),
        AuthProblem::Probe { address, region, failure } => {
            let what = match failure {
                ApiError::Denied(_) => "the token is refused",
                ApiError::EndpointMissing(_) => "no AI service",
                ApiError::Refused(_) => "the call is refused",
                ApiError::Unreachable(_) => "no usable response",
            };
            let region =
                region.as_ref().map_or(String::new(), |region| format!(" (region {region})"));
            format!("{what} at {address}{region}: {}", connection::detail(failure.detail()))
        }
    }
}

pub(super) fn help(problem: &AuthProblem) -> Option<String> {
    let help = match problem {
        AuthProblem::Credentials(error) => credentials::help(error),
        AuthProblem::Login(error) => return Some(login::help(error)),
        AuthProblem::LoginUnused => "unset INSTANCECTL_ENDPOINT and the token to log in",
        AuthProblem::ClockSkew { .. } => "set the clock: logins are signed with the time",
        AuthProblem::UnknownRegion { .. } => "check INSTANCECTL_REGION",
        AuthProblem::NoRegion => return None,
        AuthProblem::Probe { failure, .. } => match failure {
            ApiError::EndpointMissing(_) => "check that this is the region's AI address",
            ApiError::Denied(_) => {
                "the token may have expired or belong to another region: fetch a new one, and use \
                 the address of its region"
            }
            ApiError::Refused(cause) if cause.is_internal() => {
                "token and address may belong to different regions"
            }
            ApiError::Refused(_) | ApiError::Unreachable(_) => return None,
        },
    };
    Some(help.to_owned())
}
