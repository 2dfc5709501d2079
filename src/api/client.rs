//! The client: settings of the HTTP library, attempts and pauses. What an answer means is decided
//! in [`outcome`](super::outcome); the calls themselves stand in a file each.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::future::Future;
use std::hash::BuildHasher;
use std::pin::pin;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use hyper::body::Bytes;
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Certificate, Method, Url};
use serde::Serialize;

use super::Error;
use super::credentials::{Access, Authority};
use super::outcome::Step;
pub use super::outcome::{CreateAnswer, Failure, Fault};
use super::transport::{Exchange, exchange};
use crate::ids::Endpoint;

/// Attempts at a request that was not sent or was turned away by 429, the first among them.
const ATTEMPTS: u32 = 4;

/// The longest pause that a `Retry-After` is granted; where it asks for more, the call ends.
const LONGEST_WAIT: Duration = Duration::from_mins(5);

/// How long an unused connection is kept. Gateways close theirs after some more seconds; a request
/// on a connection that is just being closed cannot be told from one that was carried out.
const IDLE: Duration = Duration::from_secs(5);

/// The service, ready to be called. Clones share one pool of connections.
#[derive(Clone)]
pub struct Client {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    http: reqwest::Client,
    pub(super) access: Access,
    backoff: Duration,
    pub(super) create_url: Url,
    /// Whether the list call's first form was found missing, so that the second is asked at once.
    pub(super) second_list_form: AtomicBool,
    /// When the service answered last, by its own clock.
    answered: Mutex<Option<SystemTime>>,
}

/// A request, as it is sent at each attempt.
pub(super) struct Outgoing<'a> {
    pub(super) method: Method,
    pub(super) url: &'a Url,
    /// JSON, or empty for a request without a body.
    pub(super) body: Bytes,
}

/// How long things may take.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// From the first byte sent to the last byte of the answer, the connecting included.
    pub request_timeout: Duration,
    /// Resolving the name, connecting and the TLS handshake together.
    pub connect_timeout: Duration,
    /// The pause before the second attempt is random between zero and this; it doubles from
    /// attempt to attempt.
    pub backoff: Duration,
}

impl Default for Options {
    /// 60 s for a request, 10 s to connect, 0.5 s of backoff.
    fn default() -> Self {
        Self {
            request_timeout: Duration::from_mins(1),
            connect_timeout: Duration::from_secs(10),
            backoff: Duration::from_millis(500),
        }
    }
}

impl Client {
    /// Sets the client up; nothing is sent. Certificates are checked against the system's store,
    /// and the authority of `INSTANCECTL_CA_FILE` where one was given.
    pub fn new(access: Access, options: Options) -> Result<Self, Error> {
        // The provider is the process's; that another one is already installed is no fault.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("instancectl/", env!("CARGO_PKG_VERSION")))
            .default_headers(access.token.header())
            .timeout(options.request_timeout)
            .connect_timeout(options.connect_timeout)
            .pool_idle_timeout(IDLE)
            // By default some requests are sent twice, and redirects carry the token elsewhere.
            .retry(reqwest::retry::never())
            .redirect(reqwest::redirect::Policy::none())
            .tcp_nodelay(true);
        if access.is_loopback() {
            builder = builder.no_proxy();
        }
        if access.base.scheme() == "http" {
            // Reading the system's store costs milliseconds and plain HTTP has no use for it.
            builder = builder.tls_certs_only([]);
        } else if let Some(authority) = &access.authority {
            builder = builder.tls_certs_merge(certificates(authority)?);
        }
        let http = builder.build().map_err(|error| Error::Setup(error.to_string()))?;
        let create_url = access.join(super::create_task::PATH);
        let second_list_form = AtomicBool::new(false);
        let (backoff, answered) = (options.backoff, Mutex::default());
        let inner = Inner { http, access, backoff, create_url, second_list_form, answered };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// What the lock records as the place of what is created here.
    pub fn endpoint(&self) -> &Endpoint {
        self.inner.access.endpoint()
    }

    /// Sends `call` until `judge` is content, at most [`ATTEMPTS`] times. `Err` is the last attempt's
    /// fault. `halt` ends the pauses, never a request that is on its way.
    pub(super) async fn attempts<T>(
        &self,
        call: Outgoing<'_>,
        halt: impl Future<Output = ()>,
        judge: impl Fn(Exchange) -> Step<T>,
    ) -> Result<T, Fault> {
        let mut halt = pin!(halt);
        let mut attempt = 1;
        loop {
            let (wait, fault) = match judge(self.send(&call).await) {
                Step::Done(answer) => return Ok(answer),
                Step::Again { wait, fault } => (wait.unwrap_or_default(), fault),
            };
            if attempt == ATTEMPTS || wait > LONGEST_WAIT {
                return Err(fault);
            }
            // Where the service names the pause, jitter on top keeps the crowd from coming at once.
            let pause = wait + jitter(self.inner.backoff * 2_u32.pow(attempt - 1));
            tokio::select! {
                biased;
                () = &mut halt => return Err(fault),
                () = tokio::time::sleep(pause) => attempt += 1,
            }
        }
    }

    /// Sends a call that can be repeated and gives the `data` of its answer.
    pub(super) async fn repeatable(
        &self,
        method: Method,
        url: &Url,
        body: Bytes,
    ) -> Result<serde_json::Value, Failure> {
        let call = Outgoing { method, url, body };
        let judge = |came| super::outcome::of_repeatable(came, &self.inner.access.token);
        self.attempts(call, std::future::pending(), judge)
            .await
            .unwrap_or_else(|fault| Err(Failure::Unreachable(fault)))
    }

    async fn send(&self, call: &Outgoing<'_>) -> Exchange {
        let mut request = self.inner.http.request(call.method.clone(), call.url.clone());
        if !call.body.is_empty() {
            request = request.header(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        let came = exchange(request, call.body.clone()).await;
        if let Exchange::Answered(answer) = &came
            && answer.date.is_some()
        {
            *self.inner.answered.lock().unwrap_or_else(PoisonError::into_inner) = answer.date;
        }
        came
    }

    /// When the service answered last, by its own clock, where an answer said so.
    pub fn service_time(&self) -> Option<SystemTime> {
        *self.inner.answered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("access", &self.inner.access).finish_non_exhaustive()
    }
}

/// The JSON body of a request.
pub(super) fn json(body: &impl Serialize) -> Bytes {
    Bytes::from(serde_json::to_vec(body).expect("bodies hold text, numbers and lists of them"))
}

fn certificates(authority: &Authority) -> Result<Vec<Certificate>, Error> {
    match Certificate::from_pem_bundle(&authority.pem) {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err(Error::NoCertificate { path: authority.path.clone() }),
    }
}

/// A random part of `most`. The hasher's keys are the standard library's own source of entropy.
fn jitter(most: Duration) -> Duration {
    let share = u32::try_from(RandomState::new().hash_one(()) >> 32).expect("32 bits are left");
    most.mul_f64(f64::from(share) / f64::from(u32::MAX))
}
