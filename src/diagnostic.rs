//! The catalogue of what can be wrong with a manifest: one variant a code, facts in the variant,
//! words in its attribute.

use std::fmt;

use crate::source::{EncodingFault, MAX_BYTES, Span};

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong.
    pub problem: Problem,
    /// How bad it is: the problem's own severity, or what a person made of it.
    pub severity: Severity,
    /// The key or the value at fault.
    pub span: Span,
    /// Number of the document in its file, from 1.
    pub document: usize,
    /// JSON Pointer to the value in its document.
    pub pointer: String,
    /// Other places that matter.
    pub labels: Vec<Label>,
    /// The edit that surely mends it.
    pub fix: Option<Fix>,
}

/// A place that helps to understand a diagnostic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// What is there.
    pub message: String,
    /// Where.
    pub span: Span,
}

/// An edit of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What is replaced.
    pub span: Span,
    /// What comes in its place.
    pub text: String,
}

/// How bad a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The manifest cannot be applied.
    Error,
    /// It can, but likely not as it was meant.
    Warning,
    /// Worth knowing.
    Note,
}

impl Severity {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// Every code and how bad it is.
pub const CODES: [(&str, Severity); 29] = [
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
    ("unlimited", Severity::Note),
    ("unpinned-image", Severity::Note),
    ("empty-list", Severity::Note),
    ("unused-allow", Severity::Note),
];

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The text is not YAML.
    #[error("{message}")]
    YamlSyntax {
        /// What was found and what was expected.
        message: String,
        /// Its likely cause.
        help: &'static str,
    },
    /// The bytes are not UTF-8 text.
    #[error("{}", encoding_message(.fault))]
    Encoding {
        /// What they are.
        fault: EncodingFault,
    },
    /// The file, or what it stands for, is larger than what is read.
    #[error("{what} than {} MiB", limit >> 20)]
    TooLarge {
        /// What is larger.
        what: &'static str,
        /// The limit, in bytes.
        limit: usize,
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
        help: &'static str,
    },
    /// A key stands twice in one mapping.
    #[error("the key {} stands twice in one mapping", quote(.key))]
    DuplicateKey {
        /// The key.
        key: String,
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
    #[error("`{field}`: {} is not one of its values", quote(.found))]
    UnknownValue {
        /// The field.
        field: String,
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
    #[error("the image {} has no tag that stays", quote(.image))]
    UnpinnedImage {
        /// The image's name.
        image: String,
    },
    /// A list of instances without one.
    #[error("`instances` is empty")]
    EmptyList,
    /// A comment that allows nothing.
    #[error("allow({code}) silences nothing")]
    UnusedAllow {
        /// What it names.
        code: String,
        /// The next step.
        help: String,
    },
}

impl Problem {
    /// The stable code.
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
            Self::Unlimited => "unlimited",
            Self::UnpinnedImage { .. } => "unpinned-image",
            Self::EmptyList => "empty-list",
            Self::UnusedAllow { .. } => "unused-allow",
        }
    }

    /// How bad it is, before anybody says otherwise.
    ///
    /// # Panics
    /// Never: a test holds every code to the catalogue.
    pub fn severity(&self) -> Severity {
        let listed = CODES.iter().find(|(code, _)| *code == self.code());
        listed.expect("every code is in the catalogue").1
    }

    /// Whether the lines around it must not be shown, since they hold a secret.
    pub fn hides_source(&self) -> bool {
        matches!(self, Self::SecretInScript { .. })
    }

    /// What to do next.
    pub fn help(&self) -> String {
        match self {
            Self::YamlSyntax { help, .. }
            | Self::Alias { help, .. }
            | Self::TooLarge { help, .. } => (*help).to_owned(),
            Self::Encoding { fault } => encoding_help(fault).to_owned(),
            Self::TooDeep { .. } => {
                "a manifest needs five levels: look for brackets that are never closed".to_owned()
            }
            Self::DuplicateKey { .. } => {
                "keep one of the two: readers disagree on which one counts".to_owned()
            }
            Self::UnknownField { help, .. }
            | Self::MissingField { help, .. }
            | Self::WrongType { help, .. }
            | Self::UnknownValue { help, .. }
            | Self::UnusedAllow { help, .. }
            | Self::BadFormat { help, .. } => help.clone(),
            Self::OutOfRange { field, .. } => format!("give `{field}` a value in that range"),
            Self::DuplicateName { .. } => {
                "give it a name of its own: the name is its identity in the lock".to_owned()
            }
            Self::DuplicatePort { .. } => "remove one of the two, or change its port".to_owned(),
            Self::DuplicateMount { .. } => "give each mount a `targetPath` of its own".to_owned(),
            Self::RelativeMount { .. } => {
                "begin it with `/`, such as `/public/home/alice/data`".to_owned()
            }
            Self::CardsOnCpu { .. } => {
                "set `gpuNumber` to 0, or `acceleratorType` to the cards you want".to_owned()
            }
            Self::ScriptMissing => {
                "write the script under `startScriptContent: |`, or remove `useStartScript`"
                    .to_owned()
            }
            Self::RamLooksLikeGib { found } => {
                format!(
                    "a bare number is MB; write `{found}GiB` for {found} GiB, or `{found}MB` if that is meant"
                )
            }
            Self::EmptyFile => "write an instance; `instancectl init` makes a starter".to_owned(),
            Self::NoCards { .. } => {
                "ask for cards with `gpuNumber`, or set `acceleratorType: cpu`".to_owned()
            }
            Self::VersionDiffers { .. } => {
                "leave `version` out: it follows from `imagePath`".to_owned()
            }
            Self::ScriptOff => {
                "remove `useStartScript` to run the script, or remove the script".to_owned()
            }
            Self::Yaml11Value { written, is_text: true, .. } => {
                format!("write it in quotes: \"{}\"", quote(written).to_string().trim_matches('`'))
            }
            Self::Yaml11Value { .. } => {
                "write the integer in decimal, without leading zeros".to_owned()
            }
            Self::SecretInScript { .. } => {
                "the platform and the lock store the script: read the secret from a private file \
                 on the mounted storage instead"
                    .to_owned()
            }
            Self::Unlimited => {
                "give `timeoutLimit: \"HH:MM:SS\"`, or allow it with `# instancectl: \
                 allow(unlimited)`"
                    .to_owned()
            }
            Self::UnpinnedImage { .. } => {
                "give the tag of one version, so that the next create runs the same".to_owned()
            }
            Self::EmptyList => "add an instance: nothing is created from this document".to_owned(),
        }
    }
}

fn encoding_message(fault: &EncodingFault) -> String {
    match fault {
        EncodingFault::TooLarge => format!("the file is larger than {} MiB", MAX_BYTES >> 20),
        EncodingFault::Other(name) => format!("the file is {name} text, expected UTF-8"),
        EncodingFault::NotUtf8(byte) => format!("the byte 0x{byte:02x} is not UTF-8 text"),
        EncodingFault::Control(char) => {
            format!("the control character U+{:04X} is not allowed in YAML", u32::from(*char))
        }
    }
}

fn encoding_help(fault: &EncodingFault) -> &'static str {
    match fault {
        EncodingFault::TooLarge => "split it into several manifests",
        EncodingFault::Other("GBK") => "save it as UTF-8: `iconv -f GBK -t UTF-8 OLD > NEW`",
        EncodingFault::Other("UTF-32") => "save it as UTF-8: `iconv -f UTF-32 -t UTF-8 OLD > NEW`",
        EncodingFault::Other(_) => "save it as UTF-8: `iconv -f UTF-16 -t UTF-8 OLD > NEW`",
        EncodingFault::NotUtf8(_) => "save the file as UTF-8",
        EncodingFault::Control(_) => "remove it, or write it as an escape in double quotes",
    }
}

/// A text from a manifest in backticks, safe to print: control characters and those that turn the
/// direction of a line are escaped, and a long text is cut.
pub fn quote(text: &str) -> Quoted<'_> {
    Quoted(text)
}

/// See [`quote`].
#[derive(Debug, Clone, Copy)]
pub struct Quoted<'a>(&'a str);

/// How many characters of a found value a message shows.
const SHOWN: usize = 60;

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`")?;
        for char in self.0.chars().take(SHOWN) {
            if char.is_control()
                || matches!(char, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            {
                write!(f, "{}", char.escape_unicode())?;
            } else {
                write!(f, "{char}")?;
            }
        }
        f.write_str(if self.0.chars().nth(SHOWN).is_some() { "…`" } else { "`" })
    }
}
