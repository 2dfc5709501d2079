//! Where the service is and the right to call it, from the environment.
//!
//! This version reads `INSTANCECTL_ENDPOINT` with `INSTANCECTL_TOKEN` or `INSTANCECTL_TOKEN_FILE`,
//! and `INSTANCECTL_CA_FILE`. A secret never comes from a flag or a manifest.

use std::ffi::OsString;
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use super::Error;
use crate::ids::{Endpoint, Region};

/// Looks a variable of the environment up by its name.
pub type Environment<'a> = dyn Fn(&str) -> Option<OsString> + 'a;

/// Where the service is and the token to call it with. Its `Debug` form shows no secret.
#[derive(Clone)]
pub struct Access {
    pub(super) base: Url,
    pub(super) token: Token,
    pub(super) authority: Option<Authority>,
    endpoint: Endpoint,
}

/// A region's token, of visible ASCII characters. Its `Debug` form does not show it.
#[derive(Clone)]
pub(super) struct Token(String);

/// An additional certificate authority: the PEM text and where it came from.
#[derive(Clone)]
pub(super) struct Authority {
    pub(super) path: PathBuf,
    pub(super) pem: Vec<u8>,
}

const ENDPOINT: &str = "INSTANCECTL_ENDPOINT";
const TOKEN: &str = "INSTANCECTL_TOKEN";
const TOKEN_FILE: &str = "INSTANCECTL_TOKEN_FILE";
const CA_FILE: &str = "INSTANCECTL_CA_FILE";
const ACCESS_KEY_LOGIN: [&str; 3] =
    ["INSTANCECTL_USER", "INSTANCECTL_ACCESS_KEY", "INSTANCECTL_SECRET_KEY"];

/// Bytes of a token or certificate file that are read at most.
const LARGEST_FILE: u64 = 1024 * 1024;

impl Access {
    /// Reads the credentials from the environment; an empty variable counts as not set.
    /// `allow_http` lets plain HTTP reach hosts other than loopback. A token that says itself that
    /// it has expired is refused here, so that no request is spent on it.
    pub fn from_environment(env: &Environment<'_>, allow_http: bool) -> Result<Self, Error> {
        let endpoint = text(env, ENDPOINT)?;
        let token = match (text(env, TOKEN)?, path(env, TOKEN_FILE)) {
            (Some(_), Some(_)) => return Err(Error::TwoTokens),
            (Some(token), None) => Some(token),
            (None, Some(file)) => Some(read_token(&file)?),
            (None, None) => None,
        };
        let (Some(endpoint), Some(token)) = (&endpoint, &token) else {
            return Err(missing(env, endpoint.is_some(), token.is_some()));
        };
        let mut access = Self::new(endpoint, token, allow_http)?;
        if let Some(expiry) = access.token.expiry()
            && expiry <= SystemTime::now()
        {
            return Err(Error::Expired {
                at: humantime::format_rfc3339_seconds(expiry).to_string(),
            });
        }
        if let Some(path) = path(env, CA_FILE) {
            let pem = read_file(CA_FILE, &path, |_| Ok(()))?;
            access.authority = Some(Authority { path, pem });
        }
        Ok(access)
    }

    /// Access to the service at `address` (with or without the trailing `/ai` that the platform's
    /// own list of addresses has) with `token`.
    pub fn new(address: &str, token: &str, allow_http: bool) -> Result<Self, Error> {
        let base = base(address, allow_http)?;
        let endpoint = Endpoint::from(base.origin().ascii_serialization());
        Ok(Self { base, token: Token::new(token)?, authority: None, endpoint })
    }

    /// Access to a sandbox that runs inside this process. Its endpoint is the word `sandbox`: the
    /// port changes with every run and its instances do not.
    pub fn sandbox(address: &str, token: &str) -> Result<Self, Error> {
        Ok(Self { endpoint: Endpoint::from("sandbox"), ..Self::new(address, token, false)? })
    }

    /// What the lock records: scheme, host and port, a default port left out; or `sandbox`.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// The region that the token's payload names as `clusterId`, where it is readable and does.
    /// The platform documents only the payload's `expireTime`; without the claim this is `None`.
    pub fn region(&self) -> Option<Region> {
        match self.token.payload()?.get("clusterId")? {
            Value::String(region) if !region.is_empty() => Some(Region::from(region.as_str())),
            Value::Number(region) => Some(Region::from(region.to_string())),
            _ => None,
        }
    }

    /// Until when the token's payload says that it holds, where it is readable and does.
    pub fn expiry(&self) -> Option<SystemTime> {
        self.token.expiry()
    }

    /// The address of a call; `path` begins with `/ai`.
    pub(super) fn join(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        let joined = format!("{}{path}", self.base.path().trim_end_matches('/'));
        url.set_path(&joined);
        url
    }

    /// Whether the service is on this machine.
    pub(super) fn is_loopback(&self) -> bool {
        is_loopback(&self.base)
    }
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

impl Token {
    fn new(text: &str) -> Result<Self, Error> {
        match text.chars().position(|c| !c.is_ascii_graphic()) {
            None if text.is_empty() => Err(Error::Token { problem: "is empty".to_owned() }),
            None => Ok(Self(text.to_owned())),
            Some(at) => Err(Error::Token {
                problem: format!(
                    "has a character at position {} that cannot be sent, expected letters, digits \
                     and punctuation without blanks",
                    at + 1
                ),
            }),
        }
    }

    /// The token itself.
    pub(super) fn expose(&self) -> &str {
        &self.0
    }

    /// The header that carries the token in every call, kept out of every `Debug` form.
    pub(super) fn header(&self) -> HeaderMap {
        let mut value = HeaderValue::from_str(&self.0).expect("a token is visible ASCII");
        value.set_sensitive(true);
        HeaderMap::from_iter([(HeaderName::from_static("token"), value)])
    }

    /// The middle part of a JWT-like token, where it is readable. Not verified: it is the
    /// service's word to itself, read only to spare a person a request that cannot succeed.
    fn payload(&self) -> Option<Value> {
        let middle = self.0.split('.').nth(1)?.replace('+', "-").replace('/', "_");
        let config = GeneralPurposeConfig::new()
            .with_decode_padding_mode(DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true);
        let bytes = GeneralPurpose::new(&base64::alphabet::URL_SAFE, config).decode(middle).ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    /// `expireTime` of the payload: epoch milliseconds, as text on the platform.
    fn expiry(&self) -> Option<SystemTime> {
        let millis = match self.payload()?.get("expireTime")? {
            Value::String(text) => text.parse().ok()?,
            Value::Number(number) => number.as_u64()?,
            _ => return None,
        };
        // Up to the year 9999, so that it can be written out.
        (millis < 253_402_300_800_000).then(|| UNIX_EPOCH + Duration::from_millis(millis))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

fn text(env: &Environment<'_>, name: &'static str) -> Result<Option<String>, Error> {
    match env(name).filter(|value| !value.is_empty()) {
        None => Ok(None),
        Some(value) => value.into_string().map(Some).map_err(|_| Error::NotText { name }),
    }
}

fn path(env: &Environment<'_>, name: &str) -> Option<PathBuf> {
    env(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

fn missing(env: &Environment<'_>, has_endpoint: bool, has_token: bool) -> Error {
    let login = ACCESS_KEY_LOGIN.into_iter().find(|name| path(env, name).is_some());
    match (has_endpoint, has_token, login) {
        (false, false, Some(found)) => Error::AccessKeyOnly { found },
        (true, _, _) => Error::Missing { names: vec![TOKEN] },
        (false, true, _) => Error::Missing { names: vec![ENDPOINT] },
        (false, false, None) => Error::Missing { names: vec![ENDPOINT, TOKEN] },
    }
}

fn read_token(path: &Path) -> Result<String, Error> {
    let bytes = read_file(TOKEN_FILE, path, |file| only_owner(file, path))?;
    let token = String::from_utf8(bytes).map_err(|_| Error::NotText { name: TOKEN_FILE })?;
    Ok(token.trim_end_matches(['\r', '\n']).to_owned())
}

/// Reads a file that `name` gives. `check` sees the file that is then read, not its path.
fn read_file(
    name: &'static str,
    path: &Path,
    check: impl FnOnce(&File) -> Result<(), Error>,
) -> Result<Vec<u8>, Error> {
    let failed = |source| Error::File { name, path: path.to_owned(), source };
    let file = File::open(path).map_err(failed)?;
    check(&file)?;
    let mut bytes = Vec::new();
    file.take(LARGEST_FILE).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

#[cfg(unix)]
fn only_owner(file: &File, path: &Path) -> Result<(), Error> {
    use std::os::unix::fs::PermissionsExt;
    let metadata = file.metadata().map_err(|source| Error::File {
        name: TOKEN_FILE,
        path: path.to_owned(),
        source,
    })?;
    let mode = metadata.permissions().mode() & 0o7777;
    match mode & 0o077 {
        0 => Ok(()),
        _ => Err(Error::NotPrivate { path: path.to_owned(), mode }),
    }
}

#[cfg(not(unix))]
fn only_owner(_: &File, _: &Path) -> Result<(), Error> {
    Ok(())
}

/// The address without its trailing `/ai`, which every path of a call begins with.
fn base(address: &str, allow_http: bool) -> Result<Url, Error> {
    let wrong = |problem: &str| Error::Address { problem: problem.to_owned() };
    let mut url =
        Url::parse(address.trim()).map_err(|error| wrong(&format!("is no URL: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong(&format!("begins with `{}:`, expected `https:`", url.scheme())));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("holds a user name or password, expected none"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("has a query or a fragment, expected only scheme, host, port and path"));
    }
    if url.scheme() == "http" && !is_loopback(&url) && !allow_http {
        return Err(wrong("is plain HTTP, expected `https:` (`--allow-http` lets it pass)"));
    }
    let path = url.path().trim_end_matches('/');
    let path = path.strip_suffix("/ai").unwrap_or(path).to_owned();
    url.set_path(&path);
    Ok(url)
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
}
