//! `GET {ai}/ai/openapi/v2/instance-service/{id}/url`: the access address of a running instance.

use std::fmt;

use hyper::body::Bytes;
use reqwest::Method;
use serde_json::Value;

use crate::api::client::{ApiError, Client, ErrorDetail, ErrorMessage};
use crate::ids::TaskId;

/// Access address of an instance. It embeds an access token, so it is a secret: its `Debug` form
/// does not show it, and it is written only to standard output and only on request.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessUrl(String);

impl Client {
    /// Queries the access address of an instance; `None` if the platform returns none, as it does
    /// for instances that are not running. The documentation gives a string; an object with the
    /// string under `url` is accepted too.
    pub async fn access_url(&self, id: &TaskId) -> Result<Option<AccessUrl>, ApiError> {
        let url = self.url(&format!("/ai/openapi/v2/instance-service/{id}/url"), []);
        match self.call_idempotent(Method::GET, &url, Bytes::new()).await {
            Ok(data) => Ok(AccessUrl::read(&data)),
            Err(failure) => Err(strip_body_text(failure)),
        }
    }
}

impl AccessUrl {
    /// Reads an address: visible characters without whitespace, so that it cannot control a
    /// terminal.
    pub(crate) fn read(data: &Value) -> Option<Self> {
        let text = data.as_str().or_else(|| data.get("url")?.as_str())?.trim();
        let plain = |c: char| !c.is_control() && !c.is_whitespace();
        (!text.is_empty() && text != "--" && text.chars().all(plain)).then(|| Self(text.to_owned()))
    }

    /// Returns the address itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// Removes the body text from an error: a response without an envelope could be the address itself.
fn strip_body_text(failure: ApiError) -> ApiError {
    let clean = |cause: ErrorDetail| match (&cause.code, cause.status) {
        (None, Some(status)) => {
            ErrorDetail { message: ErrorMessage::WithheldBody(status), ..cause }
        }
        _ => cause,
    };
    match failure {
        ApiError::Denied(cause) => ApiError::Denied(clean(cause)),
        ApiError::EndpointMissing(cause) => ApiError::EndpointMissing(clean(cause)),
        ApiError::Refused(cause) => ApiError::Refused(clean(cause)),
        ApiError::Unreachable(cause) => ApiError::Unreachable(clean(cause)),
    }
}

impl fmt::Debug for AccessUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessUrl(..)")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::AccessUrl;

    #[test]
    fn access_url_is_text_and_not_in_debug_output() {
        for data in [json!("https://h/?token=t"), json!({"url": " https://h/?token=t "})] {
            let url = AccessUrl::read(&data).unwrap();
            assert_eq!(url.expose(), "https://h/?token=t");
            assert!(!format!("{url:?}").contains("token"));
        }
        for data in [json!(null), json!(""), json!("--"), json!("a\u{1b}[2Jb"), json!(["x"])] {
            assert_eq!(AccessUrl::read(&data), None, "{data}");
        }
    }
}
