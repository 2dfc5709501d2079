//! Finds the cause of a parser error, which is often not at the position where the parser stopped.

use std::ops::Range;

use super::bracket_matching::{extra, is_unclosed, list_above, mismatched, never_closed};
use super::flow_separators::in_brackets;
use super::foreign_content::{conflict, template};
use super::indicators::word_without_colon;
use super::messages::message_and_help;
use super::quoting::{after_quote, reserved, unclosed, unclosed_to_line_end, unknown_escape};
use super::tabs::in_indent;
use super::{SyntaxDiagnosis, diagnose_lines};
use crate::diagnostics::Fix;
use crate::source::Span;
use crate::yaml::SyntaxErrorKind as ErrorKind;

/// Returns the diagnosis of a syntax error at byte `at`, located at its cause. `open` is the byte of
/// the innermost open bracket.
pub(super) fn classify(
    kind: &ErrorKind,
    text: &str,
    at: usize,
    open: Option<usize>,
) -> SyntaxDiagnosis {
    // The parser may not have reported a bracket yet that could still begin a key.
    let bracket = open.or_else(|| is_unclosed(text, at).filter(|_| is_in_brackets(kind)));
    // A key below the items of an unclosed list.
    let bracket = bracket.or_else(|| list_above(text, at).filter(|_| is_colon(kind)));
    let after_quoted = || is_unclosed(text, at).filter(|_| is_after_quote(kind));
    let mistake = conflict(text, at)
        .or_else(|| template(text, bracket?))
        .or_else(|| {
            let open = bracket.filter(|open| outdented(text, *open, at))?;
            Some(never_closed(text, open))
        })
        .or_else(|| in_indent(text, at))
        .or_else(|| in_brackets(kind, text, bracket.or_else(after_quoted)?, at));
    if let Some(mistake) = mistake {
        return mistake.into_diagnosis(text);
    }
    let mistake = match kind {
        ErrorKind::BlockEntryInFlowCollection => {
            let open = bracket.filter(|open| line_start(text, at) > *open);
            open.map(|open| never_closed(text, open))
        }
        kind if is_after_quote(kind) => match unclosed_to_line_end(text, at) {
            Some(open) => Some(unclosed(text, open.start)),
            None => after_quote(text, at),
        },
        ErrorKind::MismatchedFlowCollectionEnd { close, .. } => {
            if let Some((end, fix)) = mismatched(text, at, *close) {
                let fix = fix.map(|(range, text)| Fix { span: Span::new(range), text });
                let opener = Some(Span::new(at..at + 1));
                return SyntaxDiagnosis { fix, opener, ..unrecognized(kind, end..end + 1) };
            }
            None
        }
        ErrorKind::MisplacedFlowCollectionEnd => extra(text, at),
        ErrorKind::UnclosedFlowCollection { .. } if text[at..].starts_with(['[', '{']) => {
            Some(never_closed(text, at))
        }
        ErrorKind::UnknownQuotedScalarEscape
        | ErrorKind::InvalidQuotedScalarHexEscape
        | ErrorKind::InvalidUnicodeEscape => {
            let at = unknown_escape(text, at).unwrap_or(at);
            return unrecognized(kind, word_at(text, at));
        }
        // Between brackets indentation has no meaning, and an unclosed quote is reported as such.
        ErrorKind::UnclosedQuotedScalar if text[at..].starts_with(['"', '\'']) => {
            Some(unclosed(text, at))
        }
        _ if bracket.is_none() && is_structure(kind) => {
            diagnose_lines(text, at).or_else(|| reserved(text, at))
        }
        _ => None,
    };
    if let Some(mistake) = mistake {
        return mistake.into_diagnosis(text);
    }
    // The parser reports this as the end of the text, whatever it found.
    let ends = text[at..].trim_end().is_empty();
    let early = !ends && (is_unexpected(kind) || is_block_end(kind));
    let kind = if early { &ErrorKind::ExpectedNodeContent } else { kind };
    unrecognized(kind, word_at(text, at))
}

/// Returns the diagnosis of an error without a recognized mistake.
fn unrecognized(kind: &ErrorKind, at: Range<usize>) -> SyntaxDiagnosis {
    let (message, help) = message_and_help(kind);
    SyntaxDiagnosis { span: Span::new(at), message, help: help.into(), fix: None, opener: None }
}

/// Returns the range of the word at `at`, or of one character.
fn word_at(text: &str, at: usize) -> Range<usize> {
    let width = text[at..].chars().next().filter(|c| !matches!(c, '\n' | '\r'));
    let width = width.map_or(0, char::len_utf8).max(word_without_colon(text, at));
    at..at + width
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind(['\n', '\r']).map_or(0, |end| end + 1)
}

fn indentation(text: &str, at: usize) -> usize {
    let line = &text[line_start(text, at)..];
    line.len() - line.trim_start_matches(' ').len()
}

/// Checks whether the line at `at` is below the line of the bracket at `open`, and not deeper: then
/// the bracket was not closed, since its contents would be indented. A line that opens another one
/// continues the contents, as JSON may be written.
fn outdented(text: &str, open: usize, at: usize) -> bool {
    let line = line_start(text, at);
    line > open
        && indentation(text, at) <= indentation(text, open)
        && !text[line..].trim_start().starts_with([']', '}', ',', '#', '[', '{'])
}

/// Checks whether the error is about syntax that only brackets and braces contain.
fn is_in_brackets(kind: &ErrorKind) -> bool {
    use ErrorKind as K;
    matches!(
        kind,
        K::BlockEntryInFlowCollection
            | K::ExpectedFlowMappingSeparator
            | K::ExpectedFlowSequenceSeparator
    ) || is_unexpected(kind)
}

fn is_colon(kind: &ErrorKind) -> bool {
    matches!(kind, ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement)
}

fn is_unexpected(kind: &ErrorKind) -> bool {
    use ErrorKind as K;
    matches!(
        kind,
        K::UnexpectedEofFlowMapping
            | K::UnexpectedEofFlowSequence
            | K::UnexpectedEofImplicitFlowMapping
    )
}

fn is_block_end(kind: &ErrorKind) -> bool {
    use ErrorKind as K;
    matches!(kind, K::UnexpectedEof | K::UnexpectedEofBlockSequence | K::UnexpectedEofBlockMapping)
}

fn is_after_quote(kind: &ErrorKind) -> bool {
    use ErrorKind as K;
    matches!(kind, K::InvalidTrailingSingleQuotedScalar | K::InvalidTrailingDoubleQuotedScalar)
}

/// Checks whether the error is about the structure of keys, items and lines.
fn is_structure(kind: &ErrorKind) -> bool {
    use ErrorKind as K;
    matches!(
        kind,
        K::MappingValueNotAllowed
            | K::SimpleKeyExpected
            | K::InvalidSimpleKey
            | K::InvalidColonPlacement
            | K::MappingKeyNotAllowed
            | K::ExpectedBlockMappingKey
            | K::ExpectedBlockSequenceEntry
            | K::BlockSequenceEntryNotAllowed
            | K::InvalidIndentation
            | K::InvalidBlockScalarIndent
            | K::MissingAnchorOrAliasName
            | K::ExpectedDocumentStart
            | K::UnexpectedCharacter { .. }
    )
}
