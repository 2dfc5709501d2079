//! The envelope of every response: `{"code": "0", "msg": "success", "data": ..}`.
//!
//! The platform's documentation gives `code` as a string, and clients have also seen the number 0;
//! the text is under `msg`, or under `message` in responses of the gateway.

use std::borrow::Cow;

use encoding_rs::GBK;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;

/// Result of reading a body.
pub(super) enum EnvelopeResult<T> {
    /// One complete envelope.
    Envelope(Envelope<T>),
    /// Something that does not claim to be an envelope: HTML, an empty body, JSON without `code`.
    NotAnEnvelope,
    /// Begins like an envelope but is malformed: truncated, followed by other content, a duplicate
    /// key, a `code` that is neither string nor number. Its meaning is unknown.
    Malformed(MalformedEnvelope),
}

/// The reason that an envelope is malformed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MalformedEnvelope {
    /// It is not complete JSON, or has a duplicate key; with the JSON parser's message.
    Json(String),
    /// `code` is neither string nor number; with its value as JSON.
    Code(String),
}

/// One complete envelope.
pub(super) struct Envelope<T> {
    /// `code` as a string; `0` is success.
    pub(super) code: String,
    /// `msg`, else `message`, else empty, as the service wrote it.
    pub(super) message: String,
    /// `data`; null if it is missing.
    pub(super) data: T,
}

/// The relevant keys. serde rejects duplicates of them; other keys may be added or removed.
#[derive(Deserialize)]
#[serde(bound(deserialize = "T: DeserializeOwned + Default"))]
struct RawEnvelope<T> {
    code: Option<Value>,
    msg: Option<Value>,
    message: Option<Value>,
    #[serde(default)]
    data: T,
}

/// Reads a complete body, with its `data` as a value or as raw text.
pub(super) fn read<T: DeserializeOwned + Default>(body: &[u8]) -> EnvelopeResult<T> {
    let body = text(body);
    if !body.trim_start().starts_with('{') {
        return EnvelopeResult::NotAnEnvelope;
    }
    let keys: RawEnvelope<T> = match serde_json::from_str(&body) {
        Ok(keys) => keys,
        Err(error) => return EnvelopeResult::Malformed(MalformedEnvelope::Json(error.to_string())),
    };
    let code = match keys.code {
        None => return EnvelopeResult::NotAnEnvelope,
        Some(Value::String(code)) => code,
        Some(Value::Number(code)) => code.to_string(),
        Some(other) => {
            return EnvelopeResult::Malformed(MalformedEnvelope::Code(other.to_string()));
        }
    };
    let message = match keys.msg.or(keys.message) {
        None => String::new(),
        Some(Value::String(text)) => text,
        Some(other) => other.to_string(),
    };
    EnvelopeResult::Envelope(Envelope { code, message, data: keys.data })
}

/// Decodes a body: removes its byte order mark and reads what is not UTF-8 as GBK, which older
/// centres write, or else with replacement characters. This affects only human-readable text.
pub(super) fn text(body: &[u8]) -> Cow<'_, str> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    match str::from_utf8(body) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => GBK
            .decode_without_bom_handling_and_without_replacement(body)
            .unwrap_or_else(|| String::from_utf8_lossy(body)),
    }
}

/// Returns whether a body is JSON.
pub(super) fn is_json(body: &[u8]) -> bool {
    serde_json::from_str::<IgnoredAny>(&text(body)).is_ok()
}

/// Reads a task ID from a response: a string or an integer. Anything else is not an ID: a number
/// with a fraction or an exponent has lost digits in transit.
pub(super) fn task_id(value: &Value) -> Option<crate::ids::TaskId> {
    match value {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => number.as_u64()?.to_string().parse().ok(),
        _ => None,
    }
}
