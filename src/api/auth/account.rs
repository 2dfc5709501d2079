//! An account that logs in to the platform: its credentials and addresses.

use std::fmt;

use reqwest::Url;

use super::environment::{
    self, ACCESS_KEY, Environment, LOGIN_URL, PLATFORM_URL, REGION, SECRET_KEY, USER,
};
use super::network::Network;
use super::redact::{Redactor, Secret};
use crate::api::{CredentialsError, base_url};
use crate::ids::Region;

/// The public host that issues tokens.
const PUBLIC_LOGIN: &str = "https://api.scnet.cn";
/// The public host that provides the regions' addresses.
const PUBLIC_PLATFORM: &str = "https://www.scnet.cn";

/// Login name, keys and addresses of an account. Its `Debug` form shows no secret.
#[derive(Clone)]
pub struct Account {
    pub(crate) user: String,
    pub(crate) access_key: Secret,
    pub(crate) secret_key: Secret,
    /// Base address of the token service.
    pub(crate) login: Url,
    /// Base address of the service that provides the regions' addresses.
    pub(crate) platform: Url,
    pub(crate) network: Network,
    pub(crate) allow_http: bool,
    region: Option<Region>,
}

impl Account {
    /// Reads an account from the environment. If only one of the two addresses is given, it is used
    /// for both: a self-hosted centre serves everything from one host, and its tokens and
    /// signatures must not be sent to the public one.
    pub(crate) fn from_environment(
        env: &Environment<'_>,
        allow_http: bool,
    ) -> Result<Self, CredentialsError> {
        let text = |name| environment::text(env, name);
        let login = text(LOGIN_URL)?.map(|url| (LOGIN_URL, url));
        let platform = text(PLATFORM_URL)?.map(|url| (PLATFORM_URL, url));
        let public = |name, url: &str| (name, url.to_owned());
        let (login, platform) = match (login, platform) {
            (Some(login), Some(platform)) => (login, platform),
            (Some(one), None) | (None, Some(one)) => (one.clone(), one),
            (None, None) => {
                (public(LOGIN_URL, PUBLIC_LOGIN), public(PLATFORM_URL, PUBLIC_PLATFORM))
            }
        };
        let [user, access_key, secret_key] = [USER, ACCESS_KEY, SECRET_KEY]
            .map(|name| Ok::<_, CredentialsError>(text(name)?.unwrap_or_default()));
        let (user, access_key, secret_key) = (user?, access_key?, secret_key?);
        check_header_value(USER, &user, |c| !c.is_control())?;
        check_header_value(ACCESS_KEY, &access_key, |c| c.is_ascii_graphic())?;
        Ok(Self {
            user,
            access_key: Secret::new(&access_key),
            secret_key: Secret::new(&secret_key),
            login: base_url::parse(login.0, &login.1, allow_http)?,
            platform: base_url::parse(platform.0, &platform.1, allow_http)?,
            network: Network::from_environment(env)?,
            allow_http,
            region: text(REGION)?.map(Region::from),
        })
    }

    /// Returns the login name.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// Returns the region of documents without a region: `INSTANCECTL_REGION`.
    pub fn region(&self) -> Option<&Region> {
        self.region.as_ref()
    }

    /// Returns the login address.
    pub fn login_address(&self) -> String {
        self.login.to_string().trim_end_matches('/').to_owned()
    }

    /// Returns the secrets that must not be shown.
    pub(crate) fn secrets(&self) -> Redactor {
        let mut secrets = Redactor::default();
        secrets.add(self.access_key.expose(), "[access key]");
        secrets.add(self.secret_key.expose(), "[secret key]");
        secrets
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").field("user", &self.user).finish_non_exhaustive()
    }
}

/// Checks that a text can be sent in a header.
fn check_header_value(
    name: &'static str,
    text: &str,
    fits: impl Fn(char) -> bool,
) -> Result<(), CredentialsError> {
    match text.chars().position(|c| !fits(c)) {
        None => Ok(()),
        Some(at) => Err(CredentialsError::Unsendable { name, position: at + 1 }),
    }
}
