//! The platform's answers, byte by byte: properties that hold for any body with any status.

use std::collections::HashMap;

use instancectl::api::client::ErrorDetail;
use instancectl::api::parse_response::{to_create, to_detail, to_list};
use instancectl::language::Language;
use serde_json::value::RawValue;

/// A token as long same as the platform shortest, with characters that are plausible in a body.
const TOKEN: &str = "5ecret-t0ken.5ecret";

/// Checks an answer: the first two bytes are the status, the rest is the body.
pub(crate) fn check(bytes: &[u8]) {
    let Some((&[high, low], body)) = bytes.split_first_chunk() else { return };
    let status = 100 + u16::from_be_bytes([high, low]) % 500;
    match to_create(status, body, TOKEN) {
        Ok(id) => {
            assert!(says_success(body), "created, and the answer does not say so");
            assert!(contains(body, id.as_str().as_bytes()), "an ID that the answer does not hold");
        }
        Err(error) => showable(&error.detail),
    }
    match to_list(status, body, TOKEN) {
        Ok(page) => {
            assert!(says_success(body), "a list, and the answer does not say so");
            for item in &page.items {
                assert!(!item.id().as_str().is_empty());
                let _ = (item.name(), item.status().map(|status| status.has_ended()));
            }
        }
        Err(failure) => showable(failure.detail()),
    }
    match to_detail(status, body, TOKEN) {
        Ok(detail) => assert!(!detail.id().as_str().is_empty()),
        Err(failure) => showable(failure.detail()),
    }
}

/// Checks whether the body is one JSON object whose `code` is 0: nothing else may count as
/// success.
fn says_success(body: &[u8]) -> bool {
    // Text that is not UTF-8 is read as GBK or with replacement characters; not decided again
    // here.
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    if str::from_utf8(body).is_err() {
        return true;
    }
    // Keys that do not count are not examined, not even for valid text.
    let text = String::from_utf8_lossy(body);
    let envelope: Option<HashMap<String, Box<RawValue>>> = serde_json::from_str(&text).ok();
    let code = envelope.and_then(|mut envelope| envelope.remove("code"));
    let code: Option<serde_json::Value> = code.and_then(|code| code.get().parse().ok());
    code.is_some_and(|code| code == "0" || code == 0)
}

/// Checks that the error is one short line without the token and without control characters.
fn showable(fault: &ErrorDetail) {
    let line = Language::English.error_detail(fault);
    assert!(line.chars().all(|c| !c.is_control()), "{line:?}");
    assert!(line.chars().count() < 4000, "{} characters", line.chars().count());
    assert!(!line.contains(TOKEN), "the token is shown");
}

fn contains(body: &[u8], part: &[u8]) -> bool {
    // An ID may be written with escapes, which only the JSON parser decodes.
    body.contains(&b'\\') || body.windows(part.len()).any(|found| found == part)
}
