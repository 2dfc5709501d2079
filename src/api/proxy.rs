//! Proxies from the standard environment variables, and the choice of the proxy for an address. The
//! rules are those of Go's `httpproxy`, which kubectl, Terraform and gh use.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ipnet::IpNet;
use percent_encoding::percent_decode_str;
use reqwest::Url;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::auth::credentials_error::ProxyProblem;
use super::auth::environment::Environment;
use super::{CredentialsError, base_url};

/// Proxies from the environment.
#[derive(Debug, Clone, Default)]
pub(super) struct Proxies {
    http: Option<Proxy>,
    https: Option<Proxy>,
    /// The items of `NO_PROXY`, in lower case.
    bypass: Vec<String>,
}

/// One proxy and the variable that sets it. Its `Debug` form shows no password.
#[derive(Clone)]
pub(super) struct Proxy {
    pub(super) url: Url,
    pub(super) variable: &'static str,
}

impl Proxies {
    /// Reads the variables; the upper-case form takes precedence. A value that cannot be read is
    /// refused: without it, requests would bypass the proxy.
    pub(super) fn from_environment(env: &Environment<'_>) -> Result<Self, CredentialsError> {
        let all = proxy(env, &["ALL_PROXY", "all_proxy"])?;
        let http = proxy(env, &["HTTP_PROXY", "http_proxy"])?;
        let https = proxy(env, &["HTTPS_PROXY", "https_proxy"])?;
        let bypass = ["NO_PROXY", "no_proxy"].into_iter().find_map(|name| Some((name, env(name)?)));
        let bypass = match bypass {
            None => Vec::new(),
            Some((name, value)) => {
                let text = value.into_string().map_err(|_| CredentialsError::NotText { name })?;
                let parts = text.split([',', ' ', '\t', '\r', '\n']);
                parts.filter(|part| !part.is_empty()).map(str::to_lowercase).collect()
            }
        };
        Ok(Self { http: http.or_else(|| all.clone()), https: https.or(all), bypass })
    }

    /// Returns the proxy for an address, if any. This machine is never reached through a proxy.
    pub(super) fn for_address(&self, url: &Url) -> Option<&Proxy> {
        let proxy = if url.scheme() == "https" { &self.https } else { &self.http };
        let host = url.host_str()?.trim_matches(['[', ']']).trim_end_matches('.').to_lowercase();
        let port = url.port_or_known_default()?;
        let direct = base_url::is_loopback(url)
            || self.bypass.iter().any(|item| bypasses(item, &host, port));
        proxy.as_ref().filter(|_| !direct)
    }
}

/// Returns the proxy from the first of these variables that is set.
fn proxy(env: &Environment<'_>, names: &[&'static str]) -> Result<Option<Proxy>, CredentialsError> {
    for &name in names {
        let Some(value) = env(name) else { continue };
        let text = value.into_string().map_err(|_| CredentialsError::NotText { name })?;
        let text = text.trim();
        if !text.is_empty() {
            return read(name, text).map(Some);
        }
    }
    Ok(None)
}

/// Parses the address of a proxy; the default scheme is `http://`. Errors never contain it, since
/// it may hold a password.
fn read(variable: &'static str, text: &str) -> Result<Proxy, CredentialsError> {
    let wrong = |problem| CredentialsError::Proxy { name: variable, problem };
    if text.contains(char::is_whitespace) {
        return Err(wrong(ProxyProblem::Whitespace));
    }
    if text.starts_with(['"', '\'']) || text.ends_with(['"', '\'']) {
        return Err(wrong(ProxyProblem::Quoted));
    }
    let with_scheme = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    let url = Url::parse(&with_scheme).map_err(|error| wrong(ProxyProblem::NotAUrl(error)))?;
    match url.scheme() {
        "http" | "https" if url.host_str().is_some_and(|host| !host.is_empty()) => {
            Ok(Proxy { url, variable })
        }
        "http" | "https" => Err(wrong(ProxyProblem::NoHost)),
        scheme => Err(wrong(ProxyProblem::Scheme(scheme.to_owned()))),
    }
}

impl Proxy {
    /// Returns `HOST:PORT`.
    pub(super) fn host(&self) -> String {
        let port = self.url.port_or_known_default().unwrap_or_default();
        format!("{}:{port}", self.url.host_str().unwrap_or_default())
    }

    /// Returns the status with which a proxy refuses a tunnel to `target` (`HOST:PORT`). The HTTP
    /// library does not report it, so the request is repeated; `None` if the proxy does not refuse
    /// it this time.
    pub(super) async fn refusal(&self, target: &str) -> Option<u16> {
        let requested = async {
            let mut stream = BufReader::new(TcpStream::connect(self.host()).await.ok()?);
            let login = self.login().map_or(String::new(), |login| {
                format!("Proxy-Authorization: Basic {}\r\n", STANDARD.encode(login))
            });
            let request = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{login}\r\n");
            stream.write_all(request.as_bytes()).await.ok()?;
            let mut line = Vec::new();
            stream.take(64).read_until(b'\n', &mut line).await.ok()?;
            let status = String::from_utf8_lossy(&line).split(' ').nth(1)?.parse().ok()?;
            (!(200..300).contains(&status)).then_some(status)
        };
        // A TLS connection to the proxy itself is not implemented here.
        if self.url.scheme() != "http" {
            return None;
        }
        tokio::time::timeout(Duration::from_secs(5), requested).await.ok()?
    }

    fn login(&self) -> Option<String> {
        let (user, password) = (self.url.username(), self.url.password().unwrap_or_default());
        let decoded = |text| percent_decode_str(text).decode_utf8_lossy().into_owned();
        (!user.is_empty()).then(|| format!("{}:{}", decoded(user), decoded(password)))
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy").field("host", &self.host()).finish_non_exhaustive()
    }
}

/// Returns whether an item of `NO_PROXY` matches this host, in lower case, and port: `*`, a network,
/// an address, or a name; the latter two may have a port. A name that begins with a dot, or with `*`
/// and a dot, matches only its subdomains.
fn bypasses(item: &str, host: &str, port: u16) -> bool {
    if item == "*" {
        return true;
    }
    let address = |text: &str| text.trim_matches(['[', ']']).parse::<IpAddr>().ok();
    let own = address(host);
    if let Ok(net) = item.parse::<IpNet>() {
        return own.is_some_and(|own| net.contains(&own));
    }
    let (name, own_port) = match item.rsplit_once(':') {
        Some((name, number)) if address(item).is_none() => match number.parse::<u16>() {
            Ok(number) => (name, Some(number)),
            Err(_) => (item, None),
        },
        _ => (item, None),
    };
    if own_port.is_some_and(|own| own != port) {
        return false;
    }
    if let Some(found) = address(name) {
        return own == Some(found);
    }
    let name = name.trim_end_matches('.');
    let name = name.strip_prefix('*').unwrap_or(name);
    match name.strip_prefix('.') {
        Some(parent) => is_below(host, parent),
        None => host == name || is_below(host, name),
    }
}

fn is_below(host: &str, parent: &str) -> bool {
    host.strip_suffix(parent).is_some_and(|rest| rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use reqwest::Url;

    use super::{CredentialsError, Proxies};
    use crate::language::Language;

    fn proxies(variables: &[(&str, &str)]) -> Result<Proxies, CredentialsError> {
        let find = |name: &str| {
            let found = variables.iter().find(|(own, _)| *own == name);
            found.map(|(_, value)| OsString::from(value))
        };
        Proxies::from_environment(&find)
    }

    fn is_direct(no_proxy: &str, url: &str) -> bool {
        let proxies = proxies(&[("HTTPS_PROXY", "http://p:1"), ("NO_PROXY", no_proxy)]).unwrap();
        proxies.for_address(&Url::parse(url).unwrap()).is_none()
    }

    #[test]
    fn no_proxy_is_parsed_as_in_go() {
        for (no_proxy, url, direct) in [
            ("example.test", "https://example.test", true),
            ("example.test", "https://a.example.test", true),
            ("example.test", "https://badexample.test", false),
            ("Example.TEST", "https://EXAMPLE.test", true),
            (".example.test", "https://a.example.test", true),
            (".example.test", "https://example.test", false),
            ("*.example.test", "https://a.b.example.test", true),
            ("*.example.test", "https://example.test", false),
            ("example.test:8443", "https://example.test:8443", true),
            ("example.test:8443", "https://example.test", false),
            ("example.test:443", "https://example.test", true),
            ("example.test.", "https://example.test", true),
            ("example.test", "https://example.test.", true),
            ("other, example.test ,x", "https://example.test", true),
            ("other example.test", "https://example.test", true),
            ("10.0.0.0/8", "https://10.1.2.3", true),
            ("10.0.0.0/8", "https://11.1.2.3", false),
            ("10.1.2.3", "https://10.1.2.3", true),
            ("10.1.2.3:443", "https://10.1.2.3", true),
            ("10.1.2.3:80", "https://10.1.2.3", false),
            ("fd00::/8", "https://[fd00::1]:65011", true),
            ("[fd00::1]:65011", "https://[fd00::1]:65011", true),
            ("*", "https://example.test", true),
            ("", "https://example.test", false),
            ("", "https://127.0.0.1:8443", true),
            ("", "https://localhost", true),
        ] {
            assert_eq!(is_direct(no_proxy, url), direct, "NO_PROXY={no_proxy} {url}");
        }
    }

    #[test]
    fn each_scheme_has_a_variable_and_upper_case_wins() {
        let all = [
            ("HTTPS_PROXY", "secure.test"),
            ("https_proxy", "http://second:1"),
            ("http_proxy", " http://plain:2\n"),
            ("ALL_PROXY", "http://all:3"),
        ];
        let host = |variables: &[(&str, &str)], url: &str| {
            let proxies = proxies(variables).unwrap();
            proxies.for_address(&Url::parse(url).unwrap()).map(super::Proxy::host)
        };
        assert_eq!(host(&all, "https://example.test").unwrap(), "secure.test:80");
        assert_eq!(host(&all, "http://example.test").unwrap(), "plain:2");
        assert_eq!(host(&all[3..], "https://example.test").unwrap(), "all:3");
        assert_eq!(host(&[("HTTPS_PROXY", "")], "https://example.test"), None);
    }

    #[test]
    fn invalid_proxy_is_refused_by_name_without_its_password() {
        for value in [
            "\"http://u:secret@p:1\"",
            "'http://u:secret@p:1'",
            "http://u:secret@p:1\nx",
            "socks://u:secret@p:1",
            "socks5://p:1",
            "http://[",
            "http://u:secret@",
            "://p",
        ] {
            for name in ["HTTPS_PROXY", "http_proxy", "ALL_PROXY"] {
                let error = proxies(&[(name, value)]).unwrap_err();
                let shown = Language::English.credentials_error(&error);
                let text = format!("{} {}", shown.text, shown.help.unwrap());
                assert!(text.contains(name) && !text.contains("secret"), "{value}: {text}");
            }
        }
    }
}
