//! A login session: the tokens of an account's regions, fetched once, and once more if one is
//! refused during a run. All clients of a session share the tokens of a new login.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use reqwest::Url;
use serde_json::Value;
use tokio::time::Instant;

use super::account::Account;
use super::credentials::{FileAddress, PlatformAddress, TokenCredentials};
use super::environment::{LOGIN_URL, PLATFORM_URL};
use super::login::{RegionToken, log_in};
pub use super::login_error::{AccountRegion, LoginError};
use super::redact::Redactor;
use super::region_address::{self, AI_URLS, FILE_URLS, fetch_addresses};
use super::token::{PLATFORM_REGION, Token, TokenLease};
use crate::api::base_url;
pub use crate::api::error_message::LoginFailure;
use crate::api::error_message::{ErrorDetail, ErrorMessage};
use crate::api::http::{ClientOptions, HttpClient};
use crate::api::response::ApiError;
use crate::api::sanitize::sanitize;
use crate::ids::Region;

/// Minimum time between two repeated logins: a platform that refuses a token which it has just
/// issued refuses the account.
const MIN_RELOGIN_INTERVAL: Duration = Duration::from_mins(10);

/// A logged-in account. Clones share the tokens of a new login.
#[derive(Clone)]
pub struct Session(Arc<Inner>);

struct Inner {
    account: Account,
    options: ClientOptions,
    login: HttpClient,
    platform: HttpClient,
    granted: RwLock<SessionTokens>,
    /// Time of the last repeated login. Locked while a login is in progress, so that many requests
    /// refused at the same time share one login.
    repeated: tokio::sync::Mutex<Option<Instant>>,
}

/// Result of a login.
#[derive(Clone)]
struct SessionTokens {
    number: u64,
    regions: BTreeMap<Region, RegionToken>,
    secrets: Arc<Redactor>,
}

/// The tokens of one region.
pub(crate) struct TokenProvider {
    session: Session,
    region: Region,
    /// The initial token: used, and refused, if a later login returned no token.
    first: Token,
}

/// Access to one region of an account.
pub(crate) struct RegionAccess {
    pub(crate) access: TokenCredentials,
    pub(crate) tokens: TokenProvider,
    pub(crate) options: ClientOptions,
}

impl Session {
    /// Logs in.
    pub async fn log_in(account: Account, options: ClientOptions) -> Result<Self, LoginError> {
        let wire = |base, variable| HttpClient::new(base, variable, &account.network, options);
        let login = wire(&account.login, LOGIN_URL)?;
        let platform = wire(&account.platform, PLATFORM_URL)?;
        let secrets = Arc::new(account.secrets());
        let granted = SessionTokens { number: 0, regions: BTreeMap::new(), secrets };
        let session = Self(Arc::new(Inner {
            account,
            options,
            login,
            platform,
            granted: RwLock::new(granted),
            repeated: tokio::sync::Mutex::default(),
        }));
        match log_in(&session.0.login, &session.0.account).await {
            Ok(tokens) => session.store_tokens(tokens, 0),
            Err(failure) => return Err(LoginError::Failed(session.login_failure(failure))),
        }
        Ok(session)
    }

    /// Returns the regions of the account, by ID.
    pub fn regions(&self) -> Vec<AccountRegion> {
        self.granted().regions.values().map(RegionToken::account_region).collect()
    }

    /// Returns by how many seconds this machine's clock is ahead of the platform's, if a response
    /// had a date.
    pub fn clock_skew(&self) -> Option<i64> {
        self.0.login.clock.skew()
    }

    /// Returns the credentials of one region, and the source of its tokens: queries the platform for
    /// its address.
    pub(crate) async fn region_access(
        &self,
        region: Option<&Region>,
    ) -> Result<RegionAccess, LoginError> {
        let granted = self.granted();
        let known = || granted.regions.values().map(RegionToken::account_region).collect();
        let Some(region) = region else { return Err(LoginError::Unnamed { known: known() }) };
        let Some(found) = granted.regions.get(region) else {
            return Err(LoginError::Unknown { region: region.clone(), known: known() });
        };
        let titled = found.account_region();
        let Some(first) = found.token.clone() else {
            return Err(LoginError::Disabled { region: titled });
        };
        let tokens = TokenProvider { session: self.clone(), region: region.clone(), first };
        let account = &self.0.account;
        let addresses =
            self.addresses(&tokens).await.map_err(|failure| LoginError::QueryFailed {
                region: titled.clone(),
                address: display_address(&account.platform),
                denied: matches!(failure, ApiError::Denied(_)),
                cause: failure.into_detail(),
            })?;
        let pick = |field| region_address::pick(&addresses, field, account.allow_http);
        let url = pick(AI_URLS).map_err(|unusable| {
            unusable.map_or(LoginError::NoService { region: titled }, LoginError::Settings)
        })?;
        let (token, network) = (tokens.lease().token, account.network.clone());
        let mut access = TokenCredentials::from_parts(url, PLATFORM_URL, token, network);
        access.home = region_address::home(&addresses);
        access.files = pick(FILE_URLS).ok().map(|url| FileAddress::new(url, PLATFORM_URL));
        let address = account.platform.to_string();
        access.platform = Some(PlatformAddress { address, allow_http: account.allow_http });
        Ok(RegionAccess { access, tokens, options: self.0.options })
    }

    /// Queries the region's addresses; once more after a new login if the token is refused.
    async fn addresses(&self, tokens: &TokenProvider) -> Result<Value, ApiError> {
        let Inner { account, platform, .. } = &*self.0;
        let lease = tokens.lease();
        match fetch_addresses(platform, account, &lease).await {
            Err(ApiError::Denied(cause)) => {
                let lease = tokens.renewed(&lease, cause).await.map_err(ApiError::Denied)?;
                fetch_addresses(platform, account, &lease).await
            }
            answer => answer,
        }
    }

    fn granted(&self) -> SessionTokens {
        self.0.granted.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Stores the tokens of a login. Earlier secrets stay secret.
    fn store_tokens(&self, tokens: Vec<RegionToken>, number: u64) {
        let mut granted = self.0.granted.write().unwrap_or_else(PoisonError::into_inner);
        let mut secrets = Redactor::clone(&granted.secrets);
        let mut regions = BTreeMap::new();
        for token in tokens {
            if let Some(token) = &token.token {
                secrets.add_token(token.expose());
            }
            // The platform's own token, which no instance call accepts.
            if token.region.as_str() != PLATFORM_REGION {
                regions.entry(token.region.clone()).or_insert(token);
            }
        }
        *granted = SessionTokens { number, regions, secrets: Arc::new(secrets) };
    }

    /// Logs in again after the tokens of login `refused` were refused, unless that has been done
    /// meanwhile. Returns false if it was already tried recently.
    async fn renew(&self, refused: u64) -> Result<bool, ApiError> {
        let mut repeated = self.0.repeated.lock().await;
        if self.granted().number != refused {
            return Ok(true);
        }
        let now = Instant::now();
        if !may_login_again(*repeated, now) {
            return Ok(false);
        }
        let tokens = log_in(&self.0.login, &self.0.account).await;
        // A caller that is dropped during its login has tried nothing.
        *repeated = Some(now);
        self.store_tokens(tokens?, refused + 1);
        Ok(true)
    }

    fn login_failure(&self, failure: ApiError) -> LoginFailure {
        let Inner { account, .. } = &*self.0;
        let (refused, cause) = match failure {
            ApiError::Denied(cause) => (true, cause),
            // An internal error says nothing about the account; any other code does.
            ApiError::Refused(cause) => (!cause.is_internal(), cause),
            ApiError::EndpointMissing(cause) | ApiError::Unreachable(cause) => (false, cause),
        };
        if refused {
            let user = sanitize(&account.user, &account.secrets());
            LoginFailure::Refused { user, cause, skew: self.clock_skew() }
        } else {
            LoginFailure::Unreachable { address: display_address(&account.login), cause }
        }
    }
}

impl TokenProvider {
    pub(crate) fn region(&self) -> &Region {
        &self.region
    }

    /// Returns the current token.
    pub(crate) fn lease(&self) -> TokenLease {
        let granted = self.session.0.granted.read().unwrap_or_else(PoisonError::into_inner);
        let own = granted.regions.get(&self.region).and_then(|found| found.token.as_ref());
        let token = own.unwrap_or(&self.first).clone();
        TokenLease { token, secrets: Arc::clone(&granted.secrets), number: granted.number }
    }

    /// Returns a new token after `refused` was refused; otherwise the original error, with the
    /// error of the new login.
    pub(crate) async fn renewed(
        &self,
        refused: &TokenLease,
        cause: ErrorDetail,
    ) -> Result<TokenLease, ErrorDetail> {
        match self.session.renew(refused.number).await {
            Ok(true) => {}
            Ok(false) => return Err(cause),
            Err(failure) => {
                let login = Box::new(self.session.login_failure(failure));
                return Err(cause.wrap(|cause| ErrorMessage::LoginFailed { cause, login }));
            }
        }
        let regions = self.session.granted().regions;
        match regions.get(&self.region) {
            Some(RegionToken { token: Some(_), .. }) => Ok(self.lease()),
            _ => Err(cause.wrap(ErrorMessage::NoTokenAfterLogin)),
        }
    }
}

/// Returns whether a login may be repeated, given the time of the last repetition.
fn may_login_again(last: Option<Instant>, now: Instant) -> bool {
    last.is_none_or(|last| now.saturating_duration_since(last) >= MIN_RELOGIN_INTERVAL)
}

fn display_address(base: &Url) -> String {
    base_url::endpoint(base).to_string()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::{MIN_RELOGIN_INTERVAL, may_login_again};

    #[test]
    fn login_is_repeated_once_and_later_only_after_a_delay() {
        let last = Instant::now();
        assert!(may_login_again(None, last));
        assert!(!may_login_again(Some(last), last));
        assert!(!may_login_again(Some(last), last + MIN_RELOGIN_INTERVAL - Duration::from_secs(1)));
        assert!(may_login_again(Some(last), last + MIN_RELOGIN_INTERVAL));
    }
}
