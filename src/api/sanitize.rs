//! Makes text from the service safe to show on a terminal and in a log.

use super::auth::redact::Redactor;
use crate::text::is_invisible;

/// Maximum number of characters of a message that are shown; longer messages are truncated and
/// marked with `..`.
pub(super) const MAX_CHARS: usize = 300;

/// Returns `text` with every form of every secret redacted, control and bidirectional characters
/// escaped, and at most 300 characters long. Secrets are redacted first, so that truncation cannot
/// leave a part of one.
pub(super) fn sanitize(text: &str, secrets: &Redactor) -> String {
    sanitize_to(MAX_CHARS, text, secrets)
}

/// Like [`sanitize`], with another maximum length.
pub(super) fn sanitize_to(most: usize, text: &str, secrets: &Redactor) -> String {
    let text = secrets.redact(text);
    let text = text.trim();
    let mut out = String::with_capacity(text.len().min(4 * most));
    for (at, character) in text.chars().enumerate() {
        if at == most {
            out.push_str("..");
            break;
        }
        match character {
            '\n' | '\r' | '\t' => out.extend(character.escape_default()),
            _ if is_invisible(character) => out.extend(character.escape_unicode()),
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::sanitize as shown_with;
    use crate::api::auth::redact::Redactor;

    fn sanitize(text: &str, secret: &str) -> String {
        let mut secrets = Redactor::default();
        secrets.add_token(secret);
        shown_with(text, &secrets)
    }

    #[test]
    fn escape_sequences_and_bidi_marks_are_escaped() {
        assert_eq!(
            sanitize("\x1b[31mred\u{202e}x\u{9b}\0", ""),
            "\\u{1b}[31mred\\u{202e}x\\u{9b}\\u{0}"
        );
        assert_eq!(sanitize("操作成功\n第二行\t!", ""), "操作成功\\n第二行\\t!");
    }

    #[test]
    fn token_is_redacted_even_at_the_truncation_point() {
        let text = format!("{}secret-token and secret-token", "x".repeat(295));
        assert!(!sanitize(&text, "secret-token").contains("secr"));
        assert_eq!(sanitize("bad secret-token", "secret-token"), "bad [token]");
    }

    #[test]
    fn long_text_is_truncated_and_marked() {
        let out = sanitize(&"长".repeat(400), "");
        assert_eq!(out.chars().count(), 302);
        assert!(out.ends_with(".."));
    }
}
