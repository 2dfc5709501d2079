//! Classification of a complete response by its status and body only, with the readers that are
//! used for responses from a connection. For tests and fuzzing.

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::auth::redact::Redactor;
use super::body::FilePart;
use super::client::{ApiError, CreateError};
use super::endpoints::detail::{self, Detail};
use super::endpoints::list::{self, ListPage};
use super::http_exchange::{HttpResponse, SendResult};
use super::response::{RetryDecision, classify_create, classify_idempotent};
use crate::ids::TaskId;

/// Classifies a response to the create call; one that would be retried is reported as not sent, as
/// after the last attempt.
pub fn to_create(status: u16, body: &[u8], token: &str) -> Result<TaskId, CreateError> {
    match classify_create(answered(status, body), &secrets(token)) {
        RetryDecision::Done(answer) => answer,
        RetryDecision::Retry { cause, .. } | RetryDecision::Throttled { cause, .. } => {
            Err(CreateError::not_sent(cause))
        }
    }
}

/// Classifies a response to a list call, in either form.
pub fn to_list(status: u16, body: &[u8], token: &str) -> Result<ListPage, ApiError> {
    data::<Box<RawValue>>(status, body, token).and_then(|data| list::page(&data))
}

/// Classifies a response to the detail call.
pub fn to_detail(status: u16, body: &[u8], token: &str) -> Result<Detail, ApiError> {
    data(status, body, token).and_then(detail::instance)
}

fn data<T: DeserializeOwned + Default>(
    status: u16,
    body: &[u8],
    token: &str,
) -> Result<T, ApiError> {
    match classify_idempotent(answered(status, body), &secrets(token)) {
        RetryDecision::Done(data) => data,
        RetryDecision::Retry { cause, .. } | RetryDecision::Throttled { cause, .. } => {
            Err(ApiError::Unreachable(cause))
        }
    }
}

fn answered(status: u16, body: &[u8]) -> SendResult {
    let body = body.to_vec();
    let (date, retry_after, location, coding) = (None, None, None, None);
    let (part, misplaced, open_catalog) = (FilePart::default(), None, false);
    SendResult::Response(HttpResponse {
        status,
        body,
        part,
        misplaced,
        date,
        retry_after,
        location,
        coding,
        open_catalog,
    })
}

fn secrets(token: &str) -> Redactor {
    let mut secrets = Redactor::default();
    secrets.add_token(token);
    secrets
}
