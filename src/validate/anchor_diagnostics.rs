//! Suggestions for an alias (`*name`) without an anchor above it.

use super::suggest::closest;
use crate::diagnostics::{
    AliasFault, AnchorAdvice, Diagnostic, DiagnosticKind, Fix, Label, LabelKind, Subject,
    ValueAdvice,
};
use crate::source::{SourceFile, Span};

/// Returns the advice for an alias without its anchor (`&name`), before the file is searched.
pub(super) fn undefined_alias(name: &str) -> AliasFault {
    let text = name.contains(|c: char| !is_name(c));
    let advice = if text { AnchorAdvice::Quote } else { AnchorAdvice::Define };
    AliasFault::Undefined(name.to_owned(), advice)
}

/// Suggests an alias for a merged value that is the name of an anchor without the `*`, or in
/// quotes.
pub(super) fn find_merge_target(source: &SourceFile, span: Span, reported: &mut Diagnostic) {
    let written = source.slice(span).trim_matches(['"', '\'']);
    let name = written.strip_prefix('*').unwrap_or(written);
    let known = anchors(source.text());
    if known.iter().any(|(start, anchor)| *anchor == name && *start < span.range().start) {
        let alias = format!("*{name}");
        let advice = Some(ValueAdvice::DidYouMean(alias.clone()));
        let found = crate::diagnostics::Found::Other;
        let problem = DiagnosticKind::WrongType { subject: Subject::Merge, found, advice };
        reported.problem = problem.into();
        reported.fix = Some(Fix { span, text: alias });
    }
}

/// Searches the file for the anchor, or for one with a similar name.
pub(super) fn find_similar_anchor(name: &str, source: &SourceFile, reported: &mut Diagnostic) {
    let anchors = anchors(source.text());
    let at = reported.span.range().start;
    let mut own = anchors.iter().filter(|(_, anchor)| *anchor == name).map(|(start, _)| *start);
    let advice = match own.next_back() {
        Some(start) if start < at => AnchorAdvice::OtherDocument,
        Some(start) => {
            let span = Span::new(start..start + 1 + name.len());
            reported.labels.push(Label { kind: LabelKind::DefinedBelow, span });
            AnchorAdvice::MoveUp
        }
        None => {
            let above: Vec<&str> =
                anchors.iter().filter(|(start, _)| *start < at).map(|(_, name)| *name).collect();
            if let Some(near) = closest(name, &above) {
                reported.fix = Some(Fix { span: reported.span, text: format!("*{near}") });
                AnchorAdvice::DidYouMean(near.to_owned())
            } else if anchors.is_empty() && !source.text()[..at].trim_end().ends_with("<<:") {
                AnchorAdvice::DefineOrQuote
            } else {
                return;
            }
        }
    };
    let fault = AliasFault::Undefined(name.to_owned(), advice);
    reported.problem = DiagnosticKind::Alias(fault).into();
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
