//! The client of one region: the token it calls with, and the reaction to a refused token.
//! Responses are classified in [`response`](super::response); each call has a separate file.

use std::fmt;
use std::future::ready;
use std::pin::{Pin, pin};
use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use hyper::body::Bytes;
use reqwest::{Method, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::CredentialsError;
use super::auth::credentials::TokenCredentials;
use super::auth::redact::Redactor;
use super::auth::session::{LoginError, RegionAccess, Session, TokenProvider};
use super::auth::token::TokenLease;
pub use super::envelope::MalformedEnvelope;
pub use super::error_message::{ErrorDetail, ErrorMessage, ForeignBody};
pub use super::http::ClientOptions;
use super::http::{HttpClient, HttpRequest};
use super::http_exchange::{MAX_BODY_BYTES, SendResult};
use super::response::RetryDecision;
pub use super::response::{ApiError, CreateError, CreateErrorKind};
pub use super::transport_error::{ConnectError, HttpStatus, TlsError, TransportError};
use crate::ids::{Endpoint, Location, Region};

/// Client of the service. Clones share one connection pool.
#[derive(Clone)]
pub struct Client {
    pub(super) inner: Arc<ClientInner>,
}

pub(super) struct ClientInner {
    pub(super) wire: HttpClient,
    pub(super) access: TokenCredentials,
    /// Whether the list call has its second form on this platform, once one form has succeeded.
    pub(super) list_has_second_form: OnceLock<bool>,
    auth: AuthSource,
    location: Location,
}

/// Source of the tokens that the client uses.
enum AuthSource {
    /// A single token, which cannot be renewed.
    Token(TokenLease),
    /// Tokens from a login.
    Login(TokenProvider),
}

impl Client {
    /// Sets up a client with one token; nothing is sent.
    pub fn new(access: TokenCredentials, options: ClientOptions) -> Result<Self, CredentialsError> {
        let mut secrets = Redactor::default();
        secrets.add_token(access.token.expose());
        let lease =
            TokenLease { token: access.token.clone(), secrets: Arc::new(secrets), number: 0 };
        Self::with(access, AuthSource::Token(lease), options)
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
        auth: AuthSource,
        options: ClientOptions,
    ) -> Result<Self, CredentialsError> {
        let region = match &auth {
            AuthSource::Token(_) => access.region(),
            AuthSource::Login(provider) => Some(provider.region().clone()),
        };
        let location = Location { endpoint: Some(access.endpoint().clone()), region };
        let wire = HttpClient::new(&access.base, access.variable, &access.network, options)?;
        let list_has_second_form = OnceLock::new();
        let inner = ClientInner { wire, access, list_has_second_form, auth, location };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Returns the endpoint that the lock records for instances created here.
    pub fn endpoint(&self) -> &Endpoint {
        self.inner.access.endpoint()
    }

    /// Returns the region, if it is known.
    pub fn region(&self) -> Option<Region> {
        self.inner.location.region.clone()
    }

    /// Returns the location that is called.
    pub fn location(&self) -> &Location {
        &self.inner.location
    }

    /// Returns whether the address and the tokens come from a login.
    pub(super) fn uses_login(&self) -> bool {
        matches!(self.inner.auth, AuthSource::Login(_))
    }

    /// Returns the address in its usual form, with a trailing `/ai`.
    pub fn address(&self) -> String {
        self.inner.access.address()
    }

    /// Returns the time of the service's last response by its own clock, if a response had a date.
    pub fn service_time(&self) -> Option<SystemTime> {
        self.inner.wire.clock.time()
    }

    /// Returns by how many seconds this machine's clock is ahead of the service's, if a response
    /// had a date.
    pub fn clock_skew(&self) -> Option<i64> {
        self.inner.wire.clock.skew()
    }

    /// Returns the timeout of one request.
    pub fn request_timeout(&self) -> Duration {
        self.inner.wire.options().request_timeout
    }

    /// Returns whether the service accepts more than its catalog shows, as far as its responses said.
    pub fn has_open_catalog(&self) -> bool {
        self.inner.wire.open_catalog.load(Ordering::Relaxed)
    }

    /// Returns the address of a call; `path` begins with `/ai`.
    pub(super) fn url<'a>(
        &self,
        path: &str,
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Url {
        let mut url = self.inner.access.join(path);
        let mut pairs = pairs.into_iter().peekable();
        if pairs.peek().is_some() {
            url.query_pairs_mut().extend_pairs(pairs);
        }
        url
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
        self.with_token(async |lease: &TokenLease| {
            let (method, headers) = (method.clone(), lease.token.header());
            let call = HttpRequest::new(method, url, headers, &lease.secrets);
            self.inner.wire.send_idempotent(HttpRequest { body: body.clone(), most, ..call }).await
        })
        .await
    }

    /// Calls `send` with the current token, and once more with a new one if it is refused and a new
    /// login is possible.
    pub(super) async fn with_token<T>(
        &self,
        send: impl AsyncFn(&TokenLease) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let lease = self.current_token();
        match send(&lease).await {
            Err(ApiError::Denied(cause)) => match self.refreshed_token(&lease, cause).await {
                Ok(lease) => send(&lease).await,
                Err(cause) => Err(ApiError::Denied(cause)),
            },
            answer => answer,
        }
    }

    /// Sends a call that must not be repeated. It is sent again only if it was provably not carried out:
    /// up to 4 times if the service did not receive it, at the shared pace of all such calls after a 429,
    /// and once after a new login if the caller was refused. Once `halt` is ready, no further attempt is
    /// made; a request in flight is always awaited.
    pub(super) async fn call_once<T>(
        &self,
        url: &Url,
        body: Bytes,
        halt: impl Future<Output = ()>,
        classify: impl Fn(SendResult, &Redactor) -> RetryDecision<Result<T, CreateError>>,
    ) -> Result<T, CreateError> {
        let mut halt = pin!(halt);
        let send = async |lease: &TokenLease, halt: Pin<&mut _>| {
            let call = HttpRequest::new(Method::POST, url, lease.token.header(), &lease.secrets);
            let call = HttpRequest { body: body.clone(), creates: true, ..call };
            let answer = self.inner.wire.send_with_retry(call, halt, &classify).await;
            answer.unwrap_or_else(|cause| Err(CreateError::not_sent(cause)))
        };
        let lease = self.current_token();
        let refused = match send(&lease, halt.as_mut()).await {
            Err(error) if error.kind == CreateErrorKind::Denied => error,
            answer => return answer,
        };
        tokio::select! {
            biased;
            () = &mut halt => return Err(refused),
            () = ready(()) => {}
        }
        match self.refreshed_token(&lease, refused.detail).await {
            Ok(lease) => send(&lease, halt).await,
            Err(detail) => Err(CreateError { kind: refused.kind, detail }),
        }
    }

    /// Returns the current token.
    pub(super) fn current_token(&self) -> TokenLease {
        match &self.inner.auth {
            AuthSource::Token(lease) => lease.clone(),
            AuthSource::Login(provider) => provider.lease(),
        }
    }

    /// Returns a new token after `refused` was refused, if a new login is possible; otherwise the
    /// original error, with the error of that login.
    pub(super) async fn refreshed_token(
        &self,
        refused: &TokenLease,
        cause: ErrorDetail,
    ) -> Result<TokenLease, ErrorDetail> {
        match &self.inner.auth {
            AuthSource::Token(_) => Err(cause),
            AuthSource::Login(provider) => provider.renewed(refused, cause).await,
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
