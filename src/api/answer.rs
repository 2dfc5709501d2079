//! What a whole answer means, by its status and body alone: the same readers that judge what comes
//! over a connection, for whoever has an answer in hand, such as a fuzz target.

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::client::{CreateAnswer, Failure};
use super::detail::{self, Detail};
use super::list::{self, Page};
use super::outcome::{Step, of_create, of_repeatable};
use super::secret::Secrets;
use super::transport::{Answer, Exchange};

/// What an answer to the create call means; one that asks for another attempt is
/// [`CreateAnswer::NotSent`], as after the last attempt.
pub fn to_create(status: u16, body: &[u8], token: &str) -> CreateAnswer {
    match of_create(answered(status, body), &secrets(token)) {
        Step::Done(answer) => answer,
        Step::Again { fault, .. } | Step::Throttled { fault, .. } => CreateAnswer::NotSent(fault),
    }
}

/// What an answer to a list call means, in either form.
pub fn to_list(status: u16, body: &[u8], token: &str) -> Result<Page, Failure> {
    data::<Box<RawValue>>(status, body, token).and_then(|data| list::page(&data))
}

/// What an answer to the detail call means.
pub fn to_detail(status: u16, body: &[u8], token: &str) -> Result<Detail, Failure> {
    data(status, body, token).and_then(detail::instance)
}

fn data<T: DeserializeOwned + Default>(
    status: u16,
    body: &[u8],
    token: &str,
) -> Result<T, Failure> {
    match of_repeatable(answered(status, body), &secrets(token)) {
        Step::Done(data) => data,
        Step::Again { fault, .. } | Step::Throttled { fault, .. } => {
            Err(Failure::Unreachable(fault))
        }
    }
}

fn answered(status: u16, body: &[u8]) -> Exchange {
    let body = body.to_vec();
    let (date, retry_after, location, coding) = (None, None, None, None);
    Exchange::Answered(Answer { status, body, date, retry_after, location, coding })
}

fn secrets(token: &str) -> Secrets {
    let mut secrets = Secrets::default();
    secrets.add_token(token);
    secrets
}
