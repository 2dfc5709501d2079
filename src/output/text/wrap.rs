//! Line breaks of sentences.

use textwrap::{Options, WordSeparator, WordSplitter, wrap};

/// Takes the place of a space at which no line may end: a character for private use, as wide as a space.
pub(in crate::output) const NO_BREAK: char = '\u{e000}';

/// Breaks a text into lines of `width` cells: `first` begins the first one, `other` the others. A
/// command in backticks is never broken, so that it can be pasted.
pub(in crate::output) fn wrapped(
    text: &str,
    first: &str,
    other: &str,
    width: usize,
) -> Vec<String> {
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
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation);
    let lines = wrap(&text, options);
    lines.iter().map(|line| line.trim_end().replace(NO_BREAK, " ")).collect()
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
}
