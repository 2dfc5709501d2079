//! What the integration tests share: the real program in a folder of its own, and a real server
//! that behaves as it is told.

// Each test binary uses its own part of this.
#![allow(dead_code, unused_imports, clippy::unwrap_used)]

mod cli;
mod reply;
mod service;

pub(crate) use cli::{Cli, Output, Running, Terminal};
pub(crate) use reply::Reply;
pub(crate) use service::{Received, Service};
