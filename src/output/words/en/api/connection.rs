//! Reasons that a call failed.

use super::login;
use crate::api::client::{
    ConnectError, ErrorDetail, ErrorMessage, ForeignBody, HttpStatus, MalformedEnvelope, TlsError,
    TransportError,
};
use crate::output::words::shared::shortened;

pub(super) fn detail(detail: &ErrorDetail) -> String {
    let message = match &detail.message {
        ErrorMessage::Platform(text) if text.is_empty() => "no message".to_owned(),
        message => self::message(message),
    };
    match (&detail.code, detail.status) {
        (Some(code), Some(status)) => format!("{message} (code {code}, HTTP {status})"),
        _ => message,
    }
}

pub(super) fn message(message: &ErrorMessage) -> String {
    match message {
        ErrorMessage::Platform(text) => text.clone(),
        ErrorMessage::NoTaskId { data } => {
            format!("success without a task ID: `data` is {data}")
        }
        ErrorMessage::IdOfAnotherEntry(id) => {
            format!("the platform returned the ID of another entry: `{id}`")
        }
        ErrorMessage::NoEnvelope { status, redirect, body } => {
            no_envelope(*status, redirect.as_deref(), body)
        }
        ErrorMessage::WithheldBody(status) => format!("HTTP {status} without an envelope"),
        ErrorMessage::Malformed(why) => {
            let why = match why {
                MalformedEnvelope::Json(message) => message.clone(),
                MalformedEnvelope::Code(value) => format!("`code` is {value}, expected text"),
            };
            shortened(&format!("the response is not a complete JSON envelope: {why}"))
        }
        ErrorMessage::NotATokenList => {
            "the response of the login is not a list of tokens".to_owned()
        }
        ErrorMessage::NoFiles => "the response is neither a file nor a list of files".to_owned(),
        ErrorMessage::OtherPart(range) => {
            format!("the response is another part of the file (`{range}`)")
        }
        ErrorMessage::NotAnInstanceList => {
            "the response of the list call is not a list of instances".to_owned()
        }
        ErrorMessage::NoInstance => {
            "the response of the detail call contains no instance with an ID".to_owned()
        }
        ErrorMessage::UnrequestedCoding(coding) => shortened(&format!(
            "the response has the content coding `{coding}`, which was not requested; a proxy or \
             gateway may have added it"
        )),
        ErrorMessage::TooLarge(most) => {
            format!("the response is larger than {} MiB", most / 1024 / 1024)
        }
        ErrorMessage::Transport(error) => shortened(&transport(error)),
        ErrorMessage::InterruptedBeforeRequest => {
            "interrupted before the request was sent".to_owned()
        }
        ErrorMessage::InterruptedBeforeResponse => {
            "interrupted before the response arrived".to_owned()
        }
        ErrorMessage::Throttled { .. }
        | ErrorMessage::NoService { .. }
        | ErrorMessage::LoginFailed { .. }
        | ErrorMessage::NoTokenAfterLogin(_) => with_cause(message),
    }
}

/// Returns the text of a message that adds something to another one.
fn with_cause(outer: &ErrorMessage) -> String {
    match outer {
        ErrorMessage::Throttled { pause, cause } => {
            let requested = pause.map_or(String::new(), |pause| {
                format!(", which asks for a pause of {}", humantime::format_duration(pause))
            });
            format!(
                "throttled: the platform accepted nothing for 5 minutes{requested}; run again \
                 later with `--parallel 2`: {}",
                message(cause)
            )
        }
        ErrorMessage::NoService { address, region, login, cause } => {
            let region =
                region.as_ref().map_or(String::new(), |region| format!(" (region {region})"));
            let check = if *login { "the region" } else { "`INSTANCECTL_ENDPOINT`" };
            format!("no AI service at {address}{region}, check {check}: {}", message(cause))
        }
        ErrorMessage::LoginFailed { cause, login } => {
            format!("{}; then {}", message(cause), login::failed(login))
        }
        ErrorMessage::NoTokenAfterLogin(cause) => format!(
            "{}; the account still has no token for this region after a new login",
            message(cause)
        ),
        other => message(other),
    }
}

/// Returns the text of a response without an envelope: `HTTP 502 Bad Gateway: <html>..`.
fn no_envelope(status: HttpStatus, redirect: Option<&str>, body: &ForeignBody) -> String {
    let mut text = status_line(status);
    if let Some(location) = redirect {
        text = format!("{text} to {location}; redirects are never followed");
    }
    match body {
        ForeignBody::Empty => text.trim_end().to_owned(),
        ForeignBody::Json => text + ": JSON without a `code`",
        ForeignBody::Text(body) => format!("{text}: {body}"),
    }
}

fn status_line(HttpStatus { code, reason }: HttpStatus) -> String {
    format!("HTTP {code} {reason}")
}

fn transport(error: &TransportError) -> String {
    match error {
        TransportError::TimedOut { host, limit } => format!(
            "timed out: {host} did not respond within {}",
            humantime::format_duration(*limit)
        ),
        TransportError::Connect { host, proxy, variable, reason } => format!(
            "cannot connect to {}{host}: {}; check `{variable}` and the network",
            if *proxy { "the proxy " } else { "" },
            connect(reason)
        ),
        TransportError::Tunnel { proxy, variable, host, status } => {
            let status =
                status.map_or(String::new(), |status| format!(" ({})", status_line(status)));
            format!(
                "the proxy {proxy} refused a tunnel to {host}{status}; check `{variable}` and \
                 `NO_PROXY`"
            )
        }
        TransportError::Tls { host, variable, reason } => tls(host, variable, reason),
        TransportError::Reset { host } => {
            format!("the connection to {host} was reset before the response arrived")
        }
        TransportError::Closed { host } => {
            format!("the connection to {host} was closed before the response arrived")
        }
        TransportError::Incomplete { host } => {
            format!("the connection to {host} was closed before the complete response arrived")
        }
        TransportError::Unreadable { host, message } => {
            format!("the response of {host} cannot be read: {message}")
        }
        TransportError::CutShort(error) => {
            format!("the response was cut short: {}", transport(error))
        }
        TransportError::Other(message) => message.clone(),
    }
}

fn connect(reason: &ConnectError) -> &str {
    match reason {
        ConnectError::UnknownHost => "the host name cannot be resolved",
        ConnectError::Refused => "connection refused",
        ConnectError::TimedOut => "the connection attempt timed out",
        ConnectError::ClosedInHandshake => {
            "the server closed the connection during the TLS handshake; it may not support TLS \
             1.2 or newer"
        }
        ConnectError::Reset => "the connection was reset",
        ConnectError::Other(message) => message,
    }
}

fn tls(host: &str, variable: &str, reason: &TlsError) -> String {
    let date = |time| humantime::format_rfc3339_seconds(time);
    match reason {
        TlsError::NotTls => format!(
            "{host} does not use TLS; for plain HTTP, `{variable}` must begin with `http://`"
        ),
        TlsError::NothingInCommon => format!(
            "{host} supports no TLS version and cipher suite that this program supports: TLS 1.2 \
             or 1.3 with forward secrecy is required"
        ),
        TlsError::Expired { end, now } => format!(
            "the certificate of {host} expired at {}; it is {} by this machine's clock",
            date(*end),
            date(*now)
        ),
        TlsError::NotYetValid { begin, now } => format!(
            "the certificate of {host} is valid from {}, but it is {} by this machine's clock; \
             check the clock",
            date(*begin),
            date(*now)
        ),
        TlsError::NotValidNow => {
            format!("the certificate of {host} is not valid now; check this machine's clock")
        }
        TlsError::UnknownIssuer => format!(
            "the certificate of {host} was issued by an unknown authority; for a centre with its \
             own authority, set `INSTANCECTL_CA_FILE`"
        ),
        TlsError::OtherName => format!(
            "the certificate of {host} is for another host name; check the host in `{variable}`"
        ),
        TlsError::Revoked => format!("the certificate of {host} was revoked"),
        TlsError::CaCertificate => format!(
            "the certificate of {host} is a CA certificate; if it is the server's own, add it to \
             `INSTANCECTL_CA_FILE`"
        ),
        TlsError::Untrusted(message) => {
            format!("the certificate of {host} cannot be trusted: {message}")
        }
        TlsError::Other(message) => format!("the TLS handshake with {host} failed: {message}"),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{detail, message};
    use crate::api::client::{ErrorDetail, ErrorMessage, ForeignBody, HttpStatus, TransportError};

    #[test]
    fn response_without_an_envelope_shows_its_status_and_text() {
        let text = |code, reason, redirect: Option<&str>, body| {
            let (status, redirect) = (HttpStatus { code, reason }, redirect.map(str::to_owned));
            message(&ErrorMessage::NoEnvelope { status, redirect, body })
        };
        let body = || ForeignBody::Text("<html>".to_owned());
        assert_eq!(text(502, "Bad Gateway", None, body()), "HTTP 502 Bad Gateway: <html>");
        assert_eq!(text(599, "", None, body()), "HTTP 599 : <html>");
        assert_eq!(text(599, "", None, ForeignBody::Empty), "HTTP 599");
        assert_eq!(text(200, "OK", None, ForeignBody::Json), "HTTP 200 OK: JSON without a `code`");
        assert_eq!(
            text(302, "Found", Some("/x"), ForeignBody::Empty),
            "HTTP 302 Found to /x; redirects are never followed"
        );
    }

    #[test]
    fn code_and_status_follow_the_message() {
        let (code, status) = (Some("10003".to_owned()), Some(400));
        let message = ErrorMessage::Platform(String::new());
        let error = ErrorDetail { code, status, ..message.into() };
        assert_eq!(detail(&error), "no message (code 10003, HTTP 400)");
        assert_eq!(detail(&ErrorDetail { code: None, ..error }), "no message");
    }

    #[test]
    fn library_message_is_shortened_and_outer_message_is_kept() {
        let error = TransportError::Other("x".repeat(400));
        let cause = Box::new(ErrorMessage::Transport(Box::new(error)));
        let text = message(&cause);
        assert_eq!((text.len(), text.ends_with("x..")), (302, true));
        let pause = Some(Duration::from_secs(90));
        let throttled = message(&ErrorMessage::Throttled { pause, cause });
        assert_eq!(
            throttled,
            format!(
                "throttled: the platform accepted nothing for 5 minutes, which asks for a pause of \
                 1m 30s; run again later with `--parallel 2`: {text}"
            )
        );
    }
}
