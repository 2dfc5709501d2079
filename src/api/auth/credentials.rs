//! Address and credentials of the service, from the environment: an address with a token, or an
//! account that logs in. A secret never comes from a flag or a manifest.

use std::fmt;
use std::fs::File;
use std::path::Path;
use std::time::SystemTime;

use reqwest::Url;

use super::account::Account;
use super::environment::{
    ACCESS_KEY, ENDPOINT, Environment, FILE_ENDPOINT, PLATFORM_URL, REGION, SECRET_KEY, TOKEN,
    TOKEN_FILE, USER, is_set, path, text, trimmed,
};
use super::network::{Network, read_file};
use super::token::{PLATFORM_REGION, Token};
use crate::api::{CredentialsError, base_url};
use crate::ids::{Endpoint, Region};

/// Credentials for calling the service.
#[derive(Debug)]
pub enum Credentials {
    /// One address and its token.
    Token(TokenCredentials),
    /// An account that logs in to get the tokens and addresses of its regions.
    Account(Account),
}

/// Address of the service and the token to call it with. Its `Debug` form shows no secret.
#[derive(Clone)]
pub struct TokenCredentials {
    pub(crate) base: Url,
    /// The variable that the address came from.
    pub(crate) variable: &'static str,
    pub(crate) token: Token,
    pub(crate) network: Network,
    /// The file service, if its address is known.
    pub(crate) files: Option<FileAddress>,
    /// The user's home folder, if the platform named it.
    pub(crate) home: Option<String>,
    /// The service of the platform itself, if its address is known.
    pub(crate) platform: Option<PlatformAddress>,
    endpoint: Endpoint,
    region: Option<Region>,
}

/// Address of a file service.
#[derive(Debug, Clone)]
pub struct FileAddress {
    base: Url,
    /// The variable that the address came from.
    pub(crate) variable: &'static str,
}

/// Address of the platform's own service, which all regions share. It is parsed when it is used: most
/// commands do not need it.
#[derive(Debug, Clone)]
pub(crate) struct PlatformAddress {
    pub(crate) address: String,
    pub(crate) allow_http: bool,
}

impl PlatformAddress {
    /// Returns the base address.
    pub(crate) fn base(&self) -> Result<Url, CredentialsError> {
        base_url::parse(PLATFORM_URL, &self.address, self.allow_http)
    }
}

impl FileAddress {
    /// Creates the address of a file service, with or without the trailing `/efile`.
    pub(crate) fn new(base: Url, variable: &'static str) -> Self {
        Self { base: base_url::without_suffix(base, "/efile"), variable }
    }

    /// Returns the base address.
    pub(crate) fn base(&self) -> &Url {
        &self.base
    }

    /// Returns the address of a call; `path` begins with `/efile`.
    pub(crate) fn join(&self, path: &str) -> Url {
        base_url::join(&self.base, path)
    }
}

impl Credentials {
    /// Reads the credentials from the environment; an empty variable counts as unset. `allow_http`
    /// permits plain HTTP to hosts other than loopback. If both an address with its token and an
    /// account are given, the address is used, because it is the narrower of the two. An address
    /// without a token, or the reverse, together with login variables is refused as ambiguous.
    pub fn from_environment(
        env: &Environment<'_>,
        allow_http: bool,
    ) -> Result<Self, CredentialsError> {
        let set = |name| is_set(env, name);
        let token = [(ENDPOINT, set(ENDPOINT)), (TOKEN, set(TOKEN) || set(TOKEN_FILE))];
        let account = [USER, ACCESS_KEY, SECRET_KEY].map(|name| (name, set(name)));
        let missing = |names: &[(&'static str, bool)]| -> Vec<&'static str> {
            names.iter().filter(|(_, set)| !set).map(|(name, _)| *name).collect()
        };
        let (no_token, no_account) = (missing(&token), missing(&account));
        let login = no_account.len() < account.len();
        match (&no_token[..], &no_account[..]) {
            ([], _) => TokenCredentials::from_environment(env, allow_http).map(Self::Token),
            ([lacking], _) if login => {
                let found = if *lacking == TOKEN { ENDPOINT } else { TOKEN };
                Err(CredentialsError::Mixed { found, lacking })
            }
            (_, []) => Account::from_environment(env, allow_http).map(Self::Account),
            _ if login => Err(CredentialsError::Missing { names: no_account, login }),
            _ => Err(CredentialsError::Missing { names: no_token, login }),
        }
    }
}

impl TokenCredentials {
    /// Reads an address and its token. A token whose payload says that it has expired, or that it
    /// is for another region than `INSTANCECTL_REGION`, is refused here, before a request is sent.
    fn from_environment(env: &Environment<'_>, allow_http: bool) -> Result<Self, CredentialsError> {
        let token = match (text(env, TOKEN)?, path(env, TOKEN_FILE)) {
            (Some(_), Some(_)) => return Err(CredentialsError::TwoTokens),
            (Some(token), None) => token,
            (None, Some(file)) => read_token(&file)?,
            (None, None) => String::new(),
        };
        let endpoint = text(env, ENDPOINT)?.unwrap_or_default();
        let mut access = Self::new(&endpoint, &token, allow_http)?;
        if let Some(expiry) = access.token.expiry()
            && expiry <= SystemTime::now()
        {
            return Err(CredentialsError::Expired { at: expiry });
        }
        let expected = text(env, REGION)?.map(Region::from);
        match (&access.region, expected) {
            (Some(found), _) if found.as_str() == PLATFORM_REGION => {
                return Err(CredentialsError::PlatformToken);
            }
            (Some(found), Some(expected)) if *found != expected => {
                return Err(CredentialsError::OtherRegion { found: found.clone(), expected });
            }
            (None, Some(expected)) => access.region = Some(expected),
            _ => {}
        }
        access.network = Network::from_environment(env)?;
        if let Some(files) = text(env, FILE_ENDPOINT)? {
            let base = base_url::parse(FILE_ENDPOINT, &files, allow_http)?;
            access.files = Some(FileAddress::new(base, FILE_ENDPOINT));
        }
        let platform = text(env, PLATFORM_URL)?;
        access.platform = platform.map(|address| PlatformAddress { address, allow_http });
        Ok(access)
    }

    /// Creates the access to the service at `address` (with or without the trailing `/ai` of the
    /// platform's own list of addresses) with `token`.
    pub fn new(address: &str, token: &str, allow_http: bool) -> Result<Self, CredentialsError> {
        let base = base_url::parse(ENDPOINT, address, allow_http)?;
        Ok(Self::from_parts(base, ENDPOINT, Token::new(token)?, Network::default()))
    }

    /// Creates the access to an AI address that is already parsed.
    pub(crate) fn from_parts(
        base: Url,
        variable: &'static str,
        token: Token,
        network: Network,
    ) -> Self {
        let base = base_url::without_suffix(base, "/ai");
        let (endpoint, region) = (base_url::endpoint(&base), token.region());
        let (files, home, platform) = (None, None, None);
        Self { base, variable, token, network, files, home, platform, endpoint, region }
    }

    /// Creates the access to a sandbox inside this process. Its endpoint is `sandbox`, because the
    /// port changes with every run and its instances do not.
    pub fn sandbox(address: &str, token: &str) -> Result<Self, CredentialsError> {
        let access = Self::new(address, token, false)?;
        let files = Some(FileAddress::new(access.base.clone(), FILE_ENDPOINT));
        let platform = PlatformAddress { address: access.base.to_string(), allow_http: false };
        let (endpoint, platform) = (Endpoint::from("sandbox"), Some(platform));
        Ok(Self { files, platform, endpoint, ..access })
    }

    /// Returns the endpoint that the lock records: scheme, host and port, without a default port;
    /// or `sandbox`.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Returns the region from the token's payload if it is readable, else `INSTANCECTL_REGION`.
    pub fn region(&self) -> Option<Region> {
        self.region.clone()
    }

    /// Returns the expiry from the token's payload, if it is readable and has one.
    pub fn expiry(&self) -> Option<SystemTime> {
        self.token.expiry()
    }

    /// Returns the user from the token's payload, if it is readable and has one.
    pub fn user(&self) -> Option<String> {
        self.token.user()
    }

    /// Returns the address in its usual form, with its path and a trailing `/ai`.
    pub fn address(&self) -> String {
        base_url::join(&self.base, "/ai").to_string()
    }

    /// Returns the address of a call; `path` begins with `/ai`.
    pub(crate) fn join(&self, path: &str) -> Url {
        base_url::join(&self.base, path)
    }
}

impl fmt::Debug for TokenCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

fn read_token(path: &Path) -> Result<String, CredentialsError> {
    let bytes = read_file(TOKEN_FILE, path, |file| check_permissions(file, path))?;
    let utf16 = matches!(&bytes[..], [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [_, 0, ..] | [0, _, ..]);
    let token = String::from_utf8(bytes).ok().filter(|token| !token.contains('\0'));
    let token = token.ok_or_else(|| CredentialsError::Encoding { path: path.to_owned(), utf16 })?;
    Ok(trimmed(&token).to_owned())
}

fn check_permissions(file: &File, path: &Path) -> Result<(), CredentialsError> {
    use std::os::unix::fs::PermissionsExt;
    let metadata = file.metadata().map_err(|source| CredentialsError::File {
        name: TOKEN_FILE,
        path: path.to_owned(),
        source,
    })?;
    let mode = metadata.permissions().mode() & 0o7777;
    match mode & 0o077 {
        0 => Ok(()),
        _ => Err(CredentialsError::NotPrivate { path: path.to_owned(), mode }),
    }
}
