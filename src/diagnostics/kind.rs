//! Kinds of problems: one variant per code, with the facts about it.

use std::borrow::Cow;

use crate::source::EncodingError;

/// Kind of problem.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum DiagnosticKind {
    /// The text is not YAML.
    YamlSyntax {
        /// Found and expected text.
        message: String,
        /// The next step.
        help: Cow<'static, str>,
    },
    /// The bytes are not UTF-8 text.
    Encoding {
        /// The encoding error.
        error: EncodingError,
    },
    /// The file, or its expanded content, is larger than the limit.
    TooLarge {
        /// The part that is too large, and the limit.
        message: String,
        /// The next step.
        help: &'static str,
    },
    /// Collections nest too deeply.
    TooDeep {
        /// The limit, in levels.
        limit: usize,
    },
    /// An alias that is undefined, recursive, or expands to too much.
    Alias {
        /// Description of the mistake.
        message: String,
        /// The next step.
        help: String,
    },
    /// A duplicate key in one mapping.
    DuplicateKey {
        /// The key.
        key: String,
        /// The next step.
        help: Cow<'static, str>,
    },
    /// An unknown or misplaced key.
    UnknownField {
        /// The key.
        field: String,
        /// The next step.
        help: String,
    },
    /// A required field is missing.
    MissingField {
        /// The field.
        field: String,
        /// The part that lacks it.
        owner: String,
        /// The text to add.
        help: String,
    },
    /// A value of the wrong type for its field.
    WrongType {
        /// The field or the location.
        subject: String,
        /// The expected type.
        expected: String,
        /// The found value.
        found: String,
        /// The next step.
        help: String,
    },
    /// A value that is not one of the allowed values.
    UnknownValue {
        /// The field.
        field: String,
        /// The allowed values.
        expected: String,
        /// The found value.
        found: String,
        /// The next step.
        help: String,
    },
    /// A number outside its range.
    OutOfRange {
        /// The field.
        field: String,
        /// The found value.
        found: String,
        /// The range.
        expected: String,
        /// The next step.
        help: String,
    },
    /// Text in the wrong format for its field.
    BadFormat {
        /// The field.
        field: String,
        /// The expected format.
        expected: String,
        /// The found value.
        found: String,
        /// The next step.
        help: String,
    },
    /// Two instances of a file have the same name.
    DuplicateName {
        /// The name.
        name: String,
    },
    /// The same port is opened twice.
    DuplicatePort {
        /// The port.
        port: u16,
    },
    /// Two directories are mounted at the same path.
    DuplicateMount {
        /// The path.
        target: String,
    },
    /// A mount's path is not absolute.
    RelativeMount {
        /// The field.
        field: String,
        /// The found path.
        found: String,
        /// The next step.
        help: String,
    },
    /// An instance of type `cpu` requests cards.
    CardsOnCpu {
        /// Number of cards.
        cards: i64,
    },
    /// The start script is enabled but missing.
    ScriptMissing,
    /// A bare number of MB that is almost certainly intended as GiB.
    RamLooksLikeGib {
        /// The number.
        found: i64,
    },
    /// The file contains no manifest.
    EmptyFile,
    /// An accelerator type is set, but `gpuNumber` is 0.
    NoCards {
        /// The accelerator type.
        kind: String,
    },
    /// The version differs from the last part of `imagePath`.
    VersionDiffers {
        /// The given version.
        version: String,
        /// The last part of `imagePath`.
        image: String,
    },
    /// A start script that is disabled.
    ScriptOff,
    /// An unquoted value that YAML 1.1 parsers read as something else.
    Yaml11Value {
        /// The value as written.
        written: String,
        /// The value that they read.
        other: String,
        /// True if it is text here.
        is_text: bool,
    },
    /// A script that discloses a secret. The secret itself is not stored here.
    SecretInScript {
        /// Line of the script, from 1.
        line: usize,
        /// Kind of secret, without its value.
        what: String,
    },
    /// An instance with unlimited runtime.
    Unlimited,
    /// An image whose content may change.
    UnpinnedImage {
        /// The image's name.
        image: String,
    },
    /// An empty list of instances.
    EmptyList,
    /// An `allow` comment that suppresses nothing.
    UnusedAllow {
        /// The code that it names.
        code: String,
        /// The reason.
        fault: SuppressionFault,
    },
}

/// Why a code is not suppressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SuppressionFault {
    /// It is the code of an error.
    OfError,
    /// No diagnostic has it on the line of the comment or the next.
    Unused,
    /// No diagnostic has it.
    Unknown {
        /// The one that was perhaps meant.
        near: Option<&'static str>,
    },
}

impl DiagnosticKind {
    /// Returns the manifest field that the problem is about; empty if it is about none.
    pub fn field(&self) -> &str {
        match self {
            Self::MissingField { field, .. }
            | Self::UnknownValue { field, .. }
            | Self::OutOfRange { field, .. }
            | Self::BadFormat { field, .. }
            | Self::RelativeMount { field, .. } => field,
            Self::WrongType { subject, .. } => subject.trim_matches('`'),
            _ => "",
        }
    }

    /// Checks whether parsing stopped at this problem.
    pub fn stops_parsing(&self) -> bool {
        matches!(self, Self::YamlSyntax { .. } | Self::TooDeep { .. } | Self::TooLarge { .. })
    }

    /// Checks whether the surrounding lines are hidden: they contain a secret, or are not printable
    /// text.
    pub fn redacts_source(&self) -> bool {
        match self {
            Self::SecretInScript { .. } => true,
            Self::Encoding { error: EncodingError::Other(name) } => *name != "GBK",
            _ => false,
        }
    }
}
