//! Keys of an entry of a lock.

use schemars::JsonSchema;
use serde::Serialize;

/// Fields of an entry of a lock.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EntryFields<'a> {
    /// `lock list`: where its ID comes from, if it was not the answer to the create call: `list` or
    /// `told`.
    pub(super) how: Option<&'a str>,
    /// `lock list`: region of its request, if known.
    pub(super) region: Option<&'a str>,
    /// `lock list`: endpoint of its request.
    pub(super) endpoint: &'a str,
    /// `lock list`: when its request was about to be sent, in RFC 3339.
    pub(super) submitted_at: Option<&'a str>,
    /// `lock list`: whether an interrupted run left a record of it that is not in the lock yet.
    pub(super) pending: bool,
}
