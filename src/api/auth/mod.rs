//! Credentials, tokens, logins, signatures, and the redaction of secrets.

pub(crate) mod account;
pub mod credentials;
pub mod credentials_error;
pub mod environment;
pub(crate) mod login;
pub(crate) mod login_error;
pub(crate) mod network;
pub(crate) mod redact;
pub(crate) mod region_address;
pub mod session;
pub(crate) mod signature;
pub(crate) mod token;
