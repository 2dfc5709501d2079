//! The platform's service: transport, one file an endpoint, credentials.

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
pub mod list;
mod login;
mod login_error;
mod outcome;
mod probe;
mod secret;
pub mod session;
pub(crate) mod signature;
mod token;
mod transport;
mod wire;

pub use account::Account;
pub use error::Error;
