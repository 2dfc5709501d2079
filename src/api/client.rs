//! The client of one region: with which token it calls, and what happens when that is refused. What
//! an answer means is decided in [`outcome`](super::outcome); the calls themselves stand in a file
//! each.

use std::fmt;
use std::future::pending;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use hyper::body::Bytes;
use reqwest::{Method, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Error;
use super::credentials::Access;
use super::list::Form;
use super::outcome::of_repeatable;
pub use super::outcome::{CreateAnswer, Failure, Fault};
use super::secret::Secrets;
use super::session::{Grant, Granter};
use super::transport::LARGEST_BODY;
use super::wire::{Outgoing, Wire};
use crate::ids::{Endpoint, Region};

/// The service, ready to be called. Clones share one pool of connections.
#[derive(Clone)]
pub struct Client {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) wire: Wire,
    pub(super) access: Access,
    pub(super) create_url: Url,
    /// Which form of the list call this platform answers.
    pub(super) list_form: OnceLock<Form>,
    right: Right,
    at: At,
}

/// Which service a client calls: several regions may be served from one address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct At {
    endpoint: Endpoint,
    region: Option<Region>,
}

/// With what the client calls.
enum Right {
    /// One token; once it is refused there is no other.
    Token(Grant),
    /// The tokens that a login gives.
    Login(Granter),
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
    /// Sets a client with one token up; nothing is sent.
    pub fn new(access: Access, options: Options) -> Result<Self, Error> {
        let mut secrets = Secrets::default();
        secrets.add_token(access.token.expose());
        let grant = Grant { token: access.token.clone(), secrets: Arc::new(secrets), number: 0 };
        Self::with(access, Right::Token(grant), options)
    }

    /// Sets a client up whose tokens come from a login; nothing is sent.
    pub(super) fn of_login(
        access: Access,
        granter: Granter,
        options: Options,
    ) -> Result<Self, Error> {
        Self::with(access, Right::Login(granter), options)
    }

    fn with(access: Access, right: Right, options: Options) -> Result<Self, Error> {
        let region = match &right {
            Right::Token(_) => access.region(),
            Right::Login(granter) => Some(granter.region().clone()),
        };
        let at = At { endpoint: access.endpoint().clone(), region };
        let wire = Wire::new(&access.base, access.variable, &access.network, options)?;
        let create_url = access.join(super::create_task::PATH);
        let list_form = OnceLock::new();
        let inner = Inner { wire, access, create_url, list_form, right, at };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// What the lock records as the place of what is created here.
    pub fn endpoint(&self) -> &Endpoint {
        self.inner.access.endpoint()
    }

    /// The region, where it is known.
    pub fn region(&self) -> Option<Region> {
        self.inner.at.region.clone()
    }

    /// Which service this is.
    pub fn at(&self) -> &At {
        &self.inner.at
    }

    /// Whether its address and its tokens come from a login.
    pub(super) fn logs_in(&self) -> bool {
        matches!(self.inner.right, Right::Login(_))
    }

    /// The address as a person knows it, `/ai` at its end.
    pub fn address(&self) -> String {
        self.inner.access.address()
    }

    /// When the service answered last, by its own clock, where an answer said so.
    pub fn service_time(&self) -> Option<SystemTime> {
        self.inner.wire.service_time()
    }

    /// By how many seconds this machine's clock is ahead of the service's, where an answer said so.
    pub fn clock_skew(&self) -> Option<i64> {
        self.inner.wire.clock_skew()
    }

    /// Sends a call that can be repeated and gives the `data` of its answer. Where the caller is
    /// refused and a new login is possible, it is sent once more after that.
    pub(super) async fn repeatable<T: DeserializeOwned + Default>(
        &self,
        method: Method,
        url: &Url,
        body: Bytes,
    ) -> Result<T, Failure> {
        self.repeatable_up_to(LARGEST_BODY, method, url, body).await
    }

    /// Like [`repeatable`](Self::repeatable), for a call whose answer may have more bytes.
    pub(super) async fn repeatable_up_to<T: DeserializeOwned + Default>(
        &self,
        most: usize,
        method: Method,
        url: &Url,
        body: Bytes,
    ) -> Result<T, Failure> {
        let grant = self.grant();
        let call = |grant: &Grant| {
            let (method, headers, body) = (method.clone(), grant.token.header(), body.clone());
            Outgoing { method, url, headers, body, most, creates: false }
        };
        match self.repeat(&grant, call(&grant)).await {
            Err(Failure::Denied(fault)) => match self.renewed(&grant, fault).await {
                Ok(grant) => self.repeat(&grant, call(&grant)).await,
                Err(fault) => Err(Failure::Denied(fault)),
            },
            answer => answer,
        }
    }

    async fn repeat<T: DeserializeOwned + Default>(
        &self,
        grant: &Grant,
        call: Outgoing<'_>,
    ) -> Result<T, Failure> {
        let judge = |came| of_repeatable(came, &grant.secrets);
        let answer = self.inner.wire.attempts(call, pending(), judge).await;
        answer.unwrap_or_else(|fault| Err(Failure::Unreachable(fault)))
    }

    /// What to call with now.
    pub(super) fn grant(&self) -> Grant {
        match &self.inner.right {
            Right::Token(grant) => grant.clone(),
            Right::Login(granter) => granter.grant(),
        }
    }

    /// What to call with after `refused` was, where a new login is possible; else the fault again,
    /// with what that login met.
    pub(super) async fn renewed(&self, refused: &Grant, fault: Fault) -> Result<Grant, Fault> {
        match &self.inner.right {
            Right::Token(_) => Err(fault),
            Right::Login(granter) => granter.renewed(refused, fault).await,
        }
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
