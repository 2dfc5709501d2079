//! One request and its result, before it is classified.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use reqwest::header::{CONTENT_ENCODING, CONTENT_RANGE, DATE, HeaderMap, LOCATION, RETRY_AFTER};
use tokio::time::timeout;

use super::auth::redact::Redactor;
use super::body::{Body, FilePart, Limits};
use super::open_catalog::OPEN_CATALOG_HEADER;
use super::peer_error::Peer;
use super::transport_error::TransportError;

/// Extra time for reading a response after its timeout.
const LAST_CHANCE: Duration = Duration::from_millis(500);
/// Maximum size of a response, in bytes; envelopes are far smaller, and anything larger does not
/// come from the service.
pub(super) const MAX_BODY_BYTES: usize = 1024 * 1024;
/// Maximum size of a list, in bytes: 1,000 items with long scripts are tens of MB.
pub(super) const MAX_LIST_BYTES: usize = 64 * 1024 * 1024;

/// Result of one request.
pub(super) enum SendResult {
    /// A complete response arrived.
    Response(HttpResponse),
    /// The service cannot have received the request's body.
    NotSent {
        /// The error.
        why: TransportError,
        /// Whether retrying cannot help.
        lasting: bool,
    },
    /// The request may have been carried out, but no complete response arrived.
    Ambiguous {
        /// The status, if it was received.
        status: Option<u16>,
        /// The error.
        why: TransportError,
        /// Whether the connection was lost before any response arrived.
        unanswered: bool,
    },
    /// A response exceeded the maximum size.
    TooLarge {
        /// Its status.
        status: u16,
        /// The maximum size, in bytes.
        most: usize,
    },
}

/// A complete response.
pub(super) struct HttpResponse {
    pub(super) status: u16,
    /// The body; of a file, at most its beginning.
    pub(super) body: Vec<u8>,
    /// The wanted part of a file.
    pub(super) part: FilePart,
    /// `Content-Range` of a part that begins elsewhere than the wanted one.
    pub(super) misplaced: Option<String>,
    /// Time of the response by the service's clock.
    pub(super) date: Option<SystemTime>,
    /// The pause that `Retry-After` asks for.
    pub(super) retry_after: Option<Duration>,
    /// Target of a redirect. It is shown and never followed.
    pub(super) location: Option<String>,
    /// The content coding, if any: none was requested, so the body cannot be decoded.
    pub(super) coding: Option<String>,
    /// Whether the service accepts more than its catalog shows.
    pub(super) open_catalog: bool,
}

/// Sends one request, once. `body` is empty for a call without one; such a call is always reported
/// as not sent if it fails before a response, so it must be idempotent.
pub(super) async fn exchange(
    request: reqwest::RequestBuilder,
    body: Bytes,
    limits: Limits,
    peer: &Peer,
    secrets: &Redactor,
) -> SendResult {
    let requested = Arc::new(AtomicBool::new(false));
    let request = if body.is_empty() {
        request
    } else {
        // If the library never asked for the body, the service cannot have received the complete
        // request, whatever the error says.
        let asked = Arc::clone(&requested);
        let body = Full::new(body).inspect_frame(move |_| asked.store(true, Ordering::Relaxed));
        request.body(reqwest::Body::wrap(body))
    };
    let answered = pin!(async {
        match request.send().await {
            Ok(response) => read(response, &limits, peer, secrets).await,
            Err(error) => {
                let error = error.without_url();
                let connecting = error.is_connect();
                let why = peer.classify(&error, connecting, secrets).await;
                // A connect timeout is a timeout too, so check for connection errors first.
                if connecting || !requested.load(Ordering::Relaxed) {
                    let lasting = connecting && matches!(why, TransportError::Tls { .. });
                    SendResult::NotSent { why, lasting }
                } else {
                    SendResult::Ambiguous { status: None, why, unanswered: true }
                }
            }
        }
    });
    within(limits.time, answered).await.unwrap_or_else(|| {
        let why = peer.timed_out(limits.time);
        if requested.load(Ordering::Relaxed) {
            SendResult::Ambiguous { status: None, why, unanswered: false }
        } else {
            SendResult::NotSent { why, lasting: false }
        }
    })
}

/// Returns the result of a future within a timeout. A process that was suspended meanwhile (Ctrl-Z,
/// a paused container) finds both the timeout elapsed and the response in its socket, so the
/// response gets a last chance.
async fn within<T>(time: Duration, mut future: Pin<&mut impl Future<Output = T>>) -> Option<T> {
    match timeout(time, &mut future).await {
        Ok(done) => Some(done),
        Err(_) => timeout(LAST_CHANCE, future).await.ok(),
    }
}

async fn read(
    mut response: reqwest::Response,
    limits: &Limits,
    peer: &Peer,
    secrets: &Redactor,
) -> SendResult {
    let status = response.status().as_u16();
    let (date, retry_after) = (date(response.headers()), retry_after(response.headers()));
    let text = |name| {
        let value = response.headers().get(name);
        value.map(|value| String::from_utf8_lossy(value.as_bytes()).trim().to_owned())
    };
    let location = text(LOCATION);
    let coding = text(CONTENT_ENCODING)
        .filter(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case("identity"));
    let open_catalog = response.headers().contains_key(OPEN_CATALOG_HEADER);
    let most = limits.most;
    let (mut body, misplaced) = Body::new(status, text(CONTENT_RANGE), limits);
    while !body.is_complete() {
        match response.chunk().await {
            Ok(None) => break,
            Ok(Some(chunk)) if body.push(&chunk) => {}
            Ok(Some(_)) => return SendResult::TooLarge { status, most },
            Err(error) => {
                let error = peer.classify(&error.without_url(), false, secrets).await;
                let why = TransportError::CutShort(Box::new(error));
                return SendResult::Ambiguous { status: Some(status), why, unanswered: false };
            }
        }
    }
    let (body, part) = body.finish();
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

/// Parses `Retry-After` in both forms: seconds, or a date, which is compared with the response's
/// own `Date` so that this machine's clock is used only without a `Date`.
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use reqwest::header::{DATE, HeaderMap, HeaderValue, RETRY_AFTER};

    use super::retry_after;

    fn requested(retry: &'static str, date: Option<&'static str>) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_static(retry));
        if let Some(date) = date {
            headers.insert(DATE, HeaderValue::from_static(date));
        }
        retry_after(&headers)
    }

    #[test]
    fn retry_after_is_parsed_as_seconds_and_as_date() {
        let now = Some("Wed, 21 Oct 2015 07:28:00 GMT");
        assert_eq!(requested("7", None), Some(Duration::from_secs(7)));
        assert_eq!(requested("Wed, 21 Oct 2015 07:28:05 GMT", now), Some(Duration::from_secs(5)));
        assert_eq!(requested("Wed, 21 Oct 2015 07:27:00 GMT", now), Some(Duration::ZERO));
        assert_eq!(requested("Wed, 21 Oct 2015 07:28:00 GMT", None), Some(Duration::ZERO));
        assert_eq!(requested("soon", now), None);
        assert_eq!(requested("-1", now), None);
    }
}
