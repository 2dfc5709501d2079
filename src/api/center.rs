//! `GET {platform}/ac/openapi/v2/center` with a region's token: the addresses of that region.

use std::future::pending;

use hyper::body::Bytes;
use reqwest::{Method, Url};
use serde_json::Value;

use super::account::Account;
use super::client::Failure;
use super::outcome::of_repeatable;
use super::session::Grant;
use super::transport::LARGEST_BODY;
use super::wire::{Outgoing, Wire};
use super::{Error, address};

const PATH: &str = "/ac/openapi/v2/center";

/// What the platform calls the AI addresses, for the words of an error.
const NAME: &str = "aiUrls";

/// Why a region has no address that can be called.
pub(super) enum NoAddress {
    /// The platform could not be asked, or would not tell.
    Unasked(Failure),
    /// None of its addresses is enabled: there is no AI service.
    NoService,
    /// The enabled one cannot be used.
    Unusable(Error),
}

/// Asks for the region's AI addresses and takes the first that is enabled and can be used.
pub(super) async fn ai_address(
    wire: &Wire,
    account: &Account,
    grant: &Grant,
) -> Result<Url, NoAddress> {
    let url = &address::join(&account.platform, PATH);
    let call = Outgoing {
        method: Method::GET,
        url,
        headers: grant.token.header(),
        body: Bytes::new(),
        most: LARGEST_BODY,
        creates: false,
    };
    let answer = wire.attempts(call, pending(), |came| of_repeatable(came, &grant.secrets)).await;
    let data = answer
        .unwrap_or_else(|fault| Err(Failure::Unreachable(fault)))
        .map_err(NoAddress::Unasked)?;
    pick(&data, account.allow_http)
}

fn pick(data: &Value, allow_http: bool) -> Result<Url, NoAddress> {
    let all = || data.get(NAME).and_then(Value::as_array).into_iter().flatten();
    let enabled = all().filter(|item| is_enabled(item));
    // One that does not say whether it is enabled comes after those that are.
    let unsaid = all().filter(|item| item.get("enable").is_none_or(Value::is_null));
    let mut none = NoAddress::NoService;
    for item in enabled.chain(unsaid) {
        let text = item.get("url").and_then(Value::as_str).unwrap_or_default();
        match address::parse(NAME, text, allow_http) {
            Ok(url) => return Ok(url),
            Err(error) => none = NoAddress::Unusable(error),
        }
    }
    Err(none)
}

/// `enable` is the text `"true"` or `"false"`.
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

    use super::{NoAddress, pick};

    fn picked(urls: &Value) -> Option<String> {
        pick(&json!({ "aiUrls": urls }), false).ok().map(|url| url.to_string())
    }

    #[test]
    fn the_first_that_is_enabled_and_usable_is_taken() {
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
        assert!(matches!(none(&json!(null)), NoAddress::NoService));
        assert!(matches!(none(&json!({"aiUrls": [off]})), NoAddress::NoService));
        assert!(matches!(none(&json!({"aiUrls": [plain]})), NoAddress::Unusable(_)));
    }
}
