//! The signature of the access-key login: lowercase hex of HMAC-SHA256 over a compact JSON text.

use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use sha2::Sha256;

use crate::text::hex;

/// The signed text. The platform's documentation prescribes these keys in this order.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Signed<'a> {
    access_key: &'a str,
    timestamp: &'a str,
    user: &'a str,
}

/// Signs a login. `timestamp` is Unix seconds as text.
pub(crate) fn sign(secret_key: &str, access_key: &str, timestamp: &str, user: &str) -> String {
    let text = serde_json::to_vec(&Signed { access_key, timestamp, user });
    let text = text.expect("three texts can be written as JSON");
    let mac = Hmac::<Sha256>::new_from_slice(secret_key.as_bytes());
    let mac = mac.expect("a key of HMAC may have any length").chain_update(&text);
    hex(&mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::sign;

    #[test]
    fn signature_equals_the_test_vector() {
        let access_key = "85f96a42b13f4d2c8b760d2775bbcca8";
        assert_eq!(
            sign("demo-secret-key", access_key, "1764597591", "bob"),
            "04ddc9dc600f0c4fbc4e8330c090d1d93460f3e9c72ba6c1561b207774427c31"
        );
    }
}
