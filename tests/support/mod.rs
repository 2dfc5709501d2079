//! Shared by the integration tests: the real program in a separate folder, and a real server that
//! follows a script.

// Each test binary uses a different part of this module.
#![allow(dead_code, unused_imports, clippy::unwrap_used)]

mod both;
mod cli;
mod language;
mod reply;
mod service;

pub(crate) use both::Both;
pub(crate) use cli::{Cli, Output, Running, Terminal, nothing_to_create};
pub(crate) use language::english_sentences;
pub(crate) use reply::Reply;
pub(crate) use service::{Received, Service};
