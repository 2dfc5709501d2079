//! Results of `auth check`.

use super::{connection, login};
use crate::api::client::ApiError;
use crate::output::text::plan::escape;
use crate::output::words::zh::Zh;
use crate::output::{AccessMethod, AuthProblem, AuthReport, Message, RegionState};

/// Returns one line per fact about the access.
pub(super) fn access(report: &AuthReport) -> String {
    let variables = match &report.variables[..] {
        [] => "无".to_owned(),
        names => names.join("、"),
    };
    let Some(with) = report.with else { return format!("环境变量  {variables}\n") };
    let method = match with {
        AccessMethod::Sandbox => "沙箱",
        AccessMethod::Token => "地址和令牌",
        AccessMethod::Login => "访问密钥登录",
    };
    let at = report.login.as_ref().map_or(String::new(), |login| format!("（{login}）"));
    let user = report.user.as_deref().map(escape);
    let user = user.unwrap_or_else(|| "未知（令牌中没有）".to_owned());
    let clock = match report.clock_skew {
        None => "未知（平台未返回）".to_owned(),
        Some(0) => "与平台一致".to_owned(),
        Some(ahead) => {
            let word = if ahead < 0 { "慢" } else { "快" };
            format!("比平台{word} {} 秒", ahead.unsigned_abs())
        }
    };
    format!("环境变量  {variables}\n访问方式  {method}{at}\n用户      {user}\n时钟      {clock}\n")
}

pub(super) fn region_state(state: RegionState) -> &'static str {
    match state {
        RegionState::Usable => "可用",
        RegionState::Disabled => "已停用",
        RegionState::NoService => "无 AI 服务",
        RegionState::NoAddress => "无地址",
        RegionState::Refused => "被拒绝",
        RegionState::NotReached => "无法连接",
    }
}

pub(super) fn problem(problem: &AuthProblem) -> Message {
    let (text, help) = match problem {
        AuthProblem::Credentials(error) => return Zh::credentials_error(error),
        AuthProblem::Login(error) => return Zh::login_error(error),
        AuthProblem::LoginUnused => (
            "登录变量未使用：优先使用地址及其令牌".to_owned(),
            "如需登录，请取消设置 INSTANCECTL_ENDPOINT 和令牌",
        ),
        AuthProblem::ClockSkew { ahead } => {
            (login::clock_skew(*ahead), "请校准时钟：登录请求的签名包含时间")
        }
        AuthProblem::UnknownRegion { region } => {
            (format!("账号没有区域 `{region}`"), "检查 INSTANCECTL_REGION")
        }
        AuthProblem::NoRegion => return "账号没有任何区域".into(),
        AuthProblem::Probe { address, region, failure } => {
            let (what, help) = probe(failure);
            let region =
                region.as_ref().map_or(String::new(), |region| format!("（区域 {region}）"));
            let cause = connection::detail(failure.detail());
            let text = format!("{address}{region} {what}：{cause}");
            return Message::new(text, help.map(str::to_owned));
        }
    };
    Message::new(text, help.to_owned())
}

/// Returns what a region's address did, and the next step.
fn probe(failure: &ApiError) -> (&'static str, Option<&'static str>) {
    match failure {
        ApiError::Denied(_) => (
            "拒绝了令牌",
            Some("令牌可能已过期，或属于其他区域：请重新获取令牌，并使用其所属区域的地址"),
        ),
        ApiError::EndpointMissing(_) => ("没有 AI 服务", Some("检查它是否为该区域的 AI 地址")),
        ApiError::Refused(cause) if cause.is_internal() => {
            ("拒绝了请求", Some("令牌与地址可能属于不同区域"))
        }
        ApiError::Refused(_) => ("拒绝了请求", None),
        ApiError::Unreachable(_) => ("没有返回可用的响应", None),
    }
}
