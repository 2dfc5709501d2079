//! Converts common notations of memory sizes to `ramSize` values.

use super::suggestion::{Suggestion, integer};
use crate::manifest::RamSize;

pub(crate) fn suggest_ram_size(text: &str) -> Option<Suggestion> {
    let (amount, unit) =
        text.split_at(text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len()));
    let unit = unit.trim();
    if unit.is_empty() {
        let complete = integer(amount)?;
        // No instance has a thousand GiB: this is a number of MB in quotes.
        if complete.len() >= 4 && amount == complete {
            return Some(Suggestion::Fix(complete));
        }
        return Some(Suggestion::Hint(format!(
            "write `{complete}GiB` for {complete} GiB, or `{complete}MB` for {complete} MB"
        )));
    }
    let unit = match unit.to_lowercase().as_str() {
        "m" | "mb" | "mi" | "mib" | "megabytes" => "MiB",
        "g" | "gb" | "gi" | "gib" | "gigabytes" => "GiB",
        "t" | "tb" | "ti" | "tib" | "terabytes" => "TiB",
        _ => return None,
    };
    let written = format!("{amount}{unit}");
    if matches!(RamSize::from_text(&written), Some(Ok(_))) {
        return Some(Suggestion::Fix(written));
    }
    let amount: f64 = amount.parse().ok()?;
    let factor = match unit {
        "GiB" => 1024.0,
        "TiB" => 1_048_576.0,
        _ => return None,
    };
    let megabytes = amount * factor;
    let exact = (1.0..2_147_483_647.0).contains(&megabytes);
    exact.then(|| Suggestion::Hint(format!("sizes are whole numbers: write `{megabytes:.0}MB`")))
}
