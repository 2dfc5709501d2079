//! The codes: a stable identifier for each kind of problem, with its severity.

use super::diagnostic::Severity;
use super::kind::DiagnosticKind;

/// All codes with their severities.
pub const CODES: [(&str, Severity); 34] = [
    ("yaml-syntax", Severity::Error),
    ("encoding", Severity::Error),
    ("too-large", Severity::Error),
    ("too-deep", Severity::Error),
    ("alias", Severity::Error),
    ("duplicate-key", Severity::Error),
    ("unknown-field", Severity::Error),
    ("missing-field", Severity::Error),
    ("wrong-type", Severity::Error),
    ("unknown-value", Severity::Error),
    ("out-of-range", Severity::Error),
    ("bad-format", Severity::Error),
    ("duplicate-name", Severity::Error),
    ("duplicate-port", Severity::Error),
    ("duplicate-mount", Severity::Error),
    ("relative-mount", Severity::Error),
    ("cards-on-cpu", Severity::Error),
    ("script-missing", Severity::Error),
    ("ram-looks-like-gib", Severity::Error),
    ("empty-file", Severity::Error),
    ("no-cards", Severity::Warning),
    ("version-differs", Severity::Warning),
    ("script-off", Severity::Warning),
    ("yaml11-value", Severity::Warning),
    ("secret-in-script", Severity::Warning),
    ("folded-script", Severity::Warning),
    ("swallowed-field", Severity::Warning),
    ("unfilled-placeholder", Severity::Warning),
    ("odd-image", Severity::Warning),
    ("odd-text", Severity::Warning),
    ("unlimited", Severity::Note),
    ("unpinned-image", Severity::Note),
    ("empty-list", Severity::Note),
    ("unused-allow", Severity::Note),
];

impl DiagnosticKind {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::YamlSyntax { .. } => "yaml-syntax",
            Self::Encoding { .. } => "encoding",
            Self::TooLarge { .. } => "too-large",
            Self::TooDeep { .. } => "too-deep",
            Self::Alias { .. } => "alias",
            Self::DuplicateKey { .. } => "duplicate-key",
            Self::UnknownField { .. } => "unknown-field",
            Self::MissingField { .. } => "missing-field",
            Self::WrongType { .. } => "wrong-type",
            Self::UnknownValue { .. } => "unknown-value",
            Self::OutOfRange { .. } => "out-of-range",
            Self::BadFormat { .. } => "bad-format",
            Self::DuplicateName { .. } => "duplicate-name",
            Self::DuplicatePort { .. } => "duplicate-port",
            Self::DuplicateMount { .. } => "duplicate-mount",
            Self::RelativeMount { .. } => "relative-mount",
            Self::CardsOnCpu { .. } => "cards-on-cpu",
            Self::ScriptMissing => "script-missing",
            Self::RamLooksLikeGib { .. } => "ram-looks-like-gib",
            Self::EmptyFile => "empty-file",
            Self::NoCards { .. } => "no-cards",
            Self::VersionDiffers { .. } => "version-differs",
            Self::ScriptOff => "script-off",
            Self::Yaml11Value { .. } => "yaml11-value",
            Self::SecretInScript { .. } => "secret-in-script",
            Self::FoldedScript { .. } => "folded-script",
            Self::SwallowedField { .. } => "swallowed-field",
            Self::UnfilledPlaceholder { .. } => "unfilled-placeholder",
            Self::OddImage { .. } => "odd-image",
            Self::OddText { .. } => "odd-text",
            Self::Unlimited => "unlimited",
            Self::UnpinnedImage { .. } => "unpinned-image",
            Self::EmptyList => "empty-list",
            Self::UnusedAllow { .. } => "unused-allow",
        }
    }

    /// Returns the default severity.
    ///
    /// # Panics
    /// Never: a test checks every code against the catalog.
    pub fn severity(&self) -> Severity {
        let listed = CODES.iter().find(|(code, _)| *code == self.code());
        listed.expect("every code is in the catalogue").1
    }
}
