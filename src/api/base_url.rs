//! Addresses of the service: checks whether they may be called, and their recorded form.

use std::net::IpAddr;

use reqwest::Url;

use super::CredentialsError;
use super::auth::credentials_error::AddressProblem;
use crate::ids::Endpoint;

/// Parses an address from `name` (a variable, or the platform's name for it): scheme, host, port
/// and an optional path. `allow_http` permits plain HTTP to hosts other than loopback.
pub(super) fn parse(
    name: &'static str,
    address: &str,
    allow_http: bool,
) -> Result<Url, CredentialsError> {
    let wrong = |problem| CredentialsError::Address { name, problem };
    let mut url =
        Url::parse(address.trim()).map_err(|error| wrong(AddressProblem::NotAUrl(error)))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong(AddressProblem::Scheme(url.scheme().to_owned())));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong(AddressProblem::HasLogin));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong(AddressProblem::HasQuery));
    }
    if url.scheme() == "http" && !is_loopback(&url) && !allow_http {
        return Err(wrong(AddressProblem::PlainHttp));
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

/// Removes the last segment of an address, such as `/ai` of an AI address, if it has it: the path of
/// every call begins with it.
pub(super) fn without_suffix(mut url: Url, suffix: &str) -> Url {
    let path = url.path().trim_end_matches('/');
    let path = path.strip_suffix(suffix).unwrap_or(path).to_owned();
    url.set_path(&path);
    url
}

/// Returns the address of a call below a base; `path` begins with a slash.
pub(super) fn join(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
    url
}

/// Returns the recorded form of an address: scheme, host and port, without a default port.
pub(super) fn endpoint(url: &Url) -> Endpoint {
    Endpoint::from(url.origin().ascii_serialization())
}

/// Returns whether an address is on this machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
}
