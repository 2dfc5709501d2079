//! The environment variables of the program.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::api::CredentialsError;

/// Looks up an environment variable by name.
pub type Environment<'a> = dyn Fn(&str) -> Option<OsString> + 'a;

pub(crate) const ENDPOINT: &str = "INSTANCECTL_ENDPOINT";

/// Address of the file service of the region of `INSTANCECTL_ENDPOINT`.
pub(crate) const FILE_ENDPOINT: &str = "INSTANCECTL_FILE_ENDPOINT";

pub(super) const TOKEN: &str = "INSTANCECTL_TOKEN";

pub(super) const TOKEN_FILE: &str = "INSTANCECTL_TOKEN_FILE";

pub(super) const CA_FILE: &str = "INSTANCECTL_CA_FILE";

pub(crate) const REGION: &str = "INSTANCECTL_REGION";

pub(crate) const USER: &str = "INSTANCECTL_USER";

pub(crate) const ACCESS_KEY: &str = "INSTANCECTL_ACCESS_KEY";

pub(crate) const SECRET_KEY: &str = "INSTANCECTL_SECRET_KEY";

pub(crate) const LOGIN_URL: &str = "INSTANCECTL_LOGIN_URL";

pub(crate) const PLATFORM_URL: &str = "INSTANCECTL_PLATFORM_URL";

/// All variables that set the service's address or credentials.
pub const VARIABLES: [&str; 11] = [
    ENDPOINT,
    FILE_ENDPOINT,
    TOKEN,
    TOKEN_FILE,
    USER,
    ACCESS_KEY,
    SECRET_KEY,
    REGION,
    LOGIN_URL,
    PLATFORM_URL,
    CA_FILE,
];

/// The variables with a secret in them, which no other program needs.
pub const SECRETS: [&str; 3] = [TOKEN, ACCESS_KEY, SECRET_KEY];

/// Returns the names of the variables that are set and not empty.
pub fn set_variables(env: &Environment<'_>) -> Vec<&'static str> {
    VARIABLES.into_iter().filter(|name| is_set(env, name)).collect()
}

pub(super) fn is_set(env: &Environment<'_>, name: &str) -> bool {
    env(name).is_some_and(|value| value.to_str().is_none_or(|text| !trimmed(text).is_empty()))
}

/// Returns the text of a variable without surrounding whitespace, line ends and byte order mark:
/// secrets often end with a line end.
pub(crate) fn text(
    env: &Environment<'_>,
    name: &'static str,
) -> Result<Option<String>, CredentialsError> {
    let Some(value) = env(name) else { return Ok(None) };
    let text = value.into_string().map_err(|_| CredentialsError::NotText { name })?;
    let text = trimmed(&text);
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

pub(super) fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
}

/// Returns the path in a variable. A file name that is not UTF-8 is used unchanged.
pub(super) fn path(env: &Environment<'_>, name: &str) -> Option<PathBuf> {
    let value = env(name)?;
    let path = match value.to_str() {
        Some(text) => PathBuf::from(trimmed(text)),
        None => PathBuf::from(value),
    };
    (!path.as_os_str().is_empty()).then_some(path)
}
