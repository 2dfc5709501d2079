//! Formats counts with their nouns.

/// Formats a number with its noun: `1 card`, `2 cards`.
pub fn count(number: impl TryInto<u64>, one: &str) -> String {
    // No count here exceeds 64 bits.
    let number = number.try_into().unwrap_or(u64::MAX);
    format!("{number} {one}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn singular_has_no_plural_s() {
        let words = [count(0, "card"), count(1_u32, "card"), count(2_usize, "card")];
        assert_eq!(words, ["0 cards", "1 card", "2 cards"]);
    }
}
