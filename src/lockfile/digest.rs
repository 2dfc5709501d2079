//! Digests of lock texts.

use sha2::{Digest, Sha256};

use crate::text::hex;

/// Returns the SHA-256 of a text, in lowercase hex.
pub fn digest(text: &[u8]) -> String {
    hex(&Sha256::digest(text))
}
