//! Writes text and values so that every YAML 1.1 and 1.2 parser reads back the same.

use std::borrow::Cow;
use std::io;

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

/// Formats text as a YAML scalar: plain if no parser reads it as something else, otherwise
/// double-quoted as in JSON. The result is valid as a key, a value and an item of a flow sequence.
pub fn to_scalar(text: &str) -> Cow<'_, str> {
    if is_plain_char(text) { Cow::Borrowed(text) } else { Cow::Owned(to_flow_yaml(text)) }
}

/// Formats a value as one line of JSON with a space after `:` and `,`, which is YAML too:
/// characters that YAML parsers mishandle inside quotes are escaped.
///
/// # Panics
/// If the value does not serialize: a map whose keys are not text, or a failing `Serialize`.
pub fn to_flow_yaml<T: Serialize + ?Sized>(value: &T) -> String {
    let mut line = Vec::new();
    value
        .serialize(&mut Serializer::with_formatter(&mut line, FlowFormatter))
        .expect("values with text keys serialize into memory");
    String::from_utf8(line).expect("JSON is UTF-8")
}

/// Returns the header and the lines of a literal block scalar, to be indented by two spaces more than
/// its key. `None` if the text is empty or has characters that a block cannot represent, such as
/// carriage returns.
pub fn block_scalar(text: &str) -> Option<(String, Vec<&str>)> {
    let printable = |c: char| c == '\n' || c == '\t' || !(c.is_control() || needs_escape(c));
    let body = text.trim_end_matches('\n');
    if body.is_empty() || !text.chars().all(printable) {
        return None;
    }
    let ends = text.len() - body.len();
    let chomping = match ends {
        0 => "-",
        1 => "",
        _ => "+",
    };
    // Otherwise the indentation is that of the first line.
    let indentation = if body.starts_with([' ', '\t', '\n']) { "2" } else { "" };
    let lines = body.split('\n').chain(std::iter::repeat_n("", ends.saturating_sub(1)));
    Some((format!("|{indentation}{chomping}"), lines.collect()))
}

/// Checks whether every parser reads the text, unquoted, as this exact text.
fn is_plain_char(text: &str) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let word = |c: char| c.is_ascii_alphanumeric() || is_cjk_ideograph(c);
    // A colon is text if neither a space nor the end follows it.
    let inner = |c: char| word(c) || matches!(c, '-' | '_' | '.' | '/' | '@' | ':');
    let letters = text.chars().all(inner) && !text.ends_with(':');
    letters
        && match first {
            '0'..='9' => is_plain_after_digit(text),
            _ => word(first) && !is_reserved(text),
        }
}

/// Checks for letters that every parser reads and prints unchanged: the ideographs of Chinese
/// names.
fn is_cjk_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}')
}

/// Checks whether text that begins with a digit is plain: a letter other than the exponent's keeps
/// it from being a number, and no colon makes it a time.
fn is_plain_after_digit(text: &str) -> bool {
    let radix = matches!(text.as_bytes(), [b'0', b'x' | b'X' | b'o' | b'O' | b'b' | b'B', ..]);
    let letter = |c: char| c.is_alphabetic() && !c.eq_ignore_ascii_case(&'e');
    !radix && !text.contains([':', '.']) && text.contains(letter)
}

fn is_reserved(text: &str) -> bool {
    const RESERVED_WORDS: [&str; 12] =
        ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nil", "nan", "inf"];
    RESERVED_WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

struct FlowFormatter;

impl Formatter for FlowFormatter {
    fn begin_array_value<W: ?Sized + io::Write>(
        &mut self,
        to: &mut W,
        first: bool,
    ) -> io::Result<()> {
        if first { Ok(()) } else { to.write_all(b", ") }
    }

    fn begin_object_key<W: ?Sized + io::Write>(
        &mut self,
        to: &mut W,
        first: bool,
    ) -> io::Result<()> {
        if first { Ok(()) } else { to.write_all(b", ") }
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, to: &mut W) -> io::Result<()> {
        to.write_all(b": ")
    }

    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        to: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        // Nearly all text: many bytes are checked at once.
        if fragment.bytes().all(|byte| byte < 0x7F) {
            return to.write_all(fragment.as_bytes());
        }
        let mut rest = fragment;
        while let Some(at) = rest.find(needs_escape) {
            let (clean, tail) = rest.split_at(at);
            let found = tail.chars().next().expect("a match is a character");
            to.write_all(clean.as_bytes())?;
            write!(to, "\\u{:04x}", u32::from(found))?;
            rest = &tail[found.len_utf8()..];
        }
        to.write_all(rest.as_bytes())
    }
}

/// Checks for characters that JSON allows and YAML parsers reject, fold or drop.
fn needs_escape(c: char) -> bool {
    matches!(
        c,
        '\u{7F}'..='\u{9F}' | '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}'
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::{block_scalar, to_flow_yaml, to_scalar};
    use crate::yaml::lock_text;

    #[test]
    fn ambiguous_scalars_are_quoted() {
        for text in [
            "",
            "yes",
            "No",
            "on",
            "Y",
            "null",
            "~",
            "11250",
            "1e3",
            "0x1f",
            "0o17",
            "010",
            ".inf",
            "1_000",
            "-1",
            "01:00:00",
            "2026-11-23",
            "2026-11-23T06:11:41Z",
            "a b",
            "a: b",
            "a:",
            "- a",
            "#a",
            "a #b",
            "&a",
            "*a",
            "!a",
            "<<",
            "=",
            "12345678901234567890123456789012",
            "1234e5678",
            "?",
            "a,b",
            "{a}",
            "a\nb",
            "é\u{301}",
            "NaN",
            "1.2.x",
        ] {
            assert!(to_scalar(text).starts_with('"'), "{text:?}");
        }
        for text in [
            "train-a",
            "530491fa7c8e47348f01de73e627a6a7",
            "https://ai.example.cn:65011",
            "训练-1",
            "sandbox",
            "Instances_2205113838",
            "list",
            "a.b/c@d",
        ] {
            assert_eq!(to_scalar(text), text);
        }
    }

    #[test]
    fn value_is_emitted_as_one_line_of_spaced_json() {
        let value =
            json!({"a": [1, "x"], "b": {"c": null, "d": true}, "e": "\u{85}\u{7f}\u{feff}\n"});
        assert_eq!(
            to_flow_yaml(&value),
            r#"{"a": [1, "x"], "b": {"c": null, "d": true}, "e": "\u0085\u007f\ufeff\n"}"#
        );
    }

    proptest! {
        #[test]
        fn block_scalar_round_trips(text in "[ \ta#:'\n-]{1,12}") {
            if let Some((header, lines)) = block_scalar(&text) {
                let line = |line: &&str| if line.is_empty() { "\n".to_owned() } else { format!("    {line}\n") };
                let lines: String = lines.iter().map(line).collect();
                let read = lock_text::parse(&format!("a:\n  b: {header}\n{lines}  c: 1\n"));
                prop_assert_eq!(read, Ok(json!({"a": {"b": text, "c": 1}})));
            }
        }

        #[test]
        fn any_text_round_trips_as_key_value_and_item(text in any::<String>()) {
            let s = to_scalar(&text);
            let read = lock_text::parse(&format!("{s}: {s}\nlist: [{s}, {s}]\nflow: {}\n", to_flow_yaml(&text)));
            let want = if text == "list" || text == "flow" { return Ok(()) } else {
                json!({text.clone(): text, "list": [text, text], "flow": text})
            };
            prop_assert_eq!(read, Ok(want));
        }
    }
}
