//! The catalog: one row for each kind of problem, with its code, severity and page.

use super::diagnostic::Severity;
use super::kind::DiagnosticKind;
use crate::language::Language;

/// A kind of problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CatalogEntry {
    /// The stable code.
    pub code: &'static str,
    /// The default severity.
    pub severity: Severity,
    /// The pages that `instancectl explain CODE` shows, in Markdown.
    pub(super) pages: Pages,
}

/// A page in each language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pages {
    /// The page in English.
    pub(super) english: &'static str,
    /// The page in Chinese.
    pub(super) chinese: &'static str,
}

impl Pages {
    /// Returns the page in a language.
    pub(super) fn of(self, language: Language) -> &'static str {
        match language {
            Language::English => self.english,
            Language::Chinese => self.chinese,
        }
    }
}

impl CatalogEntry {
    /// Returns the entry of a code.
    pub fn find(code: &str) -> Option<&'static Self> {
        CATALOG.iter().find(|entry| entry.code == code)
    }

    /// Checks whether only the online check, which queries the platform, reports this code.
    pub fn is_online(&self) -> bool {
        ONLINE.contains(&self.code)
    }

    /// Returns the codes of warnings and notes: only these can be suppressed.
    pub fn suppressible() -> impl Iterator<Item = &'static str> {
        let entries = CATALOG.iter().filter(|entry| entry.severity != Severity::Error);
        entries.map(|entry| entry.code)
    }
}

/// The codes of the online check.
const ONLINE: [&str; 5] = [
    "group-not-offered",
    "image-not-offered",
    "over-node-limit",
    "mount-not-allowed",
    "no-free-cards",
];

macro_rules! catalog {
    ($($kind:ident $severity:ident $code:literal)*) => {
        /// The kinds of problems.
        pub const CATALOG: &[CatalogEntry] = &[$(CatalogEntry {
            code: $code,
            severity: Severity::$severity,
            pages: Pages {
                english: include_str!(concat!("pages/en/", $code, ".md")),
                chinese: include_str!(concat!("pages/zh/", $code, ".md")),
            },
        }),*];

        impl DiagnosticKind {
            /// Returns the stable code.
            pub fn code(&self) -> &'static str {
                match self {
                    $(Self::$kind { .. } => $code,)*
                }
            }

            /// Returns the default severity.
            pub fn severity(&self) -> Severity {
                match self {
                    $(Self::$kind { .. } => Severity::$severity,)*
                }
            }
        }
    };
}

catalog! {
    YamlSyntax      Error   "yaml-syntax"
    Encoding        Error   "encoding"
    TooLarge        Error   "too-large"
    TooDeep         Error   "too-deep"
    Alias           Error   "alias"
    DuplicateKey    Error   "duplicate-key"
    UnknownField    Error   "unknown-field"
    MissingField    Error   "missing-field"
    WrongType       Error   "wrong-type"
    UnknownValue    Error   "unknown-value"
    OutOfRange      Error   "out-of-range"
    BadFormat       Error   "bad-format"
    DuplicateName   Error   "duplicate-name"
    DuplicatePort   Error   "duplicate-port"
    DuplicateMount  Error   "duplicate-mount"
    RelativeMount   Error   "relative-mount"
    CardsOnCpu      Error   "cards-on-cpu"
    ScriptMissing   Error   "script-missing"
    RamLooksLikeGib Error   "ram-looks-like-gib"
    EmptyFile       Error   "empty-file"
    NoCards         Warning "no-cards"
    VersionDiffers  Warning "version-differs"
    ScriptOff       Warning "script-off"
    Yaml11Value     Warning "yaml11-value"
    SecretInScript  Warning "secret-in-script"
    FoldedScript    Warning "folded-script"
    SwallowedField  Warning "swallowed-field"
    UnfilledPlaceholder Warning "unfilled-placeholder"
    OddImage        Warning "odd-image"
    OddText         Warning "odd-text"
    GroupNotOffered Warning "group-not-offered"
    ImageNotOffered Warning "image-not-offered"
    OverNodeLimit   Warning "over-node-limit"
    MountNotAllowed Warning "mount-not-allowed"
    Unlimited       Note    "unlimited"
    UnpinnedImage   Note    "unpinned-image"
    EmptyList       Note    "empty-list"
    UnusedAllow     Note    "unused-allow"
    NoFreeCards     Note    "no-free-cards"
}
