//! Suggestions for an alias (`*name`) without an anchor above it.

use super::suggest::closest;
use crate::diagnostics::{Diagnostic, DiagnosticKind, Fix, Label, escaped, quote};
use crate::source::{SourceFile, Span};

/// Returns the diagnostic for an alias without its anchor (`&name`), before a suggestion is
/// searched.
pub(super) fn undefined_alias(name: &str) -> DiagnosticKind {
    let text = name.contains(|c: char| !is_name(c));
    DiagnosticKind::Alias {
        message: missing_anchor_name(name),
        help: if text {
            format!("if it is text, put it in quotes: `\"*{}\"`", escaped(name))
        } else {
            format!(
                "write `&{name}` before the value that it refers to, further up; or write the \
                 value here"
            )
        },
    }
}

fn missing_anchor_name(name: &str) -> String {
    let (alias, anchor) = (format!("*{name}"), format!("&{name}"));
    format!(
        "{} refers to nothing: no {} precedes it in this document",
        quote(&alias),
        quote(&anchor)
    )
}

/// Suggests an alias for a merged value that is the name of an anchor without the `*`, or in
/// quotes.
pub(super) fn find_merge_target(source: &SourceFile, span: Span, reported: &mut Diagnostic) {
    let written = source.slice(span).trim_matches(['"', '\'']);
    let name = written.strip_prefix('*').unwrap_or(written);
    let known = anchors(source.text());
    if !known.iter().any(|(start, anchor)| *anchor == name && *start < span.range().start) {
        return;
    }
    if let DiagnosticKind::WrongType { help, .. } = std::sync::Arc::make_mut(&mut reported.problem)
    {
        *help = format!("did you mean `*{name}`?");
        reported.fix = Some(Fix { span, text: format!("*{name}") });
    }
}

/// Returns the diagnostic for text that begins with `&` and is therefore read as an anchor;
/// `quoted` is the fix that makes it text.
pub(super) fn ambiguous_anchor(name: &str, quoted: Option<&Fix>) -> DiagnosticKind {
    DiagnosticKind::Alias {
        message: format!(
            "{} is read as an anchor, and no alias uses it",
            quote(&format!("&{name}"))
        ),
        help: match quoted {
            Some(fix) => {
                format!("put the whole value in quotes: {}", quote(&fix.text))
            }
            None => "if it is text, put it in quotes: `&` starts an anchor".to_owned(),
        },
    }
}

/// Adds help if the anchor is elsewhere in the file, or if an anchor has a similar name.
pub(super) fn find_similar_anchor(name: &str, source: &SourceFile, reported: &mut Diagnostic) {
    let anchors = anchors(source.text());
    let own = anchors.iter().filter(|(_, anchor)| *anchor == name);
    let at = reported.span.range().start;
    let help = match own.map(|(start, _)| *start).next_back() {
        Some(start) if start < at => {
            format!("`&{}` is in another document: write its value here again", escaped(name))
        }
        Some(start) => {
            let span = Span::new(start..start + 1 + name.len());
            reported
                .labels
                .push(Label { message: "it is defined below the alias".to_owned(), span });
            format!("move `&{}` and its value above this line", escaped(name))
        }
        None => {
            let above: Vec<&str> =
                anchors.iter().filter(|(start, _)| *start < at).map(|(_, name)| *name).collect();
            let Some(suggestion) = closest(name, &above) else {
                let merged = source.text()[..at].trim_end().ends_with("<<:");
                if anchors.is_empty() && !merged {
                    let help = format!(
                        "write `&{0}` before the value that it refers to, further up; or, if it \
                         is text, put it in quotes: `\"*{0}\"`",
                        escaped(name)
                    );
                    reported.problem =
                        DiagnosticKind::Alias { message: missing_anchor_name(name), help }.into();
                }
                return;
            };
            reported.fix = Some(Fix { span: reported.span, text: format!("*{suggestion}") });
            format!("did you mean `*{}`?", escaped(suggestion))
        }
    };
    if let DiagnosticKind::Alias { message, .. } = reported.problem.as_ref() {
        reported.problem = DiagnosticKind::Alias { message: message.clone(), help }.into();
    }
}

/// Returns the offset and the name of every `&name` in the text. Matches in quotes and comments are
/// not anchors, but the result is only used for suggestions.
fn anchors(text: &str) -> Vec<(usize, &str)> {
    let begins = |at: usize| text[..at].ends_with([' ', '\n', '\t', '[', '{', ',']);
    let name = |at: usize| {
        let rest = &text[at + 1..];
        &rest[..rest.find(|c| !is_name(c)).unwrap_or(rest.len())]
    };
    let marks = text.match_indices('&').filter(|(at, _)| begins(*at));
    marks.map(|(at, _)| (at, name(at))).filter(|(_, name)| !name.is_empty()).collect()
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_')
}
