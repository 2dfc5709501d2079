//! Classification of responses, on which everything above decides.
//!
//! One rule applies to every call. If the body is one complete envelope with a documented `code`,
//! the code decides, whatever the HTTP status; otherwise the status decides. A response whose body
//! did not arrive completely, or that begins like an envelope but is malformed, decides nothing at
//! any status, because its meaning is unknown.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::auth::redact::Redactor;
use super::body::FilePart;
use super::envelope::{self, Envelope, EnvelopeResult, MalformedEnvelope};
use super::error_message::{ErrorDetail, ErrorMessage, ForeignBody, INTERNAL};
use super::http_exchange::{HttpResponse, SendResult};
use super::sanitize::{MAX_CHARS, sanitize, sanitize_to};
use super::transport_error::HttpStatus;
use crate::exit_status::ExitClass;
use crate::ids::TaskId;

/// The reason that a call that must not be repeated failed: a create call did not return the ID of a new
/// instance, or a script call may not have run its script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateError {
    /// Meaning for the instance.
    pub kind: CreateErrorKind,
    /// The details.
    pub detail: ErrorDetail,
}

/// Meaning of a failed create call for its instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CreateErrorKind {
    /// The service refused this instance: report it and continue with the others.
    Refused,
    /// The service reports a failure, with a code that does not prove that nothing was created.
    Unconfirmed,
    /// The service denies the caller access: no other instance will succeed.
    Denied,
    /// The address responds but has no such service: 404 or 405 without an envelope.
    EndpointMissing,
    /// Certainly nothing was created: the service never received the complete request, or rejected
    /// it with 429 until the retries were exhausted.
    NotSent,
    /// The instance may or may not exist.
    Unknown,
}

impl CreateError {
    /// Creates the error of a request that the service never accepted.
    pub(super) fn not_sent(detail: ErrorDetail) -> Self {
        Self { kind: CreateErrorKind::NotSent, detail }
    }
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

/// The response to the download of a part of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Download {
    /// The part.
    Part(FilePart),
    /// The part, taken from the whole file.
    OfWhole(FilePart),
    /// Another part, with this `Content-Range`.
    Misplaced(String),
    /// The part begins at the end of the file, whose size may be stated, or after it.
    PastEnd(Option<u64>),
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

/// Classification of a result, independent of the call.
enum Classification<T> {
    Success(T),
    Refused,
    Unconfirmed,
    Denied,
    /// 404, 405, 501.
    NotFound,
    Throttled,
    /// The service did not receive the request; also 407, with which a proxy does not forward it.
    NotSent,
    /// The service did not receive the request, and retrying cannot help.
    Hopeless,
    /// The request may have been carried out.
    Unclear,
}

/// A classified result, with the details and the pause to use if it is a failure.
struct Classified<T> {
    verdict: Classification<T>,
    detail: ErrorDetail,
    wait: Option<Duration>,
}

/// Classifies the result of a create call by its documented codes.
pub(super) fn classify_create(
    result: SendResult,
    secrets: &Redactor,
) -> RetryDecision<Result<TaskId, CreateError>> {
    classify_once(result, secrets, envelope::task_id)
}

/// Classifies the result of a script call by its documented codes.
pub(super) fn classify_script(
    result: SendResult,
    secrets: &Redactor,
) -> RetryDecision<Result<(), CreateError>> {
    match classify_once(result, secrets, |_| Some(())) {
        RetryDecision::Done(Err(error)) if error.detail.code.as_deref() == Some(SCRIPT_REFUSED) => {
            RetryDecision::Done(Err(CreateError { kind: CreateErrorKind::Refused, ..error }))
        }
        decision => decision,
    }
}

/// Code of a script that the platform does not run.
const SCRIPT_REFUSED: &str = "716864";

/// Classifies the result of a call that must not be repeated; `read` returns the result from its data.
fn classify_once<T>(
    result: SendResult,
    secrets: &Redactor,
    read: impl FnOnce(&Value) -> Option<T>,
) -> RetryDecision<Result<T, CreateError>> {
    let Classified { verdict, mut detail, wait } = classify::<Value>(result, secrets);
    let kind = match verdict {
        Classification::Success(data) => {
            if let Some(found) = read(&data) {
                return RetryDecision::Done(Ok(found));
            }
            detail.message = ErrorMessage::NoTaskId { data: sanitize(&data.to_string(), secrets) };
            CreateErrorKind::Unknown
        }
        Classification::Refused => CreateErrorKind::Refused,
        Classification::Unconfirmed => CreateErrorKind::Unconfirmed,
        Classification::Denied => CreateErrorKind::Denied,
        Classification::NotFound if detail.status == Some(501) => CreateErrorKind::Unknown,
        Classification::NotFound if detail.code.is_some() => CreateErrorKind::Refused,
        Classification::NotFound => CreateErrorKind::EndpointMissing,
        Classification::Throttled => return RetryDecision::Throttled { wait, cause: detail },
        Classification::NotSent => return RetryDecision::Retry { wait, cause: detail },
        Classification::Hopeless => CreateErrorKind::NotSent,
        Classification::Unclear => CreateErrorKind::Unknown,
    };
    RetryDecision::Done(Err(CreateError { kind, detail }))
}

/// Classifies the result of an idempotent call: its `data`, or the reason of its failure.
pub(super) fn classify_idempotent<T: DeserializeOwned + Default>(
    result: SendResult,
    secrets: &Redactor,
) -> RetryDecision<Result<T, ApiError>> {
    let Classified { verdict, detail, wait } = classify(result, secrets);
    RetryDecision::Done(match verdict {
        Classification::Success(data) => Ok(data),
        Classification::Refused | Classification::Unconfirmed => Err(ApiError::Refused(detail)),
        Classification::Denied => Err(ApiError::Denied(detail)),
        Classification::NotFound => Err(ApiError::EndpointMissing(detail)),
        Classification::Hopeless => Err(ApiError::Unreachable(detail)),
        // The next response would be as large.
        Classification::Unclear if detail.is_too_large() => Err(ApiError::Unreachable(detail)),
        Classification::Throttled | Classification::NotSent | Classification::Unclear => {
            return RetryDecision::Retry { wait, cause: detail };
        }
    })
}

/// Classifies the result of a download. The error of a missing file is an envelope under 200, while a
/// part of a file has the status 206.
pub(super) fn classify_download(
    result: SendResult,
    secrets: &Redactor,
) -> RetryDecision<Result<Download, ApiError>> {
    let download = match &result {
        SendResult::Response(answer) if answer.coding.is_none() => match answer.status {
            206 if !is_refusal(answer) => Some(match &answer.misplaced {
                Some(range) => Download::Misplaced(sanitize(range, secrets)),
                None => Download::Part(answer.part.clone()),
            }),
            416 => Some(Download::PastEnd(answer.part.total)),
            200 if is_file(&answer.body) => Some(Download::OfWhole(answer.part.clone())),
            _ => None,
        },
        _ => None,
    };
    match download {
        Some(download) => RetryDecision::Done(Ok(download)),
        None => classify_idempotent::<Value>(result, secrets).map(refused_download),
    }
}

/// Returns whether a part of a file, of which the service does not say where it is, is an error.
fn is_refusal(answer: &HttpResponse) -> bool {
    let is_part = answer.misplaced.is_some() || answer.part.total.is_some();
    !is_part && !is_file(&answer.body)
}

/// Returns whether a body is that of a file, and neither an envelope nor a page of a gateway.
fn is_file(body: &[u8]) -> bool {
    let is_envelope = || matches!(envelope::read::<Value>(body), EnvelopeResult::Envelope(_));
    let start = String::from_utf8_lossy(&body[..body.len().min(512)]).to_ascii_lowercase();
    let start = start.trim_start_matches('\u{feff}').trim_start();
    let is_page = ["<!doctype html", "<html"].iter().any(|tag| start.starts_with(tag))
        || ["<!--", "<?xml"].iter().any(|tag| start.starts_with(tag)) && start.contains("<html");
    !is_page && !is_envelope()
}

/// Returns the error of a download; a success without the status of one has no file.
fn refused_download(answer: Result<Value, ApiError>) -> Result<Download, ApiError> {
    let missing = |_| ApiError::EndpointMissing(ErrorMessage::NoFiles.into());
    answer.map(missing).and_then(Err)
}

impl<T> RetryDecision<T> {
    fn map<U>(self, with: impl FnOnce(T) -> U) -> RetryDecision<U> {
        match self {
            Self::Done(done) => RetryDecision::Done(with(done)),
            Self::Retry { wait, cause } => RetryDecision::Retry { wait, cause },
            Self::Throttled { wait, cause } => RetryDecision::Throttled { wait, cause },
        }
    }
}

fn classify<T: DeserializeOwned + Default>(
    result: SendResult,
    secrets: &Redactor,
) -> Classified<T> {
    let failed = |verdict, status, message| {
        let detail = ErrorDetail { status, ..ErrorDetail::from(message) };
        Classified { verdict, detail, wait: None }
    };
    let unclear = |status, message| failed(Classification::Unclear, status, message);
    let transport = |why| ErrorMessage::Transport(Box::new(why));
    let answer = match result {
        SendResult::Response(answer) => answer,
        SendResult::NotSent { why, lasting: true } => {
            return failed(Classification::Hopeless, None, transport(why));
        }
        SendResult::NotSent { why, lasting: false } => {
            return failed(Classification::NotSent, None, transport(why));
        }
        SendResult::Ambiguous { status, why, .. } => return unclear(status, transport(why)),
        SendResult::TooLarge { status, most } => {
            return unclear(Some(status), ErrorMessage::TooLarge(most));
        }
    };
    let clean = |text: &str| sanitize(text, secrets);
    let status = Some(answer.status);
    if let Some(coding) = &answer.coding {
        return unclear(status, ErrorMessage::UnrequestedCoding(clean(coding)));
    }
    let found = match envelope::read(&answer.body) {
        EnvelopeResult::Malformed(MalformedEnvelope::Json(message)) => {
            let why = MalformedEnvelope::Json(clean(&message));
            return unclear(status, ErrorMessage::Malformed(why));
        }
        EnvelopeResult::Malformed(MalformedEnvelope::Code(value)) => {
            let why = MalformedEnvelope::Code(clean(&value));
            return unclear(status, ErrorMessage::Malformed(why));
        }
        EnvelopeResult::NotAnEnvelope => {
            let mut found = failed(by_status(answer.status), status, no_envelope(&answer, secrets));
            found.detail.json = is_success(answer.status) && envelope::is_json(&answer.body);
            found
        }
        EnvelopeResult::Envelope(Envelope { code, message, data }) => {
            let verdict = by_code(&code, data, answer.status);
            let mut found = failed(verdict, status, ErrorMessage::Platform(clean(&message)));
            found.detail.code = Some(clean(&code));
            found
        }
    };
    Classified { wait: answer.retry_after, ..found }
}

/// Classifies a code. The known codes are all those documented for the create call. Codes
/// documented for other calls and unknown codes count as an unconfirmed failure under a 2xx status;
/// otherwise the status decides.
fn by_code<T>(code: &str, data: T, status: u16) -> Classification<T> {
    match code {
        "0" => Classification::Success(data),
        "10003" | "10004" | "10010" | "10011" => Classification::Refused,
        "10007" | "10008" | "10009" => Classification::Denied,
        "10012" => Classification::Unclear,
        INTERNAL | "716865" => Classification::Unconfirmed,
        _ if is_success(status) => Classification::Unconfirmed,
        _ => by_status(status),
    }
}

fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}

fn by_status<T>(status: u16) -> Classification<T> {
    match status {
        401 | 403 => Classification::Denied,
        404 | 405 | 501 => Classification::NotFound,
        400 | 411 | 413 | 414 | 415 | 422 | 431 => Classification::Refused,
        407 => Classification::NotSent,
        429 => Classification::Throttled,
        _ => Classification::Unclear,
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
    let is_data = is_success(answer.status) && body.starts_with(['{', '[', '"']);
    let body = match body {
        _ if is_data => ForeignBody::Json,
        "" => ForeignBody::Empty,
        body => ForeignBody::Text(sanitize_to(left, body, secrets)),
    };
    ErrorMessage::NoEnvelope { status, redirect, body }
}

/// Number of characters left for the words about a redirect.
const REDIRECT_WORDS: usize = 34;
