//! Client of the platform's API: transport, the calls, credentials.

pub mod auth;
mod base_url;
mod body;
pub mod client;
pub mod endpoints;
mod envelope;
mod error_message;
mod http;
mod http_exchange;
mod open_catalog;
pub mod parse_response;
mod peer_error;
mod proxy;
mod rate_limit;
mod response;
mod sanitize;
mod service_clock;
mod tls;
mod transport_error;

pub use auth::account::Account;
pub use auth::credentials_error::CredentialsError;
pub use open_catalog::OPEN_CATALOG_HEADER;
