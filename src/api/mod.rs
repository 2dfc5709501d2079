//! The platform's service: transport, one file an endpoint, credentials.

pub mod client;
pub mod create_task;
