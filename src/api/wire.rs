//! The HTTP library, set up for one base address: attempts and the pauses between them.

use std::collections::hash_map::RandomState;
use std::future::Future;
use std::hash::BuildHasher;
use std::pin::pin;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use hyper::body::Bytes;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Certificate, Method, Url};

use super::client::{Fault, Options};
use super::credentials::Authority;
use super::outcome::Step;
use super::transport::{Exchange, exchange};
use super::{Error, address};

/// Attempts at a request that was not sent or was turned away by 429, the first among them.
const ATTEMPTS: u32 = 4;

/// The longest pause that a `Retry-After` is granted; where it asks for more, the call ends.
const LONGEST_WAIT: Duration = Duration::from_mins(5);

/// How long an unused connection is kept. Gateways close theirs after some more seconds; a request
/// on a connection that is just being closed cannot be told from one that was carried out.
const IDLE: Duration = Duration::from_secs(5);

/// The way to one base address.
pub(super) struct Wire {
    http: reqwest::Client,
    backoff: Duration,
    answered: Mutex<Option<Times>>,
}

/// When an answer came.
#[derive(Clone, Copy)]
struct Times {
    /// By the service's clock.
    there: SystemTime,
    /// By this machine's.
    here: SystemTime,
}

/// A request, as it is sent at each attempt.
pub(super) struct Outgoing<'a> {
    pub(super) method: Method,
    pub(super) url: &'a Url,
    pub(super) headers: HeaderMap,
    /// JSON, or empty for a request without a body.
    pub(super) body: Bytes,
}

impl Wire {
    /// Sets the library up; nothing is sent. Certificates are checked against the system's store, and
    /// the authority of `INSTANCECTL_CA_FILE` where one was given.
    pub(super) fn new(
        base: &Url,
        authority: Option<&Authority>,
        options: Options,
    ) -> Result<Self, Error> {
        // The provider is the process's; that another one is already installed is no fault.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("instancectl/", env!("CARGO_PKG_VERSION")))
            .timeout(options.request_timeout)
            .connect_timeout(options.connect_timeout)
            .pool_idle_timeout(IDLE)
            // By default some requests are sent twice, and redirects carry the token elsewhere.
            .retry(reqwest::retry::never())
            .redirect(reqwest::redirect::Policy::none())
            .tcp_nodelay(true);
        if address::is_loopback(base) {
            builder = builder.no_proxy();
        }
        if base.scheme() == "http" {
            // Reading the system's store costs milliseconds and plain HTTP has no use for it.
            builder = builder.tls_certs_only([]);
        } else if let Some(authority) = authority {
            builder = builder.tls_certs_merge(certificates(authority)?);
        }
        let http = builder.build().map_err(|error| Error::Setup(error.to_string()))?;
        Ok(Self { http, backoff: options.backoff, answered: Mutex::default() })
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
            let pause = wait + jitter(self.backoff * 2_u32.pow(attempt - 1));
            tokio::select! {
                biased;
                () = &mut halt => return Err(fault),
                () = tokio::time::sleep(pause) => attempt += 1,
            }
        }
    }

    async fn send(&self, call: &Outgoing<'_>) -> Exchange {
        let mut request = self.http.request(call.method.clone(), call.url.clone());
        request = request.headers(call.headers.clone());
        if !call.body.is_empty() {
            request = request.header(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        let came = exchange(request, call.body.clone()).await;
        if let Exchange::Answered(answer) = &came
            && let Some(there) = answer.date
        {
            let times = Some(Times { there, here: SystemTime::now() });
            *self.answered.lock().unwrap_or_else(PoisonError::into_inner) = times;
        }
        came
    }

    /// When the service answered last, by its own clock, where an answer said so.
    pub(super) fn service_time(&self) -> Option<SystemTime> {
        Some(self.times()?.there)
    }

    /// By how many seconds this machine's clock was ahead of the service's at the last answer that
    /// had a date; less than zero where it was behind.
    pub(super) fn clock_skew(&self) -> Option<i64> {
        let Times { there, here } = self.times()?;
        let seconds = |time: Duration| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
        Some(match here.duration_since(there) {
            Ok(ahead) => seconds(ahead),
            Err(behind) => -seconds(behind.duration()),
        })
    }

    fn times(&self) -> Option<Times> {
        *self.answered.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
