//! Random identifiers.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

/// Returns 32 random hex digits, from the standard library's own source of entropy.
pub(super) fn random_hex() -> String {
    let keys = RandomState::new();
    format!("{:016x}{:016x}", keys.hash_one(0), keys.hash_one(1))
}
