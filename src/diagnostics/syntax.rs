//! Mistakes in the syntax of a manifest, as facts.

/// A mistake in the syntax of a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum SyntaxMistake {
    /// A tab in the indentation.
    Tab,
    /// A character that looks like another one or like none, and what belongs there.
    Character(char, &'static str),
    /// This key without a colon after it.
    MissingColon(String),
    /// This key without a colon after it, and with its fields below it.
    MissingColonAboveFields(String),
    /// `=` between a key and its value.
    EqualsForColon,
    /// No space between the colon of a key and its value.
    MissingSpaceAfterColon,
    /// A value right after the colon of a key that takes fields.
    ValueForFields,
    /// A colon that may be inside of a key.
    ColonInKey,
    /// No space between the dash of a list item and its key.
    MissingSpaceAfterDash,
    /// `- - key: value`.
    DoubleDash,
    /// A list item without its dash.
    MissingDash,
    /// A list item on the line of its list's key.
    ItemOnKeyLine,
    /// A list item among fields.
    ItemAmongFields,
    /// `,` or `;` after a value that ends with its line.
    TrailingSeparator(char),
    /// The same in an object of JSON without its braces.
    TrailingSeparatorInJson(char),
    /// No `,` or `:` between two values in brackets.
    MissingSeparator(char),
    /// Another character in place of `,`.
    WrongSeparator(char),
    /// A comma with no value before it.
    EmptyEntry,
    /// A bracket that is never closed.
    UnclosedBracket(char),
    /// A brace above fields on separate lines, which is never closed.
    UnclosedAboveFields,
    /// An opening bracket, and one of the other kind that closes it.
    MismatchedBrackets(char, char),
    /// A bracket that closes nothing.
    UnmatchedBracket(char),
    /// A list or a mapping that ends with a bracket and does not begin with this one.
    MissingOpeningBracket(char),
    /// A list item (`- `) inside this bracket.
    ItemInBracket(char),
    /// Text after a closing bracket.
    TextAfterBracket,
    /// A quoted text that is not closed.
    UnclosedQuote,
    /// Text after a quoted text.
    TextAfterQuote,
    /// A backslash that begins no escape.
    InvalidEscape,
    /// A value that begins with this character, which YAML reserves.
    Reserved(char),
    /// A text that begins with `*`.
    TextAfterAlias,
    /// `: ` inside a text.
    ColonInText,
    /// `: ` inside a value that contains a field of a manifest.
    FieldInText,
    /// A second field on one line.
    SecondField,
    /// Possibly a second field on one line.
    SecondUnknownKey,
    /// A line number at the beginning of a line.
    LineNumber,
    /// Text without a colon among keys.
    TextWithoutColon,
    /// A line that should begin in this column, from 0.
    Indentation(IndentationFault, usize),
    /// A mistake in a block text (`|` or `>`).
    BlockText(BlockTextFault),
    /// A comment between the lines of one value.
    CommentInValue,
    /// Text that belongs to another format.
    Foreign(ForeignContent),
    /// This line of a git conflict.
    Conflict(&'static str),
    /// A mistake at the start of a document.
    DocumentMark(DocumentMarkFault),
    /// Found by the parser, without a known cause.
    Parser(ParserFault),
}

/// Difference between the column of a line and the right one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IndentationFault {
    /// Deeper than the other fields.
    Deeper,
    /// Less than the other fields.
    Less,
    /// A field that ends a block text above it, in a column of no field.
    FieldAfterText,
    /// A list item that is not in the column of the others.
    Item,
    /// The first lines of a document are deeper than the others.
    FirstLines,
}

/// A mistake in a block text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum BlockTextFault {
    /// Several lines without an indicator after their key, which is this one.
    NoIndicator(String),
    /// Other characters in place of this indicator.
    MistypedIndicator(&'static str),
    /// The characters after this indicator are not a valid header.
    Header(char),
    /// Text after this indicator, on its line.
    TextAfterIndicator(char),
    /// A number of spaces that is stated, and the smaller one that is found.
    TooFewSpaces(usize, usize),
    /// A blank first line is deeper than the text.
    BlankLineDeeper,
    /// The lines of the text are not indented.
    NotIndented,
    /// The first line is deeper than the others, which are in this column.
    FirstLineDeeper(usize),
    /// A line is less deep than the text in this column, and ends it.
    LineLess(usize),
    /// The same, and the line is a comment.
    CommentLess(usize),
}

/// Text of another format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ForeignContent {
    /// A comment of another language.
    Comment,
    /// Markdown.
    Markdown,
    /// HTML or XML.
    Markup,
    /// A template that was not rendered.
    Template,
    /// A shell command.
    Shell,
    /// Code around a manifest.
    Code,
    /// A section header of an INI or TOML file.
    Section,
}

/// A mistake at the start of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DocumentMarkFault {
    /// No `---` after a directive.
    AfterDirective,
    /// No `---` between two documents.
    Between,
    /// Other dashes, or more of them.
    Misspelt,
    /// Text right after the `---`.
    Glued,
    /// Spaces before the `---`.
    Indented,
}

/// A syntax error without a known cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ParserFault {
    /// Neither `,` nor this closing bracket.
    NoSeparator(char),
    /// `: ` where no key can be.
    Colon,
    /// Something else than a key.
    NotAKey,
    /// Something else than a list item.
    NotAnItem,
    /// A list item where none can be.
    Item,
    /// A column that no line above has.
    Column,
    /// A character that begins no value.
    Character(char),
    /// An unsupported version.
    Version,
    /// The end of the file.
    End,
    /// Text after a document.
    AfterDocument,
    /// No value.
    NoValue,
    /// A directive.
    Directive,
    /// A tag.
    Tag,
    /// An anchor or alias without a name.
    AnchorName,
    /// A tab in a value or after a dash.
    TabInValue,
    /// A byte order mark inside the text.
    ByteOrderMark,
    /// No space where one is needed.
    Space,
    /// Anything else.
    Other,
}
