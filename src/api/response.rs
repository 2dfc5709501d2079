//! Classification of responses, on which everything above decides.
//!
//! One rule applies to every call. If the body is one complete envelope with a documented `code`,
//! the code decides, whatever the HTTP status; otherwise the status decides. A response whose body
//! did not arrive completely, or that begins like an envelope but is malformed, decides nothing at
//! any status, because its meaning is unknown.

use std::time::Duration;

use serde::de::DeserializeOwned;

use super::auth::redact::Redactor;
use super::envelope::{self, Envelope, EnvelopeResult, MalformedEnvelope};
use super::error_message::{ErrorDetail, ErrorMessage, ForeignBody, INTERNAL};
use super::http_exchange::{HttpResponse, SendResult};
use super::sanitize::{MAX_CHARS, sanitize, sanitize_to};
use super::transport_error::HttpStatus;
use crate::exit_status::ExitClass;
use crate::ids::TaskId;

/// Result of a create call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CreateResult {
    /// The instance was created.
    Created(TaskId),
    /// The service refused this instance: report it and continue with the others.
    Refused(ErrorDetail),
    /// The service reports a failure, with a code that does not prove that nothing was created.
    Unconfirmed(ErrorDetail),
    /// The service denies the caller access: no other instance will succeed.
    Denied(ErrorDetail),
    /// The address responds but has no such service: 404 or 405 without an envelope.
    EndpointMissing(ErrorDetail),
    /// Certainly nothing was created: the service never received the complete request, or rejected
    /// it with 429 until the retries were exhausted.
    NotSent(ErrorDetail),
    /// The instance may or may not exist.
    Unknown(ErrorDetail),
}

/// The reason that an idempotent call (list, detail, delete) failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApiError {
    /// The service denies the caller access.
    Denied(ErrorDetail),
    /// The service does not have this endpoint: 404, 405 or 501 without a documented code, or data
    /// of a shape that does not belong to this call.
    EndpointMissing(ErrorDetail),
    /// The service refused the call: a code other than 0.
    Refused(ErrorDetail),
    /// No attempt got a usable response.
    Unreachable(ErrorDetail),
}

impl ApiError {
    /// Returns the class of the exit status: credentials (7), or unreachable (10).
    pub fn class(&self) -> ExitClass {
        match self {
            Self::Denied(_) => ExitClass::Denied,
            Self::EndpointMissing(_) | Self::Refused(_) | Self::Unreachable(_) => {
                ExitClass::Unreachable
            }
        }
    }

    /// Returns a reference to the error details, whatever the class.
    pub fn detail(&self) -> &ErrorDetail {
        match self {
            Self::Denied(cause)
            | Self::EndpointMissing(cause)
            | Self::Refused(cause)
            | Self::Unreachable(cause) => cause,
        }
    }

    /// Returns the error details, whatever the class.
    pub fn into_detail(self) -> ErrorDetail {
        match self {
            Self::Denied(cause)
            | Self::EndpointMissing(cause)
            | Self::Refused(cause)
            | Self::Unreachable(cause) => cause,
        }
    }
}

/// Next step after one exchange.
pub(super) enum RetryDecision<T> {
    /// The call is finished.
    Done(T),
    /// Nothing was carried out, or repeating is harmless: retry.
    Retry { wait: Option<Duration>, cause: ErrorDetail },
    /// A create was rejected with 429: the pace of all creates decides.
    Throttled { wait: Option<Duration>, cause: ErrorDetail },
}

/// Classification of a response by its HTTP status or `code`, independent of the call.
enum Classification<T> {
    Success(T),
    Refused,
    Unconfirmed,
    Denied,
    /// 404, 405, 501.
    NotFound,
    Throttled,
    /// 407: a proxy did not forward the request.
    ProxyRejected,
    Unrecognized,
}

/// Classifies the response to a create call by its documented codes.
pub(super) fn classify_create(
    exchange: SendResult,
    secrets: &Redactor,
) -> RetryDecision<CreateResult> {
    let checked = match classify(exchange, secrets) {
        Ok(checked) => checked,
        Err(unanswered) => {
            return match unanswered {
                NoResponse::NotSent(cause) => RetryDecision::Retry { wait: None, cause },
                NoResponse::Hopeless(cause) => RetryDecision::Done(CreateResult::NotSent(cause)),
                NoResponse::Lost(cause) => RetryDecision::Done(CreateResult::Unknown(cause)),
            };
        }
    };
    let Classified { verdict, mut cause, wait } = checked;
    RetryDecision::Done(match verdict {
        Classification::Success(data) => {
            if let Some(id) = envelope::task_id(&data) {
                return RetryDecision::Done(CreateResult::Created(id));
            }
            let data = sanitize(&data.to_string(), secrets);
            cause.message = ErrorMessage::NoTaskId { data };
            CreateResult::Unknown(cause)
        }
        Classification::Refused => CreateResult::Refused(cause),
        Classification::Unconfirmed => CreateResult::Unconfirmed(cause),
        Classification::Denied => CreateResult::Denied(cause),
        Classification::NotFound if cause.status == Some(501) => CreateResult::Unknown(cause),
        Classification::NotFound if cause.code.is_some() => CreateResult::Refused(cause),
        Classification::NotFound => CreateResult::EndpointMissing(cause),
        Classification::Throttled => return RetryDecision::Throttled { wait, cause },
        Classification::ProxyRejected => return RetryDecision::Retry { wait, cause },
        Classification::Unrecognized => CreateResult::Unknown(cause),
    })
}

/// Classifies the response to an idempotent call: its `data`, or the reason that there is none.
pub(super) fn classify_idempotent<T: DeserializeOwned + Default>(
    exchange: SendResult,
    secrets: &Redactor,
) -> RetryDecision<Result<T, ApiError>> {
    let Classified { verdict, cause, wait } = match classify(exchange, secrets) {
        Ok(checked) => checked,
        Err(NoResponse::Hopeless(cause)) => {
            return RetryDecision::Done(Err(ApiError::Unreachable(cause)));
        }
        // The next response would be as large.
        Err(NoResponse::Lost(cause)) if cause.is_too_large() => {
            return RetryDecision::Done(Err(ApiError::Unreachable(cause)));
        }
        Err(NoResponse::NotSent(cause) | NoResponse::Lost(cause)) => {
            return RetryDecision::Retry { wait: None, cause };
        }
    };
    RetryDecision::Done(match verdict {
        Classification::Success(data) => Ok(data),
        Classification::Refused | Classification::Unconfirmed => Err(ApiError::Refused(cause)),
        Classification::Denied => Err(ApiError::Denied(cause)),
        Classification::NotFound => Err(ApiError::EndpointMissing(cause)),
        Classification::Throttled
        | Classification::ProxyRejected
        | Classification::Unrecognized => {
            return RetryDecision::Retry { wait, cause };
        }
    })
}

struct Classified<T> {
    verdict: Classification<T>,
    cause: ErrorDetail,
    wait: Option<Duration>,
}

enum NoResponse {
    NotSent(ErrorDetail),
    /// It was not sent, and retrying cannot help.
    Hopeless(ErrorDetail),
    Lost(ErrorDetail),
}

fn classify<T: DeserializeOwned + Default>(
    exchange: SendResult,
    secrets: &Redactor,
) -> Result<Classified<T>, NoResponse> {
    let clean = |text: &str| sanitize(text, secrets);
    let cause = |status, message| ErrorDetail { status, ..ErrorDetail::from(message) };
    let answer = match exchange {
        SendResult::Response(answer) => answer,
        SendResult::NotSent { why, lasting } => {
            let cause = cause(None, ErrorMessage::Transport(Box::new(why.map_text(&clean))));
            return Err(if lasting {
                NoResponse::Hopeless(cause)
            } else {
                NoResponse::NotSent(cause)
            });
        }
        SendResult::Ambiguous { status, why, .. } => {
            let message = ErrorMessage::Transport(Box::new(why.map_text(&clean)));
            return Err(NoResponse::Lost(cause(status, message)));
        }
        SendResult::TooLarge { status, most } => {
            return Err(NoResponse::Lost(cause(Some(status), ErrorMessage::TooLarge(most))));
        }
    };
    let status = Some(answer.status);
    if let Some(coding) = &answer.coding {
        let message = ErrorMessage::UnrequestedCoding(clean(coding));
        return Err(NoResponse::Lost(cause(status, message)));
    }
    let (verdict, cause) = match envelope::read(&answer.body) {
        EnvelopeResult::Malformed(why) => {
            let why = match why {
                MalformedEnvelope::Json(message) => MalformedEnvelope::Json(clean(&message)),
                MalformedEnvelope::Code(value) => MalformedEnvelope::Code(clean(&value)),
            };
            return Err(NoResponse::Lost(cause(status, ErrorMessage::Malformed(why))));
        }
        EnvelopeResult::NotAnEnvelope => {
            let json = (200..300).contains(&answer.status) && envelope::is_json(&answer.body);
            let cause = ErrorDetail { json, ..cause(status, no_envelope(&answer, secrets)) };
            (by_status(answer.status), cause)
        }
        EnvelopeResult::Envelope(Envelope { code, message, data }) => {
            let cause = cause(status, ErrorMessage::Platform(clean(&message)));
            let cause = ErrorDetail { code: Some(clean(&code)), ..cause };
            (by_code(&code, data, answer.status), cause)
        }
    };
    Ok(Classified { verdict, cause, wait: answer.retry_after })
}

/// Classifies a code. The known codes are all those documented for the create call. Codes
/// documented for other calls and unknown codes count as an unconfirmed failure under a 2xx status;
/// otherwise the status decides.
fn by_code<T>(code: &str, data: T, status: u16) -> Classification<T> {
    match code {
        "0" => Classification::Success(data),
        "10003" | "10004" | "10010" | "10011" => Classification::Refused,
        "10007" | "10008" | "10009" => Classification::Denied,
        "10012" => Classification::Unrecognized,
        INTERNAL | "716865" => Classification::Unconfirmed,
        _ if (200..300).contains(&status) => Classification::Unconfirmed,
        _ => by_status(status),
    }
}

fn by_status<T>(status: u16) -> Classification<T> {
    match status {
        401 | 403 => Classification::Denied,
        404 | 405 | 501 => Classification::NotFound,
        400 | 411 | 413 | 414 | 415 | 422 | 431 => Classification::Refused,
        407 => Classification::ProxyRejected,
        429 => Classification::Throttled,
        _ => Classification::Unrecognized,
    }
}

/// Returns the message for a response without an envelope. All its parts together, with the words
/// between them, are about as long as a message of the service.
fn no_envelope(answer: &HttpResponse, secrets: &Redactor) -> ErrorMessage {
    let status = HttpStatus::new(answer.status);
    let mut left = MAX_CHARS.saturating_sub("HTTP 200 : ".len() + status.reason.len());
    let redirect = answer.location.as_ref().map(|location| {
        let location = sanitize_to(left, location, secrets);
        left = left.saturating_sub(location.chars().count() + REDIRECT_WORDS);
        location
    });
    let body = envelope::text(&answer.body);
    let body = body.trim();
    // Data without its envelope may contain an access address.
    let is_data = (200..300).contains(&answer.status) && body.starts_with(['{', '[', '"']);
    let body = match body {
        _ if is_data => ForeignBody::Json,
        "" => ForeignBody::Empty,
        body => ForeignBody::Text(sanitize_to(left, body, secrets)),
    };
    ErrorMessage::NoEnvelope { status, redirect, body }
}

/// Number of characters left for the words about a redirect.
const REDIRECT_WORDS: usize = 34;
