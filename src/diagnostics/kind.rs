//! Kinds of problems: one variant per code, with the facts about it.

use super::advice::{
    AliasFault, Bound, Excess, FieldAdvice, Found, MissingFieldAdvice, NewItem, Subject,
    ValueAdvice,
};
use super::facts::{FoldedLine, ImageFault, Oddity, Reading, Secret};
use super::syntax::SyntaxMistake;
use crate::source::EncodingError;

/// Kind of problem.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum DiagnosticKind {
    /// The text is not YAML.
    YamlSyntax {
        /// The mistake.
        mistake: SyntaxMistake,
        /// The line or the value as it should be, if the help can show it.
        corrected: Option<String>,
    },
    /// The bytes are not UTF-8 text.
    Encoding {
        /// The encoding error.
        error: EncodingError,
    },
    /// Something is larger than the limit.
    TooLarge(Excess),
    /// Collections nest too deeply.
    TooDeep {
        /// The limit, in levels.
        limit: usize,
    },
    /// A mistake in an anchor or alias.
    Alias(AliasFault),
    /// A duplicate key in one mapping.
    DuplicateKey {
        /// The key.
        key: String,
        /// The item that may begin with it.
        new_item: Option<NewItem>,
    },
    /// An unknown or misplaced key.
    UnknownField {
        /// The key.
        field: String,
        /// The next step.
        advice: FieldAdvice,
    },
    /// A required field is missing.
    MissingField {
        /// The field.
        field: &'static str,
        /// The part that lacks it.
        owner: Subject,
        /// The next step.
        advice: MissingFieldAdvice,
    },
    /// A value of the wrong type for its field.
    WrongType {
        /// The field or the location.
        subject: Subject,
        /// The found value.
        found: Found,
        /// The next step.
        advice: Option<ValueAdvice>,
    },
    /// A value that is not one of the allowed values.
    UnknownValue {
        /// The field.
        field: &'static str,
        /// The found value.
        found: String,
        /// The next step.
        advice: Option<ValueAdvice>,
    },
    /// A number outside its range.
    OutOfRange {
        /// The field.
        field: &'static str,
        /// The found value.
        found: String,
        /// The end of the range that it exceeds.
        bound: Bound,
    },
    /// Text in the wrong format for its field.
    BadFormat {
        /// The field.
        field: &'static str,
        /// The found value; empty for empty text.
        found: String,
        /// The next step.
        advice: Option<ValueAdvice>,
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
        field: &'static str,
        /// The found path.
        found: String,
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
        reading: Reading,
        /// The value that this program reads, if it is an integer; text otherwise.
        value: Option<i64>,
    },
    /// A line of a script that discloses a secret. The secret itself is not stored here.
    SecretInScript {
        /// Kind of secret, without its value.
        what: Secret,
    },
    /// A script of several commands whose line breaks are removed.
    FoldedScript {
        /// The result for the line.
        line: FoldedLine,
    },
    /// A line of a script that is a field of the instance.
    SwallowedField {
        /// The field.
        field: &'static str,
    },
    /// A variable or a template that is sent as it is.
    UnfilledPlaceholder {
        /// The field.
        field: String,
        /// The placeholder.
        placeholder: String,
    },
    /// Text that is not the form of an image reference.
    OddImage {
        /// The text.
        image: String,
        /// The difference.
        fault: ImageFault,
    },
    /// Characters that are probably not intended.
    OddText {
        /// The field.
        field: &'static str,
        /// The oddity.
        oddity: Oddity,
    },
    /// A resource group that the region does not list.
    GroupNotOffered {
        /// The group.
        group: String,
        /// The groups of the region.
        offered: Vec<String>,
    },
    /// An image that the region does not list.
    ImageNotOffered {
        /// The image.
        image: String,
        /// Images of the region with another tag.
        similar: Vec<String>,
    },
    /// A size that one node of the group does not have.
    OverNodeLimit {
        /// The field.
        field: &'static str,
        /// The requested value; memory in MB.
        requested: u64,
        /// The value of a node.
        limit: u64,
        /// The group.
        group: String,
    },
    /// More cards than the group has free now.
    NoFreeCards {
        /// The first instance for which there are too few.
        instance: String,
        /// Number of instances that need cards of the group.
        instances: usize,
        /// The cards of all their containers.
        requested: u64,
        /// The free cards of the group.
        free: u64,
        /// The group.
        group: String,
    },
    /// A directory that the region does not allow to mount.
    MountNotAllowed {
        /// The directory.
        path: String,
        /// The directories that may be mounted, with those below them.
        allowed: Vec<String>,
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
    pub fn field(&self) -> &'static str {
        match self {
            Self::MissingField { field, .. }
            | Self::UnknownValue { field, .. }
            | Self::OutOfRange { field, .. }
            | Self::BadFormat { field, .. }
            | Self::RelativeMount { field, .. }
            | Self::OverNodeLimit { field, .. }
            | Self::WrongType { subject: Subject::Field(field) | Subject::ItemOf(field), .. } => {
                field
            }
            Self::GroupNotOffered { .. } => "resourceGroup",
            Self::NoFreeCards { .. } => "gpuNumber",
            Self::ImageNotOffered { .. } => "imagePath",
            Self::MountNotAllowed { .. } => "sourcePath",
            _ => "",
        }
    }

    /// Checks whether parsing stopped at this problem.
    pub fn stops_parsing(&self) -> bool {
        matches!(self, Self::YamlSyntax { .. } | Self::TooDeep { .. } | Self::TooLarge(_))
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

/// A contradiction between an instance and the catalog of its region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogMismatch {
    /// The problem.
    pub problem: DiagnosticKind,
    /// Index of the mount in `mountInfoList`, if it is about one.
    pub mount: Option<usize>,
}
