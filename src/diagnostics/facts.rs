//! Facts of diagnostics about values and scripts.

/// The value that a parser of YAML 1.1 reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reading {
    /// A truth value.
    Bool(bool),
    /// An integer.
    Integer(i64),
    /// A number of another notation.
    Number,
    /// A date, or a date and a time.
    Date,
    /// Text.
    Text,
    /// The key of default values.
    Special,
}

/// The result of removing the line break before a line of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FoldedLine {
    /// It becomes part of the comment above it.
    AfterComment,
    /// It is a comment, and so is what follows it.
    Comment,
    /// The line above ends with a backslash, which then escapes a space.
    AfterBackslash,
    /// It is a command, and becomes part of the command above it.
    Command,
    /// It contains `\\n`, which is a line break only in double quotes.
    WrittenNewline,
}

/// A secret that a line discloses.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Secret {
    /// It begins a private key.
    PrivateKey,
    /// A value begins with this prefix of a provider.
    Prefix(&'static str),
    /// It sets a variable or an option with this name.
    Variable(String),
}

/// The difference between a text and an image reference.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ImageFault {
    /// It begins with the scheme of a web address.
    Scheme,
    /// It is a command with this image.
    Command {
        /// The image.
        image: String,
    },
    /// It contains a blank.
    Blank,
    /// It contains a character that no reference contains.
    Character(char),
    /// Its digest is not one.
    Digest,
    /// A part is empty, or has a `:` that is neither before a port nor before the tag.
    Parts,
}

/// An oddity of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Oddity {
    /// It contains a control character.
    Control(char),
    /// It contains an invisible character, or another space than the plain one.
    Invisible(char),
    /// It contains a dash where an option has hyphens.
    Dash(char),
    /// It begins or ends with a space.
    OuterSpace,
    /// It ends with a comma or another separator.
    FinalSeparator(char),
    /// A quote on one side only.
    UnpairedQuote(char),
    /// It is a name with a character that is not safe in the name of a folder.
    FolderName(char),
    /// It is a name too long for a folder.
    LongName {
        /// Its length, in bytes.
        bytes: usize,
    },
    /// It is the root folder.
    Root,
    /// It is a path with a colon, such as a mode of another program.
    Colon,
}
