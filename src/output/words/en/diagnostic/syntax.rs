//! English texts about mistakes in the syntax of a manifest.

use std::borrow::Cow;

use crate::diagnostics::{
    BlockTextFault, DocumentMarkFault, ForeignContent, IndentationFault, ParserFault, SyntaxMistake,
};
use crate::output::words::shared::closing;

/// A message (found and expected), and the next step.
type Words = (Cow<'static, str>, Cow<'static, str>);

/// Returns what was found and what was expected, and the next step. `corrected` is the line or the
/// value as it should be, if it can be shown.
pub(super) fn words(mistake: &SyntaxMistake, corrected: Option<&str>) -> Words {
    use SyntaxMistake as M;
    let line = corrected.unwrap_or("key: value");
    let quote = || match corrected {
        Some(text) => format!("put the whole value in quotes: `{text}`").into(),
        None => "put the whole value in quotes".into(),
    };
    match mistake {
        M::Tab => fixed(
            "found a tab, expected spaces for indentation",
            "indent with spaces; YAML forbids tabs there",
        ),
        M::Character(found, expected) => character(*found, expected, line),
        M::MissingColon(_)
        | M::MissingColonAboveFields(_)
        | M::EqualsForColon
        | M::MissingSpaceAfterColon
        | M::ValueForFields
        | M::ColonInKey
        | M::MissingSpaceAfterDash
        | M::DoubleDash
        | M::MissingDash
        | M::ItemOnKeyLine
        | M::ItemAmongFields => key_or_item(mistake, line),
        M::TrailingSeparator(_)
        | M::TrailingSeparatorInJson(_)
        | M::MissingSeparator(_)
        | M::WrongSeparator(_)
        | M::EmptyEntry
        | M::UnclosedBracket(_)
        | M::UnclosedAboveFields
        | M::MismatchedBrackets(..)
        | M::UnmatchedBracket(_)
        | M::MissingOpeningBracket(_)
        | M::ItemInBracket(_)
        | M::TextAfterBracket => bracket_or_separator(mistake, line),
        M::UnclosedQuote => {
            let help = match corrected {
                Some(text) => format!("close it with the quote that opened it: write `{text}`"),
                None => "close it with the quote that opened it; a quote inside is doubled ('') \
                         or escaped (\\\")"
                    .to_owned(),
            };
            ("unclosed quote".into(), help.into())
        }
        M::TextAfterQuote if corrected.is_none() => fixed(
            "text follows the closing quote",
            "put the whole value inside the quotes, and double ('') or escape (\\\") a quote \
             inside it",
        ),
        M::TextAfterQuote => ("text follows the closing quote".into(), quote()),
        M::InvalidEscape => {
            fixed("invalid escape (`\\`)", "write `\\\\` for a backslash, or use single quotes")
        }
        M::Reserved(found) => {
            (format!("{} cannot begin a value without quotes", shown(*found)).into(), quote())
        }
        M::TextAfterAlias => ("`*` starts an alias, but text follows it".into(), quote()),
        M::ColonInText => ("`: ` inside a value".into(), quote()),
        M::FieldInText => fixed(
            "`: ` inside a value",
            "write each field on a separate line, or put the whole value in quotes",
        ),
        M::SecondField => fixed("a second key on this line", "write each key on a separate line"),
        M::SecondUnknownKey => fixed(
            "a second key on this line",
            "write each key on a separate line; or, if it is text, put the whole value in quotes",
        ),
        M::LineNumber => fixed("this line begins with a line number", "remove the line numbers"),
        M::TextWithoutColon => fixed(
            "expected `key: value`, found other text",
            "write `key: value`, with a space after the colon; start a comment with `#`; indent a \
             value on its own lines more than its key",
        ),
        M::Indentation(fault, column) => indentation(*fault, *column),
        M::BlockText(fault) => block_text(fault),
        M::CommentInValue => fixed(
            "a comment between the lines of a value",
            "remove the comment, or put it on the line above the key",
        ),
        M::Foreign(content) => foreign(*content),
        M::Conflict(mark) => (
            format!("`{mark}` is a git conflict marker").into(),
            "keep one of the two versions, and remove the lines `<<<<<<<`, `=======` and `>>>>>>>`"
                .into(),
        ),
        M::DocumentMark(fault) => document_mark(*fault),
        M::Parser(fault) => parser(*fault),
    }
}

/// Returns the words for a mistake in a key or at the dash of a list item.
fn key_or_item(mistake: &SyntaxMistake, line: &str) -> Words {
    use SyntaxMistake as M;
    let write = || format!("write `{line}`").into();
    match mistake {
        M::MissingColon(key) => (format!("missing colon after `{key}`").into(), write()),
        M::MissingColonAboveFields(key) => (
            format!("missing colon after `{key}`").into(),
            format!("write `{line}`, and its fields below it, indented").into(),
        ),
        M::EqualsForColon => ("found `=`, expected `:`".into(), write()),
        M::MissingSpaceAfterColon => ("missing space after the colon".into(), write()),
        M::ValueForFields => {
            fixed("missing space after the colon", "write its fields below it, indented")
        }
        M::ColonInKey => fixed(
            "missing space after the colon",
            "write `: ` between the key and its value, directly after the whole key",
        ),
        M::MissingSpaceAfterDash => ("missing space after the dash".into(), write()),
        M::DoubleDash => (
            "a second dash starts a list inside this item".into(),
            format!("start the item with one dash: write `{line}`").into(),
        ),
        M::MissingDash => (
            "missing dash before this list item".into(),
            format!("start each item with a dash: write `{line}`").into(),
        ),
        M::ItemOnKeyLine => fixed(
            "a list item (`- `) on the line of its key",
            "start the list on the next line, each item with `- `; or, if it is text, put the \
             value in quotes",
        ),
        _ => fixed(
            "a list item (`- `) among fields",
            "start the items of a list below its key, in one column, and write no value on the \
             line of that key; or remove the `- `",
        ),
    }
}

/// Returns the words for a mistake at a bracket or between values.
fn bracket_or_separator(mistake: &SyntaxMistake, line: &str) -> Words {
    use SyntaxMistake as M;
    match mistake {
        M::TrailingSeparator(mark) => (
            format!("`{mark}` after a value that ends with its line").into(),
            "remove it: values are separated only in brackets and braces".into(),
        ),
        M::TrailingSeparatorInJson(mark) => (
            format!("`{mark}` after a value that ends with its line").into(),
            "put `{` above the first field and `}` below the last one, or remove the commas".into(),
        ),
        M::MissingSeparator(':') => {
            ("expected `:` between a key and its value".into(), format!("write `{line}`").into())
        }
        M::MissingSeparator(_) => fixed("expected `,` between two values", SEPARATE),
        M::WrongSeparator(found) => {
            (format!("found `{found}`, expected `,`").into(), SEPARATE.into())
        }
        M::EmptyEntry => {
            fixed("this comma has no value before it", "separate two values with one comma")
        }
        M::UnclosedBracket(open) => (
            format!("unclosed `{open}`").into(),
            format!("close it with `{}`", closing(*open)).into(),
        ),
        M::UnclosedAboveFields => fixed("unclosed `{` above fields", "remove the `{`"),
        M::MismatchedBrackets(open, close) => (
            format!("mismatched brackets: `{close}` closes `{open}`").into(),
            "close `[` with `]` and `{` with `}`".into(),
        ),
        M::UnmatchedBracket(close) => (
            format!("unmatched `{close}`").into(),
            "remove it, or put the text that contains it in quotes".into(),
        ),
        M::MissingOpeningBracket('[') => fixed(
            "missing `[` before a list that ends with `]`",
            "write `[` before the list, or remove the `]`",
        ),
        M::MissingOpeningBracket(_) => fixed(
            "missing `{` before fields that end with `}`",
            "write `{` before the first field, or remove the `}` and write each field on a \
             separate line",
        ),
        M::ItemInBracket(open) => (
            format!("a list item (`- `) inside `{open}`").into(),
            format!(
                "remove the `{open}` and its `{}`; or remove each `- ` and separate the items \
                 with commas",
                closing(*open)
            )
            .into(),
        ),
        _ => fixed(
            "text follows the closing bracket",
            "if it is text, put the whole value in quotes",
        ),
    }
}

const SEPARATE: &str = "separate the values in brackets or braces with commas";

fn fixed(message: &'static str, help: &'static str) -> Words {
    (message.into(), help.into())
}

fn shown(found: char) -> String {
    if found == '`' { "a backtick".to_owned() } else { format!("`{}`", found.escape_debug()) }
}

fn character(found: char, expected: &str, line: &str) -> Words {
    let name = || match found {
        '\u{3000}' => "a full-width space".to_owned(),
        '\u{a0}' | '\u{202f}' | '\u{2007}' => "a no-break space".to_owned(),
        _ if found.is_whitespace() => format!("another kind of space (U+{:04X})", u32::from(found)),
        _ => format!("an invisible character (U+{:04X})", u32::from(found)),
    };
    let source = match found {
        '\u{3000}' => "switch the input method to half-width",
        _ => "web pages and word processors produce such characters",
    };
    let full_width = |expected: &str| format!("`{found}` is full-width, expected `{expected}`");
    let (message, help) = match (found, expected) {
        (_, " ") => (
            format!("{}, expected a plain space", name()),
            format!("replace it with plain spaces: {source}"),
        ),
        (_, "") => {
            (format!("{}, which YAML reads as a letter", name()), format!("remove it: {source}"))
        }
        (_, ":") => (
            format!("`{found}` is a full-width colon, expected `:` and a space"),
            format!("write `{line}`, with the half-width colon"),
        ),
        (_, ",") => (
            format!("{} and a space", full_width(",")),
            "separate with `, `, the half-width comma".to_owned(),
        ),
        (_, "-") => (
            format!("`{found}` does not start a list item, expected `-` and a space"),
            format!("write `{line}`"),
        ),
        (_, "\"" | "'") => (
            format!("`{found}` is not a YAML quote, expected `{expected}`"),
            "use straight quotes (half-width input)".to_owned(),
        ),
        ('(', _) => (
            format!("found `(`, expected `{expected}`"),
            "put fields between `{` and `}`".to_owned(),
        ),
        _ => (full_width(expected), "use half-width brackets and braces".to_owned()),
    };
    (message.into(), help.into())
}

/// Returns where a line should start; `column` counts from 0.
fn start(column: usize) -> String {
    match column {
        0 => "start it at the left margin".to_owned(),
        1 => "start it after 1 space".to_owned(),
        spaces => format!("start it after {spaces} spaces"),
    }
}

fn indentation(fault: IndentationFault, column: usize) -> Words {
    use IndentationFault as F;
    let (message, neighbour) = match fault {
        F::Deeper => ("this line is indented deeper than its siblings", "like its siblings"),
        F::Less => ("this line is indented less than its siblings", "like its siblings"),
        F::FieldAfterText => (
            "this field is not indented like its siblings",
            "like its siblings; or, if it belongs to the text above, indent it like that text",
        ),
        F::Item => (
            "this list item is not indented like the lines around it",
            "with all of its fields in one column",
        ),
        F::FirstLines => {
            return fixed(
                "inconsistent indentation: the first lines are indented, the following lines are \
                 not",
                "start all top-level fields at the left margin; or, if a key such as `defaults:` is \
                 missing above the indented ones, write it there",
            );
        }
    };
    (message.into(), format!("{}, {neighbour}", start(column)).into())
}

fn block_text(fault: &BlockTextFault) -> Words {
    use BlockTextFault as F;
    const BELOW: &str = "then each line of the text below it, indented";
    let (message, help) = match fault {
        F::NoIndicator(key) => (
            "a text of several lines, expected `|` after its key".to_owned(),
            format!("write `{key}: |`, {BELOW}"),
        ),
        F::MistypedIndicator(expected) => (
            format!("a text of several lines, expected `{expected}`"),
            format!("write `{expected}`, {BELOW}"),
        ),
        F::Header(indicator) => (
            format!("invalid characters after `{indicator}`"),
            format!(
                "write only `{indicator}`; it takes at most one digit from 1 to 9 and one of `-` \
                 and `+`, without spaces"
            ),
        ),
        F::TextAfterIndicator(indicator) => (
            format!("text follows `{indicator}` on its line"),
            "start the text on the next line, indented; or put the value in quotes".to_owned(),
        ),
        F::TooFewSpaces(stated, found) => (
            format!(
                "`{stated}` says that the text is indented by {stated} more spaces than its key, \
                 but it is indented by {found}"
            ),
            format!(
                "remove the `{stated}`, or indent each line of the text by {stated} more spaces \
                 than its key"
            ),
        ),
        F::BlankLineDeeper => {
            return fixed(
                "this blank line is longer than the indentation of the text below it",
                "remove the spaces of this line",
            );
        }
        F::NotIndented => {
            return fixed(
                "a line of the text above is not indented",
                "indent every line of the text, by two spaces more than its key",
            );
        }
        F::FirstLineDeeper(column) => (
            "the first line of this text is indented deeper than the others".to_owned(),
            format!("{}, like the lines below it", start(*column)),
        ),
        F::LineLess(column) => (
            "this line is indented less than the text above it, which ends here".to_owned(),
            format!("if it belongs to that text, {}, like its first line", start(*column)),
        ),
        F::CommentLess(column) => (
            "this comment is indented less than the text above it, which ends here".to_owned(),
            format!("if it belongs to that text, {}, like its first line", start(*column)),
        ),
    };
    (message.into(), help.into())
}

fn foreign(content: ForeignContent) -> Words {
    const NO_MANIFEST: &str = "this line is not part of a manifest";
    let (message, help) = match content {
        ForeignContent::Comment => {
            ("expected `key: value`, found a comment of another language", super::COMMENT)
        }
        ForeignContent::Section => (
            "expected `key: value`, found a section header",
            "write `key: value` lines: sections in brackets belong to INI and TOML files",
        ),
        ForeignContent::Markdown => {
            (NO_MANIFEST, "remove the lines that begin with ```: they are Markdown, not YAML")
        }
        ForeignContent::Markup => {
            (NO_MANIFEST, "this is a web page (HTML) or XML: take the raw text of the manifest")
        }
        ForeignContent::Template => (NO_MANIFEST, "render the template before `validate`"),
        ForeignContent::Shell => {
            (NO_MANIFEST, "remove it: this is part of a shell command, not YAML")
        }
        ForeignContent::Code => {
            (NO_MANIFEST, "remove the code around the manifest, which starts at its `{` or `[`")
        }
    };
    fixed(message, help)
}

fn document_mark(fault: DocumentMarkFault) -> Words {
    let (message, help) = match fault {
        DocumentMarkFault::AfterDirective => (
            "expected `---` after a directive (`%`)",
            "write `---` on a separate line before the document",
        ),
        DocumentMarkFault::Between => (
            "another document starts here, expected `---` before it",
            "separate documents with `---` on a separate line",
        ),
        DocumentMarkFault::Misspelt => {
            ("this line is not `---`, which starts another document", "write three dashes: `---`")
        }
        DocumentMarkFault::Indented => {
            ("an indented `---` does not start another document", "start it at the left margin")
        }
        DocumentMarkFault::Glued => {
            ("text follows `---`, which starts another document", "put `---` on a separate line")
        }
    };
    fixed(message, help)
}

fn parser(fault: ParserFault) -> Words {
    use ParserFault as F;
    const INDENT: &str = "indent it like the lines it belongs to";
    let (message, help) = match fault {
        F::NoSeparator(close) => {
            return (
                format!("expected `,` or `{close}` after this value").into(),
                format!("separate the values with commas, and close with `{close}`").into(),
            );
        }
        F::Character(found) => {
            return (
                format!("{} cannot begin a value", shown(found)).into(),
                "put the value in quotes".into(),
            );
        }
        F::Colon => (
            "`: ` where a key is not allowed",
            "put a value that contains `: ` in quotes, or put the new key on a separate line with \
             the indentation of its siblings",
        ),
        F::NotAKey => ("expected `key: value` like the lines above, found something else", INDENT),
        F::NotAnItem => (
            "expected an item of the list above (`- `), found something else",
            "start an item with `- `, or indent this line like the lines it belongs to",
        ),
        F::Item => (
            "a list item (`- `) is not allowed here",
            "indent it like its siblings, below the key of the list",
        ),
        F::Column => ("the indentation of this line matches no line above", INDENT),
        F::Version => {
            ("unsupported YAML version, expected 1.2", "write `%YAML 1.2`, or remove the line")
        }
        F::End => ("unexpected end of the file", "finish or remove the last line"),
        F::AfterDocument => (
            "content after the end of a document",
            "start another document with `---` on a separate line, or indent this line like the \
             lines it belongs to",
        ),
        F::NoValue => (
            "expected a value, found something else",
            "write a value here, or remove the preceding indicator",
        ),
        F::Directive => (
            "invalid directive: a line that begins with `%` is a directive",
            "remove the line, or write `%YAML 1.2` before the first `---`",
        ),
        F::Tag => (
            "invalid tag: a value that begins with `!` is a tag",
            "remove the `!` and its word, or put the value in quotes",
        ),
        F::AnchorName => (
            "a value that begins with `&` or `*` is an anchor or an alias, but the name is missing",
            "write a name after it, or put the value in quotes",
        ),
        F::TabInValue => (
            "a tab in a value without quotes, or after a `-`",
            "put the value in quotes, or use spaces",
        ),
        F::ByteOrderMark => (
            "byte order mark (U+FEFF) inside the text",
            "remove it (left over from concatenated files)",
        ),
        F::Space => ("missing space or line break", "put a space between the two"),
        F::Other => {
            ("this is not YAML", "check the indentation and the quotes here and on the line above")
        }
    };
    fixed(message, help)
}
