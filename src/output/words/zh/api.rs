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
pub(super) const ACCESS_DENIED_HELP: &str = "令牌可能已过期，或属于其他区域，可用 `instancectl auth check` 检查；重新获取令牌，或改为设置 \
     INSTANCECTL_USER、INSTANCECTL_ACCESS_KEY 和 INSTANCECTL_SECRET_KEY，每次运行时登录";

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
        format!("无法查询平台：{}", connection::detail(detail))
    }

    pub(crate) fn query_error(failure: &ApiError) -> Message {
        let help = Self::refusal_help(failure).map(str::to_owned);
        Message::new(Self::query_failed(failure.detail()), help)
    }

    pub(crate) fn refusal_help(failure: &ApiError) -> Option<&'static str> {
        match failure {
            ApiError::Denied(_) => Some(ACCESS_DENIED_HELP),
            ApiError::Refused(cause) if cause.is_internal() => {
                Some("令牌与地址属于不同区域时也会返回此错误：运行 `instancectl auth check` 检查")
            }
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
        let kind = if problem.class().is_some() { "错误" } else { "提示" };
        let help = help.map(|help| format!("  {}\n", Self::labelled_help(&help)));
        format!("{kind}：{text}\n{}", help.unwrap_or_default())
    }
}
