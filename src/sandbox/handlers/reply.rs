//! Requests as parsed, and error replies.

use std::io;

use crate::sandbox::state::TaskStore;
use crate::sandbox::task::Task;
use hyper::body::Bytes;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// A parsed request.
pub(in crate::sandbox) struct ParsedRequest {
    pub(in crate::sandbox) query: Vec<(String, String)>,
    pub(in crate::sandbox) is_json: bool,
    pub(in crate::sandbox) body: Bytes,
}

/// An envelope with a code other than 0.
pub(in crate::sandbox) struct ErrorReply {
    pub(in crate::sandbox) status: u16,
    pub(in crate::sandbox) code: &'static str,
    pub(in crate::sandbox) message: String,
}

pub(super) fn find_task(store: &TaskStore, id: &str) -> Result<Task, ErrorReply> {
    let task = store.tasks().get(id).cloned();
    task.ok_or_else(|| ErrorReply::invalid(&format!("instance `{id}` does not exist")))
}

/// Refuses a body that lacks one of these fields.
pub(super) fn require<'f>(
    fields: &Map<String, Value>,
    required: impl IntoIterator<Item = &'f str>,
) -> Result<(), ErrorReply> {
    for field in required {
        if matches!(fields.get(field), None | Some(Value::Null)) || fields[field] == "" {
            return Err(ErrorReply::incomplete(&format!("`{field}` must not be empty")));
        }
    }
    Ok(())
}

impl ParsedRequest {
    /// Parses the body, which must be JSON and declared as such.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, ErrorReply> {
        if !self.is_json {
            let message = "Content-Type must be application/json".to_owned();
            return Err(ErrorReply { status: 415, code: "10004", message });
        }
        serde_json::from_slice(&self.body).map_err(|error| ErrorReply::invalid(&error.to_string()))
    }

    pub(super) fn values<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        self.query.iter().filter(move |(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// Returns the instances that the query lists under `key`, one or more. If one does not exist,
    /// all are refused, with `code`.
    pub(super) fn named(
        &self,
        store: &TaskStore,
        key: &str,
        code: &'static str,
    ) -> Result<Vec<Task>, ErrorReply> {
        let tasks: Vec<_> = self
            .values(key)
            .map(|id| find_task(store, id).map_err(|refusal| ErrorReply { code, ..refusal }))
            .collect::<Result<_, _>>()?;
        if tasks.is_empty() {
            return Err(ErrorReply::incomplete(&format!("`{key}` must not be empty")));
        }
        Ok(tasks)
    }
}

impl ErrorReply {
    pub(super) fn require(code: &'static str, message: String) -> Self {
        Self { status: 200, code, message }
    }

    pub(super) fn incomplete(message: &str) -> Self {
        Self::require("10003", format!("incomplete parameters: {message}"))
    }

    pub(super) fn invalid(message: &str) -> Self {
        Self::require("10004", format!("invalid parameter: {message}"))
    }

    /// Returns the error for a missing or wrong token.
    pub(in crate::sandbox) fn denied() -> Self {
        let message = "insufficient permission: the token is missing or invalid".to_owned();
        Self { status: 401, ..Self::require("10008", message) }
    }
}

impl From<io::Error> for ErrorReply {
    /// Returns the reply if the state cannot be written; the instance may or may not exist after a
    /// restart.
    fn from(_: io::Error) -> Self {
        Self::require("10001", "internal error: the sandbox cannot write its state".to_owned())
    }
}
