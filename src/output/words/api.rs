//! Texts about credentials, logins, calls of the platform, `auth check` and `catalog`.

use crate::api::CredentialsError;
use crate::api::auth::session::LoginError;
use crate::api::client::{ApiError, ErrorDetail, ErrorMessage};
use crate::output::{AccessMethod, AuthProblem, RegionState};

/// Texts about the access to the platform.
pub trait ApiWords {
    /// Returns the description of an error in the credentials.
    fn credentials_error(&self, error: &CredentialsError) -> String;
    /// Returns the next step after an error in the credentials.
    fn credentials_error_help(&self, error: &CredentialsError) -> &'static str;
    /// Returns the description of an error of a login.
    fn login_error(&self, error: &LoginError) -> String;
    /// Returns the next step after an error of a login.
    fn login_error_help(&self, error: &LoginError) -> String;
    /// Returns the description of a clock that is `ahead` seconds ahead of the platform's.
    fn clock_skew(&self, ahead: i64) -> String;

    /// Returns the reason that a call failed; empty if the platform gave none.
    fn error_message(&self, message: &ErrorMessage) -> String;
    /// Returns the reason that a call failed, followed by the code and the HTTP status in
    /// parentheses if there is a code.
    fn error_detail(&self, detail: &ErrorDetail) -> String;
    /// Returns that the platform could not be queried, with the reason.
    fn query_failed(&self, detail: &ErrorDetail) -> String;
    /// Returns the next step after a query failed that a command needs before it changes anything.
    fn query_failed_help(&self, failure: &ApiError) -> String;
    /// Returns the most frequent cause of a refused call, and the command that shows more.
    fn refusal_help(&self, failure: &ApiError) -> Option<&'static str>;

    /// Returns the line of `auth check` about the variables that are set.
    fn auth_variables(&self, names: &[&str]) -> String;
    /// Returns the line of `auth check` about the method, and the address of a login.
    fn auth_method(&self, method: AccessMethod, login: Option<&str>) -> String;
    /// Returns the line of `auth check` about the user, whose name is escaped.
    fn auth_user(&self, user: Option<&str>) -> String;
    /// Returns the line of `auth check` about this machine's clock, in seconds ahead of the
    /// platform's.
    fn auth_clock(&self, ahead: Option<i64>) -> String;
    /// Returns the titles of the table of regions: ID, name, state, expiry of the token, address.
    fn region_titles(&self) -> [&'static str; 5];
    /// Returns the state of a region in one or two words.
    fn region_state(&self, state: RegionState) -> &'static str;
    /// Returns the description of a problem that `auth check` found.
    fn auth_problem(&self, problem: &AuthProblem) -> String;
    /// Returns the next step after a problem that `auth check` found.
    fn auth_problem_help(&self, problem: &AuthProblem) -> Option<String>;
    /// Returns the line about a problem; `prevents_use` is false for a note.
    fn auth_problem_line(&self, message: &str, prevents_use: bool) -> String;
    /// Returns the line about the next step after a problem.
    fn auth_help_line(&self, help: &str) -> String;

    /// Returns the next step if the platform does not have a call of `catalog`.
    fn catalog_call_missing_help(&self) -> &'static str;
    /// Returns the result of `catalog` without any resource.
    fn catalog_empty(&self) -> &'static str;
    /// Returns that `catalog` shows only a part of the resources.
    fn catalog_incomplete(&self) -> &'static str;
    /// Returns the titles of the table of one object: field, value.
    fn field_titles(&self) -> [&'static str; 2];
}
