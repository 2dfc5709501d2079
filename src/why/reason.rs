//! The reasons, and where they were found.

use schemars::JsonSchema;
use serde::Serialize;

use crate::api::client::ErrorDetail;
use crate::api::endpoints::catalog::NodeLimits;
use crate::diagnostics::DiagnosticKind;
use crate::inventory::OfferGapReason;
use crate::run_folder::LogsProblem;

/// Why an instance waits or ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "reason")]
pub enum Reason {
    /// It is unknown whether it was created.
    OutcomeUnknown,
    /// It no longer exists.
    Gone,
    /// It belongs to another region.
    OtherRegion,
    /// It runs.
    Running,
    /// Its resource group does not exist.
    NoSuchGroup,
    /// It needs more than one node of its group has.
    OverNodeLimit,
    /// Its group has too few free cards.
    NoFreeCards,
    /// Its image does not exist, or may not be pulled.
    ImageNotFound,
    /// The pull of its image failed.
    PullFailed,
    /// Its image is being pulled.
    StillPulling,
    /// The pull of its image takes longer than the start of an instance may take.
    PullTooLong,
    /// A directory cannot be mounted.
    MountMissing,
    /// Its start script, or its container, failed.
    ScriptFailed,
    /// It ended by itself without an error.
    Finished,
    /// Its time limit was reached.
    TimeLimit,
    /// It needed more memory than it has.
    OutOfMemory,
    /// It needed more memory than its cards have.
    CardOutOfMemory,
    /// Its node failed.
    NodeFailed,
    /// Other jobs took its resources.
    Preempted,
    /// It was stopped by a user.
    Stopped,
}

/// The reason why an instance waits or ended, with its evidence.
#[derive(Debug, Default)]
pub struct Explanation {
    /// The reason, if anything states it.
    pub reason: Option<Reason>,
    /// The exit code of its script or container, if anything states it.
    pub exit_code: Option<u8>,
    /// The texts that state the reason.
    pub evidence: Vec<Evidence>,
    /// The places that were looked at.
    pub looked_at: Vec<Look>,
}

impl Explanation {
    /// Returns the signal that a shell reports with this exit code.
    pub fn signal(&self) -> Option<u8> {
        self.exit_code?.checked_sub(128).filter(|signal| (1..=64).contains(signal))
    }

    /// Returns whether the evidence has all lines of a file.
    pub fn has_quoted(&self, look: &Look) -> bool {
        let is_quoted = |line: &String| {
            let is_line =
                |text: &EvidenceText| matches!(text, EvidenceText::Quote(text) if text == line);
            self.evidence.iter().any(|one| one.place == look.place && is_line(&one.text))
        };
        matches!(&look.found, Found::Lines(lines) if !lines.is_empty() && lines.iter().all(is_quoted))
    }

    /// Masks the secrets in all texts of files and of the platform; `mask` returns as many lines as it
    /// gets.
    pub fn mask(&mut self, mask: impl Fn(&str) -> Vec<String>) {
        for evidence in &mut self.evidence {
            if let EvidenceText::Quote(text) = &mut evidence.text {
                *text = mask(text).concat();
            }
        }
        for look in &mut self.looked_at {
            if let Found::Lines(lines) = &mut look.found
                && !lines.is_empty()
            {
                // A key has several lines.
                *lines = mask(&(lines.join("\n") + "\n"));
            }
        }
    }
}

/// A text that states a reason.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// The place with the text.
    pub place: Place,
    /// Number of the line in a file, from 1, if known.
    pub line: Option<u64>,
    /// The text.
    pub text: EvidenceText,
}

/// Text of a piece of evidence.
#[derive(Debug, Clone, PartialEq)]
pub enum EvidenceText {
    /// A line, or a field with its value.
    Quote(String),
    /// An offer of the region that contradicts the request.
    Offer(DiagnosticKind),
}

/// A place that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The entry in the lock.
    Lock,
    /// The instance on the platform.
    Instance,
    /// The resource groups of the region.
    Groups,
    /// The resources of a node of the group.
    NodeLimits,
    /// The free cards of the group.
    FreeCards,
    /// The images of the region.
    Images,
    /// The directories that may be mounted.
    Mounts,
    /// The folders of the instance's runs.
    RunFolder,
    /// A file, by its path.
    File(String),
}

impl Place {
    /// Returns its name for programs: the path of a file.
    pub fn name(&self) -> &str {
        match self {
            Self::Lock => "lock",
            Self::Instance => "instance",
            Self::Groups => "groups",
            Self::NodeLimits => "node-limits",
            Self::FreeCards => "free-cards",
            Self::Images => "images",
            Self::Mounts => "mounts",
            Self::RunFolder => "run-folder",
            Self::File(path) => path,
        }
    }
}

/// A place that was looked at, with its content.
#[derive(Debug)]
pub struct Look {
    /// The place.
    pub place: Place,
    /// Its content.
    pub found: Found,
}

/// Content of a place.
#[derive(Debug)]
pub enum Found {
    /// The status of the instance.
    Status(Option<String>),
    /// The last lines of a file.
    Lines(Vec<String>),
    /// A file of an earlier instance of the same name.
    OlderInstance,
    /// A file of an earlier run of the instance.
    EarlierRun,
    /// The resources of a node.
    Node(NodeLimits),
    /// The free cards of the group; `None` if the platform does not list the group.
    Free(Option<u64>),
    /// The address of the platform's own service is not known.
    NoAddress,
    /// Nothing that contradicts the request.
    Agrees,
    /// Something that contradicts the request.
    Contradicts(DiagnosticKind),
    /// An answer that cannot be used.
    NotKnown(OfferGapReason),
    /// The platform did not report the instance.
    NotReported(Box<ErrorDetail>),
    /// The files could not be read, or do not exist.
    Unread(Box<LogsProblem>),
}
