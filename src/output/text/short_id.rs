//! Task IDs shortened for tables.

/// Minimum length of a shortened ID.
const MIN_LENGTH: usize = 12;

/// Returns the length, 12 or more, at which all of these IDs differ.
pub(super) fn short_length<'a>(ids: impl IntoIterator<Item = &'a str>) -> usize {
    let mut ids: Vec<&str> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    let common =
        |pair: &[&str]| pair[0].bytes().zip(pair[1].bytes()).take_while(|(a, b)| a == b).count();
    ids.windows(2).map(|pair| common(pair) + 1).fold(MIN_LENGTH, usize::max)
}

/// Shortens an ID, which is ASCII.
pub(super) fn shorten(id: &str, length: usize) -> &str {
    id.get(..length).unwrap_or(id)
}

#[cfg(test)]
mod tests {
    use super::{short_length, shorten};

    #[test]
    fn shortened_ids_have_12_characters_or_as_many_as_differ() {
        assert_eq!(short_length([]), 12);
        assert_eq!(short_length(["a1", "b2"]), 12);
        assert_eq!(short_length(["0123456789abcdX", "z", "0123456789abcdY"]), 15);
        assert_eq!(shorten("0123456789abcd", 12), "0123456789ab");
        assert_eq!(shorten("a1", 12), "a1");
    }
}
