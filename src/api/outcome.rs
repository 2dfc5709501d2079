//! What an answer means: the classes on which everything above decides.
//!
//! One rule holds for every call. Where the body is one whole envelope with a documented `code`,
//! that decides, whatever the HTTP status; else the status decides. An answer whose body did not
//! arrive whole, or that begins like an envelope and is none, decides nothing at any status: what
//! it would have said cannot be known.

use std::fmt;
use std::time::Duration;

use reqwest::StatusCode;
use serde::de::DeserializeOwned;

use super::envelope::{self, Envelope, EnvelopeResult};
use super::foreign_text::sanitize;
use super::secret::Redactor;
use super::transport::{HttpResponse, SendResult};
use crate::ids::TaskId;

/// What went wrong with one call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ErrorDetail {
    /// The envelope's `code`, where there was one.
    pub code: Option<String>,
    /// The HTTP status, where there was one.
    pub status: Option<u16>,
    /// The service's own words, else what happened: one line of at most some 400 characters,
    /// control characters escaped, the token replaced.
    pub message: String,
    /// Whether a whole answer came under a 2xx status that is JSON and no envelope.
    pub json: bool,
    /// Whether an answer came that is larger than what is read at most.
    pub too_large: bool,
}

/// What came of a create call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CreateResult {
    /// The instance was created.
    Created(TaskId),
    /// The service refused this instance: report it and go on with the others.
    Refused(ErrorDetail),
    /// The service says that it failed, with a code that does not prove that nothing was created.
    Unconfirmed(ErrorDetail),
    /// The service refuses the caller: no other instance will fare better.
    Denied(ErrorDetail),
    /// The address answers and has no such service: 404 or 405 without an envelope.
    EndpointMissing(ErrorDetail),
    /// Nothing was created for certain: the request never reached the service whole, or it was
    /// turned away by 429 to the end of the attempts.
    NotSent(ErrorDetail),
    /// The instance may or may not exist.
    Unknown(ErrorDetail),
}

/// Why a call that can be repeated without harm (list, detail, delete) gave nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApiError {
    /// The service refuses the caller.
    Denied(ErrorDetail),
    /// The service does not have this call: 404, 405 or 501 without a documented code, or data of
    /// a shape that is not this call's.
    NoService(ErrorDetail),
    /// The service answered that it would not: a code other than 0.
    Refused(ErrorDetail),
    /// No usable answer to the end of the attempts.
    Unreachable(ErrorDetail),
}

impl ApiError {
    /// What went wrong, whatever its class.
    pub fn into_detail(self) -> ErrorDetail {
        match self {
            Self::Denied(fault)
            | Self::NoService(fault)
            | Self::Refused(fault)
            | Self::Unreachable(fault) => fault,
        }
    }
}

/// What to do after one exchange.
pub(super) enum RetryDecision<T> {
    /// The call is over.
    Done(T),
    /// Nothing was carried out, or repeating does no harm: try once more.
    Retry { wait: Option<Duration>, fault: ErrorDetail },
    /// A create was turned away by 429: the pace of all creates decides.
    Throttled { wait: Option<Duration>, fault: ErrorDetail },
}

/// What an answer's HTTP status or `code` says, before it is known what was asked.
enum Classification<T> {
    Success(T),
    Refused,
    Doubted,
    Denied,
    /// 404, 405, 501.
    NotFound,
    Throttled,
    /// 407: a proxy in between kept the request.
    ProxyRejected,
    Unrecognized,
}

/// Judges the answer to a create call by the codes that its page documents.
pub(super) fn classify_create(
    exchange: SendResult,
    secrets: &Redactor,
) -> RetryDecision<CreateResult> {
    let judged = match classify(exchange, secrets) {
        Ok(judged) => judged,
        Err(unanswered) => {
            return match unanswered {
                NoResponse::NotSent(fault) => RetryDecision::Retry { wait: None, fault },
                NoResponse::Hopeless(fault) => RetryDecision::Done(CreateResult::NotSent(fault)),
                NoResponse::Lost(fault) => RetryDecision::Done(CreateResult::Unknown(fault)),
            };
        }
    };
    let Classified { verdict, mut fault, wait } = judged;
    RetryDecision::Done(match verdict {
        Classification::Success(data) => {
            if let Some(id) = envelope::task_id(&data) {
                return RetryDecision::Done(CreateResult::Created(id));
            }
            let found = sanitize(&data.to_string(), secrets);
            fault.message = format!("success without a task ID, `data` is {found}");
            CreateResult::Unknown(fault)
        }
        Classification::Refused => CreateResult::Refused(fault),
        Classification::Doubted => CreateResult::Unconfirmed(fault),
        Classification::Denied => CreateResult::Denied(fault),
        Classification::NotFound if fault.status == Some(501) => CreateResult::Unknown(fault),
        Classification::NotFound if fault.code.is_some() => CreateResult::Refused(fault),
        Classification::NotFound => CreateResult::EndpointMissing(fault),
        Classification::Throttled => return RetryDecision::Throttled { wait, fault },
        Classification::ProxyRejected => return RetryDecision::Retry { wait, fault },
        Classification::Unrecognized => CreateResult::Unknown(fault),
    })
}

/// Judges the answer to a call that can be repeated: its `data`, or why there is none.
pub(super) fn classify_idempotent<T: DeserializeOwned + Default>(
    exchange: SendResult,
    secrets: &Redactor,
) -> RetryDecision<Result<T, ApiError>> {
    let Classified { verdict, fault, wait } = match classify(exchange, secrets) {
        Ok(judged) => judged,
        Err(NoResponse::Hopeless(fault)) => {
            return RetryDecision::Done(Err(ApiError::Unreachable(fault)));
        }
        // The next answer is as large.
        Err(NoResponse::Lost(fault)) if fault.too_large => {
            return RetryDecision::Done(Err(ApiError::Unreachable(fault)));
        }
        Err(NoResponse::NotSent(fault) | NoResponse::Lost(fault)) => {
            return RetryDecision::Retry { wait: None, fault };
        }
    };
    RetryDecision::Done(match verdict {
        Classification::Success(data) => Ok(data),
        Classification::Refused | Classification::Doubted => Err(ApiError::Refused(fault)),
        Classification::Denied => Err(ApiError::Denied(fault)),
        Classification::NotFound => Err(ApiError::NoService(fault)),
        Classification::Throttled
        | Classification::ProxyRejected
        | Classification::Unrecognized => {
            return RetryDecision::Retry { wait, fault };
        }
    })
}

struct Classified<T> {
    verdict: Classification<T>,
    fault: ErrorDetail,
    wait: Option<Duration>,
}

enum NoResponse {
    NotSent(ErrorDetail),
    /// It was not sent, and trying again cannot help.
    Hopeless(ErrorDetail),
    Lost(ErrorDetail),
}

fn classify<T: DeserializeOwned + Default>(
    exchange: SendResult,
    secrets: &Redactor,
) -> Result<Classified<T>, NoResponse> {
    let fault = |code: Option<&str>, status, message: &str| ErrorDetail {
        code: code.map(|code| sanitize(code, secrets)),
        status,
        message: sanitize(message, secrets),
        ..ErrorDetail::default()
    };
    let answer = match exchange {
        SendResult::Response(answer) => answer,
        SendResult::NotSent { why, lasting } => {
            let fault = fault(None, None, &why);
            return Err(if lasting {
                NoResponse::Hopeless(fault)
            } else {
                NoResponse::NotSent(fault)
            });
        }
        SendResult::Ambiguous { status, why, .. } => {
            return Err(NoResponse::Lost(fault(None, status, &why)));
        }
        SendResult::TooLarge { status, most } => {
            let why = format!("the answer is larger than {} MiB", most / 1024 / 1024);
            let fault = fault(None, Some(status), &why);
            return Err(NoResponse::Lost(ErrorDetail { too_large: true, ..fault }));
        }
    };
    let status = Some(answer.status);
    if let Some(coding) = &answer.coding {
        let why = format!(
            "the answer has the content coding `{coding}`, which was not asked for; a proxy or \
             gateway on the way may have added it"
        );
        return Err(NoResponse::Lost(fault(None, status, &why)));
    }
    let (verdict, fault) = match envelope::read(&answer.body) {
        EnvelopeResult::Malformed(why) => {
            let why = format!("the answer is no whole JSON envelope: {why}");
            return Err(NoResponse::Lost(fault(None, status, &why)));
        }
        EnvelopeResult::NotAnEnvelope => {
            let json = (200..300).contains(&answer.status) && envelope::is_json(&answer.body);
            let fault = ErrorDetail { json, ..fault(None, status, &describe(&answer)) };
            (by_status(answer.status), fault)
        }
        EnvelopeResult::Envelope(Envelope { code, message, data }) => {
            let fault = fault(Some(&code), status, &message);
            (by_code(&code, data, answer.status), fault)
        }
    };
    Ok(Classified { verdict, fault, wait: answer.retry_after })
}

/// The codes are those of the create call's page; it documents no others. Codes of other calls'
/// pages and unknown ones are a refusal under a 2xx status and else leave it to the status.
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

/// What an answer without an envelope was: `HTTP 502 Bad Gateway: <html>..`.
fn describe(answer: &HttpResponse) -> String {
    let reason = StatusCode::from_u16(answer.status).ok().and_then(|s| s.canonical_reason());
    let mut text = format!("HTTP {} {}", answer.status, reason.unwrap_or_default());
    if let Some(location) = &answer.location {
        text = format!("{text} to {location}, redirects are never followed");
    }
    let body = envelope::text(&answer.body);
    // Data without its envelope may hold an access address.
    let is_data = (200..300).contains(&answer.status) && body.trim().starts_with(['{', '[', '"']);
    if is_data {
        text.push_str(": JSON without a `code`");
    } else if !body.trim().is_empty() {
        text.push_str(": ");
        text.push_str(body.trim());
    }
    text
}

/// The code of any internal error, which also comes for an ID that the platform does not know.
const INTERNAL: &str = "10001";

impl ErrorDetail {
    /// Whether the service says no more than that something went wrong inside it.
    pub fn is_internal(&self) -> bool {
        self.code.as_deref() == Some(INTERNAL)
    }

    /// Whether this, in answer to the detail call, says that there is no such instance.
    pub fn means_not_found(&self) -> bool {
        self.code.is_some() && !self.is_internal()
    }
}

impl fmt::Display for ErrorDetail {
    /// `message`, then the code or the status in brackets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = if self.message.is_empty() { "no message" } else { &self.message };
        match (&self.code, self.status) {
            (Some(code), Some(status)) => write!(f, "{message} (code {code}, HTTP {status})"),
            _ => f.write_str(message),
        }
    }
}
