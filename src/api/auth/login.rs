//! `POST {login}/api/user/v3/tokens`: returns the tokens of an account's regions for an access key.

use std::time::{SystemTime, UNIX_EPOCH};

use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use super::account::Account;
use super::login_error::AccountRegion;
use super::redact::Redactor;
use super::signature::sign;
use super::token::{Token, sensitive};
use crate::api::base_url;
use crate::api::client::{ApiError, ErrorMessage};
use crate::api::http::{HttpClient, HttpRequest};
use crate::api::sanitize::sanitize;
use crate::ids::Region;

const PATH: &str = "/api/user/v3/tokens";

/// The platform's `clusterId`, `clusterName` and `token`.
#[derive(Debug, Clone)]
pub(crate) struct RegionToken {
    pub(crate) region: Region,
    /// Its name, safe to show; may be empty.
    pub(crate) name: String,
    /// `None` if the account is disabled in that region.
    pub(crate) token: Option<Token>,
}

impl RegionToken {
    /// Returns the region without its token.
    pub(crate) fn account_region(&self) -> AccountRegion {
        AccountRegion {
            id: self.region.clone(),
            name: self.name.clone(),
            enabled: self.token.is_some(),
            expiry: self.token.as_ref().and_then(Token::expiry),
        }
    }
}

/// Logs in. The result includes the platform's own token (region 0).
pub(in crate::api) async fn log_in(
    wire: &HttpClient,
    account: &Account,
) -> Result<Vec<RegionToken>, ApiError> {
    let timestamp = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let timestamp = timestamp.as_secs().to_string();
    let (access_key, user) = (account.access_key.expose(), account.user.as_str());
    let signature = sign(account.secret_key.expose(), access_key, &timestamp, user);
    let mut secrets = account.secrets();
    secrets.add(&signature, "[signature]");
    let user = HeaderValue::from_bytes(user.as_bytes()).expect("the user name was checked");
    let timestamp = HeaderValue::from_str(&timestamp).expect("a number can be sent");
    let headers = HeaderMap::from_iter([
        (HeaderName::from_static("user"), user),
        (HeaderName::from_static("accesskey"), sensitive(access_key)),
        (HeaderName::from_static("timestamp"), timestamp),
        (HeaderName::from_static("signature"), sensitive(&signature)),
    ]);
    let url = &base_url::join(&account.login, PATH);
    let data = wire.send_idempotent(HttpRequest::new(Method::POST, url, headers, &secrets)).await?;
    read(&data, &secrets)
        .ok_or_else(|| ApiError::EndpointMissing(ErrorMessage::NotATokenList.into()))
}

/// Reads the list; `None` if it is not a list.
fn read(data: &Value, secrets: &Redactor) -> Option<Vec<RegionToken>> {
    let item = |item: &Value| {
        let region = match item.get("clusterId")? {
            Value::String(text) if !text.is_empty() => sanitize(text, secrets),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        let name = item.get("clusterName").and_then(Value::as_str).unwrap_or_default();
        let token = item.get("token").and_then(Value::as_str);
        Some(RegionToken {
            region: Region::from(region),
            name: sanitize(name, secrets),
            // A token that cannot be sent is treated as missing.
            token: token.and_then(|token| Token::new(token).ok()),
        })
    };
    data.as_array()?.iter().map(item).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::read;
    use crate::api::auth::redact::Redactor;

    #[test]
    fn null_is_not_a_token_and_region_names_are_escaped() {
        let data = json!([
            {"clusterId": "11250", "clusterName": "昆山\u{1b}", "token": "a"},
            {"clusterId": 20057, "token": null},
            {"clusterId": "20091", "clusterName": "x", "token": "not sendable"},
        ]);
        let tokens = read(&data, &Redactor::default()).unwrap();
        let found: Vec<_> = tokens
            .iter()
            .map(|t| (t.region.as_str(), t.name.as_str(), t.token.is_some()))
            .collect();
        let expected =
            [("11250", "昆山\\u{1b}", true), ("20057", "", false), ("20091", "x", false)];
        assert_eq!(found, expected);
        for odd in [json!(null), json!({}), json!("x"), json!(["x"]), json!([{"token": "a"}])] {
            assert!(read(&odd, &Redactor::default()).is_none(), "{odd}");
        }
    }
}
