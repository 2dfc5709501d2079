//! `odd-text` of a script: characters that look like a space or a hyphen, and that the shell reads as
//! letters.

use crate::diagnostics::{DiagnosticKind, Oddity};
use crate::text::{is_invisible, is_wide_space};
use crate::validate::rules::script::{Script, ScriptLine, ScriptProblem};

pub(super) fn check(script: &Script<'_>) -> Vec<ScriptProblem> {
    if script.text.is_ascii() {
        return Vec::new();
    }
    script.lines.iter().filter_map(odd_character).collect()
}

/// Returns the first odd character of a line, outside comments and quotes.
fn odd_character(line: &ScriptLine<'_>) -> Option<ScriptProblem> {
    if line.text.is_ascii() {
        return None;
    }
    let mut quote = None;
    let mut before = ' ';
    for (at, char) in line.text.char_indices() {
        let starts_word = before == ' ' || is_wide_space(before);
        match (char, quote) {
            ('#', None) if starts_word => return None,
            ('"' | '\'', None) => quote = Some(char),
            (_, Some(open)) if char == open => quote = None,
            (_, Some(_)) => {}
            _ => {
                let dash = matches!(char, '–' | '—') && starts_word;
                let next = line.text[at + char.len_utf8()..].chars().next();
                let oddity = if is_invisible(char) && char != '\t' || is_wide_space(char) {
                    Some(Oddity::Invisible(char))
                } else if dash && next.is_some_and(|c| c.is_ascii_alphanumeric() || c == char) {
                    Some(Oddity::Dash(char))
                } else {
                    None
                };
                if let Some(oddity) = oddity {
                    let start = line.span.range().start + at;
                    let span = crate::source::Span::new(start..start + char.len_utf8());
                    let field = "startScriptContent";
                    return Some(ScriptProblem {
                        problem: DiagnosticKind::OddText { field, oddity },
                        span,
                    });
                }
            }
        }
        before = char;
    }
    None
}
