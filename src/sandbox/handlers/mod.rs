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

use super::call::Call;
use super::store::Store;
use super::task::{Task, now};

/// A request, read.
pub(super) struct Asked {
    pub(super) query: Vec<(String, String)>,
    pub(super) is_json: bool,
    pub(super) body: Bytes,
}

/// An envelope with a code other than 0.
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: &'static str,
    pub(super) message: String,
}

/// Carries a call out and gives the `data` of its answer.
pub(super) async fn carry_out(store: &Store, call: &Call, asked: &Asked) -> Result<Value, Refusal> {
    match call {
        Call::Create => instances::create(store, asked).await,
        Call::List => instances::list(store, asked),
        Call::Detail(id) => known(store, id).map(|task| task.detail(now())),
        Call::Delete => instances::delete(store, asked).await,
        Call::Url(id) => known(store, id).map(|task| json!(task.access_url(now()))),
        Call::Stop => running::stop(store, asked).await,
        Call::Restart => running::restart(store, asked).await,
        Call::ExecuteScript => running::execute_script(store, asked),
        Call::Resources => catalog::resources(asked),
        Call::ResourceGroups => Ok(catalog::groups()),
        Call::AllowedMountDirs => Ok(catalog::mounts()),
        Call::Images => catalog::images(asked),
    }
}

fn known(store: &Store, id: &str) -> Result<Task, Refusal> {
    let task = store.tasks().get(id).cloned();
    task.ok_or_else(|| Refusal::invalid(&format!("instance `{id}` does not exist")))
}

impl Asked {
    /// The body, which must be JSON and say so.
    fn json<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        if !self.is_json {
            let message = "Content-Type must be application/json".to_owned();
            return Err(Refusal { status: 415, code: "10004", message });
        }
        serde_json::from_slice(&self.body).map_err(|error| Refusal::invalid(&error.to_string()))
    }

    fn values<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        self.query.iter().filter(move |(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// The instances that the query names under `key`, one or more. One that does not exist refuses
    /// them all, with `code`.
    fn named(&self, store: &Store, key: &str, code: &'static str) -> Result<Vec<Task>, Refusal> {
        let tasks: Vec<_> = self
            .values(key)
            .map(|id| known(store, id).map_err(|refusal| Refusal { code, ..refusal }))
            .collect::<Result<_, _>>()?;
        if tasks.is_empty() {
            return Err(Refusal::incomplete(&format!("`{key}` must not be empty")));
        }
        Ok(tasks)
    }
}

impl Refusal {
    fn of(code: &'static str, message: String) -> Self {
        Self { status: 200, code, message }
    }

    fn incomplete(message: &str) -> Self {
        Self::of("10003", format!("incomplete parameters: {message}"))
    }

    fn invalid(message: &str) -> Self {
        Self::of("10004", format!("invalid parameter: {message}"))
    }

    /// The log could not be written; the instance may or may not be there after a restart.
    fn unwritten() -> Self {
        Self::of("10001", "internal error: the sandbox cannot write its state".to_owned())
    }

    /// The token is missing or wrong.
    pub(super) fn denied() -> Self {
        let message = "insufficient permission: the token is missing or invalid".to_owned();
        Self { status: 401, ..Self::of("10008", message) }
    }
}
