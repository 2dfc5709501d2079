//! Messages of parser errors: found and expected text, and the next step.

use std::borrow::Cow;

use crate::yaml::SyntaxErrorKind as K;

/// The message and the help text of an error.
type MessageAndHelp = (Cow<'static, str>, &'static str);

/// Returns the message and the help for a syntax error.
pub(super) fn message_and_help(kind: &K) -> MessageAndHelp {
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
            rare_message(kind).unwrap_or(("this is not YAML", help))
        }
    };
    (message.into(), help)
}

/// Returns the message and the help for an error, if it is a rare one.
fn rare_message(kind: &K) -> Option<(&'static str, &'static str)> {
    Some(match kind {
        K::UnexpectedEof | K::UnexpectedEofBlockSequence | K::UnexpectedEofBlockMapping => {
            ("unexpected end of the file", "finish or remove the last line")
        }
        K::ExpectedDocumentStart | K::InvalidDocumentEnd => (
            "content after the end of a document",
            "start another document with `---` on a separate line, or indent this line like the \
             lines it belongs to",
        ),
        K::ExpectedNodeContent => (
            "expected a value, found something else",
            "write a value here, or remove the preceding indicator",
        ),
        K::DuplicateVersionDirective
        | K::DuplicateTagDirective
        | K::MissingDocumentEndBeforeDirective
        | K::InvalidDirectiveTerminator
        | K::DirectiveDisallowed
        | K::MissingYamlVersionSeparator
        | K::MissingDirectiveName
        | K::InvalidDirectiveName
        | K::TooManyReservedDirectiveParams { .. }
        | K::DirectiveByteLimitExceeded { .. }
        | K::YamlVersionTooLong
        | K::MissingYamlVersion
        | K::ExpectedTagDirectiveBang
        | K::InvalidTagDirectiveTerminator => (
            "invalid directive: a line that begins with `%` is a directive",
            "remove the line, or write `%YAML 1.2` before the first `---`",
        ),
        K::UndeclaredTagHandle
        | K::ExpectedTagBang
        | K::InvalidGlobalTagCharacter
        | K::InvalidTagTerminator
        | K::MissingTagUri
        | K::UnclosedVerbatimTag
        | K::InvalidTagEscape
        | K::InvalidTagUtf8LeadingByte
        | K::InvalidTagUtf8TrailingByte
        | K::InvalidTagUtf8 => (
            "invalid tag: a value that begins with `!` is a tag",
            "remove the `!` and its word, or put the value in quotes",
        ),
        K::MissingAnchorOrAliasName => (
            "a value that begins with `&` or `*` is an anchor or an alias, but the name is \
             missing",
            "write a name after it, or put the value in quotes",
        ),
        K::BlockEntryInFlowCollection | K::PlainScalarStartsWithDashFlowIndicator => (
            "block list item (`- `) inside `[]` or `{}`",
            "separate the items with commas, or put the value in quotes",
        ),
        K::InvalidBlockEntryWhitespace => {
            ("a tab follows the `-` of a list item", "put a space after the `-`")
        }
        K::ZeroBlockScalarIndent | K::InvalidBlockScalarHeader => (
            "text follows `|` or `>` on its line",
            "start the text on the next line, indented; or put the value in quotes",
        ),
        K::DocumentIndicatorInQuotedScalar => (
            "this quoted text is not closed before `---` or `...`",
            "close it with the quote that opened it, or indent the line",
        ),
        K::InvalidLowSurrogateHexEscape
        | K::InvalidLowSurrogate
        | K::MissingLowSurrogate
        | K::UnpairedLowSurrogate => (
            "unpaired surrogate (`\\ud800` to `\\udfff`)",
            "write both halves, or the character itself",
        ),
        K::TabInPlainScalar => {
            ("a tab inside a value without quotes", "put the value in quotes, or use spaces")
        }
        K::UnexpectedEndOfPlainScalar => ("missing value", "write the value, or put it in quotes"),
        K::FlowMappingValueAdjacentCollection | K::InvalidMappingValueWhitespace => {
            ("a space is missing after the colon", "write `key: value`")
        }
        K::BomInsideDocument => (
            "byte order mark (U+FEFF) inside the text",
            "remove it (left over from concatenated files)",
        ),
        K::ExpectedWhitespace => ("missing space or line break", "put a space between the two"),
        _ => return None,
    })
}
