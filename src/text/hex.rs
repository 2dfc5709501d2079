//! Bytes as text.

use std::fmt::Write as _;

/// Returns bytes in lowercase hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        write!(text, "{byte:02x}").expect("a string takes text");
    }
    text
}
