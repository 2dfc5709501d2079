//! Quoting for POSIX shells.

use std::fmt::Write as _;

/// Quotes `text` as one argument of a shell, so that it can be pasted. Characters that are
/// invisible on a terminal, or change how the rest is shown, are written as escapes in `$'..'`
/// (bash, zsh, ksh).
///
/// # Panics
/// Never.
pub fn shell_quote(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:@%+=,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    if !text.chars().any(is_invisible) {
        return format!("'{}'", text.replace('\'', "'\\''"));
    }
    let mut word = String::from("$'");
    for character in text.chars() {
        match character {
            '\'' | '\\' => word.extend(['\\', character]),
            _ if is_invisible(character) => {
                write!(word, "\\U{:08x}", u32::from(character)).expect("a string takes text");
            }
            _ => word.push(character),
        }
    }
    word + "'"
}

/// Checks for control characters, invisible ones, and those that change the direction of the text
/// around them.
pub fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// Checks whether a character looks like a space and is another one.
pub fn is_wide_space(character: char) -> bool {
    matches!(
        character,
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::shell_quote;

    #[test]
    fn quoted_text_is_read_back_by_bash() {
        for text in [
            "train-a",
            "",
            "a b",
            "it's",
            "$HOME `id` \"x\" \\n",
            "训练-a",
            "lr[1]*",
            "~",
            "a\u{202e}b'\\",
            "tab\there",
            "line\nend",
            "-rf",
            "#x",
            "a;b|c&d",
        ] {
            let script = format!("printf %s {}", shell_quote(text));
            let out = Command::new("bash").env("LC_ALL", "C.UTF-8").args(["-c", &script]).output();
            assert_eq!(String::from_utf8(out.unwrap().stdout).unwrap(), text, "{script}");
        }
    }

    #[test]
    fn bidi_and_control_characters_are_escaped() {
        assert_eq!(shell_quote("a\u{202e}b"), "$'a\\U0000202eb'");
        assert_eq!(shell_quote("a\u{1b}[31m"), "$'a\\U0000001b[31m'");
    }
}
