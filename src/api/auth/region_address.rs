//! `GET {platform}/ac/openapi/v2/center` with a region's token: the addresses of that region.

use std::future::pending;

use hyper::body::Bytes;
use reqwest::{Method, Url};
use serde_json::Value;

use super::account::Account;
use super::token_lease::TokenLease;
use crate::api::client::ApiError;
use crate::api::http::{HttpClient, HttpRequest};
use crate::api::http_exchange::MAX_BODY_BYTES;
use crate::api::response::classify_idempotent;
use crate::api::{CredentialsError, base_url};

const PATH: &str = "/ac/openapi/v2/center";

/// The platform's name for the AI addresses, used in error messages.
const RESPONSE_FIELD: &str = "aiUrls";

/// The reason that a region has no usable address.
pub(crate) enum RegionAddressError {
    /// The platform could not be queried or did not return the addresses.
    QueryFailed(ApiError),
    /// None of its addresses is enabled: there is no AI service.
    NoService,
    /// The enabled address cannot be used.
    Unusable(CredentialsError),
}

/// Queries the region's AI addresses and returns the first that is enabled and can be used.
pub(in crate::api) async fn fetch_region_address(
    wire: &HttpClient,
    account: &Account,
    grant: &TokenLease,
) -> Result<Url, RegionAddressError> {
    let url = &base_url::join(&account.platform, PATH);
    let call = HttpRequest {
        method: Method::GET,
        url,
        headers: grant.token.header(),
        body: Bytes::new(),
        most: MAX_BODY_BYTES,
        creates: false,
    };
    let answer = wire
        .send_with_retry(call, pending(), |outcome| classify_idempotent(outcome, &grant.secrets))
        .await;
    let data = answer
        .unwrap_or_else(|cause| Err(ApiError::Unreachable(cause)))
        .map_err(RegionAddressError::QueryFailed)?;
    pick(&data, account.allow_http)
}

fn pick(data: &Value, allow_http: bool) -> Result<Url, RegionAddressError> {
    let all = || data.get(RESPONSE_FIELD).and_then(Value::as_array).into_iter().flatten();
    let enabled = all().filter(|item| is_enabled(item));
    // Addresses that do not state whether they are enabled come after the enabled ones.
    let unsaid = all().filter(|item| item.get("enable").is_none_or(Value::is_null));
    let mut none = RegionAddressError::NoService;
    for item in enabled.chain(unsaid) {
        let text = item.get("url").and_then(Value::as_str).unwrap_or_default();
        match base_url::parse(RESPONSE_FIELD, text, allow_http) {
            Ok(url) => return Ok(url),
            Err(error) => none = RegionAddressError::Unusable(error),
        }
    }
    Err(none)
}

/// Returns whether an address is enabled. `enable` is the string `"true"` or `"false"`.
fn is_enabled(item: &Value) -> bool {
    match item.get("enable") {
        Some(Value::String(text)) => text.eq_ignore_ascii_case("true"),
        Some(Value::Bool(enabled)) => *enabled,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{RegionAddressError, pick};

    fn picked(urls: &Value) -> Option<String> {
        pick(&json!({ "aiUrls": urls }), false).ok().map(|url| url.to_string())
    }

    #[test]
    fn first_enabled_and_usable_url_is_chosen() {
        let url = |enable: Value, url: &str| json!({"enable": enable, "version": "2", "url": url});
        let good = "https://b.example.cn:65011/ai";
        let off = url(json!("false"), "https://a.example.cn/ai");
        let plain = url(json!("true"), "http://c.example.cn/ai");
        let on = url(json!("true"), good);
        let second = url(json!(true), "https://d.example.cn/ai");
        assert_eq!(picked(&json!([off, on, second])).as_deref(), Some(good));
        assert_eq!(picked(&json!([plain, on])).as_deref(), Some(good));
        assert_eq!(picked(&json!([off, "odd"])), None);
        let unsaid = json!({"url": "https://e.example.cn/ai"});
        assert_eq!(picked(&json!([unsaid, on])).as_deref(), Some(good));
        assert_eq!(picked(&json!([off, {"url": good}])).as_deref(), Some(good));
        let none = |data: &Value| pick(data, false).err().unwrap();
        assert!(matches!(none(&json!(null)), RegionAddressError::NoService));
        assert!(matches!(none(&json!({"aiUrls": [off]})), RegionAddressError::NoService));
        assert!(matches!(none(&json!({"aiUrls": [plain]})), RegionAddressError::Unusable(_)));
    }
}
