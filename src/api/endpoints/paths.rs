//! Paths and forms that several calls share.

/// Path of the create call, and of the first form of the list call.
pub(crate) const TASK_PATH: &str = "/ai/openapi/v2/instance-service/task";

/// The two forms of the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// `GET` with a body.
    First,
    /// `GET` with a query.
    Second,
}
