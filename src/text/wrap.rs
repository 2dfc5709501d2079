//! Line breaks of sentences.

use textwrap::core::Word;
use textwrap::{Options, WordSeparator, WordSplitter, wrap};
use unicode_width::UnicodeWidthChar;

/// Takes the place of a space at which no line may end: a character for private use, as wide as a space.
pub(crate) const NO_BREAK: char = '\u{e000}';

/// Characters that begin no line, and those that end none.
const CLOSING: &str = "，。、：；？！）》」』”’";
const OPENING: &str = "（《「『“‘";

/// Breaks a text into lines of `width` cells: `first` begins the first one, `other` the others. A
/// command in backticks is never broken, so that it can be pasted.
pub(crate) fn wrapped(text: &str, first: &str, other: &str, width: usize) -> Vec<String> {
    let mut in_command = false;
    let text: String = text
        .chars()
        .map(|char| {
            in_command ^= char == '`';
            if in_command && char == ' ' { NO_BREAK } else { char }
        })
        .collect();
    let options = Options::new(width)
        .initial_indent(first)
        .subsequent_indent(other)
        .break_words(false)
        .word_separator(WordSeparator::Custom(words))
        .word_splitter(WordSplitter::NoHyphenation);
    let lines = wrap(&text, options);
    lines.iter().map(|line| line.trim_end().replace(NO_BREAK, " ")).collect()
}

/// Returns the parts between which a line may end: at blanks, and next to wide characters, which are not
/// separated by blanks.
fn words(line: &str) -> Box<dyn Iterator<Item = Word<'_>> + '_> {
    let (mut ends, mut before, mut in_command) = (Vec::new(), None, false);
    for (at, char) in line.char_indices() {
        let may_break = before.is_some_and(|before: char| {
            let is_blank = before == ' ' && char != ' ';
            let is_wide = [before, char].into_iter().any(|char| char.width() == Some(2));
            is_blank
                || is_wide && char != ' ' && !CLOSING.contains(char) && !OPENING.contains(before)
        });
        if may_break && !in_command {
            ends.push(at);
        }
        in_command ^= char == '`';
        before = Some(char);
    }
    ends.push(line.len());
    let mut start = 0;
    Box::new(ends.into_iter().map(move |end| {
        let word = Word::from(&line[start..end]);
        start = end;
        word
    }))
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn chinese_is_broken_between_characters_but_not_before_punctuation() {
        assert_eq!(
            wrapped("等待 3 个实例（状态），用 `status a`。", "", "", 12),
            ["等待 3 个实", "例（状态），", "用", "`status a`。"]
        );
    }

    #[test]
    fn commands_are_not_broken() {
        assert_eq!(
            wrapped("it ended: `start -f a.yaml a` starts it", "! ", "  ", 24),
            ["! it ended:", "  `start -f a.yaml a`", "  starts it"]
        );
    }
}
