//! `GET {platform}/ac/openapi/v2/center` with a region's token: the addresses of that region.

use reqwest::{Method, Url};
use serde_json::Value;

use super::account::Account;
use super::token::TokenLease;
use crate::api::client::ApiError;
use crate::api::http::{HttpClient, HttpRequest};
use crate::api::{CredentialsError, base_url};

const PATH: &str = "/ac/openapi/v2/center";

/// The platform's name for the AI addresses, used in error messages.
pub(in crate::api) const AI_URLS: &str = "aiUrls";
/// The platform's name for the addresses of the file service.
pub(in crate::api) const FILE_URLS: &str = "efileUrls";

/// Queries the addresses of the token's region.
pub(in crate::api) async fn fetch_addresses(
    wire: &HttpClient,
    account: &Account,
    lease: &TokenLease,
) -> Result<Value, ApiError> {
    let url = &base_url::join(&account.platform, PATH);
    let headers = lease.token.header();
    wire.send_idempotent(HttpRequest::new(Method::GET, url, headers, &lease.secrets)).await
}

/// Returns the first address of a list that is enabled and can be used; `Err` is the error of an
/// enabled address, or `None` if none is enabled.
pub(in crate::api) fn pick(
    data: &Value,
    field: &'static str,
    allow_http: bool,
) -> Result<Url, Option<CredentialsError>> {
    let all = || data.get(field).and_then(Value::as_array).into_iter().flatten();
    let enabled = all().filter(|item| is_enabled(item));
    // Addresses that do not state whether they are enabled come after the enabled ones.
    let unsaid = all().filter(|item| item.get("enable").is_none_or(Value::is_null));
    let mut unusable = None;
    for item in enabled.chain(unsaid) {
        let text = item.get("url").and_then(Value::as_str).unwrap_or_default();
        match base_url::parse(field, text, allow_http) {
            Ok(url) => return Ok(url),
            Err(error) => unusable = Some(error),
        }
    }
    Err(unusable)
}

/// Returns the user's home folder, if the response has it.
pub(in crate::api) fn home(data: &Value) -> Option<String> {
    let home = data.get("clusterUserInfo")?.get("homePath")?.as_str()?.trim_end_matches('/');
    home.starts_with('/').then(|| home.to_owned())
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

    use super::{AI_URLS, pick};

    fn picked(urls: &Value) -> Option<String> {
        pick(&json!({ "aiUrls": urls }), AI_URLS, false).ok().map(|url| url.to_string())
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
        let none = |data: &Value| pick(data, AI_URLS, false).err().unwrap();
        assert!(none(&json!(null)).is_none());
        assert!(none(&json!({"aiUrls": [off]})).is_none());
        assert!(none(&json!({"aiUrls": [plain]})).is_some());
    }
}
