//! Line breaks of sentences.

use textwrap::core::Word;
use textwrap::{Options, WordSeparator, WordSplitter, wrap};
use unicode_width::UnicodeWidthChar;

use crate::language::Language;

/// Takes the place of a space at which no line may end: a character for private use, as wide as a space.
pub(crate) const NO_BREAK: char = '\u{e000}';

/// Punctuation that no line of Chinese text begins with.
const CLOSING: &str = "，。、；：？！）》」』】”’…,.;:?!)]}%";
/// Punctuation that no line of Chinese text ends with.
const OPENING: &str = "（《「『【“‘([{";

/// Breaks a text into lines of `width` cells: `first` begins the first one, `other` the others. A
/// command in backticks is never broken, so that it can be pasted.
pub(crate) fn wrapped(text: &str, first: &str, other: &str, width: usize) -> Vec<String> {
    // No text is wider than its bytes are many. Most rows of a plan of 10,000 instances are this short:
    // without the general way its printing takes half the time.
    if first.len() + text.len() <= width && !text.contains('\n') {
        return vec![format!("{first}{text}").trim_end().replace(NO_BREAK, " ")];
    }
    let options = options(width, Language::Chinese).initial_indent(first).subsequent_indent(other);
    let lines = wrap(text, options);
    lines.iter().map(|line| line.trim_end().replace(NO_BREAK, " ")).collect()
}

/// Returns how to break paragraphs of a language into lines of `width` cells.
pub(crate) fn options<'a>(width: usize, language: Language) -> Options<'a> {
    Options::new(width)
        .break_words(false)
        .word_separator(separator(language))
        .word_splitter(WordSplitter::NoHyphenation)
}

/// Returns where the lines of a paragraph may end: in English at each space; in Chinese also between
/// characters, and nowhere in code.
pub(crate) fn separator(language: Language) -> WordSeparator {
    match language {
        Language::English => WordSeparator::AsciiSpace,
        Language::Chinese => WordSeparator::Custom(words),
    }
}

/// Splits a line where it may be broken: outside of code in backticks, at spaces and next to Chinese
/// characters.
fn words(line: &str) -> Box<dyn Iterator<Item = Word<'_>> + '_> {
    let mut start = 0;
    let mut in_code = false;
    let chars = line.chars().zip(line.char_indices().skip(1));
    let ends = chars.filter_map(move |(char, (at, next))| {
        in_code ^= char == '`';
        (!in_code && is_break(&line[..at], char, next)).then_some(at)
    });
    let ends = ends.chain((!line.is_empty()).then_some(line.len()));
    Box::new(ends.map(move |end| Word::from(&line[std::mem::replace(&mut start, end)..end])))
}

/// Checks whether a line may end with `before`, whose last character is `last`, and another start with
/// `next`.
fn is_break(before: &str, last: char, next: char) -> bool {
    if last == ' ' {
        // A number stays with its measure word.
        let is_number = before.trim_end().ends_with(|char: char| char.is_ascii_digit());
        return next != ' ' && !(is_number && is_wide(next));
    }
    (is_wide(last) || is_wide(next))
        && next.width().is_some_and(|width| width > 0)
        && !matches!(next, ' ' | NO_BREAK)
        && last != NO_BREAK
        // The answers of a prompt stay with its question.
        && (last, next) != ('？', '[')
        && !CLOSING.contains(next)
        && !OPENING.contains(last)
}

fn is_wide(char: char) -> bool {
    char.width() == Some(2)
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn commands_are_not_broken() {
        assert_eq!(
            wrapped("it ended: `start -f a.yaml a` starts it", "! ", "  ", 24),
            ["! it ended:", "  `start -f a.yaml a`", "  starts it"]
        );
    }

    #[test]
    fn chinese_is_broken_between_characters_but_not_before_punctuation() {
        assert_eq!(
            wrapped(
                "实例已停止：用 `start -f a.yaml a` 启动它，再等待 3 个实例（共 12 个）。",
                "",
                "",
                20
            ),
            ["实例已停止：用", "`start -f a.yaml a`", "启动它，再等待 3 个", "实例（共 12 个）。"]
        );
        assert_eq!(wrapped("一二三，四五", "", "", 6), ["一二", "三，四", "五"]);
        assert_eq!(wrapped("一二（三）四", "", "", 6), ["一二", "（三）", "四"]);
        assert_eq!(wrapped("一二？[y/N]", "", "", 8), ["一", "二？[y/N]"]);
    }
}
