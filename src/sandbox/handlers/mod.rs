//! What each call does. Strict: what the platform's pages do not document is refused, with the
//! documented codes and a message that names the field (the platform's own often does not).
//!
//! Which HTTP status goes with a code is not documented. Here an envelope comes with 200, but for
//! 401 with a bad token and 415 with a body that is not declared to be JSON.

mod catalog;
mod instances;
mod running;

use hyper::body::Bytes;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::call::Operation;
use super::store::TaskStore;
use super::task::{Task, now};

/// A request, read.
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

/// Carries a call out and gives the `data` of its answer.
pub(super) async fn handle(
    store: &TaskStore,
    call: &Operation,
    asked: &ParsedRequest,
) -> Result<Value, ErrorReply> {
    match call {
        Operation::Create => instances::create(store, asked).await,
        Operation::List => instances::list(store, asked),
        Operation::Detail(id) => find_task(store, id).map(|task| task.detail(now())),
        Operation::Delete => instances::delete(store, asked).await,
        Operation::Url(id) => find_task(store, id).map(|task| json!(task.access_url(now()))),
        Operation::Stop => running::stop(store, asked).await,
        Operation::Restart => running::restart(store, asked).await,
        Operation::ExecuteScript => running::execute_script(store, asked),
        Operation::Resources => catalog::resources(asked),
        Operation::ResourceGroups => Ok(catalog::groups()),
        Operation::AllowedMountDirs => Ok(catalog::mounts()),
        Operation::Images => catalog::images(asked),
    }
}

fn find_task(store: &TaskStore, id: &str) -> Result<Task, ErrorReply> {
    let task = store.tasks().get(id).cloned();
    task.ok_or_else(|| ErrorReply::invalid(&format!("instance `{id}` does not exist")))
}

impl ParsedRequest {
    /// The body, which must be JSON and say so.
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

    /// The instances that the query names under `key`, one or more. One that does not exist refuses
    /// them all, with `code`.
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

    /// The log could not be written; the instance may or may not be there after a restart.
    fn storage_error() -> Self {
        Self::require("10001", "internal error: the sandbox cannot write its state".to_owned())
    }

    /// The token is missing or wrong.
    pub(super) fn denied() -> Self {
        let message = "insufficient permission: the token is missing or invalid".to_owned();
        Self { status: 401, ..Self::require("10008", message) }
    }
}
