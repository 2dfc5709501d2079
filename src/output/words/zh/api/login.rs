//! Errors of a login.

use std::time::Duration;

use crate::api::auth::session::{AccountRegion, LoginError, LoginFailure};
use crate::output::Message;
use crate::output::words::zh::Zh;
use crate::output::words::zh::phrases::duration;

/// Describes an error of a login.
pub(super) fn error(error: &LoginError) -> Message {
    let (text, help) = match error {
        LoginError::Failed(failure) => (failed(failure), failure_help(failure)),
        LoginError::Unnamed { known } => (
            format!("未设置区域；账号可用的区域：{}", regions(known)),
            "在清单中设置 `region`，或设置 INSTANCECTL_REGION".to_owned(),
        ),
        LoginError::Unknown { region, known } => (
            format!("账号没有区域 `{region}`；可用的区域：{}", regions(known)),
            "检查清单中的 `region` 和 INSTANCECTL_REGION".to_owned(),
        ),
        LoginError::Disabled { region } => (
            format!("账号在区域 {} 已停用：平台没有为它返回令牌", label(region)),
            "联系平台支持以启用该区域，或改用其他区域".to_owned(),
        ),
        LoginError::NoService { region } => (
            format!("区域 {} 没有 AI 服务：平台没有列出已启用的地址", label(region)),
            "改用有 AI 服务的区域".to_owned(),
        ),
        LoginError::QueryFailed { region, address, cause, .. } => (
            format!(
                "无法从 {address} 获取区域 {} 的地址：{}",
                label(region),
                Zh::error_detail(cause)
            ),
            "检查 INSTANCECTL_PLATFORM_URL 和网络".to_owned(),
        ),
        LoginError::Settings(error) => return Zh::credentials_error(error),
    };
    Message::new(text, help)
}

pub(super) fn failed(failure: &LoginFailure) -> String {
    match failure {
        LoginFailure::Refused { user, cause, .. } => {
            format!("`{user}` 的登录被拒绝：{}", Zh::error_detail(cause))
        }
        LoginFailure::Unreachable { address, cause } => {
            format!("无法在 {address} 登录：{}", Zh::error_detail(cause))
        }
    }
}

fn failure_help(failure: &LoginFailure) -> String {
    match failure {
        LoginFailure::Refused { skew: Some(skew), .. } if skew.unsigned_abs() >= 60 => {
            format!("{}；请求的签名包含时间，请校准时钟", clock_skew(*skew))
        }
        LoginFailure::Refused { .. } => {
            "检查 INSTANCECTL_USER、INSTANCECTL_ACCESS_KEY 和 INSTANCECTL_SECRET_KEY".to_owned()
        }
        LoginFailure::Unreachable { .. } => {
            "检查 INSTANCECTL_LOGIN_URL（自建中心的地址不同）和网络".to_owned()
        }
    }
}

pub(super) fn clock_skew(ahead: i64) -> String {
    let (seconds, word) = (ahead.unsigned_abs(), if ahead < 0 { "慢" } else { "快" });
    format!("本机时钟比平台{word} {}", duration(Duration::from_secs(seconds)))
}

fn regions(known: &[AccountRegion]) -> String {
    if known.is_empty() {
        return "无".to_owned();
    }
    let known = known.iter().map(|region| {
        format!("{}{}", label(region), if region.enabled { "" } else { "（已停用）" })
    });
    known.collect::<Vec<_>>().join("、")
}

/// Returns a region's ID and name.
fn label(AccountRegion { id, name, .. }: &AccountRegion) -> String {
    if name.is_empty() { format!("`{id}`") } else { format!("`{id}`（{name}）") }
}
