//! A suggestion for an invalid value, and the normalization of what was written.

/// Suggestion for an invalid value.
pub(crate) enum Suggestion {
    /// The value as it should be written.
    Fix(String),
    /// The help text.
    Hint(String),
}

/// Strips quotes, including full-width ones, from around a text, and commas or semicolons from its
/// end.
pub(crate) fn strip_quotes_and_separator(text: &str) -> &str {
    let marks = ['“', '”', '‘', '’', '＂', '「', '」', '"', '\''];
    text.trim().trim_end_matches([',', ';', '，', '；', '。']).trim_matches(marks).trim()
}

/// Parses an integer that is in quotes, full-width, or followed by a separator.
pub(crate) fn integer(text: &str) -> Option<String> {
    let half = |c: char| match c {
        '０'..='９' => {
            char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')).unwrap_or(c)
        }
        c => c,
    };
    let text: String = strip_quotes_and_separator(text).chars().map(half).collect();
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (digits && (text == "0" || !text.starts_with('0')) && text.len() < 11).then_some(text)
}
