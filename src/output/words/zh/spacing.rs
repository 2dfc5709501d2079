//! Blanks between Chinese characters and others.

use crate::text::is_han;

/// Joins parts of a sentence, with a blank where a Chinese character is next to code, a Latin letter or
/// a digit. The parts themselves stay as they are.
pub(super) fn spaced(parts: &[&str]) -> String {
    let mut text = String::new();
    for part in parts {
        if let (Some(last), Some(first)) = (text.chars().next_back(), part.chars().next())
            && (is_han(last) && is_latin(first) || is_latin(last) && is_han(first))
        {
            text.push(' ');
        }
        text.push_str(part);
    }
    text
}

fn is_latin(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '`' | '"')
}

#[cfg(test)]
mod tests {
    use super::spaced;

    #[test]
    fn blank_is_only_between_han_and_other_letters() {
        assert_eq!(spaced(&["`a`", "应为", "整数", "，实际为", "`b`"]), "`a` 应为整数，实际为 `b`");
        assert_eq!(spaced(&["大于", "3", " 个"]), "大于 3 个");
    }
}
