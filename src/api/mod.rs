//! Client of the platform's API: transport, one file per endpoint, credentials.

mod account;
mod address;
pub mod answer;
mod center;
pub mod client;
pub mod create_task;
pub mod credentials;
pub mod delete;
pub mod detail;
mod envelope;
pub mod error;
mod foreign_text;
pub mod groups;
pub mod images;
pub mod limits;
pub mod list;
mod login;
mod login_error;
pub mod mounts;
mod outcome;
mod pace;
mod peer;
mod probe;
mod proxy;
pub mod restart;
mod secret;
pub mod session;
pub(crate) mod signature;
pub mod stop;
mod tls;
mod token;
mod transport;
pub mod url;
mod wire;

pub use account::Account;
pub use error::CredentialsError;
