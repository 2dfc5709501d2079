//! Secrets and their redaction: all external text is searched for them, in every form in which a
//! service might return them.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// A secret text. Its `Debug` form does not show it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(String);

/// Secrets shorter than this are redacted only if no letter or digit touches them: redacted
/// everywhere, they would destroy parts of every message.
const MIN_SUBSTRING_LEN: usize = 8;
/// Minimum length of a token's part between two dots to count as a secret itself.
const MAX_WINDOW: usize = 16;

impl Secret {
    pub(crate) fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Returns the secret itself.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// The patterns of all secrets that must not be shown. Its `Debug` form does not show them.
#[derive(Clone, Default)]
pub(crate) struct Redactor(Vec<Pattern>);

/// One form of one secret.
#[derive(Clone)]
struct Pattern {
    bytes: Vec<u8>,
    /// The replacement text.
    word: &'static str,
    kind: Encoding,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    /// Verbatim, or with some of its characters escaped for a URL or for JSON.
    Spelled,
    /// The same, if no letter or digit touches it.
    Alone,
    /// Base64 of either alphabet.
    Base64,
}

impl Redactor {
    /// Adds a token, and those of its parts that are long enough to be secrets themselves. The
    /// first part of a JWT is skipped because it only states the type.
    pub(crate) fn add_token(&mut self, token: &str) {
        self.add(token, "[token]");
        for part in token.split('.').skip(1).filter(|part| part.len() >= MAX_WINDOW) {
            self.add(part, "[token]");
        }
    }

    /// Adds a secret that is replaced with `word`.
    pub(crate) fn add(&mut self, secret: &str, word: &'static str) {
        if secret.is_empty() || self.0.iter().any(|form| form.bytes == secret.as_bytes()) {
            return;
        }
        let kind =
            if secret.len() < MIN_SUBSTRING_LEN { Encoding::Alone } else { Encoding::Spelled };
        self.0.push(Pattern { bytes: secret.as_bytes().to_vec(), word, kind });
        if kind == Encoding::Spelled {
            self.0.extend((0..3).map(|shift| in_base64(secret, shift, word)));
        }
    }

    /// Returns the text with every form of every secret redacted.
    pub(crate) fn redact(&self, text: &str) -> String {
        let bytes = text.as_bytes();
        let mut out = String::with_capacity(text.len());
        let (mut at, mut displayed) = (0, 0);
        while at < bytes.len() {
            let found = self.0.iter().filter_map(|form| Some((form.length(bytes, at)?, form.word)));
            let Some((length, word)) = found.max_by_key(|(length, _)| *length) else {
                at += 1;
                continue;
            };
            out.push_str(&text[displayed..at]);
            out.push_str(word);
            at += length;
            displayed = at;
        }
        out.push_str(&text[displayed..]);
        out
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets(..)")
    }
}

impl Pattern {
    /// Returns the number of bytes that this form occupies in `text` at `at`, if it occurs there.
    fn length(&self, text: &[u8], at: usize) -> Option<usize> {
        let mut end = at;
        for &byte in &self.bytes {
            let length = match self.kind {
                Encoding::Base64 => usize::from(same_digit(*text.get(end)?, byte)),
                Encoding::Spelled | Encoding::Alone => match_encoded_byte(&text[end..], byte),
            };
            if length == 0 {
                return None;
            }
            end += length;
        }
        let touches = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        let alone =
            !touches(at.checked_sub(1).map(|before| &text[before])) && !touches(text.get(end));
        (self.kind != Encoding::Alone || alone).then_some(end - at)
    }
}

/// Returns the number of bytes at the start of `text` that encode this byte: itself, `%2F` in a
/// URL, `\/` and `\u002f` in JSON; otherwise 0.
fn match_encoded_byte(text: &[u8], byte: u8) -> usize {
    let hex = |digits: Option<&[u8]>| {
        let digits = std::str::from_utf8(digits?).ok()?;
        u32::from_str_radix(digits, 16).ok()
    };
    match text {
        [first, ..] if *first == byte => 1,
        [b'%', ..] if hex(text.get(1..3)) == Some(byte.into()) => 3,
        [b'\\', b'u', ..] if hex(text.get(2..6)) == Some(byte.into()) => 6,
        [b'\\', second, ..] if *second == byte => 2,
        _ => 0,
    }
}

/// Returns whether two base64 digits have the same value, in either alphabet.
fn same_digit(found: u8, expected: u8) -> bool {
    let standard = match found {
        b'-' => b'+',
        b'_' => b'/',
        other => other,
    };
    standard == expected
}

/// Returns the base64 form of a secret that begins `shift` bytes into a group of three, whatever
/// surrounds it: only the digits that depend solely on the secret.
fn in_base64(secret: &str, shift: usize, word: &'static str) -> Pattern {
    let bytes: Vec<u8> = [0; 2][..shift].iter().copied().chain(secret.bytes()).collect();
    let digits = STANDARD_NO_PAD.encode(&bytes).into_bytes();
    let from = [0, 2, 3][shift];
    let to = digits.len() - usize::from(!bytes.len().is_multiple_of(3));
    Pattern { bytes: digits[from..to].to_vec(), word, kind: Encoding::Base64 }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

    use super::Redactor;

    const TOKEN: &str = "eyJ0.s3cret/part+of-the.token";

    fn redact(text: &str) -> String {
        let mut secrets = Redactor::default();
        secrets.add_token(TOKEN);
        secrets.redact(text)
    }

    #[test]
    fn secret_is_redacted_in_every_spelling() {
        let percent = TOKEN.bytes().fold(String::new(), |text, byte| format!("{text}%{byte:02x}"));
        let json = TOKEN.replace('/', "\\/");
        let unicode = TOKEN.replace('.', "\\u002E");
        let some = TOKEN.replace('/', "%2F").replace('+', "%2B");
        for spelled in [TOKEN, &percent, &json, &unicode, &some] {
            assert_eq!(redact(&format!("长{spelled}长")), "长[token]长", "{spelled}");
        }
        assert_eq!(redact("nothing of it"), "nothing of it");
        assert_eq!(redact("the part s3cret/part+of-the alone"), "the part [token] alone");
    }

    #[test]
    fn secret_is_redacted_inside_base64_at_any_offset() {
        for before in ["", "a", "ab", "abc", "user:"] {
            for after in ["", "z", "zz"] {
                let text = format!("{before}{TOKEN}{after}");
                for encoded in [STANDARD.encode(&text), URL_SAFE_NO_PAD.encode(&text)] {
                    let displayed = redact(&encoded);
                    assert!(
                        displayed.contains("[token]") && displayed.len() < 24,
                        "{text}: {displayed}"
                    );
                }
            }
        }
    }

    #[test]
    fn short_secret_is_redacted_only_as_a_separate_token() {
        let mut secrets = Redactor::default();
        secrets.add_token("t");
        assert_eq!(
            secrets.redact("the token t is not it (t)"),
            "the token [token] is not it ([token])"
        );
    }
}
