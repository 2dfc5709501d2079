//! Errors in the credentials.

use crate::api::CredentialsError;
use crate::api::auth::credentials_error::{AddressProblem, ProxyProblem, UrlError};
use crate::api::auth::environment::ENDPOINT;
use crate::output::words::zh::phrases::{io_error, quoted, system_error};

/// Returns the description of an error, and the next step.
pub(super) fn error(error: &CredentialsError) -> (String, &'static str) {
    match error {
        CredentialsError::Missing { names, login } => {
            (format!("没有凭据：未设置 {}", variables(names)), missing_help(*login))
        }
        CredentialsError::Mixed { found, lacking } => (
            format!(
                "设置了 `{found}` 而没有 `{lacking}`，同时又设置了登录变量：无法确定使用哪一种"
            ),
            "取消设置该变量以使用登录，或同时设置地址及其令牌",
        ),
        CredentialsError::TwoTokens => (
            "`INSTANCECTL_TOKEN` 和 `INSTANCECTL_TOKEN_FILE` 都已设置，只能设置其中一个".to_owned(),
            "取消设置其中一个变量",
        ),
        CredentialsError::NotText { name } => {
            (format!("`{name}` 不是 UTF-8 文本"), "用纯文本重新设置")
        }
        CredentialsError::Unsendable { name, position } => {
            (format!("`{name}` 的第 {position} 个字符无法发送"), "请完整地重新复制，并保持在一行内")
        }
        CredentialsError::Address { name, problem } => (
            format!("服务地址（`{name}`）{}", address(problem)),
            match *name {
                ENDPOINT => "请填写平台列出的该区域 AI 地址，例如 https://ai.example.cn:65011/ai",
                _ => "应包含协议、主机和端口，例如 https://www.example.cn",
            },
        ),
        CredentialsError::Proxy { name, problem } => (
            format!("`{name}` 中的代理{}", proxy(problem)),
            "应为 http://HOST:PORT 或 https://HOST:PORT；如不使用代理，请取消设置该变量",
        ),
        CredentialsError::NoAuthorities => (
            "本系统没有用于验证 HTTPS 的 CA 证书".to_owned(),
            "安装软件包 `ca-certificates`，或将 INSTANCECTL_CA_FILE 设为 PEM 文件",
        ),
        CredentialsError::Setup(message) => (
            format!("无法初始化 HTTPS：{}", system_error(message)),
            "检查系统的证书库和 INSTANCECTL_CA_FILE",
        ),
        CredentialsError::File { .. }
        | CredentialsError::NotPrivate { .. }
        | CredentialsError::NoCertificate { .. }
        | CredentialsError::EmptyToken
        | CredentialsError::UnsendableToken { .. }
        | CredentialsError::Expired { .. }
        | CredentialsError::PlatformToken
        | CredentialsError::OtherRegion { .. }
        | CredentialsError::Encoding { .. } => token_or_file(error),
    }
}

/// Returns the description of an error in a token or a file, and the next step.
fn token_or_file(error: &CredentialsError) -> (String, &'static str) {
    match error {
        CredentialsError::File { name, path, source } => (
            format!("无法读取 `{}`（`{name}`）：{}", path.display(), io_error(source)),
            "检查路径及其权限",
        ),
        CredentialsError::NotPrivate { path, mode } => (
            format!("`{}` 含有机密信息，但其权限为 {mode:04o}，应为 0600", path.display()),
            "对该文件运行 `chmod 600`",
        ),
        CredentialsError::NoCertificate { path } => (
            format!("`{}`（`INSTANCECTL_CA_FILE`）中没有 PEM 证书", path.display()),
            "它应包含 PEM 格式的 CA 证书（`-----BEGIN CERTIFICATE-----`）",
        ),
        CredentialsError::UnsendableToken { position } => (
            format!("令牌的第 {position} 个字符无法发送，应只含字母、数字和标点，不含空格"),
            COPY_TOKEN_AGAIN,
        ),
        CredentialsError::Expired { at } => (
            format!("按本机时钟，令牌已于 {} 过期", humantime::format_rfc3339_seconds(*at)),
            "重新获取令牌，或改为设置 INSTANCECTL_USER、INSTANCECTL_ACCESS_KEY 和 \
             INSTANCECTL_SECRET_KEY，每次运行时登录；如果令牌是新的，请检查本机时钟",
        ),
        CredentialsError::PlatformToken => (
            "该令牌属于平台本身（`clusterId` 为 0），应使用某个区域的令牌".to_owned(),
            "使用 `clusterId` 与区域一致的令牌",
        ),
        CredentialsError::OtherRegion { found, expected } => (
            format!("令牌属于区域 `{found}`，而 `INSTANCECTL_REGION` 为 `{expected}`"),
            "使用该区域的令牌，或将 INSTANCECTL_REGION 设为令牌所属的区域",
        ),
        CredentialsError::Encoding { path, utf16 } => {
            let found =
                if *utf16 { "是 UTF-16 编码，应为 UTF-8" } else { "不是 UTF-8 文本" };
            let text = format!("`{}`（`INSTANCECTL_TOKEN_FILE`）{found}", path.display());
            (text, "将令牌重新保存为纯文本")
        }
        _ => ("令牌为空".to_owned(), COPY_TOKEN_AGAIN),
    }
}

const COPY_TOKEN_AGAIN: &str = "请完整地重新复制令牌，并保持在一行内";

fn address(problem: &AddressProblem) -> String {
    match problem {
        AddressProblem::NotAUrl(UrlError::RelativeUrlWithoutBase) => {
            "没有以 `https://` 开头".to_owned()
        }
        AddressProblem::NotAUrl(error) => format!("不是 URL：{}", url_error(*error)),
        AddressProblem::Scheme(scheme) => format!("以 `{scheme}:` 开头，应为 `https:`"),
        AddressProblem::HasLogin => "不应包含用户名或密码".to_owned(),
        AddressProblem::HasQuery => "含有查询参数或片段，应只有协议、主机、端口和路径".to_owned(),
        AddressProblem::PlainHttp => {
            "是普通 HTTP，应为 `https:`（用 `--allow-http` 可以放行）".to_owned()
        }
    }
}

fn proxy(problem: &ProxyProblem) -> String {
    match problem {
        ProxyProblem::Whitespace => "含有空白或换行".to_owned(),
        ProxyProblem::Quoted => "带有引号".to_owned(),
        ProxyProblem::NotAUrl(error) => format!("不是 URL：{}", url_error(*error)),
        ProxyProblem::NoHost => "没有主机".to_owned(),
        ProxyProblem::Scheme(scheme) => format!("以 `{scheme}://` 开头，不支持该协议"),
    }
}

fn url_error(error: UrlError) -> String {
    match error {
        UrlError::EmptyHost => "主机为空".to_owned(),
        UrlError::InvalidPort => "端口无效".to_owned(),
        UrlError::IdnaError | UrlError::InvalidDomainCharacter => "域名无效".to_owned(),
        UrlError::InvalidIpv4Address => "IPv4 地址无效".to_owned(),
        UrlError::InvalidIpv6Address => "IPv6 地址无效".to_owned(),
        UrlError::RelativeUrlWithoutBase => "没有协议".to_owned(),
        other => quoted(&other.to_string()),
    }
}

fn missing_help(login: bool) -> &'static str {
    if login {
        "登录需要 INSTANCECTL_USER、INSTANCECTL_ACCESS_KEY 和 INSTANCECTL_SECRET_KEY；\
         `instancectl auth check` 显示已设置哪些"
    } else {
        "设置 INSTANCECTL_ENDPOINT=https://HOST:PORT/ai 和 INSTANCECTL_TOKEN=TOKEN（或 \
         INSTANCECTL_TOKEN_FILE=FILE），或用 INSTANCECTL_USER、INSTANCECTL_ACCESS_KEY 和 \
         INSTANCECTL_SECRET_KEY 登录；`--sandbox` 不需要凭据"
    }
}

fn variables(names: &[&str]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(" 和 ")
}
