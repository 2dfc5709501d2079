//! Reasons that a call failed.

use std::borrow::Cow;

use super::login;
use crate::api::client::{
    ConnectError, ErrorDetail, ErrorMessage, ForeignBody, HttpStatus, MalformedEnvelope, TlsError,
    TransportError,
};
use crate::output::words::shared::shortened;
use crate::output::words::zh::Zh;
use crate::output::words::zh::phrases::{duration, quoted, system_error};

pub(super) fn detail(detail: &ErrorDetail) -> String {
    let message = match &detail.message {
        ErrorMessage::Platform(text) if text.is_empty() => Zh::FIXED.no_message.to_owned(),
        message => self::message(message),
    };
    match (&detail.code, detail.status) {
        (Some(code), Some(status)) => format!("{message}（错误码 {code}，HTTP {status}）"),
        _ => message,
    }
}

pub(super) fn message(message: &ErrorMessage) -> String {
    match message {
        ErrorMessage::Platform(text) => text.clone(),
        ErrorMessage::NoTaskId { data } => {
            format!("请求成功，但响应中没有任务 ID：`data` 为 {data}")
        }
        ErrorMessage::IdOfAnotherEntry(id) => {
            format!("平台返回了另一个条目的 ID：`{id}`")
        }
        ErrorMessage::NoEnvelope { status, redirect, body } => {
            no_envelope(*status, redirect.as_deref(), body)
        }
        ErrorMessage::WithheldBody(status) => format!("HTTP {status}，响应不是平台的格式"),
        ErrorMessage::Malformed(why) => {
            let why = match why {
                MalformedEnvelope::Json(message) => quoted(message),
                MalformedEnvelope::Code(value) => format!("`code` 为 {value}，应为文本"),
            };
            shortened(&format!("响应不是完整的 JSON：{why}"))
        }
        ErrorMessage::NotATokenList => "登录的响应不是令牌列表".to_owned(),
        ErrorMessage::NoFiles => "响应既不是文件，也不是文件列表".to_owned(),
        ErrorMessage::OtherPart(range) => format!("响应是文件的另一部分（`{range}`）"),
        ErrorMessage::NotAnInstanceList => "列表接口的响应不是实例列表".to_owned(),
        ErrorMessage::NoInstance => "详情接口的响应中没有带 ID 的实例".to_owned(),
        ErrorMessage::UnrequestedCoding(coding) => shortened(&format!(
            "响应的内容编码为 `{coding}`，而请求中没有要求；可能由代理或网关添加"
        )),
        ErrorMessage::TooLarge(most) => {
            format!("响应超过 {} MiB", most / 1024 / 1024)
        }
        ErrorMessage::Transport(error) => shortened(&transport(error)),
        ErrorMessage::InterruptedBeforeRequest => "发送请求前已中断".to_owned(),
        ErrorMessage::InterruptedBeforeResponse => "收到响应前已中断".to_owned(),
        ErrorMessage::Throttled { .. }
        | ErrorMessage::NoService { .. }
        | ErrorMessage::LoginFailed { .. }
        | ErrorMessage::NoTokenAfterLogin(_) => with_cause(message),
    }
}

/// Returns the text of a message that adds something to another one.
fn with_cause(outer: &ErrorMessage) -> String {
    match outer {
        ErrorMessage::Throttled { pause, cause } => {
            let requested =
                pause.map_or(String::new(), |pause| format!("，并要求等待 {}", duration(pause)));
            format!(
                "平台限流：5 分钟内没有接受任何请求{requested}；请稍后加 `--parallel 2` 重新运行：{}",
                message(cause)
            )
        }
        ErrorMessage::NoService { address, region, login, cause } => {
            let region =
                region.as_ref().map_or(String::new(), |region| format!("（区域 {region}）"));
            let check = if *login { "区域" } else { " `INSTANCECTL_ENDPOINT`" };
            format!("{address}{region} 没有 AI 服务，请检查{check}：{}", message(cause))
        }
        ErrorMessage::LoginFailed { cause, login } => {
            format!("{}；随后{}", message(cause), login::failed(login))
        }
        ErrorMessage::NoTokenAfterLogin(cause) => {
            format!("{}；重新登录后，账号仍没有该区域的令牌", message(cause))
        }
        other => message(other),
    }
}

/// Returns the text of a response without an envelope: `HTTP 502 Bad Gateway: <html>..`.
fn no_envelope(status: HttpStatus, redirect: Option<&str>, body: &ForeignBody) -> String {
    let mut text = status_line(status);
    if let Some(location) = redirect {
        text = format!("{text}，重定向到 {location}；本程序从不跟随重定向");
    }
    match body {
        ForeignBody::Empty => text,
        ForeignBody::Json => text + "：JSON 中没有 `code`",
        ForeignBody::Text(body) => format!("{text}：{body}"),
    }
}

fn status_line(HttpStatus { code, reason }: HttpStatus) -> String {
    format!("HTTP {code} {reason}").trim_end().to_owned()
}

fn transport(error: &TransportError) -> String {
    match error {
        TransportError::TimedOut { host, limit } => {
            format!("超时：{host} 在 {}内没有响应", duration(*limit))
        }
        TransportError::Connect { host, proxy, variable, reason } => format!(
            "无法连接{} {host}：{}；请检查 `{variable}` 和网络",
            if *proxy { "代理" } else { "" },
            connect(reason)
        ),
        TransportError::Tunnel { proxy, variable, host, status } => {
            let status =
                status.map_or(String::new(), |status| format!("（{}）", status_line(status)));
            format!(
                "代理 {proxy} 拒绝建立到 {host} 的隧道{status}；请检查 `{variable}` 和 `NO_PROXY`"
            )
        }
        TransportError::Tls { host, variable, reason } => tls(host, variable, reason),
        TransportError::Reset { host } => format!("收到响应前，与 {host} 的连接被重置"),
        TransportError::Closed { host } => format!("收到响应前，与 {host} 的连接已关闭"),
        TransportError::Incomplete { host } => {
            format!("收到完整响应前，与 {host} 的连接已关闭")
        }
        TransportError::Unreadable { host, message } => {
            format!("无法读取 {host} 的响应：{}", system_error(message))
        }
        TransportError::CutShort(error) => format!("响应不完整：{}", transport(error)),
        TransportError::Other(message) => system_error(message),
    }
}

fn connect(reason: &ConnectError) -> Cow<'_, str> {
    match reason {
        ConnectError::UnknownHost => "无法解析主机名".into(),
        ConnectError::Refused => "连接被拒绝".into(),
        ConnectError::TimedOut => "连接超时".into(),
        ConnectError::ClosedInHandshake => {
            "服务器在 TLS 握手时关闭了连接；它可能不支持 TLS 1.2 或更新的版本".into()
        }
        ConnectError::Reset => "连接被重置".into(),
        ConnectError::Other(message) => system_error(message).into(),
    }
}

fn tls(host: &str, variable: &str, reason: &TlsError) -> String {
    let date = |time| humantime::format_rfc3339_seconds(time);
    match reason {
        TlsError::NotTls => {
            format!("{host} 不使用 TLS；如需使用普通 HTTP，`{variable}` 应以 `http://` 开头")
        }
        TlsError::NothingInCommon => format!(
            "{host} 不支持本程序支持的任何 TLS 版本和加密套件：需要支持前向保密的 TLS 1.2 或 1.3"
        ),
        TlsError::Expired { end, now } => {
            format!("{host} 的证书已于 {} 过期；本机时钟为 {}", date(*end), date(*now))
        }
        TlsError::NotYetValid { begin, now } => format!(
            "{host} 的证书从 {} 起有效，而本机时钟为 {}；请检查时钟",
            date(*begin),
            date(*now)
        ),
        TlsError::NotValidNow => format!("{host} 的证书当前无效；请检查本机时钟"),
        TlsError::UnknownIssuer => format!(
            "{host} 的证书由未知机构签发；如果计算中心使用自己的机构，请设置 `INSTANCECTL_CA_FILE`"
        ),
        TlsError::OtherName => {
            format!("{host} 的证书属于另一个主机名；请检查 `{variable}` 中的主机")
        }
        TlsError::Revoked => format!("{host} 的证书已吊销"),
        TlsError::CaCertificate => format!(
            "{host} 的证书是 CA 证书；如果它就是服务器自己的证书，请将其加入 `INSTANCECTL_CA_FILE`"
        ),
        TlsError::Untrusted(message) => format!("无法信任 {host} 的证书：{}", quoted(message)),
        TlsError::Other(message) => format!("与 {host} 的 TLS 握手失败：{}", quoted(message)),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{detail, message};
    use crate::api::client::{ErrorDetail, ErrorMessage, ForeignBody, HttpStatus, TransportError};

    #[test]
    fn response_without_an_envelope_shows_its_status_and_text() {
        let text = |code, reason, redirect: Option<&str>, body| {
            let (status, redirect) = (HttpStatus { code, reason }, redirect.map(str::to_owned));
            message(&ErrorMessage::NoEnvelope { status, redirect, body })
        };
        let body = || ForeignBody::Text("<html>".to_owned());
        assert_eq!(text(502, "Bad Gateway", None, body()), "HTTP 502 Bad Gateway：<html>");
        assert_eq!(text(599, "", None, body()), "HTTP 599：<html>");
        assert_eq!(text(599, "", None, ForeignBody::Empty), "HTTP 599");
        assert_eq!(text(200, "OK", None, ForeignBody::Json), "HTTP 200 OK：JSON 中没有 `code`");
        assert_eq!(
            text(302, "Found", Some("/x"), ForeignBody::Empty),
            "HTTP 302 Found，重定向到 /x；本程序从不跟随重定向"
        );
    }

    #[test]
    fn code_and_status_follow_the_message() {
        let (code, status) = (Some("10003".to_owned()), Some(400));
        let message = ErrorMessage::Platform(String::new());
        let error = ErrorDetail { code, status, ..message.into() };
        assert_eq!(detail(&error), "无消息（错误码 10003，HTTP 400）");
        assert_eq!(detail(&ErrorDetail { code: None, ..error }), "无消息");
    }

    #[test]
    fn library_message_is_shortened_and_outer_message_is_kept() {
        let error = TransportError::Other("x".repeat(400));
        let cause = Box::new(ErrorMessage::Transport(Box::new(error)));
        let text = message(&cause);
        assert_eq!((text.len(), text.ends_with("x..")), (304, true));
        let pause = Some(Duration::from_secs(90));
        let throttled = message(&ErrorMessage::Throttled { pause, cause });
        assert_eq!(
            throttled,
            format!(
                "平台限流：5 分钟内没有接受任何请求，并要求等待 1 分 30 秒；请稍后加 `--parallel 2` \
                 重新运行：{text}"
            )
        );
    }
}
