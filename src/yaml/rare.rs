//! Messages for rare syntax errors: directives, tags, anchors, odd scalars.

use granit_parser::ErrorKind as K;

/// Returns the message and the help for an error, if it is a rare one.
pub(super) fn rare_message(kind: &K) -> Option<(&'static str, &'static str)> {
    Some(match kind {
        K::UnexpectedEof | K::UnexpectedEofBlockSequence | K::UnexpectedEofBlockMapping => {
            ("the text ends where more is expected", "finish or remove the last line")
        }
        K::ExpectedDocumentStart | K::InvalidDocumentEnd => (
            "a document ends here, and something else follows than another one",
            "begin another document with `---` on a line of its own, or give this line the indentation of the lines it belongs with",
        ),
        K::ExpectedNodeContent => (
            "expected a value, found something else",
            "write a value here, or remove what stands before it",
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
            "a line that begins with `%` is a directive, and this is none",
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
            "a value that begins with `!` is a tag, and this is none",
            "remove the `!` and its word, or put the value in quotes",
        ),
        K::MissingAnchorOrAliasName => (
            "a value that begins with `&` or `*` is an anchor or an alias, and this has no name",
            "write a name behind it, or put the value in quotes",
        ),
        K::BlockEntryInFlowCollection | K::PlainScalarStartsWithDashFlowIndicator => (
            "a list item (`- `) stands inside brackets or braces",
            "separate the items with commas, or put the value in quotes",
        ),
        K::InvalidBlockEntryWhitespace => {
            ("a tab follows the `-` of a list item", "put a space after the `-`")
        }
        K::ZeroBlockScalarIndent | K::InvalidBlockScalarHeader => (
            "text follows `|` or `>` on its line",
            "begin the text on the next line, indented; or put the value in quotes",
        ),
        K::DocumentIndicatorInQuotedScalar => (
            "this quoted text is not closed before `---` or `...`",
            "close it with the quote that opened it, or indent the line",
        ),
        K::InvalidLowSurrogateHexEscape
        | K::InvalidLowSurrogate
        | K::MissingLowSurrogate
        | K::UnpairedLowSurrogate => (
            "half of a pair of surrogates (`\\ud800` to `\\udfff`) stands alone",
            "write both halves, or the character itself",
        ),
        K::TabInPlainScalar => {
            ("a tab stands inside a value without quotes", "put the value in quotes, or use spaces")
        }
        K::UnexpectedEndOfPlainScalar => {
            ("a value ends before it begins", "write the value, or put it in quotes")
        }
        K::FlowMappingValueAdjacentCollection | K::InvalidMappingValueWhitespace => {
            ("a space is missing after the colon", "write `key: value`")
        }
        K::BomInsideDocument => (
            "a byte order mark (U+FEFF) stands inside the text",
            "remove it; files that were joined often have one",
        ),
        K::ExpectedWhitespace => {
            ("a space or a line end is missing here", "put a space between the two")
        }
        _ => return None,
    })
}
