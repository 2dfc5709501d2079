//! HTTP client for one base address, with retry and backoff.

use std::collections::hash_map::RandomState;
use std::future::{Future, pending};
use std::hash::BuildHasher;
use std::ops::Range;
use std::pin::pin;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hyper::body::Bytes;
use reqwest::header::{ACCEPT_ENCODING, CONNECTION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, Url};
use rustls::ClientConfig;
use serde::de::DeserializeOwned;
use tokio::time::Instant;

use super::auth::network::Network;
use super::auth::redact::Redactor;
use super::body::Limits;
use super::client::ErrorDetail;
use super::error_message::ErrorMessage;
use super::http_exchange::{HttpResponse, MAX_BODY_BYTES, SendResult, exchange};
use super::peer_error::Peer;
use super::proxy::Proxy;
use super::rate_limit::RateLimiter;
use super::response::{ApiError, RetryDecision, classify_idempotent};
use super::service_clock::ServiceClock;
use super::{CredentialsError, tls};

/// Timeouts and backoff.
#[derive(Debug, Clone, Copy)]
pub struct ClientOptions {
    /// Timeout of one request, from the first byte sent to the last byte of the response, including
    /// connecting.
    pub request_timeout: Duration,
    /// Timeout of name resolution, connecting and the TLS handshake together.
    pub connect_timeout: Duration,
    /// Maximum backoff before the second attempt: the pause is random between zero and this. It
    /// doubles with each attempt.
    pub backoff: Duration,
}

impl Default for ClientOptions {
    /// Returns 60 s for a request, 10 s to connect and 0.5 s of backoff.
    fn default() -> Self {
        Self {
            request_timeout: Duration::from_mins(1),
            connect_timeout: Duration::from_secs(10),
            backoff: Duration::from_millis(500),
        }
    }
}

/// Maximum number of attempts, including the first, at a request that was not sent or is
/// idempotent.
const MAX_ATTEMPTS: u32 = 4;

/// Maximum `Retry-After` that is honored; the call fails if the service asks for more.
const MAX_RETRY_DELAY: Duration = Duration::from_mins(5);

/// Idle timeout of a pooled connection. Gateways close theirs a few seconds later; a request on a
/// connection that is being closed cannot be distinguished from one that was carried out.
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(5);

/// Client for one base address.
pub(super) struct HttpClient {
    http: reqwest::Client,
    /// Opens a connection for each request.
    unpooled: OnceLock<reqwest::Client>,
    /// Whether a create was lost on a connection; after that, creates never reuse a connection.
    lost_one: AtomicBool,
    settings: Settings,
    pace: RateLimiter,
    peer: Peer,
    pub(super) clock: ServiceClock,
    /// Whether the service accepts more than its catalog shows.
    pub(super) open_catalog: AtomicBool,
}

/// Connection settings.
struct Settings {
    options: ClientOptions,
    proxy: Option<Proxy>,
    /// `None` for plain HTTP.
    tls: Option<ClientConfig>,
}

/// A request, as sent in each attempt.
pub(super) struct HttpRequest<'a> {
    pub(super) method: Method,
    pub(super) url: &'a Url,
    pub(super) headers: HeaderMap,
    /// JSON, or empty for a request without a body.
    pub(super) body: Bytes,
    /// Maximum size of the response, in bytes.
    pub(super) most: usize,
    /// The part of a file that is wanted, if it is a download.
    pub(super) part: Option<Range<u64>>,
    /// Whether it creates something and so follows the pace of all creates.
    pub(super) creates: bool,
    /// The secrets to redact from the response.
    pub(super) secrets: &'a Redactor,
}

impl<'a> HttpRequest<'a> {
    /// Creates an idempotent request without a body.
    pub(super) fn new(
        method: Method,
        url: &'a Url,
        headers: HeaderMap,
        secrets: &'a Redactor,
    ) -> Self {
        let (body, most) = (Bytes::new(), MAX_BODY_BYTES);
        Self { method, url, headers, body, most, part: None, creates: false, secrets }
    }
}

impl HttpClient {
    /// Sets up the client; nothing is sent. `variable` names the base address. Certificates are
    /// checked against the system's store and those added by `INSTANCECTL_CA_FILE`.
    pub(super) fn new(
        base: &Url,
        variable: &'static str,
        network: &Network,
        options: ClientOptions,
    ) -> Result<Self, CredentialsError> {
        tls::install_provider();
        let proxy = network.proxies.for_address(base).cloned();
        // Reading the system's store takes milliseconds, and plain HTTP does not need it.
        let tls = if base.scheme() == "http" {
            None
        } else {
            Some(tls::config(network.authority.as_ref())?)
        };
        let peer = Peer::new(base, variable, proxy.clone());
        let settings = Settings { options, proxy, tls };
        Ok(Self {
            http: settings.client(true)?,
            unpooled: OnceLock::new(),
            lost_one: AtomicBool::new(false),
            settings,
            pace: RateLimiter::default(),
            peer,
            clock: ServiceClock::default(),
            open_catalog: AtomicBool::new(false),
        })
    }

    /// Returns the timeouts and the backoff.
    pub(super) fn options(&self) -> ClientOptions {
        self.settings.options
    }

    /// Sends an idempotent request and returns the `data` of its response.
    pub(super) async fn send_idempotent<T: DeserializeOwned + Default>(
        &self,
        call: HttpRequest<'_>,
    ) -> Result<T, ApiError> {
        let answer = self.send_with_retry(call, pending(), classify_idempotent).await;
        answer.unwrap_or_else(|cause| Err(ApiError::Unreachable(cause)))
    }

    /// Sends `call` until `classify` accepts the result, at most [`MAX_ATTEMPTS`] times; a create
    /// that is rejected with 429 is retried at the pace of all creates. `Err` is the error of the
    /// last attempt. `halt` interrupts the pauses, never a request in flight.
    pub(super) async fn send_with_retry<T>(
        &self,
        call: HttpRequest<'_>,
        halt: impl Future<Output = ()>,
        classify: impl Fn(SendResult, &Redactor) -> RetryDecision<T>,
    ) -> Result<T, ErrorDetail> {
        let mut halt = pin!(halt);
        let mut attempt = 1;
        let mut reason = ErrorDetail::from(ErrorMessage::InterruptedBeforeRequest);
        loop {
            let mut sent = Instant::now();
            if call.creates {
                tokio::select! {
                    // The first attempt waits only if other creates were rejected.
                    biased;
                    turn = self.pace.turn() => sent = turn,
                    () = &mut halt => return Err(reason),
                }
            }
            let (wait, cause) = match classify(self.send(&call).await, call.secrets) {
                RetryDecision::Done(answer) => {
                    if call.creates {
                        self.pace.on_accepted();
                    }
                    return Ok(answer);
                }
                RetryDecision::Throttled { wait, cause } => {
                    if !self.pace.on_throttled(sent, wait) {
                        let message = |cause| ErrorMessage::Throttled { pause: wait, cause };
                        return Err(cause.wrap(message));
                    }
                    reason = cause;
                    continue;
                }
                RetryDecision::Retry { wait, cause } => (wait.unwrap_or_default(), cause),
            };
            if attempt == MAX_ATTEMPTS || wait > MAX_RETRY_DELAY {
                return Err(cause);
            }
            // If the service sets the pause, added jitter keeps many clients from returning at
            // once.
            let pause = wait + jitter(self.settings.options.backoff * 2_u32.pow(attempt - 1));
            tokio::select! {
                biased;
                () = &mut halt => return Err(cause),
                () = tokio::time::sleep(pause) => attempt += 1,
            }
        }
    }

    async fn send(&self, call: &HttpRequest<'_>) -> SendResult {
        let reuses = self.reuses(call);
        let client = if reuses { &self.http } else { self.unpooled() };
        let mut request = client.request(call.method.clone(), call.url.clone());
        request = request.headers(call.headers.clone());
        if !reuses {
            // The service then closes the connection first, so this machine does not run out of
            // ports, which stay reserved for a minute on the side that closes first.
            request = request.header(CONNECTION, HeaderValue::from_static("close"));
        }
        request = request.header(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        if !call.body.is_empty() {
            request = request.header(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        let (most, part) = (call.most, call.part.clone());
        let limits = Limits { most, part, time: self.settings.options.request_timeout };
        let outcome = exchange(request, call.body.clone(), limits, &self.peer, call.secrets).await;
        match &outcome {
            SendResult::Response(HttpResponse { date, open_catalog, .. }) => {
                if let Some(there) = date {
                    self.clock.record(*there);
                }
                self.open_catalog.fetch_or(*open_catalog, Ordering::Relaxed);
            }
            SendResult::Ambiguous { unanswered: true, .. } if call.creates => {
                self.lost_one.store(true, Ordering::Relaxed);
            }
            _ => {}
        }
        outcome
    }

    /// Returns whether a call may reuse a connection. A gateway may silently drop the connections
    /// that it kept open, and a create that is lost that way looks like one that was carried out.
    fn reuses(&self, call: &HttpRequest<'_>) -> bool {
        !call.creates || !self.lost_one.load(Ordering::Relaxed)
    }

    /// Returns the client that opens a connection for each request.
    fn unpooled(&self) -> &reqwest::Client {
        // The same settings built the first client, so this is expected to succeed.
        let set_up = || self.settings.client(false).unwrap_or_else(|_| self.http.clone());
        self.unpooled.get_or_init(set_up)
    }
}

impl Settings {
    /// Builds a client that keeps connections open, or opens one for each request.
    fn client(&self, pooled: bool) -> Result<reqwest::Client, CredentialsError> {
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("instancectl/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(self.options.connect_timeout)
            .pool_idle_timeout(POOL_IDLE_TIMEOUT)
            .pool_max_idle_per_host(if pooled { usize::MAX } else { 0 })
            // By default some requests are sent twice, and redirects carry the token elsewhere.
            .retry(reqwest::retry::never())
            .redirect(reqwest::redirect::Policy::none())
            .tcp_nodelay(true)
            // The variables are already read, and the library ignores those that it cannot read.
            .no_proxy();
        if let Some(proxy) = &self.proxy {
            let proxy = reqwest::Proxy::all(proxy.url.clone());
            builder =
                builder.proxy(proxy.map_err(|error| CredentialsError::Setup(error.to_string()))?);
        }
        builder = match &self.tls {
            Some(tls) => builder.tls_backend_preconfigured(tls.clone()),
            None => builder.tls_certs_only([]),
        };
        builder.build().map_err(|error| CredentialsError::Setup(error.to_string()))
    }
}

/// Returns a random part of `most`. The hasher's keys are the standard library's own source of
/// entropy.
fn jitter(most: Duration) -> Duration {
    let share = u32::try_from(RandomState::new().hash_one(()) >> 32).expect("32 bits are left");
    most.mul_f64(f64::from(share) / f64::from(u32::MAX))
}
