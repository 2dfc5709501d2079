//! The sandbox's only account: the calls that return tokens and addresses, and the account's
//! regions. Two regions serve, one has a gateway without an AI service, and in one the account is
//! disabled.

use std::cell::RefCell;
use std::collections::HashMap;
use std::net::SocketAddr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hyper::header::HeaderMap;
use serde_json::{Value, json};

use super::handlers::ErrorReply;
use super::run_files::HOME;
use super::task::{Millis, now};
use crate::api::auth::signature::sign;
use crate::sandbox::random::random_hex;

/// The login name of the account.
const USER: &str = "demo";
/// Its access key.
const ACCESS_KEY: &str = "demo-access-key";
/// Its secret key.
const SECRET_KEY: &str = "demo-secret-key";
/// Its password, for the older kind of login.
const PASSWORD: &str = "demo-password";

/// Lifetime of a token, and the additional time during which it can be renewed.
const TOKEN_LIFETIME: Millis = 12 * 60 * 60 * 1000;
const RENEWABLE: Millis = 24 * 60 * 60 * 1000;
/// Maximum difference between a timestamp and the clock, in seconds.
const MAX_SIGNATURE_AGE_SECS: u64 = 300;

/// The regions: ID, name and kind.
const REGIONS: [(&str, &str, RegionKind); 5] = [
    ("0", "ac", RegionKind::Platform),
    ("11250", "昆山", RegionKind::Serves(0)),
    ("20057", "山东", RegionKind::Serves(1)),
    ("20091", "没有 AI 服务", RegionKind::NoService),
    ("20099", "停用", RegionKind::Disabled),
];

/// The regions that serve, each with separate instances, in the order of their stores.
pub(super) const SERVING: [&str; 2] = ["11250", "20057"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RegionKind {
    /// The platform itself, whose token no instance call accepts.
    Platform,
    /// It serves, from the store with this index.
    Serves(usize),
    /// Its gateway returns 404.
    NoService,
    /// The account has no token for it.
    Disabled,
}

/// An account call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AccountCall {
    LogIn,
    LogInByPassword,
    Renew,
    State,
    Center,
}

/// The issued tokens.
pub(super) struct Accounts {
    address: SocketAddr,
    /// The printed token: it never expires.
    printed: String,
    issued: RefCell<HashMap<String, IssuedToken>>,
}

#[derive(Clone, Copy)]
struct IssuedToken {
    kind: RegionKind,
    region: &'static str,
    until: Millis,
}

impl Accounts {
    pub(super) fn new(address: SocketAddr, printed: String) -> Self {
        Self { address, printed, issued: RefCell::default() }
    }

    /// Returns the index of the store that a token gives access to, if any.
    pub(super) fn store(&self, token: &str) -> Option<usize> {
        match self.valid_token(token)?.kind {
            RegionKind::Serves(location) => Some(location),
            _ => None,
        }
    }

    /// Revokes a token, so that only a new login helps. The printed token stays valid.
    pub(super) fn revoke(&self, token: &str) {
        self.issued.borrow_mut().remove(token);
    }

    /// Carries out a call and returns the `data` of its response.
    pub(super) fn handle(
        &self,
        call: AccountCall,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Value, ErrorReply> {
        match call {
            AccountCall::LogIn => {
                verify(headers, body)?;
                Ok(self.tokens())
            }
            AccountCall::LogInByPassword => {
                let [user, password, _] = [
                    header(headers, "user")?,
                    header(headers, "password")?,
                    header(headers, "orgId")?,
                ];
                if (user, password) != (USER, PASSWORD) {
                    return Err(refusal("10009", "verification failed"));
                }
                Ok(self.tokens())
            }
            AccountCall::Renew => {
                let token = header(headers, "token")?;
                let issued = self.issued.borrow().get(token).copied();
                let renewable = issued.filter(|issued| now() < issued.until + RENEWABLE);
                let IssuedToken { kind, region, .. } = renewable.ok_or_else(ErrorReply::denied)?;
                Ok(json!(self.issue(kind, region)))
            }
            AccountCall::State => match self.valid_token(header(headers, "token")?) {
                Some(_) => Ok(json!("token is valid")),
                None => Err(ErrorReply::denied()),
            },
            AccountCall::Center => self.center(header(headers, "token")?),
        }
    }

    /// Returns a token that is still valid.
    fn valid_token(&self, token: &str) -> Option<IssuedToken> {
        if token == self.printed {
            return Some(IssuedToken {
                kind: RegionKind::Serves(0),
                region: SERVING[0],
                until: Millis::MAX,
            });
        }
        self.issued.borrow().get(token).copied().filter(|issued| now() < issued.until)
    }

    fn tokens(&self) -> Value {
        let tokens = REGIONS.map(|(region, name, kind)| {
            let token = (kind != RegionKind::Disabled).then(|| self.issue(kind, region));
            json!({"clusterId": region, "clusterName": name, "token": token})
        });
        json!(tokens)
    }

    fn issue(&self, kind: RegionKind, region: &'static str) -> String {
        let until = now() + TOKEN_LIFETIME;
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let head = part(&json!({"alg": "HS256", "typ": "JWT"}));
        let claims = json!({"clusterId": region, "user": USER, "expireTime": until.to_string()});
        let token = format!("{head}.{}.{}", part(&claims), random_hex());
        self.issued.borrow_mut().insert(token.clone(), IssuedToken { kind, region, until });
        token
    }

    fn center(&self, token: &str) -> Result<Value, ErrorReply> {
        let IssuedToken { kind, region, .. } =
            self.valid_token(token).ok_or_else(ErrorReply::denied)?;
        let at = |enable: &str, path: &str| json!({"enable": enable, "version": "2.4.3", "url": format!("http://{}{path}", self.address)});
        let url = |enable: &str, path: &str| at(enable, &format!("{path}/ai"));
        let urls = match kind {
            RegionKind::Platform | RegionKind::Disabled => {
                return Err(refusal("10001", "internal error"));
            }
            RegionKind::Serves(_) => vec![url("false", "/old"), url("true", "")],
            RegionKind::NoService => vec![url("true", &format!("/{region}"))],
        };
        Ok(json!({
            "id": region,
            "aiUrls": urls,
            "efileUrls": [at("true", "/efile")],
            "clusterUserInfo": {"userName": USER, "homePath": HOME},
        }))
    }
}

/// Checks the signed headers, the signature and its timestamp.
fn verify(headers: &HeaderMap, body: &[u8]) -> Result<(), ErrorReply> {
    let [user, access_key, timestamp, signature] =
        ["user", "accessKey", "timestamp", "signature"].map(|name| header(headers, name));
    let (user, access_key, timestamp, signature) = (user?, access_key?, timestamp?, signature?);
    if !body.is_empty() {
        return Err(refusal("10004", "invalid parameter: the body must be empty"));
    }
    let wrong = |what: &str| Err(refusal("10009", &format!("verification failed: {what}")));
    let Ok(time) = timestamp.parse::<u64>() else {
        return wrong("`timestamp` is not a number of seconds");
    };
    if (user, access_key) != (USER, ACCESS_KEY) {
        return wrong("unknown user or access key");
    }
    if (now() / 1000).abs_diff(time) > MAX_SIGNATURE_AGE_SECS {
        return wrong("`timestamp` differs too much from the clock");
    }
    if sign(SECRET_KEY, access_key, timestamp, user) != signature {
        return wrong("wrong signature");
    }
    Ok(())
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Result<&'a str, ErrorReply> {
    let value = headers.get(name).and_then(|value| std::str::from_utf8(value.as_bytes()).ok());
    value.filter(|value| !value.is_empty()).ok_or_else(|| {
        refusal("10003", &format!("incomplete parameters: header `{name}` must not be empty"))
    })
}

fn refusal(code: &'static str, message: &str) -> ErrorReply {
    ErrorReply { status: 200, code, message: message.to_owned() }
}
