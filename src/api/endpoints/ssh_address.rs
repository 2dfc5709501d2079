//! The addresses of SSH ports: `accessUrl` in the detail of a running instance. Their form is not
//! documented, so the plausible ones are read: `ssh://user@host:port`, `host:port` and the command
//! `ssh -p PORT user@host`. Everything in them that may be a secret is dropped, and a text with anything
//! else is refused: it would become part of the configuration of `ssh`.

use reqwest::Url;
use serde_json::Value;

use super::detail::Detail;

/// An SSH server, without secrets. Its parts are safe in a configuration of `ssh` and in a shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SshAddress {
    /// Name or address of the host.
    pub host: String,
    /// Its port, if the address has one.
    pub port: Option<u16>,
    /// The user, if the address has one.
    pub user: Option<String>,
}

/// An SSH port of an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SshPort {
    /// The port inside the container.
    pub container_port: String,
    /// Its address.
    pub target: SshTarget,
}

/// The address of an SSH port, as far as the platform shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SshTarget {
    /// The platform shows none.
    Missing,
    /// It is not an address for SSH.
    Unusable,
    /// The address.
    Address(SshAddress),
}

impl Detail {
    /// Returns the SSH ports that the instance opens.
    pub fn ssh_ports(&self) -> Vec<SshPort> {
        let ports = self.fields().get("containerPortInfoList").and_then(Value::as_array);
        let is_ssh = |port: &&Value| {
            let protocol = port.get("protocolType").and_then(Value::as_str).unwrap_or_default();
            protocol.eq_ignore_ascii_case("SSH")
        };
        let port = |port: &Value| {
            let number = match port.get("containerPort") {
                Some(Value::String(text)) => text.clone(),
                Some(Value::Number(number)) => number.to_string(),
                _ => String::new(),
            };
            let url = port.get("accessUrl").and_then(Value::as_str).map(str::trim);
            let target = match url {
                None | Some("" | "--") => SshTarget::Missing,
                Some(url) => SshAddress::read(url).map_or(SshTarget::Unusable, SshTarget::Address),
            };
            SshPort { container_port: number, target }
        };
        ports.into_iter().flatten().filter(is_ssh).map(port).collect()
    }
}

impl SshAddress {
    /// Reads an address; `None` if it is of another form, or has a part that is not safe.
    pub(crate) fn read(text: &str) -> Option<Self> {
        if !text.chars().all(|c| c.is_ascii_graphic() || c == ' ') {
            return None;
        }
        if let Some(words) = text.strip_prefix("ssh ") {
            return Self::from_command(words);
        }
        if text.contains("://") {
            let url = Url::parse(text).ok()?;
            // A web address without a port is not one of SSH.
            if url.scheme() != "ssh" && url.port().is_none() {
                return None;
            }
            let user = Some(url.username()).filter(|user| !user.is_empty());
            return Self::new(url.host_str()?, url.port(), user);
        }
        let (user, host) = destination(text.split(['/', '?', '#']).next().unwrap_or_default());
        let (host, port) = match host.rsplit_once(':') {
            Some((host, port)) if !host.contains(':') || host.ends_with(']') => {
                (host, Some(port.parse().ok()?))
            }
            _ => (host, None),
        };
        Self::new(host, port, user)
    }

    /// Reads the words of a command after `ssh`. An option other than the port and the user is refused.
    fn from_command(words: &str) -> Option<Self> {
        let (mut words, mut port, mut user, mut host) =
            (words.split_whitespace(), None, None, None);
        while let Some(word) = words.next() {
            match word.split_at_checked(2) {
                Some(("-p", "")) => port = Some(words.next()?.parse().ok()?),
                Some(("-p", number)) => port = Some(number.parse().ok()?),
                Some(("-l", "")) => user = Some(words.next()?),
                _ if word.starts_with('-') || host.is_some() => return None,
                _ => host = Some(word),
            }
        }
        let (own, host) = destination(host?);
        Self::new(host, port, own.or(user))
    }

    fn new(host: &str, port: Option<u16>, user: Option<&str>) -> Option<Self> {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        let is_name = |text: &str| {
            text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
                && text.len() < 254
                && text.chars().all(is_plain)
        };
        let is_host = is_name(host) || host.parse::<std::net::Ipv6Addr>().is_ok();
        let fits = is_host && port != Some(0) && user.is_none_or(is_name);
        fits.then(|| Self { host: host.to_owned(), port, user: user.map(str::to_owned) })
    }
}

/// Splits `user:password@host` into the user, without a password, and the rest.
fn destination(text: &str) -> (Option<&str>, &str) {
    match text.rsplit_once('@') {
        Some((user, host)) => (user.split(':').next().filter(|user| !user.is_empty()), host),
        None => (None, text),
    }
}

#[cfg(test)]
mod tests {
    use super::SshAddress;

    fn read(text: &str) -> Option<(String, Option<u16>, Option<String>)> {
        SshAddress::read(text).map(|SshAddress { host, port, user }| (host, port, user))
    }

    #[test]
    fn plausible_forms_are_read_without_their_secrets() {
        let root = |host: &str, port| Some((host.to_owned(), port, Some("root".to_owned())));
        let none = |host: &str, port| Some((host.to_owned(), port, None));
        for text in [
            "ssh://root@h.example.cn:30022",
            "ssh://root:secret@h.example.cn:30022/?token=secret#x",
            "root@h.example.cn:30022",
            "root:secret@h.example.cn:30022?token=secret",
            "ssh -p 30022 root@h.example.cn",
            "ssh -p30022 root@h.example.cn",
            "ssh root@h.example.cn -p 30022",
            "ssh -l root -p 30022 h.example.cn",
            "tcp://root@h.example.cn:30022",
        ] {
            assert_eq!(read(text), root("h.example.cn", Some(30022)), "{text}");
        }
        assert_eq!(read("ssh://h"), none("h", None));
        assert_eq!(read("10.0.0.1:22"), none("10.0.0.1", Some(22)));
        assert_eq!(read("http://10.0.0.1:30022/?token=secret"), none("10.0.0.1", Some(30022)));
        assert_eq!(read("ssh://[2001:db8::1]:22"), none("2001:db8::1", Some(22)));
        assert_eq!(read("[2001:db8::1]:22"), none("2001:db8::1", Some(22)));
        assert_eq!(read("2001:db8::1"), none("2001:db8::1", None));
    }

    #[test]
    fn other_text_is_refused() {
        for text in [
            "h:22\nProxyCommand x",
            "h:22\r\n",
            "ssh -o ProxyCommand=x h",
            "ssh -oProxyCommand=x h",
            "ssh h x",
            "ssh -p",
            "ssh -p x h",
            "-oProxyCommand=x",
            "ssh://-oProxyCommand=x",
            "ssh://-x@h:22",
            "a b@h:22",
            "h ProxyCommand:22",
            "h:0",
            "h:65536",
            "h:",
            "h;x:22",
            "$(x):22",
            "h`x`:22",
            "ssh://h%0aProxyCommand:22",
            "ssh://a%0ab@h:22",
            "*:22",
            "!h:22",
            "https://h.example.cn/?token=secret",
            "ssh://",
            "@:22",
            "主机:22",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
