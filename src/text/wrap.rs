//! Line breaks of sentences.

use textwrap::core::Word;
use textwrap::{Options, WordSeparator, WordSplitter, wrap};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::language::Language;

/// Punctuation that no line of Chinese text begins with.
const CLOSING: &str = "，。、；：？！）》」』】”’…,.;:?!)]}%";
/// Punctuation that no line of Chinese text ends with.
const OPENING: &str = "（《「『【“‘([{";

/// A word that begins with this number of hexadecimal digits is a task ID.
const TASK_ID_DIGITS: usize = 16;

/// Breaks a text into lines of `width` cells: `first` begins the first one, `other` the others. A
/// command in backticks is never broken, so that it can be pasted.
pub(crate) fn wrapped(text: &str, first: &str, other: &str, width: usize) -> Vec<String> {
    // No text is wider than its bytes are many. Most rows of a plan of 10,000 instances are this short:
    // without the general way its printing takes half the time.
    if first.len() + text.len() <= width && !text.contains('\n') {
        return vec![format!("{first}{text}").trim_end().to_owned()];
    }
    let options = options(width, Language::Chinese).initial_indent(first).subsequent_indent(other);
    let lines = wrap(text, options);
    lines.iter().map(|line| line.trim_end().to_owned()).collect()
}

/// Adds an end that is not broken: to the last line, or as a line after `indent` if it does not fit there.
pub(crate) fn with_end(
    mut lines: Vec<String>,
    end: &str,
    indent: &str,
    width: usize,
) -> Vec<String> {
    match lines.last_mut() {
        Some(last) if last.width() + end.width() <= width => *last += end,
        _ => lines.push(format!("{indent}{}", end.trim_start())),
    }
    lines
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
        (!in_code && is_break(line, at, [char, next])).then_some(at)
    });
    let ends = ends.chain((!line.is_empty()).then_some(line.len()));
    Box::new(ends.map(move |end| Word::from(&line[std::mem::replace(&mut start, end)..end])))
}

/// Checks whether a line may be broken at a byte, between the characters `last` and `next`.
fn is_break(line: &str, at: usize, [last, next]: [char; 2]) -> bool {
    if last == ' ' {
        let (before, after) = line.split_at(at);
        let before = before.trim_end();
        // A number stays with its measure word, and a task ID with the name before it.
        let is_number = before.ends_with(|char: char| char.is_ascii_digit());
        let is_name = before.ends_with(char::is_alphanumeric);
        let digits = after.bytes().take_while(u8::is_ascii_hexdigit).count();
        return next != ' '
            && !(is_number && is_wide(next))
            && !(is_name && digits >= TASK_ID_DIGITS);
    }
    (is_wide(last) || is_wide(next))
        && !is_in_name(line, at)
        && next.width().is_some_and(|width| width > 0)
        && next != ' '
        && !CLOSING.contains(next)
        && !OPENING.contains(last)
}

/// Checks whether a byte is inside a name or a path: Chinese text has a space next to Latin letters, so a
/// word of both is one.
fn is_in_name(line: &str, at: usize) -> bool {
    let is_end = |char: char| char == ' ' || is_wide(char) && !is_han(char);
    let (before, after) = line.split_at(at);
    let before = before.rsplit(is_end).next().unwrap_or_default();
    let after = after.split(is_end).next().unwrap_or_default();
    let has = |is: fn(char) -> bool| before.contains(is) || after.contains(is);
    !before.is_empty() && !after.is_empty() && has(is_han) && has(|char| char.is_ascii_graphic())
}

fn is_wide(char: char) -> bool {
    char.width() == Some(2)
}

/// Checks for a Chinese character, without punctuation.
pub(crate) fn is_han(char: char) -> bool {
    matches!(char, '\u{3400}'..='\u{9fff}')
}

#[cfg(test)]
mod tests {
    use super::{with_end, wrapped};

    #[test]
    fn commands_are_not_broken() {
        assert_eq!(
            wrapped("it ended: `start -f a.yaml a` starts it", "! ", "  ", 24),
            ["! it ended:", "  `start -f a.yaml a`", "  starts it"]
        );
    }

    #[test]
    fn end_of_a_text_is_not_broken() {
        let lines =
            |text, width| with_end(wrapped(text, "", "  ", width), "继续？[y/N]", "  ", width);
        assert_eq!(lines("创建 1 个。", 22), ["创建 1 个。继续？[y/N]"]);
        assert_eq!(lines("创建 1 个。", 21), ["创建 1 个。", "  继续？[y/N]"]);
        assert_eq!(with_end(Vec::new(), " Continue? [y/N]", "", 80), ["Continue? [y/N]"]);
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
        assert_eq!(wrapped("停止：训练-a 和三四", "", "", 11), ["停止：", "训练-a 和三", "四"]);
        assert_eq!(wrapped("停止 1 个：大模型-训练", "", "", 16), ["停止 1 个：", "大模型-训练"]);
        assert_eq!(
            wrapped("一二 a1b2c3d4e5f60718、三", "", "", 20),
            ["一", "二 a1b2c3d4e5f60718、", "三"]
        );
    }
}
