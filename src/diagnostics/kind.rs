//! The catalog: one variant per code, with facts in the variant and the message in its attribute.

use std::borrow::Cow;

use super::diagnostic::quote;
use crate::source::{EncodingError, MAX_BYTES};

/// Kind of problem.
#[derive(Debug, Clone, PartialEq, Eq, Hash, thiserror::Error)]
pub enum DiagnosticKind {
    /// The text is not YAML.
    #[error("{message}")]
    YamlSyntax {
        /// Found and expected text.
        message: String,
        /// The next step.
        help: Cow<'static, str>,
    },
    /// The bytes are not UTF-8 text.
    #[error("{}", encoding_message(.error))]
    Encoding {
        /// The encoding error.
        error: EncodingError,
    },
    /// The file, or its expanded content, is larger than the limit.
    #[error("{message}")]
    TooLarge {
        /// The part that is too large, and the limit.
        message: String,
        /// The next step.
        help: &'static str,
    },
    /// Collections nest too deeply.
    #[error("values nest deeper than {limit} levels")]
    TooDeep {
        /// The limit, in levels.
        limit: usize,
    },
    /// An alias that is undefined, recursive, or expands to too much.
    #[error("{message}")]
    Alias {
        /// Description of the mistake.
        message: String,
        /// The next step.
        help: String,
    },
    /// A duplicate key in one mapping.
    #[error("duplicate key {}", quote(.key))]
    DuplicateKey {
        /// The key.
        key: String,
        /// The next step.
        help: Cow<'static, str>,
    },
    /// An unknown or misplaced key.
    #[error("unknown field {}", quote(.field))]
    UnknownField {
        /// The key.
        field: String,
        /// The next step.
        help: String,
    },
    /// A required field is missing.
    #[error("{owner} has no `{field}`")]
    MissingField {
        /// The field.
        field: String,
        /// The part that lacks it.
        owner: String,
        /// The text to add.
        help: String,
    },
    /// A value of the wrong type for its field.
    #[error("{subject}: expected {expected}, found {found}")]
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
    #[error("`{field}`: expected {expected}, found {found}")]
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
    #[error("`{field}`: {found} is out of range, expected {expected}")]
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
    #[error("`{field}`: expected {expected}, found {found}")]
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
    #[error("duplicate instance name {}", quote(.name))]
    DuplicateName {
        /// The name.
        name: String,
    },
    /// The same port is opened twice.
    #[error("port {port} is listed twice in one instance")]
    DuplicatePort {
        /// The port.
        port: u16,
    },
    /// Two directories are mounted at the same path.
    #[error("two directories are mounted at {} in one instance", quote(.target))]
    DuplicateMount {
        /// The path.
        target: String,
    },
    /// A mount's path is not absolute.
    #[error("`{field}`: {} is not an absolute path", quote(.found))]
    RelativeMount {
        /// The field.
        field: String,
        /// The found path.
        found: String,
        /// The next step.
        help: String,
    },
    /// An instance of type `cpu` requests cards.
    #[error("`gpuNumber` is {cards}, but `acceleratorType` is `cpu`")]
    CardsOnCpu {
        /// Number of cards.
        cards: i64,
    },
    /// The start script is enabled but missing.
    #[error("`useStartScript` is true, but there is no `startScriptContent`")]
    ScriptMissing,
    /// A bare number of MB that is almost certainly intended as GiB.
    #[error("`ramSize` is {found} MB, less than 1 GiB")]
    RamLooksLikeGib {
        /// The number.
        found: i64,
    },
    /// The file contains no manifest.
    #[error("the file contains no manifest")]
    EmptyFile,
    /// An accelerator type is set, but `gpuNumber` is 0.
    #[error("`gpuNumber` is 0, but `acceleratorType` is `{kind}`")]
    NoCards {
        /// The accelerator type.
        kind: String,
    },
    /// The version differs from the last part of `imagePath`.
    #[error("`version` is {}, but the image tag is {}", quote(.version), quote(.image))]
    VersionDiffers {
        /// The given version.
        version: String,
        /// The last part of `imagePath`.
        image: String,
    },
    /// A start script that is disabled.
    #[error("`useStartScript` is false, so `startScriptContent` does not run")]
    ScriptOff,
    /// An unquoted value that YAML 1.1 parsers read as something else.
    #[error("{} unquoted is {other} to readers of YAML 1.1", quote(.written))]
    Yaml11Value {
        /// The value as written.
        written: String,
        /// The value that they read.
        other: String,
        /// True if it is text here.
        is_text: bool,
    },
    /// A script that discloses a secret. The secret itself is not stored here.
    #[error("line {line} of the script contains {what}")]
    SecretInScript {
        /// Line of the script, from 1.
        line: usize,
        /// Kind of secret, without its value.
        what: String,
    },
    /// An instance with unlimited runtime.
    #[error("the instance runs, and is billed, until it is stopped")]
    Unlimited,
    /// An image whose content may change.
    #[error("the image {} has no version: its content may change", quote(.image))]
    UnpinnedImage {
        /// The image's name.
        image: String,
    },
    /// An empty list of instances.
    #[error("`instances` is empty")]
    EmptyList,
    /// An `allow` comment that suppresses nothing.
    #[error("`allow({code})` suppresses nothing")]
    UnusedAllow {
        /// The code that it names.
        code: String,
        /// The next step.
        help: String,
    },
}

impl DiagnosticKind {
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

fn encoding_message(error: &EncodingError) -> String {
    match error {
        EncodingError::TooLarge => format!("the file is larger than {} MiB", MAX_BYTES >> 20),
        EncodingError::Other(name) => format!("the file is {name} text, expected UTF-8"),
        EncodingError::NotUtf8(byte) => format!(
            "the byte 0x{byte:02x} is not UTF-8: the file has another encoding or is damaged"
        ),
        EncodingError::CutOff(byte) => {
            format!(
                "the file ends in the middle of a character that begins with the byte \
                     0x{byte:02x}"
            )
        }
        EncodingError::Control(char) => {
            format!("the control character U+{:04X} is not allowed in YAML", u32::from(*char))
        }
    }
}
