//! Reasons that locks recorded. A lock has them in English in all languages; these are their facts.

use super::en::En;
use crate::api::client::{
    ErrorMessage, ForeignBody, HttpStatus, MalformedEnvelope, TransportError,
};

/// Returns the facts of a recorded reason; `None` if it is a message of the platform, was cut off, or is
/// that of another version.
pub(super) fn facts(reason: &str) -> Option<ErrorMessage> {
    let message = message(reason)?;
    (En::error_message(&message) == reason).then_some(message)
}

/// Returns the part of a text between its beginning and its end.
fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    text.strip_prefix(start)?.strip_suffix(end)
}

fn message(text: &str) -> Option<ErrorMessage> {
    if let Some(data) = text.strip_prefix("success without a task ID: `data` is ") {
        return Some(ErrorMessage::NoTaskId { data: data.to_owned() });
    }
    if let Some(id) = between(text, "the platform returned the ID of another entry: `", "`") {
        return Some(ErrorMessage::IdOfAnotherEntry(id.parse().ok()?));
    }
    if let Some(why) = text.strip_prefix("the response is not a complete JSON envelope: ") {
        return Some(ErrorMessage::Malformed(
            match between(why, "`code` is ", ", expected text") {
                Some(value) => MalformedEnvelope::Code(value.to_owned()),
                None => MalformedEnvelope::Json(why.to_owned()),
            },
        ));
    }
    let coding = "`, which was not requested; a proxy or gateway may have added it";
    if let Some(coding) = between(text, "the response has the content coding `", coding) {
        return Some(ErrorMessage::UnrequestedCoding(coding.to_owned()));
    }
    if let Some(size) = between(text, "the response is larger than ", " MiB") {
        return Some(ErrorMessage::TooLarge(size.parse::<usize>().ok()?.checked_mul(1 << 20)?));
    }
    match text {
        "interrupted before the request was sent" => Some(ErrorMessage::InterruptedBeforeRequest),
        "interrupted before the response arrived" => Some(ErrorMessage::InterruptedBeforeResponse),
        _ => no_envelope(text).or_else(|| Some(ErrorMessage::Transport(transport(text)?.into()))),
    }
}

fn no_envelope(text: &str) -> Option<ErrorMessage> {
    let code = text.strip_prefix("HTTP ")?.get(..3)?.parse().ok()?;
    let status = HttpStatus::new(code);
    let rest = text.strip_prefix(&format!("HTTP {code} {}", status.reason))?;
    let (redirect, rest) = match rest.strip_prefix(" to ") {
        Some(target) => {
            let (target, rest) = target.split_once("; redirects are never followed")?;
            (Some(target.to_owned()), rest)
        }
        None => (None, rest),
    };
    let body = match rest {
        "" => ForeignBody::Empty,
        ": JSON without a `code`" => ForeignBody::Json,
        body => ForeignBody::Text(body.strip_prefix(": ")?.to_owned()),
    };
    Some(ErrorMessage::NoEnvelope { status, redirect, body })
}

fn transport(text: &str) -> Option<TransportError> {
    if let Some(error) = text.strip_prefix("the response was cut short: ") {
        return Some(TransportError::CutShort(transport(error)?.into()));
    }
    if let Some(rest) = text.strip_prefix("timed out: ") {
        let (host, limit) = rest.split_once(" did not respond within ")?;
        let limit = humantime::parse_duration(limit).ok()?;
        return Some(TransportError::TimedOut { host: host.to_owned(), limit });
    }
    if let Some(rest) = text.strip_prefix("the response of ") {
        let (host, message) = rest.split_once(" cannot be read: ")?;
        let (host, message) = (host.to_owned(), message.to_owned());
        return Some(TransportError::Unreadable { host, message });
    }
    let (host, end) = text.strip_prefix("the connection to ")?.split_once(' ')?;
    let host = host.to_owned();
    match end {
        "was reset before the response arrived" => Some(TransportError::Reset { host }),
        "was closed before the response arrived" => Some(TransportError::Closed { host }),
        "was closed before the complete response arrived" => {
            Some(TransportError::Incomplete { host })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{En, facts};
    use crate::api::client::{
        ErrorMessage, ForeignBody, HttpStatus, MalformedEnvelope, TransportError,
    };
    use crate::language::Language;

    #[test]
    fn recorded_reasons_are_read_back_and_shown_in_chinese() {
        let host = || "a.example:443".to_owned();
        let reset = TransportError::Reset { host: host() };
        let limit = Duration::from_secs(90);
        let transport = [
            TransportError::TimedOut { host: host(), limit },
            TransportError::Closed { host: host() },
            TransportError::Incomplete { host: host() },
            TransportError::Unreadable { host: host(), message: "odd".to_owned() },
            TransportError::CutShort(reset.clone().into()),
            reset,
        ];
        let transport = transport.map(|error| ErrorMessage::Transport(error.into()));
        let page = |code, redirect: Option<&str>, body| ErrorMessage::NoEnvelope {
            status: HttpStatus::new(code),
            redirect: redirect.map(str::to_owned),
            body,
        };
        let others = [
            ErrorMessage::NoTaskId { data: "\"\"".to_owned() },
            ErrorMessage::IdOfAnotherEntry("abc".parse().unwrap()),
            page(502, None, ForeignBody::Text("<html>".to_owned())),
            page(599, None, ForeignBody::Text("odd".to_owned())),
            page(200, None, ForeignBody::Json),
            page(504, None, ForeignBody::Empty),
            page(302, Some("/x"), ForeignBody::Empty),
            ErrorMessage::Malformed(MalformedEnvelope::Code("1".to_owned())),
            ErrorMessage::Malformed(MalformedEnvelope::Json("EOF".to_owned())),
            ErrorMessage::UnrequestedCoding("br".to_owned()),
            ErrorMessage::TooLarge(8 << 20),
            ErrorMessage::InterruptedBeforeRequest,
            ErrorMessage::InterruptedBeforeResponse,
        ];
        for message in transport.into_iter().chain(others) {
            let reason = En::error_message(&message);
            assert_eq!(facts(&reason).as_ref(), Some(&message), "{reason}");
            assert_eq!(Language::English.recorded(&reason), reason);
            let chinese = Language::Chinese.recorded(&reason);
            assert_eq!(chinese, Language::Chinese.error_message(&message));
        }
    }

    #[test]
    fn other_reasons_are_quoted() {
        for reason in
            ["quota exceeded", "HTTP 502 Bad", "timed out: a did not respond within x", ""]
        {
            assert_eq!(facts(reason), None, "{reason}");
            assert_eq!(Language::Chinese.recorded(reason), format!("“{reason}”"));
        }
    }
}
