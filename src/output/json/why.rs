//! The answer of `why`.

use schemars::JsonSchema;
use serde::Serialize;

use crate::why::Reason;

/// Why an instance waits or ended.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "why", extend("additionalProperties" = false))]
pub(crate) struct WhyObject<'a> {
    /// The reason; null if nothing that was looked at states one.
    pub(crate) reason: Option<Reason>,
    /// The reason in words.
    pub(crate) message: String,
    /// The exit code of its script or container; null if nothing states one.
    pub(crate) exit_code: Option<u8>,
    /// Since when it has its status, as the platform writes it; null if unknown.
    pub(crate) since: Option<String>,
    /// The evidence of the reason.
    pub(crate) evidence: Vec<EvidenceObject>,
    /// The places that were looked at.
    pub(crate) looked_at: Vec<LookObject<'a>>,
    /// The next step.
    pub(crate) help: String,
}

/// A piece of evidence.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "evidence", extend("additionalProperties" = false))]
pub(crate) struct EvidenceObject {
    /// The path of a file, or `lock`, `instance`, `groups`, `node-limits`, `free-cards`.
    pub(crate) place: String,
    /// Number of the line in the file, from 1; null if unknown.
    pub(crate) line: Option<u64>,
    /// The line of the file, or the field with its value.
    pub(crate) text: String,
}

/// A place that was looked at.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "look", extend("additionalProperties" = false))]
pub(crate) struct LookObject<'a> {
    /// The path of a file, or `instance`, `groups`, `node-limits`, `free-cards`, `images`, `mounts`,
    /// `run-folder`.
    pub(crate) place: String,
    /// Its content in words, or why it could not be read.
    pub(crate) message: String,
    /// The last lines of a file; null if it was not used, or is not a file.
    pub(crate) lines: Option<&'a [String]>,
}
