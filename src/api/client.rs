//! The client of one region: the token it calls with, and the reaction to a refused token.
//! Responses are classified in [`outcome`](super::response); each call has a separate file.

use std::fmt;
use std::future::pending;
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use hyper::body::Bytes;
use reqwest::{Method, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::CredentialsError;
use super::auth::credentials::TokenCredentials;
use super::auth::redact::Redactor;
use super::auth::session::{LoginError, RegionAccess, Session, TokenProvider};
use super::auth::token_lease::TokenLease;
use super::endpoints::paths::{Form, TASK_PATH};
pub use super::envelope::MalformedEnvelope;
pub use super::error_message::{ErrorDetail, ErrorMessage, ForeignBody};
pub use super::http::ClientOptions;
use super::http::{HttpClient, HttpRequest};
use super::http_exchange::MAX_BODY_BYTES;
use super::response::classify_idempotent;
pub use super::response::{ApiError, CreateResult};
pub use super::transport_error::{ConnectError, HttpStatus, TlsError, TransportError};
use crate::ids::{Endpoint, Region};

/// Client of the service. Clones share one connection pool.
#[derive(Clone)]
pub struct Client {
    pub(super) inner: Arc<ClientInner>,
}

pub(super) struct ClientInner {
    pub(super) wire: HttpClient,
    pub(super) access: TokenCredentials,
    pub(super) create_url: Url,
    /// Form of the list call that this platform supports.
    pub(super) list_form: OnceLock<Form>,
    right: AuthSource,
    at: ServiceId,
}

/// Identifies the service that a client calls: several regions may be served from one address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceId {
    endpoint: Endpoint,
    region: Option<Region>,
}

/// Source of the tokens that the client uses.
enum AuthSource {
    /// A single token; there is no other if it is refused.
    Token(TokenLease),
    /// Tokens from a login.
    Login(TokenProvider),
}

impl Client {
    /// Sets up a client with one token; nothing is sent.
    pub fn new(access: TokenCredentials, options: ClientOptions) -> Result<Self, CredentialsError> {
        let mut secrets = Redactor::default();
        secrets.add_token(access.token.expose());
        let grant =
            TokenLease { token: access.token.clone(), secrets: Arc::new(secrets), number: 0 };
        Self::with(access, AuthSource::Token(grant), options)
    }

    /// Sets up a client of one region of an account: queries the platform for its address.
    pub async fn for_region(
        session: &Session,
        region: Option<&Region>,
    ) -> Result<Self, LoginError> {
        let RegionAccess { access, tokens, options } = session.region_access(region).await?;
        Ok(Self::with(access, AuthSource::Login(tokens), options)?)
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
        let create_url = access.join(TASK_PATH);
        let list_form = OnceLock::new();
        let inner = ClientInner { wire, access, create_url, list_form, right, at };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Returns the endpoint that the lock records for instances created here.
    pub fn endpoint(&self) -> &Endpoint {
        self.inner.access.endpoint()
    }

    /// Returns the region, if it is known.
    pub fn region(&self) -> Option<Region> {
        self.inner.at.region.clone()
    }

    /// Returns the identity of this service.
    pub fn with_token(&self) -> &ServiceId {
        &self.inner.at
    }

    /// Returns whether the address and the tokens come from a login.
    pub(super) fn uses_login(&self) -> bool {
        matches!(self.inner.right, AuthSource::Login(_))
    }

    /// Returns the address in its usual form, with a trailing `/ai`.
    pub fn address(&self) -> String {
        self.inner.access.address()
    }

    /// Returns the time of the service's last response by its own clock, if a response had a date.
    pub fn service_time(&self) -> Option<SystemTime> {
        self.inner.wire.service_time()
    }

    /// Returns by how many seconds this machine's clock is ahead of the service's, if a response
    /// had a date.
    pub fn clock_skew(&self) -> Option<i64> {
        self.inner.wire.clock_skew()
    }

    /// Sends an idempotent call and returns the `data` of its response. If the caller is refused
    /// and a new login is possible, the call is sent once more after it.
    pub(super) async fn call_idempotent<T: DeserializeOwned + Default>(
        &self,
        method: Method,
        url: &Url,
        body: Bytes,
    ) -> Result<T, ApiError> {
        self.call_idempotent_up_to(MAX_BODY_BYTES, method, url, body).await
    }

    /// Like [`call_idempotent`](Self::call_idempotent), for a call whose response may be larger.
    pub(super) async fn call_idempotent_up_to<T: DeserializeOwned + Default>(
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
            Err(ApiError::Denied(cause)) => match self.refreshed_token(&grant, cause).await {
                Ok(grant) => self.send_idempotent(&grant, call(&grant)).await,
                Err(cause) => Err(ApiError::Denied(cause)),
            },
            answer => answer,
        }
    }

    async fn send_idempotent<T: DeserializeOwned + Default>(
        &self,
        grant: &TokenLease,
        call: HttpRequest<'_>,
    ) -> Result<T, ApiError> {
        let classify = |outcome| classify_idempotent(outcome, &grant.secrets);
        let answer = self.inner.wire.send_with_retry(call, pending(), classify).await;
        answer.unwrap_or_else(|cause| Err(ApiError::Unreachable(cause)))
    }

    /// Returns the current token.
    pub(super) fn current_token(&self) -> TokenLease {
        match &self.inner.right {
            AuthSource::Token(grant) => grant.clone(),
            AuthSource::Login(granter) => granter.grant(),
        }
    }

    /// Returns a new token after `refused` was refused, if a new login is possible; otherwise the
    /// original error, with the error of that login.
    pub(super) async fn refreshed_token(
        &self,
        refused: &TokenLease,
        cause: ErrorDetail,
    ) -> Result<TokenLease, ErrorDetail> {
        match &self.inner.right {
            AuthSource::Token(_) => Err(cause),
            AuthSource::Login(granter) => granter.renewed(refused, cause).await,
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("access", &self.inner.access).finish_non_exhaustive()
    }
}

/// Serializes the JSON body of a request.
pub(super) fn json(body: &impl Serialize) -> Bytes {
    Bytes::from(serde_json::to_vec(body).expect("bodies hold text, numbers and lists of them"))
}
