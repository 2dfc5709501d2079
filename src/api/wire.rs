//! The HTTP library, set up for one base address: attempts and the pauses between them.

use std::collections::hash_map::RandomState;
use std::future::Future;
use std::hash::BuildHasher;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, SystemTime};

use hyper::body::Bytes;
use reqwest::header::{ACCEPT_ENCODING, CONNECTION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, Url};
use rustls::ClientConfig;
use tokio::time::Instant;

use super::client::{ClientOptions, ErrorDetail};
use super::credentials::Network;
use super::outcome::RetryDecision;
use super::pace::RateLimiter;
use super::peer::Peer;
use super::proxy::Proxy;
use super::transport::{HttpResponse, Limits, SendResult, exchange};
use super::{CredentialsError, tls};

/// Attempts at a request that was not sent, or can be repeated, the first among them.
const MAX_ATTEMPTS: u32 = 4;

/// The longest pause that a `Retry-After` is granted; where it asks for more, the call ends.
const MAX_RETRY_DELAY: Duration = Duration::from_mins(5);

/// How long an unused connection is kept. Gateways close theirs after some more seconds; a request
/// on a connection that is just being closed cannot be told from one that was carried out.
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(5);

/// The way to one base address.
pub(super) struct HttpClient {
    http: reqwest::Client,
    /// Opens a connection for each request.
    unpooled: OnceLock<reqwest::Client>,
    /// Whether a create was lost on a connection: from then on none goes on a reused one.
    lost_one: AtomicBool,
    settings: Settings,
    pace: RateLimiter,
    peer: Peer,
    answered: Mutex<Option<ClockSkew>>,
}

/// How connections are made.
struct Settings {
    options: ClientOptions,
    proxy: Option<Proxy>,
    /// `None` for plain HTTP.
    tls: Option<ClientConfig>,
}

/// When an answer came.
#[derive(Clone, Copy)]
struct ClockSkew {
    /// By the service's clock.
    there: SystemTime,
    /// By this machine's.
    here: SystemTime,
}

/// A request, as it is sent at each attempt.
pub(super) struct HttpRequest<'a> {
    pub(super) method: Method,
    pub(super) url: &'a Url,
    pub(super) headers: HeaderMap,
    /// JSON, or empty for a request without a body.
    pub(super) body: Bytes,
    /// Bytes of an answer that are read at most.
    pub(super) most: usize,
    /// Whether it creates something: it keeps to the pace of all creates.
    pub(super) creates: bool,
}

impl HttpClient {
    /// Sets the library up; nothing is sent. `variable` names the base address. Certificates are
    /// checked against the system's store, and what `INSTANCECTL_CA_FILE` adds.
    pub(super) fn new(
        base: &Url,
        variable: &'static str,
        network: &Network,
        options: ClientOptions,
    ) -> Result<Self, CredentialsError> {
        tls::install_provider();
        let proxy = network.proxies.for_address(base).cloned();
        // Reading the system's store costs milliseconds and plain HTTP has no use for it.
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
            answered: Mutex::default(),
        })
    }

    /// Sends `call` until `judge` is content, at most [`ATTEMPTS`] times; one that is turned away
    /// by 429 and creates something goes on at the pace of all creates. `Err` is the last attempt's
    /// fault. `halt` ends the pauses, never a request that is on its way.
    pub(super) async fn send_with_retry<T>(
        &self,
        call: HttpRequest<'_>,
        halt: impl Future<Output = ()>,
        judge: impl Fn(SendResult) -> RetryDecision<T>,
    ) -> Result<T, ErrorDetail> {
        let mut halt = pin!(halt);
        let mut attempt = 1;
        let mut said = ErrorDetail {
            message: "interrupted before it was sent".to_owned(),
            ..ErrorDetail::default()
        };
        loop {
            let mut sent = Instant::now();
            if call.creates {
                tokio::select! {
                    // The first attempt does not wait unless others were turned away.
                    biased;
                    turn = self.pace.turn() => sent = turn,
                    () = &mut halt => return Err(said),
                }
            }
            let (wait, fault) = match judge(self.send(&call).await) {
                RetryDecision::Done(answer) => {
                    if call.creates {
                        self.pace.on_accepted();
                    }
                    return Ok(answer);
                }
                RetryDecision::Throttled { wait, fault } => {
                    if !self.pace.on_throttled(sent, wait) {
                        return Err(throttled(fault, wait));
                    }
                    said = fault;
                    continue;
                }
                RetryDecision::Retry { wait, fault } => (wait.unwrap_or_default(), fault),
            };
            if attempt == MAX_ATTEMPTS || wait > MAX_RETRY_DELAY {
                return Err(fault);
            }
            // Where the service names the pause, jitter on top keeps the crowd from coming at once.
            let pause = wait + jitter(self.settings.options.backoff * 2_u32.pow(attempt - 1));
            tokio::select! {
                biased;
                () = &mut halt => return Err(fault),
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
            // Then the service closes the connection first, and this machine does not run out of
            // ports, which rest for a minute after who closed first.
            request = request.header(CONNECTION, HeaderValue::from_static("close"));
        }
        request = request.header(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        if !call.body.is_empty() {
            request = request.header(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        let limits = Limits { most: call.most, time: self.settings.options.request_timeout };
        let came = exchange(request, call.body.clone(), limits, &self.peer).await;
        match &came {
            SendResult::Response(HttpResponse { date: Some(there), .. }) => {
                let times = Some(ClockSkew { there: *there, here: SystemTime::now() });
                *self.answered.lock().unwrap_or_else(PoisonError::into_inner) = times;
            }
            SendResult::Ambiguous { unanswered: true, .. } if call.creates => {
                self.lost_one.store(true, Ordering::Relaxed);
            }
            _ => {}
        }
        came
    }

    /// Whether a call may go on a connection that was used before. A gateway may drop the connections
    /// that it kept open without a word, and a create that is lost that way looks like one that was
    /// carried out.
    fn reuses(&self, call: &HttpRequest<'_>) -> bool {
        !call.creates || !self.lost_one.load(Ordering::Relaxed)
    }

    /// The client that opens a connection for each request.
    fn unpooled(&self) -> &reqwest::Client {
        // Its settings are those of the first, so that it can be set up too.
        let set_up = || self.settings.client(false).unwrap_or_else(|_| self.http.clone());
        self.unpooled.get_or_init(set_up)
    }

    /// When the service answered last, by its own clock, where an answer said so.
    pub(super) fn service_time(&self) -> Option<SystemTime> {
        Some(self.times()?.there)
    }

    /// By how many seconds this machine's clock was ahead of the service's at the last answer that
    /// had a date; less than zero where it was behind.
    pub(super) fn clock_skew(&self) -> Option<i64> {
        let ClockSkew { there, here } = self.times()?;
        let seconds = |time: Duration| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
        Some(match here.duration_since(there) {
            Ok(ahead) => seconds(ahead),
            Err(behind) => -seconds(behind.duration()),
        })
    }

    fn times(&self) -> Option<ClockSkew> {
        *self.answered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Settings {
    /// A client that keeps connections open, or opens one for each request.
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
            // The variables were read already: the library passes over what it cannot read.
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

/// What is said of a create that was turned away by 429 to the end.
fn throttled(fault: ErrorDetail, wait: Option<Duration>) -> ErrorDetail {
    let asked = wait.map_or(String::new(), |wait| {
        format!(", which asks for a pause of {}", humantime::format_duration(wait))
    });
    let message = format!(
        "throttled: the platform took nothing for 5 minutes{asked}; run again later, with \
         `--parallel 2`: {}",
        fault.message
    );
    ErrorDetail { message, ..fault }
}

/// A random part of `most`. The hasher's keys are the standard library's own source of entropy.
fn jitter(most: Duration) -> Duration {
    let share = u32::try_from(RandomState::new().hash_one(()) >> 32).expect("32 bits are left");
    most.mul_f64(f64::from(share) / f64::from(u32::MAX))
}
