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

use super::envelope::{self, Body, Envelope};
use super::foreign_text::shown;
use super::secret::Secrets;
use super::transport::{Answer, Exchange};
use crate::ids::TaskId;

/// What went wrong with one call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fault {
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
pub enum CreateAnswer {
    /// The instance was created.
    Created(TaskId),
    /// The service refused this instance: report it and go on with the others.
    Refused(Fault),
    /// The service says that it failed, with a code that does not prove that nothing was created.
    Doubted(Fault),
    /// The service refuses the caller: no other instance will fare better.
    Denied(Fault),
    /// The address answers and has no such service: 404 or 405 without an envelope.
    NoService(Fault),
    /// Nothing was created for certain: the request never reached the service whole, or it was
    /// turned away by 429 to the end of the attempts.
    NotSent(Fault),
    /// The instance may or may not exist.
    Unknown(Fault),
}

/// Why a call that can be repeated without harm (list, detail, delete) gave nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The service refuses the caller.
    Denied(Fault),
    /// The service does not have this call: 404, 405 or 501 without a documented code, or data of
    /// a shape that is not this call's.
    NoService(Fault),
    /// The service answered that it would not: a code other than 0.
    Refused(Fault),
    /// No usable answer to the end of the attempts.
    Unreachable(Fault),
}

impl Failure {
    /// What went wrong, whatever its class.
    pub fn into_fault(self) -> Fault {
        match self {
            Self::Denied(fault)
            | Self::NoService(fault)
            | Self::Refused(fault)
            | Self::Unreachable(fault) => fault,
        }
    }
}

/// What to do after one exchange.
pub(super) enum Step<T> {
    /// The call is over.
    Done(T),
    /// Nothing was carried out, or repeating does no harm: try once more.
    Again { wait: Option<Duration>, fault: Fault },
    /// A create was turned away by 429: the pace of all creates decides.
    Throttled { wait: Option<Duration>, fault: Fault },
}

/// What an answer's HTTP status or `code` says, before it is known what was asked.
enum Verdict<T> {
    Success(T),
    Refused,
    Doubted,
    Denied,
    /// 404, 405, 501.
    NoSuchCall,
    Throttled,
    /// 407: a proxy in between kept the request.
    Withheld,
    Nothing,
}

/// Judges the answer to a create call by the codes that its page documents.
pub(super) fn of_create(exchange: Exchange, secrets: &Secrets) -> Step<CreateAnswer> {
    let judged = match judge(exchange, secrets) {
        Ok(judged) => judged,
        Err(unanswered) => {
            return match unanswered {
                Unanswered::NotSent(fault) => Step::Again { wait: None, fault },
                Unanswered::Hopeless(fault) => Step::Done(CreateAnswer::NotSent(fault)),
                Unanswered::Lost(fault) => Step::Done(CreateAnswer::Unknown(fault)),
            };
        }
    };
    let Judged { verdict, mut fault, wait } = judged;
    Step::Done(match verdict {
        Verdict::Success(data) => {
            if let Some(id) = envelope::task_id(&data) {
                return Step::Done(CreateAnswer::Created(id));
            }
            let found = shown(&data.to_string(), secrets);
            fault.message = format!("success without a task ID, `data` is {found}");
            CreateAnswer::Unknown(fault)
        }
        Verdict::Refused => CreateAnswer::Refused(fault),
        Verdict::Doubted => CreateAnswer::Doubted(fault),
        Verdict::Denied => CreateAnswer::Denied(fault),
        Verdict::NoSuchCall if fault.status == Some(501) => CreateAnswer::Unknown(fault),
        Verdict::NoSuchCall if fault.code.is_some() => CreateAnswer::Refused(fault),
        Verdict::NoSuchCall => CreateAnswer::NoService(fault),
        Verdict::Throttled => return Step::Throttled { wait, fault },
        Verdict::Withheld => return Step::Again { wait, fault },
        Verdict::Nothing => CreateAnswer::Unknown(fault),
    })
}

/// Judges the answer to a call that can be repeated: its `data`, or why there is none.
pub(super) fn of_repeatable<T: DeserializeOwned + Default>(
    exchange: Exchange,
    secrets: &Secrets,
) -> Step<Result<T, Failure>> {
    let Judged { verdict, fault, wait } = match judge(exchange, secrets) {
        Ok(judged) => judged,
        Err(Unanswered::Hopeless(fault)) => return Step::Done(Err(Failure::Unreachable(fault))),
        // The next answer is as large.
        Err(Unanswered::Lost(fault)) if fault.too_large => {
            return Step::Done(Err(Failure::Unreachable(fault)));
        }
        Err(Unanswered::NotSent(fault) | Unanswered::Lost(fault)) => {
            return Step::Again { wait: None, fault };
        }
    };
    Step::Done(match verdict {
        Verdict::Success(data) => Ok(data),
        Verdict::Refused | Verdict::Doubted => Err(Failure::Refused(fault)),
        Verdict::Denied => Err(Failure::Denied(fault)),
        Verdict::NoSuchCall => Err(Failure::NoService(fault)),
        Verdict::Throttled | Verdict::Withheld | Verdict::Nothing => {
            return Step::Again { wait, fault };
        }
    })
}

struct Judged<T> {
    verdict: Verdict<T>,
    fault: Fault,
    wait: Option<Duration>,
}

enum Unanswered {
    NotSent(Fault),
    /// It was not sent, and trying again cannot help.
    Hopeless(Fault),
    Lost(Fault),
}

fn judge<T: DeserializeOwned + Default>(
    exchange: Exchange,
    secrets: &Secrets,
) -> Result<Judged<T>, Unanswered> {
    let fault = |code: Option<&str>, status, message: &str| Fault {
        code: code.map(|code| shown(code, secrets)),
        status,
        message: shown(message, secrets),
        ..Fault::default()
    };
    let answer = match exchange {
        Exchange::Answered(answer) => answer,
        Exchange::NotSent { why, lasting } => {
            let fault = fault(None, None, &why);
            return Err(if lasting {
                Unanswered::Hopeless(fault)
            } else {
                Unanswered::NotSent(fault)
            });
        }
        Exchange::Lost { status, why, .. } => {
            return Err(Unanswered::Lost(fault(None, status, &why)));
        }
        Exchange::TooLarge { status, most } => {
            let why = format!("the answer is larger than {} MiB", most / 1024 / 1024);
            let fault = fault(None, Some(status), &why);
            return Err(Unanswered::Lost(Fault { too_large: true, ..fault }));
        }
    };
    let status = Some(answer.status);
    if let Some(coding) = &answer.coding {
        let why = format!(
            "the answer has the content coding `{coding}`, which was not asked for; a proxy or \
             gateway on the way may have added it"
        );
        return Err(Unanswered::Lost(fault(None, status, &why)));
    }
    let (verdict, fault) = match envelope::read(&answer.body) {
        Body::Odd(why) => {
            let why = format!("the answer is no whole JSON envelope: {why}");
            return Err(Unanswered::Lost(fault(None, status, &why)));
        }
        Body::Foreign => {
            let json = (200..300).contains(&answer.status) && envelope::is_json(&answer.body);
            let fault = Fault { json, ..fault(None, status, &describe(&answer)) };
            (by_status(answer.status), fault)
        }
        Body::Envelope(Envelope { code, message, data }) => {
            let fault = fault(Some(&code), status, &message);
            (by_code(&code, data, answer.status), fault)
        }
    };
    Ok(Judged { verdict, fault, wait: answer.retry_after })
}

/// The codes are those of the create call's page; it documents no others. Codes of other calls'
/// pages and unknown ones are a refusal under a 2xx status and else leave it to the status.
fn by_code<T>(code: &str, data: T, status: u16) -> Verdict<T> {
    match code {
        "0" => Verdict::Success(data),
        "10003" | "10004" | "10010" | "10011" => Verdict::Refused,
        "10007" | "10008" | "10009" => Verdict::Denied,
        "10012" => Verdict::Nothing,
        INTERNAL | "716865" => Verdict::Doubted,
        _ if (200..300).contains(&status) => Verdict::Doubted,
        _ => by_status(status),
    }
}

fn by_status<T>(status: u16) -> Verdict<T> {
    match status {
        401 | 403 => Verdict::Denied,
        404 | 405 | 501 => Verdict::NoSuchCall,
        400 | 411 | 413 | 414 | 415 | 422 | 431 => Verdict::Refused,
        407 => Verdict::Withheld,
        429 => Verdict::Throttled,
        _ => Verdict::Nothing,
    }
}

/// What an answer without an envelope was: `HTTP 502 Bad Gateway: <html>..`.
fn describe(answer: &Answer) -> String {
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

impl Fault {
    /// Whether the service says no more than that something went wrong inside it.
    pub fn is_internal(&self) -> bool {
        self.code.as_deref() == Some(INTERNAL)
    }

    /// Whether this, in answer to the detail call, says that there is no such instance.
    pub fn tells_absence(&self) -> bool {
        self.code.is_some() && !self.is_internal()
    }
}

impl fmt::Display for Fault {
    /// `message`, then the code or the status in brackets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = if self.message.is_empty() { "no message" } else { &self.message };
        match (&self.code, self.status) {
            (Some(code), Some(status)) => write!(f, "{message} (code {code}, HTTP {status})"),
            _ => f.write_str(message),
        }
    }
}
