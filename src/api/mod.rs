//! The platform's service: transport, one file an endpoint, credentials.

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
pub mod mounts;
mod outcome;
pub mod restart;
pub mod stop;
mod transport;
pub mod url;

pub use error::Error;
