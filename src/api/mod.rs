//! The platform's service: transport, one file an endpoint, credentials.

pub mod client;
pub mod create_task;
pub mod credentials;
pub mod delete;
pub mod detail;
mod envelope;
pub mod error;
mod foreign_text;
pub mod list;
mod outcome;
mod transport;

pub use error::Error;
