//! Digests of lock texts.

use sha2::{Digest, Sha256};

/// Returns the SHA-256 of a text, in lowercase hex.
///
/// # Panics
/// Never.
pub fn digest(text: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(text).iter().fold(String::with_capacity(64), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a string takes text");
        hex
    })
}
