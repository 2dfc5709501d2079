//! Messages for parser errors: found and expected text, and the likely cause.

use std::borrow::Cow;

use granit_parser::ErrorKind;

use super::parse::{ParseError, ParseErrorKind};
use super::slip::{self, SyntaxMistake};
use crate::source::Span;

/// Converts a syntax error at byte `at` to an error located at its cause, given the flow collection
/// that was open there (the byte of its bracket).
pub(super) fn classify(kind: &ErrorKind, text: &str, at: usize, open: Option<usize>) -> ParseError {
    let error = |at: usize, (message, help): MessageAndHelp| {
        let width = text[at..].chars().next().filter(|c| !matches!(c, '\n' | '\r'));
        let width = width.map_or(0, char::len_utf8).max(slip::word_without_colon(text, at));
        let span = Span::new(at..at + width);
        ParseError {
            kind: ParseErrorKind::Syntax { message, help: help.into(), fix: None, opener: None },
            span,
        }
    };
    let unclosed = |open: usize| from_recoverable(text, slip::never_closed(text, open));
    if let Some(mistake) = slip::conflict(text, at) {
        return from_recoverable(text, mistake);
    }
    // The parser may not have reported a bracket yet that could still begin a key.
    let open = open.or_else(|| slip::is_unclosed(text, at).filter(|_| is_in_brackets(kind)));
    // A key below the items of an unclosed list.
    let open = open.or_else(|| slip::list_above(text, at).filter(|_| is_colon(kind)));
    if let Some(mistake) = open.and_then(|open| slip::template(text, open)) {
        return from_recoverable(text, mistake);
    }
    if let Some(open) = open
        && outdented(text, open, at)
    {
        return unclosed(open);
    }
    if let Some(mistake) = slip::in_indent(text, at) {
        return from_recoverable(text, mistake);
    }
    let behind_quote = || slip::is_unclosed(text, at).filter(|_| is_after_quote(kind));
    let mistake = open.or_else(behind_quote);
    if let Some(mistake) = mistake.and_then(|open| slip::in_brackets(kind, text, open, at)) {
        return from_recoverable(text, mistake);
    }
    match kind {
        ErrorKind::BlockEntryInFlowCollection => {
            if let Some(open) = open.filter(|open| line_start(text, at) > *open) {
                return unclosed(open);
            }
        }
        kind if is_after_quote(kind) => {
            if let Some(open) = slip::unclosed_to_line_end(text, at) {
                return from_recoverable(text, slip::unclosed(text, open.start));
            }
            if let Some(mistake) = slip::after_quote(text, at) {
                return from_recoverable(text, mistake);
            }
        }
        ErrorKind::MismatchedFlowCollectionEnd { close, .. } => {
            if let Some((end, fix)) = slip::mismatched(text, at, *close) {
                let (message, help) = message_and_help(kind);
                let opener = Some(Span::new(at..at + 1));
                let fix = fix.map(|(range, text)| (Span::new(range), text));
                let kind = ParseErrorKind::Syntax { message, help: help.into(), fix, opener };
                return ParseError { kind, span: Span::new(end..end + 1) };
            }
        }
        ErrorKind::MisplacedFlowCollectionEnd => {
            if let Some(mistake) = slip::extra(text, at) {
                return from_recoverable(text, mistake);
            }
        }
        ErrorKind::UnclosedFlowCollection { .. } if text[at..].starts_with(['[', '{']) => {
            return unclosed(at);
        }
        ErrorKind::UnknownQuotedScalarEscape
        | ErrorKind::InvalidQuotedScalarHexEscape
        | ErrorKind::InvalidUnicodeEscape => {
            return error(slip::unknown_escape(text, at).unwrap_or(at), message_and_help(kind));
        }
        // Between brackets indentation has no meaning, and an unclosed quote is reported as such.
        ErrorKind::UnclosedQuotedScalar if text[at..].starts_with(['"', '\'']) => {
            return from_recoverable(text, slip::unclosed(text, at));
        }
        _ if open.is_none() && is_structure(kind) => {
            if let Some(mistake) = slip::diagnose(text, at).or_else(|| slip::reserved(text, at)) {
                return from_recoverable(text, mistake);
            }
        }
        _ => {}
    }
    // The parser reports this as the end of the text, whatever it found.
    let ends = text[at..].trim_end().is_empty();
    let early = !ends && (is_unexpected(kind) || is_block_end(kind));
    error(at, message_and_help(if early { &ErrorKind::ExpectedNodeContent } else { kind }))
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

/// Converts a mistake to a parse error.
pub(super) fn from_recoverable(text: &str, mistake: SyntaxMistake) -> ParseError {
    let SyntaxMistake { at, message, help, fix } = mistake.help_with_example(text);
    let fix = fix.map(|(range, text)| (Span::new(range), text));
    let kind = ParseErrorKind::Syntax { message: message.into(), help, fix, opener: None };
    ParseError { kind, span: Span::new(at) }
}

type MessageAndHelp = (Cow<'static, str>, &'static str);

/// Returns the message and the help for a syntax error.
fn message_and_help(kind: &ErrorKind) -> MessageAndHelp {
    use ErrorKind as K;
    let (message, help): (&'static str, &'static str) = match kind {
        K::TabNotAllowed
        | K::TabInBlockIndentation
        | K::TabInIndentation
        | K::TabAtBlockScalarStart => (
            "found a tab, expected spaces for indentation",
            "indent with spaces; YAML forbids tabs there",
        ),
        K::UnclosedQuotedScalar => (
            "unclosed quote",
            "close it with the quote that opened it; a quote inside is doubled ('') or escaped (\\\")",
        ),
        K::InvalidTrailingSingleQuotedScalar | K::InvalidTrailingDoubleQuotedScalar => (
            "text follows the closing quote",
            "put the whole value inside the quotes, and double ('') or escape (\\\") a quote inside it",
        ),
        K::UnclosedFlowCollection { open: '[' } | K::UnexpectedEofFlowSequence => {
            ("unclosed `[`", "close it with `]`")
        }
        K::UnclosedFlowCollection { .. }
        | K::UnexpectedEofFlowMapping
        | K::UnexpectedEofImplicitFlowMapping => ("unclosed `{`", "close it with `}`"),
        K::MismatchedFlowCollectionEnd { open, close } => {
            let message = format!("mismatched brackets: `{close}` closes `{open}`");
            return (message.into(), "close `[` with `]` and `{` with `}`");
        }
        K::MisplacedFlowCollectionEnd => (
            "closing bracket without an opening one",
            "remove it, or put the text that contains it in quotes",
        ),
        K::ExpectedFlowMappingSeparator => (
            "expected `,` or `}` between braces",
            "separate the fields with commas, and close with `}`",
        ),
        K::ExpectedFlowSequenceSeparator => (
            "expected `,` or `]` between brackets",
            "separate the items with commas, and close with `]`",
        ),
        K::SimpleKeyExpected | K::InvalidSimpleKey => (
            "expected `key: value`, found text without a colon",
            "write `key: value` with a space after the colon; indent a value of several lines \
             more than its key",
        ),
        K::MappingValueNotAllowed | K::InvalidColonPlacement => (
            "`: ` where a key is not allowed",
            "put a value that contains `: ` in quotes, or put the new key on a separate line with \
             the indentation of its siblings",
        ),
        K::MappingKeyNotAllowed => ("a key is not allowed here", "indent it like its siblings"),
        K::ExpectedBlockMappingKey => (
            "expected `key: value` like the lines above, found something else",
            "indent this line like the lines it belongs to",
        ),
        K::ExpectedBlockSequenceEntry => (
            "expected an item of the list above (`- `), found something else",
            "start an item with `- `, or indent this line like the lines it belongs to",
        ),
        K::BlockSequenceEntryNotAllowed => (
            "a list item (`- `) is not allowed here",
            "indent it like its siblings, below the key of the list",
        ),
        K::InvalidIndentation
        | K::InvalidBlockScalarIndent
        | K::InvalidFlowScalarIndent
        | K::InvalidQuotedScalarIndent => (
            "the indentation of this line matches no line above",
            "indent it like the lines it belongs to",
        ),
        K::UnknownQuotedScalarEscape
        | K::InvalidQuotedScalarHexEscape
        | K::InvalidUnicodeEscape => {
            ("unknown escape (`\\`)", "write `\\\\` for a backslash, or use single quotes")
        }
        K::UnexpectedCharacter { character } => {
            let displayed = match character {
                '`' => "a backtick".to_owned(),
                character => format!("`{}`", character.escape_default()),
            };
            let message = format!("{displayed} cannot begin a value");
            return (message.into(), "put the value in quotes");
        }
        K::UnsupportedYamlMajorVersion => {
            ("unsupported YAML version, expected 1.2", "write `%YAML 1.2`, or remove the line")
        }
        K::CommentNotSeparated | K::CommentInterceptedScalar => {
            ("a comment inside a value", "put a space before `#`, or put the value in quotes")
        }
        _ => {
            let help = "check the indentation and the quotes here and on the line above";
            super::rare::rare_message(kind).unwrap_or(("this is not YAML", help))
        }
    };
    (message.into(), help)
}
