//! Phrases that several areas use.

use crate::ids::{Endpoint, Region};

pub(super) const DELETION_NOT_CONFIRMED: &str = "deletion was requested but not confirmed";

/// Returns the location that an entry of the lock belongs to.
pub(super) fn recorded_for(region: Option<&Region>, endpoint: &Endpoint) -> String {
    let region = region.map_or(String::new(), |region| format!("region `{region}` at "));
    format!("recorded for {region}endpoint `{endpoint}`")
}

/// Formats words in backticks: `a`, `b` and `c`.
pub(super) fn listed(words: &[&str], last: &str) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match &quoted[..] {
        [start @ .., end] if !start.is_empty() => format!("{} {last} {end}", start.join(", ")),
        quoted => quoted.concat(),
    }
}
