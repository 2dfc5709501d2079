//! One request and what came back, before anyone decides what it means.

use std::convert::Infallible;
use std::error::Error;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use http_body::{Frame, SizeHint};
use hyper::body::Bytes;
use reqwest::header::{DATE, HeaderMap, LOCATION, RETRY_AFTER};

/// Bytes of an answer that are read at most; envelopes are far smaller, and what is larger is not
/// the service's.
const LARGEST_BODY: usize = 1024 * 1024;

/// What came of one request.
pub(super) enum Exchange {
    /// An answer arrived whole.
    Answered(Answer),
    /// The service cannot have seen the body of the request.
    NotSent(String),
    /// The request may have been carried out, and no whole answer says so.
    Lost {
        /// The status, where the answer came so far.
        status: Option<u16>,
        /// What went wrong.
        why: String,
    },
}

/// A whole answer.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
    /// When the service answered, by its own clock.
    pub(super) date: Option<SystemTime>,
    /// The pause that `Retry-After` asks for.
    pub(super) retry_after: Option<Duration>,
    /// Where a redirect points. It is shown and never followed.
    pub(super) location: Option<String>,
}

/// Sends one request, once. `body` is empty for a call without one; such a call is always reported
/// as not sent where it fails before an answer, so it must be one that can be repeated.
pub(super) async fn exchange(request: reqwest::RequestBuilder, body: Bytes) -> Exchange {
    let asked = Arc::new(AtomicBool::new(false));
    let request = if body.is_empty() {
        request
    } else {
        request.body(reqwest::Body::wrap(Probe { body: Some(body), asked: Arc::clone(&asked) }))
    };
    match request.send().await {
        Ok(response) => read(response).await,
        // A connect timeout is a timeout too, so this question comes first.
        Err(error) if error.is_connect() || !asked.load(Ordering::Relaxed) => {
            Exchange::NotSent(describe(error))
        }
        Err(error) => Exchange::Lost { status: None, why: describe(error) },
    }
}

async fn read(mut response: reqwest::Response) -> Exchange {
    let status = response.status().as_u16();
    let (date, retry_after) = (date(response.headers()), retry_after(response.headers()));
    let location = response
        .headers()
        .get(LOCATION)
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(None) => {
                return Exchange::Answered(Answer { status, body, date, retry_after, location });
            }
            Ok(Some(chunk)) if body.len() + chunk.len() <= LARGEST_BODY => {
                body.extend_from_slice(&chunk);
            }
            Ok(Some(_)) => {
                let why = "the answer is larger than 1 MiB".to_owned();
                return Exchange::Lost { status: Some(status), why };
            }
            Err(error) => {
                let why = format!("the answer was cut short: {}", describe(error));
                return Exchange::Lost { status: Some(status), why };
            }
        }
    }
}

/// `Retry-After` in both forms: seconds, and a date, which is held against the answer's own `Date`
/// so that this machine's clock counts only where the service gives none.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let then = httpdate::parse_http_date(text).ok()?;
    let now = date(headers).unwrap_or_else(SystemTime::now);
    Some(then.duration_since(now).unwrap_or_default())
}

fn date(headers: &HeaderMap) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(DATE)?.to_str().ok()?).ok()
}

/// The error and its causes in one line, without the address (its path may hold an ID or a secret).
fn describe(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = if error.is_timeout() && !error.is_connect() {
        "no answer in time".to_owned()
    } else {
        error.to_string()
    };
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        // Some layers repeat the words of what they wrap.
        if !text.ends_with(&next) {
            text.push_str(": ");
            text.push_str(&next);
        }
        if is_of_unknown_issuer(error) {
            text.push_str(
                "; `INSTANCECTL_CA_FILE` adds the authority of a centre that has its own",
            );
            break;
        }
        cause = error.source();
    }
    text
}

/// Whether this says that nobody who is trusted signed the service's certificate.
fn is_of_unknown_issuer(error: &(dyn Error + 'static)) -> bool {
    let unknown = rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer);
    // What an I/O error wraps is none of its causes.
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(inner) => is_of_unknown_issuer(inner),
        None => error.downcast_ref() == Some(&unknown),
    }
}

/// A request body that notes whether the HTTP library ever asked for it. Where it did not, the
/// service cannot have received the request whole, whatever the error says.
struct Probe {
    body: Option<Bytes>,
    asked: Arc<AtomicBool>,
}

impl http_body::Body for Probe {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.asked.store(true, Ordering::Relaxed);
        Poll::Ready(self.body.take().map(|body| Ok(Frame::data(body))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.body.as_ref().map_or(0, |body| body.len() as u64))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use reqwest::header::{DATE, HeaderMap, HeaderValue, RETRY_AFTER};

    use super::retry_after;

    fn asked(retry: &'static str, date: Option<&'static str>) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_static(retry));
        if let Some(date) = date {
            headers.insert(DATE, HeaderValue::from_static(date));
        }
        retry_after(&headers)
    }

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_date() {
        let now = Some("Wed, 21 Oct 2015 07:28:00 GMT");
        assert_eq!(asked("7", None), Some(Duration::from_secs(7)));
        assert_eq!(asked("Wed, 21 Oct 2015 07:28:05 GMT", now), Some(Duration::from_secs(5)));
        assert_eq!(asked("Wed, 21 Oct 2015 07:27:00 GMT", now), Some(Duration::ZERO));
        assert_eq!(asked("Wed, 21 Oct 2015 07:28:00 GMT", None), Some(Duration::ZERO));
        assert_eq!(asked("soon", now), None);
        assert_eq!(asked("-1", now), None);
    }
}
