//! English texts about the access to the platform.

mod auth_check;
mod connection;
mod credentials;
mod login;

use crate::api::CredentialsError;
use crate::api::auth::session::LoginError;
use crate::api::client::{ApiError, ErrorDetail, ErrorMessage};
use crate::output::words::{ApiWords, En};
use crate::output::{AccessMethod, AuthProblem, RegionState};

/// Help for a call that was denied.
pub(super) const ACCESS_DENIED_HELP: &str =
    "the token may have expired or belong to another region; run `instancectl auth check`";

impl ApiWords for En {
    fn credentials_error(&self, error: &CredentialsError) -> String {
        credentials::error(error)
    }

    fn credentials_error_help(&self, error: &CredentialsError) -> &'static str {
        credentials::help(error)
    }

    fn login_error(&self, error: &LoginError) -> String {
        login::error(error)
    }

    fn login_error_help(&self, error: &LoginError) -> String {
        login::help(error)
    }

    fn clock_skew(&self, ahead: i64) -> String {
        login::clock_skew(ahead)
    }

    fn error_message(&self, message: &ErrorMessage) -> String {
        connection::message(message)
    }

    fn error_detail(&self, detail: &ErrorDetail) -> String {
        connection::detail(detail)
    }

    fn query_failed(&self, detail: &ErrorDetail) -> String {
        format!("could not query the platform: {}", connection::detail(detail))
    }

    fn query_failed_help(&self, failure: &ApiError) -> String {
        match self.refusal_help(failure) {
            Some(help) => format!("nothing was changed; {help}"),
            None => "nothing was changed".to_owned(),
        }
    }

    fn refusal_help(&self, failure: &ApiError) -> Option<&'static str> {
        match failure {
            ApiError::Denied(_) => Some(ACCESS_DENIED_HELP),
            ApiError::Refused(cause) if cause.is_internal() => Some(
                "this error is also returned if token and address belong to different regions: \
                 run `instancectl auth check`",
            ),
            _ => None,
        }
    }

    fn auth_variables(&self, names: &[&str]) -> String {
        let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        format!("variables  {names}")
    }

    fn auth_method(&self, method: AccessMethod, login: Option<&str>) -> String {
        auth_check::method(method, login)
    }

    fn auth_user(&self, user: Option<&str>) -> String {
        format!("user       {}", user.unwrap_or("unknown (not in the token)"))
    }

    fn auth_clock(&self, ahead: Option<i64>) -> String {
        format!("clock      {}", auth_check::clock(ahead))
    }

    fn region_titles(&self) -> [&'static str; 5] {
        ["REGION", "NAME", "STATE", "UNTIL", "ADDRESS"]
    }

    fn region_state(&self, state: RegionState) -> &'static str {
        auth_check::region_state(state)
    }

    fn auth_problem(&self, problem: &AuthProblem) -> String {
        auth_check::problem(problem)
    }

    fn auth_problem_help(&self, problem: &AuthProblem) -> Option<String> {
        auth_check::help(problem)
    }

    fn auth_problem_line(&self, message: &str, prevents_use: bool) -> String {
        format!("{}: {message}", if prevents_use { "wrong" } else { "note" })
    }

    fn auth_help_line(&self, help: &str) -> String {
        format!("  help: {help}")
    }

    fn catalog_call_missing_help(&self) -> &'static str {
        "not every platform has this call"
    }

    fn catalog_empty(&self) -> &'static str {
        "nothing"
    }

    fn catalog_incomplete(&self) -> &'static str {
        "the list is incomplete: the platform has more entries"
    }

    fn field_titles(&self) -> [&'static str; 2] {
        ["FIELD", "VALUE"]
    }
}
