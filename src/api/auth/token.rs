//! A region's token: the characters that can be sent, and the claims in its payload.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use super::redact::{Redactor, Secret};
use crate::api::CredentialsError;
use crate::ids::Region;

/// The region of the platform's own token, which no instance call accepts.
pub(crate) const PLATFORM_REGION: &str = "0";

/// A region's token, of visible ASCII characters. Its `Debug` form does not show it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Token(Secret);

/// A token to call with, and the secrets to redact from the response.
#[derive(Clone)]
pub(crate) struct TokenLease {
    pub(crate) token: Token,
    pub(crate) secrets: Arc<Redactor>,
    /// Number of the login that returned it, from 0.
    pub(crate) number: u64,
}

impl Token {
    pub(crate) fn new(text: &str) -> Result<Self, CredentialsError> {
        match text.chars().position(|c| !c.is_ascii_graphic()) {
            None if text.is_empty() => Err(CredentialsError::EmptyToken),
            None => Ok(Self(Secret::new(text))),
            Some(at) => Err(CredentialsError::UnsendableToken { position: at + 1 }),
        }
    }

    /// Returns the token itself.
    pub(crate) fn expose(&self) -> &str {
        self.0.expose()
    }

    /// Returns the header that carries the token in every call, hidden from every `Debug` form.
    pub(crate) fn header(&self) -> HeaderMap {
        HeaderMap::from_iter([(HeaderName::from_static("token"), sensitive(self.expose()))])
    }

    /// Returns the region in the payload's `clusterId`, if it is readable and has one. The platform
    /// documents only the payload's `expireTime`; without the claim this is `None`.
    pub(crate) fn region(&self) -> Option<Region> {
        self.text("clusterId").map(Region::from)
    }

    /// Returns the login name in the payload's `user`, if it is readable and has one.
    pub(crate) fn user(&self) -> Option<String> {
        self.text("user")
    }

    /// Returns the payload's `expireTime`: epoch milliseconds, a string on the platform.
    pub(crate) fn expiry(&self) -> Option<SystemTime> {
        let millis: u64 = self.text("expireTime")?.parse().ok()?;
        // Up to the year 9999, so that it can be formatted.
        (millis < 253_402_300_800_000).then(|| UNIX_EPOCH + Duration::from_millis(millis))
    }

    /// Returns a claim of the payload, string or number.
    fn text(&self, claim: &str) -> Option<String> {
        match self.payload()?.get(claim)? {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// Decodes the middle part of a JWT-like token, if it is readable. It is not verified: it is
    /// intended for the service itself and is read only to avoid requests that cannot succeed.
    fn payload(&self) -> Option<Value> {
        let middle = self.expose().split('.').nth(1)?.replace('+', "-").replace('/', "_");
        let config = GeneralPurposeConfig::new()
            .with_decode_padding_mode(DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true);
        let bytes = GeneralPurpose::new(&base64::alphabet::URL_SAFE, config).decode(middle).ok()?;
        serde_json::from_slice(&bytes).ok()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

/// Returns a header value that no `Debug` form shows. `text` is known to be visible ASCII.
pub(crate) fn sensitive(text: &str) -> HeaderValue {
    let mut value = HeaderValue::from_str(text).expect("header values are visible ASCII");
    value.set_sensitive(true);
    value
}
