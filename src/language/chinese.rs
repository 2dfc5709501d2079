//! The Chinese of the texts that libraries take from doc comments, by their English: those of the command
//! line and of the schema.

mod arguments;
mod commands;
mod pages;
mod schema;

use std::collections::HashMap;
use std::sync::LazyLock;

/// A text in English and in Chinese.
type Pair = (&'static str, &'static str);

/// The texts of the command line.
const COMMAND_LINE: [&[Pair]; 3] = [commands::TEXTS, arguments::TEXTS, pages::TEXTS];

static TEXTS: LazyLock<HashMap<&str, &str>> =
    LazyLock::new(|| COMMAND_LINE.into_iter().chain([schema::TEXTS]).flatten().copied().collect());

/// Returns the Chinese of a text.
pub(super) fn translate(text: &str) -> Option<&'static str> {
    TEXTS.get(text).copied()
}

/// Returns the texts of the command line, in English and in Chinese.
#[cfg(test)]
pub(crate) fn command_line_texts() -> impl Iterator<Item = Pair> {
    COMMAND_LINE.into_iter().flatten().copied()
}

/// Returns the texts of the schema, in English and in Chinese.
#[cfg(test)]
pub(crate) fn schema_texts() -> impl Iterator<Item = Pair> {
    schema::TEXTS.iter().copied()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{command_line_texts, schema_texts};

    fn words(text: &str) -> impl Iterator<Item = &str> {
        let is_word = |char: char| char.is_ascii_alphanumeric() || "-_".contains(char);
        text.split(move |char| !is_word(char)).filter(|word| word.len() > 2)
    }

    /// Returns what is the same in each language: code, flags and environment variables.
    fn code(text: &str) -> BTreeSet<&str> {
        let quoted = text.split('`').skip(1).step_by(2);
        let names = words(text).filter(|word| word.starts_with("--") || word.contains('_'));
        quoted.chain(names).collect()
    }

    /// Returns the numbers in digits; in Chinese, there may be more of them.
    fn numbers(text: &str) -> BTreeSet<&str> {
        text.split(|char: char| !char.is_ascii_digit())
            .filter(|digits| !digits.is_empty())
            .collect()
    }

    #[test]
    fn both_languages_have_the_same_code() {
        for (english, chinese) in command_line_texts().chain(schema_texts()) {
            assert_eq!(code(english), code(chinese), "{english}\n{chinese}");
            assert!(numbers(english).is_subset(&numbers(chinese)), "{english}\n{chinese}");
        }
    }

    #[test]
    fn chinese_has_its_own_punctuation_and_blanks_only_next_to_other_letters() {
        let is_chinese = |char: char| ('\u{3400}'..'\u{9fff}').contains(&char);
        let is_wide_mark = |char: char| "，。：；？（）、".contains(char);
        for (_, text) in command_line_texts().chain(schema_texts()) {
            let chars: Vec<char> = text.chars().collect();
            for pair in chars.windows(2) {
                let (one, other) = (pair[0], pair[1]);
                let ascii = |char: char| char.is_ascii_alphanumeric() || "`'-<[".contains(char);
                assert!(!(is_chinese(one) && ",.:;?()".contains(other)), "{one}{other}: {text}");
                assert!(!(is_chinese(one) && ascii(other)), "{one}{other}: {text}");
                assert!(
                    !((one.is_ascii_alphanumeric() || "`]".contains(one)) && is_chinese(other)),
                    "{one}{other}: {text}"
                );
                assert!(!(is_wide_mark(one) && other == ' '), "{one}{other}: {text}");
            }
            for triple in chars.windows(3) {
                let han = is_chinese(triple[0]) && is_chinese(triple[2]);
                assert!(!(han && triple[1] == ' '), "{triple:?}: {text}");
            }
        }
    }
}
