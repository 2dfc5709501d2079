//! Classification of responses, on which everything above decides.
//!
//! One rule applies to every call. If the body is one complete envelope with a documented `code`,
//! the code decides, whatever the HTTP status; otherwise the status decides. A response whose body
//! did not arrive completely, or that begins like an envelope but is malformed, decides nothing at
//! any status, because its meaning is unknown.

use std::fmt;
use std::time::Duration;

use reqwest::StatusCode;
use serde::de::DeserializeOwned;

use super::auth::redact::Redactor;
use super::envelope::{self, Envelope, EnvelopeResult};
use super::http_exchange::{HttpResponse, SendResult};
use super::sanitize::sanitize;
use crate::ids::TaskId;

/// Details of a failed call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ErrorDetail {
    /// The envelope's `code`, if any.
    pub code: Option<String>,
    /// The HTTP status, if any.
    pub status: Option<u16>,
    /// The service's message, or else a description of the error: one line of at most about 400
    /// characters, with control characters escaped and the token redacted.
    pub message: String,
    /// Whether a complete response with a 2xx status was JSON but not an envelope.
    pub json: bool,
    /// Whether a response exceeded the maximum size.
    pub too_large: bool,
}

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
    Doubted,
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
            let found = sanitize(&data.to_string(), secrets);
            cause.message = format!("success without a task ID: `data` is {found}");
            CreateResult::Unknown(cause)
        }
        Classification::Refused => CreateResult::Refused(cause),
        Classification::Doubted => CreateResult::Unconfirmed(cause),
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
        Err(NoResponse::Lost(cause)) if cause.too_large => {
            return RetryDecision::Done(Err(ApiError::Unreachable(cause)));
        }
        Err(NoResponse::NotSent(cause) | NoResponse::Lost(cause)) => {
            return RetryDecision::Retry { wait: None, cause };
        }
    };
    RetryDecision::Done(match verdict {
        Classification::Success(data) => Ok(data),
        Classification::Refused | Classification::Doubted => Err(ApiError::Refused(cause)),
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
    let cause = |code: Option<&str>, status, message: &str| ErrorDetail {
        code: code.map(|code| sanitize(code, secrets)),
        status,
        message: sanitize(message, secrets),
        ..ErrorDetail::default()
    };
    let answer = match exchange {
        SendResult::Response(answer) => answer,
        SendResult::NotSent { why, lasting } => {
            let cause = cause(None, None, &why);
            return Err(if lasting {
                NoResponse::Hopeless(cause)
            } else {
                NoResponse::NotSent(cause)
            });
        }
        SendResult::Ambiguous { status, why, .. } => {
            return Err(NoResponse::Lost(cause(None, status, &why)));
        }
        SendResult::TooLarge { status, most } => {
            let why = format!("the response is larger than {} MiB", most / 1024 / 1024);
            let cause = cause(None, Some(status), &why);
            return Err(NoResponse::Lost(ErrorDetail { too_large: true, ..cause }));
        }
    };
    let status = Some(answer.status);
    if let Some(coding) = &answer.coding {
        let why = format!(
            "the response has the content coding `{coding}`, which was not requested; a proxy or \
             gateway may have added it"
        );
        return Err(NoResponse::Lost(cause(None, status, &why)));
    }
    let (verdict, cause) = match envelope::read(&answer.body) {
        EnvelopeResult::Malformed(why) => {
            let why = format!("the response is not a complete JSON envelope: {why}");
            return Err(NoResponse::Lost(cause(None, status, &why)));
        }
        EnvelopeResult::NotAnEnvelope => {
            let json = (200..300).contains(&answer.status) && envelope::is_json(&answer.body);
            let cause = ErrorDetail { json, ..cause(None, status, &describe(&answer)) };
            (by_status(answer.status), cause)
        }
        EnvelopeResult::Envelope(Envelope { code, message, data }) => {
            let cause = cause(Some(&code), status, &message);
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
        INTERNAL | "716865" => Classification::Doubted,
        _ if (200..300).contains(&status) => Classification::Doubted,
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

/// Describes a response without an envelope: `HTTP 502 Bad Gateway: <html>..`.
fn describe(answer: &HttpResponse) -> String {
    let reason = StatusCode::from_u16(answer.status).ok().and_then(|s| s.canonical_reason());
    let mut text = format!("HTTP {} {}", answer.status, reason.unwrap_or_default());
    if let Some(location) = &answer.location {
        text = format!("{text} to {location}; redirects are never followed");
    }
    let body = envelope::text(&answer.body);
    // Data without its envelope may contain an access address.
    let is_data = (200..300).contains(&answer.status) && body.trim().starts_with(['{', '[', '"']);
    if is_data {
        text.push_str(": JSON without a `code`");
    } else if !body.trim().is_empty() {
        text.push_str(": ");
        text.push_str(body.trim());
    }
    text
}

/// Code of any internal error, which is also returned for an ID that does not exist on the
/// platform.
const INTERNAL: &str = "10001";

impl ErrorDetail {
    /// Returns whether the service reports only an unspecified internal error.
    pub fn is_internal(&self) -> bool {
        self.code.as_deref() == Some(INTERNAL)
    }

    /// Returns whether this error, in response to the detail call, means that the instance does not
    /// exist.
    pub fn means_not_found(&self) -> bool {
        self.code.is_some() && !self.is_internal()
    }
}

impl fmt::Display for ErrorDetail {
    /// Writes `message`, followed by the code and the HTTP status in parentheses if there is a
    /// code.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = if self.message.is_empty() { "no message" } else { &self.message };
        match (&self.code, self.status) {
            (Some(code), Some(status)) => write!(f, "{message} (code {code}, HTTP {status})"),
            _ => f.write_str(message),
        }
    }
}
