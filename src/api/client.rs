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

use super::CredentialsError;
use super::credentials::TokenCredentials;
use super::list::Form;
use super::outcome::classify_idempotent;
pub use super::outcome::{ApiError, CreateResult, ErrorDetail};
use super::secret::Redactor;
use super::session::{TokenLease, TokenProvider};
use super::transport::MAX_BODY_BYTES;
use super::wire::{HttpClient, HttpRequest};
use crate::ids::{Endpoint, Region};

/// The service, ready to be called. Clones share one pool of connections.
#[derive(Clone)]
pub struct Client {
    pub(super) inner: Arc<ClientInner>,
}

pub(super) struct ClientInner {
    pub(super) wire: HttpClient,
    pub(super) access: TokenCredentials,
    pub(super) create_url: Url,
    /// Which form of the list call this platform answers.
    pub(super) list_form: OnceLock<Form>,
    right: AuthSource,
    at: ServiceId,
}

/// Which service a client calls: several regions may be served from one address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceId {
    endpoint: Endpoint,
    region: Option<Region>,
}

/// With what the client calls.
enum AuthSource {
    /// One token; once it is refused there is no other.
    Token(TokenLease),
    /// The tokens that a login gives.
    Login(TokenProvider),
}

/// How long things may take.
#[derive(Debug, Clone, Copy)]
pub struct ClientOptions {
    /// From the first byte sent to the last byte of the answer, the connecting included.
    pub request_timeout: Duration,
    /// Resolving the name, connecting and the TLS handshake together.
    pub connect_timeout: Duration,
    /// The pause before the second attempt is random between zero and this; it doubles from
    /// attempt to attempt.
    pub backoff: Duration,
}

impl Default for ClientOptions {
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
    pub fn new(access: TokenCredentials, options: ClientOptions) -> Result<Self, CredentialsError> {
        let mut secrets = Redactor::default();
        secrets.add_token(access.token.expose());
        let grant =
            TokenLease { token: access.token.clone(), secrets: Arc::new(secrets), number: 0 };
        Self::with(access, AuthSource::Token(grant), options)
    }

    /// Sets a client up whose tokens come from a login; nothing is sent.
    pub(super) fn with_session(
        access: TokenCredentials,
        granter: TokenProvider,
        options: ClientOptions,
    ) -> Result<Self, CredentialsError> {
        Self::with(access, AuthSource::Login(granter), options)
    }

    fn with(
        access: TokenCredentials,
        right: AuthSource,
        options: ClientOptions,
    ) -> Result<Self, CredentialsError> {
        let region = match &right {
            AuthSource::Token(_) => access.region(),
            AuthSource::Login(granter) => Some(granter.region().clone()),
        };
        let at = ServiceId { endpoint: access.endpoint().clone(), region };
        let wire = HttpClient::new(&access.base, access.variable, &access.network, options)?;
        let create_url = access.join(super::create_task::PATH);
        let list_form = OnceLock::new();
        let inner = ClientInner { wire, access, create_url, list_form, right, at };
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
    pub fn with_token(&self) -> &ServiceId {
        &self.inner.at
    }

    /// Whether its address and its tokens come from a login.
    pub(super) fn uses_login(&self) -> bool {
        matches!(self.inner.right, AuthSource::Login(_))
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
    pub(super) async fn call_idempotent<T: DeserializeOwned + Default>(
        &self,
        method: Method,
        url: &Url,
        body: Bytes,
    ) -> Result<T, ApiError> {
        self.repeatable_up_to(MAX_BODY_BYTES, method, url, body).await
    }

    /// Like [`repeatable`](Self::repeatable), for a call whose answer may have more bytes.
    pub(super) async fn repeatable_up_to<T: DeserializeOwned + Default>(
        &self,
        most: usize,
        method: Method,
        url: &Url,
        body: Bytes,
    ) -> Result<T, ApiError> {
        let grant = self.current_token();
        let call = |grant: &TokenLease| {
            let (method, headers, body) = (method.clone(), grant.token.header(), body.clone());
            HttpRequest { method, url, headers, body, most, creates: false }
        };
        match self.send_idempotent(&grant, call(&grant)).await {
            Err(ApiError::Denied(fault)) => match self.refreshed_token(&grant, fault).await {
                Ok(grant) => self.send_idempotent(&grant, call(&grant)).await,
                Err(fault) => Err(ApiError::Denied(fault)),
            },
            answer => answer,
        }
    }

    async fn send_idempotent<T: DeserializeOwned + Default>(
        &self,
        grant: &TokenLease,
        call: HttpRequest<'_>,
    ) -> Result<T, ApiError> {
        let judge = |came| classify_idempotent(came, &grant.secrets);
        let answer = self.inner.wire.send_with_retry(call, pending(), judge).await;
        answer.unwrap_or_else(|fault| Err(ApiError::Unreachable(fault)))
    }

    /// What to call with now.
    pub(super) fn current_token(&self) -> TokenLease {
        match &self.inner.right {
            AuthSource::Token(grant) => grant.clone(),
            AuthSource::Login(granter) => granter.grant(),
        }
    }

    /// What to call with after `refused` was, where a new login is possible; else the fault again,
    /// with what that login met.
    pub(super) async fn refreshed_token(
        &self,
        refused: &TokenLease,
        fault: ErrorDetail,
    ) -> Result<TokenLease, ErrorDetail> {
        match &self.inner.right {
            AuthSource::Token(_) => Err(fault),
            AuthSource::Login(granter) => granter.renewed(refused, fault).await,
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
