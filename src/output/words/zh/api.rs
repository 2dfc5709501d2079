//! Chinese texts about the access to the platform.

mod auth_check;
mod connection;
mod credentials;
mod login;

use crate::api::CredentialsError;
use crate::api::auth::session::LoginError;
use crate::api::client::{ApiError, ErrorDetail, ErrorMessage};
use crate::output::words::zh::Zh;
use crate::output::{AuthProblem, AuthReport, Message, RegionState};

/// Help for a call that was denied.
pub(super) const ACCESS_DENIED_HELP: &str = "the token may have expired or belong to another region, see `instancectl auth check`; fetch a new \
     one, or set INSTANCECTL_USER, INSTANCECTL_ACCESS_KEY and INSTANCECTL_SECRET_KEY instead to log in \
     on each run";

impl Zh {
    pub(crate) fn credentials_error(error: &CredentialsError) -> Message {
        let (text, help) = credentials::error(error);
        Message::new(text, help.to_owned())
    }

    pub(crate) fn login_error(error: &LoginError) -> Message {
        login::error(error)
    }

    /// Returns the reason that a call failed; empty if the platform gave none.
    pub(crate) fn error_message(message: &ErrorMessage) -> String {
        connection::message(message)
    }

    /// Returns the reason that a call failed, followed by the code and the HTTP status in
    /// parentheses if there is a code.
    pub(crate) fn error_detail(detail: &ErrorDetail) -> String {
        connection::detail(detail)
    }

    pub(crate) fn query_failed(detail: &ErrorDetail) -> String {
        format!("could not query the platform: {}", connection::detail(detail))
    }

    pub(crate) fn query_error(failure: &ApiError) -> Message {
        let help = Self::refusal_help(failure).map(str::to_owned);
        Message::new(Self::query_failed(failure.detail()), help)
    }

    pub(crate) fn refusal_help(failure: &ApiError) -> Option<&'static str> {
        match failure {
            ApiError::Denied(_) => Some(ACCESS_DENIED_HELP),
            ApiError::Refused(cause) if cause.is_internal() => Some(
                "this error is also returned if token and address belong to different regions: \
                 run `instancectl auth check`",
            ),
            _ => None,
        }
    }

    pub(crate) fn auth_access(report: &AuthReport) -> String {
        auth_check::access(report)
    }

    pub(crate) fn region_state(state: RegionState) -> &'static str {
        auth_check::region_state(state)
    }

    pub(crate) fn auth_problem(problem: &AuthProblem) -> Message {
        auth_check::problem(problem)
    }

    pub(crate) fn auth_problem_lines(problem: &AuthProblem) -> String {
        let Message { text, help } = Self::auth_problem(problem);
        let kind = if problem.class().is_some() { "wrong" } else { "note" };
        let help = help.map(|help| format!("  {}\n", Self::labelled_help(&help)));
        format!("{kind}: {text}\n{}", help.unwrap_or_default())
    }
}
