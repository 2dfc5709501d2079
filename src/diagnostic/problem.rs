//! The catalogue: one variant a code, facts in the variant, words in its attribute.

use std::borrow::Cow;

use super::quote;
use crate::source::{EncodingError, MAX_BYTES};

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Hash, thiserror::Error)]
pub enum DiagnosticKind {
    /// The text is not YAML.
    #[error("{message}")]
    YamlSyntax {
        /// What was found and what was expected.
        message: String,
        /// The next step.
        help: Cow<'static, str>,
    },
    /// The bytes are not UTF-8 text.
    #[error("{}", encoding_message(.fault))]
    Encoding {
        /// What they are.
        fault: EncodingError,
    },
    /// The file, or what it stands for, is larger than what is read.
    #[error("{message}")]
    TooLarge {
        /// What is larger than which limit.
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
    /// An alias that stands for nothing, for itself or for too much.
    #[error("{message}")]
    Alias {
        /// What is wrong with it.
        message: String,
        /// The next step.
        help: String,
    },
    /// A key stands twice in one mapping.
    #[error("the key {} is written twice", quote(.key))]
    DuplicateKey {
        /// The key.
        key: String,
        /// The next step.
        help: Cow<'static, str>,
    },
    /// A key that means nothing where it stands.
    #[error("unknown field {}", quote(.field))]
    UnknownField {
        /// The key.
        field: String,
        /// The next step.
        help: String,
    },
    /// A field that must be there is not.
    #[error("{owner} has no `{field}`")]
    MissingField {
        /// The field.
        field: String,
        /// What lacks it.
        owner: String,
        /// What to write.
        help: String,
    },
    /// A value of another type than the field takes.
    #[error("{subject}: expected {expected}, found {found}")]
    WrongType {
        /// The field or the place.
        subject: String,
        /// What it takes.
        expected: String,
        /// What was found.
        found: String,
        /// The next step.
        help: String,
    },
    /// A word that is none of those allowed.
    #[error("`{field}`: expected {expected}, found {found}")]
    UnknownValue {
        /// The field.
        field: String,
        /// The words it takes.
        expected: String,
        /// What was found.
        found: String,
        /// The next step.
        help: String,
    },
    /// A number outside its range.
    #[error("`{field}`: {found} is out of range, expected {expected}")]
    OutOfRange {
        /// The field.
        field: String,
        /// What was found.
        found: String,
        /// The range.
        expected: String,
        /// The next step.
        help: String,
    },
    /// Text of another form than the field takes.
    #[error("`{field}`: expected {expected}, found {found}")]
    BadFormat {
        /// The field.
        field: String,
        /// The form.
        expected: String,
        /// What was found.
        found: String,
        /// The next step.
        help: String,
    },
    /// Two instances of a file have one name.
    #[error("a second instance is named {}", quote(.name))]
    DuplicateName {
        /// The name.
        name: String,
    },
    /// One port is opened twice.
    #[error("port {port} is opened twice in one instance")]
    DuplicatePort {
        /// The port.
        port: u16,
    },
    /// Two folders are mounted at one place.
    #[error("two folders are mounted at {} in one instance", quote(.target))]
    DuplicateMount {
        /// The place.
        target: String,
    },
    /// A mount's path is not absolute.
    #[error("`{field}`: {} is not an absolute path", quote(.found))]
    RelativeMount {
        /// The field.
        field: String,
        /// What was found.
        found: String,
        /// The next step.
        help: String,
    },
    /// An instance of type `cpu` asks for cards.
    #[error("`gpuNumber` is {cards}, but `acceleratorType` is `cpu`")]
    CardsOnCpu {
        /// How many.
        cards: i64,
    },
    /// A script is to run, and there is none.
    #[error("`useStartScript` is true, but there is no `startScriptContent`")]
    ScriptMissing,
    /// A bare number of MB that is surely meant as GiB.
    #[error("`ramSize` is {found} MB, less than 1 GiB")]
    RamLooksLikeGib {
        /// The number.
        found: i64,
    },
    /// Nothing is in the file.
    #[error("the file holds no manifest")]
    EmptyFile,
    /// Cards of a kind, and none of them.
    #[error("`gpuNumber` is 0, but `acceleratorType` is `{kind}`")]
    NoCards {
        /// The kind.
        kind: String,
    },
    /// The version is not the image's own.
    #[error("`version` is {}, but the image's own is {}", quote(.version), quote(.image))]
    VersionDiffers {
        /// What is given.
        version: String,
        /// What `imagePath` ends with.
        image: String,
    },
    /// A script that does not run.
    #[error("`useStartScript` is false, so `startScriptContent` does not run")]
    ScriptOff,
    /// An unquoted value that readers of YAML 1.1 read as something else.
    #[error("{} unquoted is {other} to readers of YAML 1.1", quote(.written))]
    Yaml11Value {
        /// What is written.
        written: String,
        /// What they read.
        other: String,
        /// Whether it is text here.
        is_text: bool,
    },
    /// A script that gives a secret away. The secret itself is not held here.
    #[error("line {line} of the script holds {what}")]
    SecretInScript {
        /// Line of the script, from 1.
        line: usize,
        /// What it is, without its value.
        what: String,
    },
    /// An instance without end.
    #[error("the instance runs, and bills, until it is stopped")]
    Unlimited,
    /// An image whose content may change.
    #[error("the image {} names no version: what it holds may change", quote(.image))]
    UnpinnedImage {
        /// The image's name.
        image: String,
    },
    /// A list of instances without one.
    #[error("`instances` is empty")]
    EmptyList,
    /// A comment that allows nothing.
    #[error("`allow({code})` silences nothing")]
    UnusedAllow {
        /// What it names.
        code: String,
        /// The next step.
        help: String,
    },
}

impl DiagnosticKind {
    /// Whether what stands after it was not read.
    pub fn stops_parsing(&self) -> bool {
        matches!(self, Self::YamlSyntax { .. } | Self::TooDeep { .. } | Self::TooLarge { .. })
    }

    /// Whether the lines around it are not shown: they hold a secret, or are no text to a terminal.
    pub fn redacts_source(&self) -> bool {
        match self {
            Self::SecretInScript { .. } => true,
            Self::Encoding { fault: EncodingError::Other(name) } => *name != "GBK",
            _ => false,
        }
    }
}

fn encoding_message(fault: &EncodingError) -> String {
    match fault {
        EncodingError::TooLarge => format!("the file is larger than {} MiB", MAX_BYTES >> 20),
        EncodingError::Other(name) => format!("the file is {name} text, expected UTF-8"),
        EncodingError::NotUtf8(byte) => format!(
            "the byte 0x{byte:02x} is not UTF-8 text: the file has another encoding, or is damaged"
        ),
        EncodingError::CutOff(byte) => {
            format!("the file ends within a character, which begins with the byte 0x{byte:02x}")
        }
        EncodingError::Control(char) => {
            format!("the control character U+{:04X} is not allowed in YAML", u32::from(*char))
        }
    }
}
