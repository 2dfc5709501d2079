//! Errors in the credentials.

use crate::api::CredentialsError;
use crate::api::auth::credentials_error::{AddressProblem, ProxyProblem, UrlError};
use crate::api::auth::environment::ENDPOINT;

/// Returns the description of an error, and the next step.
pub(super) fn error(error: &CredentialsError) -> (String, &'static str) {
    match error {
        CredentialsError::Missing { names, login } => {
            (format!("no credentials: {} not set", variables(names)), missing_help(*login))
        }
        CredentialsError::Mixed { found, lacking } => (
            format!(
                "`{found}` is set without `{lacking}`, together with the variables of a login: it \
                 is not clear which of the two to use"
            ),
            "unset it to log in, or set both the address and its token",
        ),
        CredentialsError::TwoTokens => (
            "both `INSTANCECTL_TOKEN` and `INSTANCECTL_TOKEN_FILE` are set, expected only one"
                .to_owned(),
            "unset one of the two variables",
        ),
        CredentialsError::NotText { name } => {
            (format!("`{name}` is not UTF-8 text"), "set it again as plain text")
        }
        CredentialsError::Unsendable { name, position } => (
            format!("`{name}` has a character at position {position} that cannot be sent"),
            "copy it again, complete and on one line",
        ),
        CredentialsError::Address { name, problem } => (
            format!("the service address (`{name}`) {}", address(problem)),
            match *name {
                ENDPOINT => {
                    "give the region's AI address as the platform lists it, such as \
                     https://ai.example.cn:65011/ai"
                }
                _ => "expected scheme, host and port, such as https://www.example.cn",
            },
        ),
        CredentialsError::Proxy { name, problem } => (
            format!("the proxy in `{name}` {}", proxy(problem)),
            "expected http://HOST:PORT or https://HOST:PORT; unset the variable to connect \
             without a proxy",
        ),
        CredentialsError::NoAuthorities => (
            "this system has no CA certificates to verify HTTPS with".to_owned(),
            "install the package `ca-certificates`, or set INSTANCECTL_CA_FILE to a PEM file",
        ),
        CredentialsError::Setup(message) => (
            format!("cannot set up HTTPS: {message}"),
            "check the system's certificate store and INSTANCECTL_CA_FILE",
        ),
        CredentialsError::File { .. }
        | CredentialsError::NotPrivate { .. }
        | CredentialsError::NoCertificate { .. }
        | CredentialsError::EmptyToken
        | CredentialsError::UnsendableToken { .. }
        | CredentialsError::Expired { .. }
        | CredentialsError::PlatformToken
        | CredentialsError::OtherRegion { .. }
        | CredentialsError::Encoding { .. } => token_or_file(error),
    }
}

/// Returns the description of an error in a token or a file, and the next step.
fn token_or_file(error: &CredentialsError) -> (String, &'static str) {
    match error {
        CredentialsError::File { name, path, source } => (
            format!("cannot read `{}` (`{name}`): {source}", path.display()),
            "check the path and its permissions",
        ),
        CredentialsError::NotPrivate { path, mode } => (
            format!(
                "`{}` holds a secret but its mode is {mode:04o}, expected 0600",
                path.display()
            ),
            "run `chmod 600` on the file",
        ),
        CredentialsError::NoCertificate { path } => (
            format!("`{}` (`INSTANCECTL_CA_FILE`) contains no PEM certificate", path.display()),
            "it must contain the CA certificates in PEM format (`-----BEGIN CERTIFICATE-----`)",
        ),
        CredentialsError::UnsendableToken { position } => (
            format!(
                "the token has a character at position {position} that cannot be sent, expected \
                 letters, digits and punctuation without spaces"
            ),
            COPY_TOKEN_AGAIN,
        ),
        CredentialsError::Expired { at } => (
            format!(
                "the token expired at {} by this machine's clock",
                humantime::format_rfc3339_seconds(*at)
            ),
            "fetch a new token, or set INSTANCECTL_USER, INSTANCECTL_ACCESS_KEY and \
             INSTANCECTL_SECRET_KEY instead to log in on each run; if it is new, check this machine's \
             clock",
        ),
        CredentialsError::PlatformToken => (
            "the token belongs to the platform itself (`clusterId` 0), expected the token of a \
             region"
                .to_owned(),
            "use the token whose `clusterId` is that of your region",
        ),
        CredentialsError::OtherRegion { found, expected } => (
            format!("the token is for region `{found}`, but `INSTANCECTL_REGION` is `{expected}`"),
            "use the token of that region, or set INSTANCECTL_REGION to the region of the token",
        ),
        CredentialsError::Encoding { path, utf16 } => {
            let found = if *utf16 { "UTF-16, expected UTF-8" } else { "not UTF-8 text" };
            let text = format!("`{}` (`INSTANCECTL_TOKEN_FILE`) is {found}", path.display());
            (text, "save the token again as plain text")
        }
        _ => ("the token is empty".to_owned(), COPY_TOKEN_AGAIN),
    }
}

const COPY_TOKEN_AGAIN: &str = "copy the token again, complete and on one line";

fn address(problem: &AddressProblem) -> String {
    match problem {
        AddressProblem::NotAUrl(UrlError::RelativeUrlWithoutBase) => {
            "does not begin with `https://`".to_owned()
        }
        AddressProblem::NotAUrl(error) => format!("is not a URL: {error}"),
        AddressProblem::Scheme(scheme) => format!("begins with `{scheme}:`, expected `https:`"),
        AddressProblem::HasLogin => "holds a user name or password, expected none".to_owned(),
        AddressProblem::HasQuery => {
            "has a query or a fragment, expected only scheme, host, port and path".to_owned()
        }
        AddressProblem::PlainHttp => {
            "is plain HTTP, expected `https:` (`--allow-http` lets it pass)".to_owned()
        }
    }
}

fn proxy(problem: &ProxyProblem) -> String {
    match problem {
        ProxyProblem::Whitespace => "contains whitespace or a line break".to_owned(),
        ProxyProblem::Quoted => "is in quotes".to_owned(),
        ProxyProblem::NotAUrl(error) => format!("is not a URL: {error}"),
        ProxyProblem::NoHost => "contains no host".to_owned(),
        ProxyProblem::Scheme(scheme) => {
            format!("begins with `{scheme}://`, which is not supported")
        }
    }
}

fn missing_help(login: bool) -> &'static str {
    if login {
        "a login requires INSTANCECTL_USER, INSTANCECTL_ACCESS_KEY and INSTANCECTL_SECRET_KEY; \
         `instancectl auth check` shows which are set"
    } else {
        "export INSTANCECTL_ENDPOINT=https://HOST:PORT/ai and INSTANCECTL_TOKEN=TOKEN (or \
         INSTANCECTL_TOKEN_FILE=FILE), or log in with INSTANCECTL_USER, INSTANCECTL_ACCESS_KEY and \
         INSTANCECTL_SECRET_KEY; `--sandbox` needs none"
    }
}

fn variables(names: &[&str]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    let verb = if names.len() == 1 { "is" } else { "are" };
    format!("{} {verb}", quoted.join(" and "))
}
