//! The construct that the parser was reading when it stopped, and the mistake if no cause is known.

use std::ops::Range;

use super::Failure;
use crate::diagnostics::{BlockTextFault, ParserFault as Fault, SyntaxMistake as M};
use crate::yaml::SyntaxErrorKind as K;

/// The construct that the parser was reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// Keys, items and lines.
    Structure,
    /// The header of a block text.
    BlockHeader,
    /// The values between brackets.
    Values,
    /// The brackets themselves.
    Brackets,
    /// The text after a quoted text.
    AfterQuote,
    /// A quoted text.
    Quote,
    Other,
}

/// Returns what the parser was reading, and the mistake if no cause is known.
pub(super) fn of(failure: &Failure<'_>) -> (Stop, M) {
    let rest = &failure.text[failure.at..];
    let next = rest.chars().next().unwrap_or(']');
    let ends = rest.trim_end().is_empty();
    let bracket = failure.open.and_then(|open| failure.text[open..].chars().next());
    let structure = |fault| (Stop::Structure, M::Parser(fault));
    let other = |fault| (Stop::Other, M::Parser(fault));
    match failure.kind {
        K::MappingValueNotAllowed | K::InvalidColonPlacement => structure(Fault::Colon),
        K::MappingKeyNotAllowed | K::ExpectedBlockMappingKey => structure(Fault::NotAKey),
        K::ExpectedBlockSequenceEntry => structure(Fault::NotAnItem),
        K::BlockSequenceEntryNotAllowed => structure(Fault::Item),
        K::InvalidIndentation | K::InvalidBlockScalarIndent => structure(Fault::Column),
        K::MissingAnchorOrAliasName => structure(Fault::AnchorName),
        K::ExpectedDocumentStart => structure(Fault::AfterDocument),
        K::UnexpectedCharacter { character } => structure(Fault::Character(*character)),
        K::SimpleKeyExpected | K::InvalidSimpleKey => (Stop::Structure, M::TextWithoutColon),
        K::InvalidBlockScalarHeader | K::ZeroBlockScalarIndent => {
            (Stop::BlockHeader, M::BlockText(BlockTextFault::Header(next)))
        }
        K::ExpectedFlowMappingSeparator => (Stop::Values, M::Parser(Fault::NoSeparator('}'))),
        K::ExpectedFlowSequenceSeparator => (Stop::Values, M::Parser(Fault::NoSeparator(']'))),
        // The parser reports these as the end of the text, whatever it found.
        K::UnexpectedEofFlowMapping
        | K::UnexpectedEofFlowSequence
        | K::UnexpectedEofImplicitFlowMapping => match bracket.filter(|_| ends) {
            Some(open) => (Stop::Values, M::UnclosedBracket(open)),
            None => (Stop::Values, M::Parser(Fault::NoValue)),
        },
        K::UnexpectedEof | K::UnexpectedEofBlockSequence | K::UnexpectedEofBlockMapping => {
            other(if ends { Fault::End } else { Fault::NoValue })
        }
        K::MismatchedFlowCollectionEnd { open, close } => {
            (Stop::Brackets, M::MismatchedBrackets(*open, *close))
        }
        K::MisplacedFlowCollectionEnd => (Stop::Brackets, M::UnmatchedBracket(next)),
        K::UnclosedFlowCollection { open } => (Stop::Brackets, M::UnclosedBracket(*open)),
        K::BlockEntryInFlowCollection | K::PlainScalarStartsWithDashFlowIndicator => {
            (Stop::Other, M::ItemInBracket(bracket.unwrap_or('[')))
        }
        K::InvalidTrailingSingleQuotedScalar | K::InvalidTrailingDoubleQuotedScalar => {
            (Stop::AfterQuote, M::TextAfterQuote)
        }
        K::UnclosedQuotedScalar | K::DocumentIndicatorInQuotedScalar => {
            (Stop::Quote, M::UnclosedQuote)
        }
        K::InvalidQuotedScalarIndent => (Stop::Quote, M::Parser(Fault::Column)),
        K::InvalidFlowScalarIndent => other(Fault::Column),
        K::UnknownQuotedScalarEscape
        | K::InvalidQuotedScalarHexEscape
        | K::InvalidUnicodeEscape => (Stop::Quote, M::InvalidEscape),
        K::InvalidLowSurrogateHexEscape
        | K::InvalidLowSurrogate
        | K::MissingLowSurrogate
        | K::UnpairedLowSurrogate => (Stop::Other, M::InvalidEscape),
        K::TabNotAllowed
        | K::TabInBlockIndentation
        | K::TabInIndentation
        | K::TabAtBlockScalarStart => (Stop::Other, M::Tab),
        K::TabInPlainScalar | K::InvalidBlockEntryWhitespace => other(Fault::TabInValue),
        K::CommentInterceptedScalar => (Stop::Other, M::CommentInValue),
        K::UnsupportedYamlMajorVersion => other(Fault::Version),
        K::InvalidDocumentEnd => other(Fault::AfterDocument),
        K::ExpectedNodeContent | K::UnexpectedEndOfPlainScalar => other(Fault::NoValue),
        K::BomInsideDocument => other(Fault::ByteOrderMark),
        K::CommentNotSeparated
        | K::FlowMappingValueAdjacentCollection
        | K::InvalidMappingValueWhitespace
        | K::ExpectedWhitespace => other(Fault::Space),
        // The parser has a dozen errors each for directives and for tags.
        _ if failure.line.text.starts_with('%') => other(Fault::Directive),
        _ if failure.line.text.contains('!') => other(Fault::Tag),
        _ => other(Fault::Other),
    }
}

/// Returns the range of the character at the error.
pub(super) fn place(failure: &Failure<'_>) -> Range<usize> {
    let at = failure.at;
    let found = failure.text[at..].chars().next().filter(|c| !matches!(c, '\n' | '\r'));
    at..at + found.map_or(0, char::len_utf8)
}
