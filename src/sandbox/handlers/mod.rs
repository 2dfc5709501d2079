//! Handlers of the calls. They are strict: anything that the platform does not document is refused,
//! with the documented codes and a message that names the field (the platform's own message often
//! does not).
//!
//! The HTTP status for a code is not documented. Here an envelope has the status 200, except 401
//! for a bad token and 415 for a body that is not declared as JSON.

mod catalog;
mod instances;
mod lifecycle;

use hyper::body::Bytes;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::route::Operation;
use super::state::TaskStore;
use super::task::{Task, now};

/// A parsed request.
pub(super) struct ParsedRequest {
    pub(super) query: Vec<(String, String)>,
    pub(super) is_json: bool,
    pub(super) body: Bytes,
}

/// An envelope with a code other than 0.
pub(super) struct ErrorReply {
    pub(super) status: u16,
    pub(super) code: &'static str,
    pub(super) message: String,
}

/// Carries out a call and returns the `data` of its response.
pub(super) async fn handle(
    store: &TaskStore,
    call: &Operation,
    requested: &ParsedRequest,
) -> Result<Value, ErrorReply> {
    match call {
        Operation::Create => instances::create(store, requested).await,
        Operation::List => instances::list(store, requested),
        Operation::Detail(id) => find_task(store, id).map(|task| task.detail(now())),
        Operation::Delete => instances::delete(store, requested).await,
        Operation::Url(id) => find_task(store, id).map(|task| json!(task.access_url(now()))),
        Operation::Stop => lifecycle::stop(store, requested).await,
        Operation::Restart => lifecycle::restart(store, requested).await,
        Operation::ExecuteScript => lifecycle::execute_script(store, requested),
        Operation::Resources => catalog::resources(requested),
        Operation::ResourceGroups => Ok(catalog::groups()),
        Operation::AllowedMountDirs => Ok(catalog::mounts()),
        Operation::Images => catalog::images(requested),
    }
}

fn find_task(store: &TaskStore, id: &str) -> Result<Task, ErrorReply> {
    let task = store.tasks().get(id).cloned();
    task.ok_or_else(|| ErrorReply::invalid(&format!("instance `{id}` does not exist")))
}

impl ParsedRequest {
    /// Parses the body, which must be JSON and declared as such.
    fn json<T: DeserializeOwned>(&self) -> Result<T, ErrorReply> {
        if !self.is_json {
            let message = "Content-Type must be application/json".to_owned();
            return Err(ErrorReply { status: 415, code: "10004", message });
        }
        serde_json::from_slice(&self.body).map_err(|error| ErrorReply::invalid(&error.to_string()))
    }

    fn values<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        self.query.iter().filter(move |(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// Returns the instances that the query lists under `key`, one or more. If one does not exist,
    /// all are refused, with `code`.
    fn named(
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
    fn require(code: &'static str, message: String) -> Self {
        Self { status: 200, code, message }
    }

    fn incomplete(message: &str) -> Self {
        Self::require("10003", format!("incomplete parameters: {message}"))
    }

    fn invalid(message: &str) -> Self {
        Self::require("10004", format!("invalid parameter: {message}"))
    }

    /// Returns the error for a failed write to the log; the instance may or may not exist after a
    /// restart.
    fn storage_error() -> Self {
        Self::require("10001", "internal error: the sandbox cannot write its state".to_owned())
    }

    /// Returns the error for a missing or wrong token.
    pub(super) fn denied() -> Self {
        let message = "insufficient permission: the token is missing or invalid".to_owned();
        Self { status: 401, ..Self::require("10008", message) }
    }
}
