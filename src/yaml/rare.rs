//! Messages for rare syntax errors: directives, tags, anchors, odd scalars.

use granit_parser::ErrorKind as K;

/// Returns the message and the help for an error, if it is a rare one.
pub(super) fn rare_message(kind: &K) -> Option<(&'static str, &'static str)> {
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
