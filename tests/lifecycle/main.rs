//! The commands used after `apply`: the real program against a platform that shows instances in
//! all the ways that clients have encountered.

// Helper functions are test code too.
// The result of a run is asserted step by step; the last step returns it once more.
#![allow(clippy::unwrap_used, unused_must_use)]

mod actions;
mod catalog;
mod centre;
mod chinese;
mod completions;
mod exec;
mod interrupted;
mod list;
mod logs;
mod odd_logs;
mod online;
mod platform;
mod session;
mod ssh_config;
mod status;
#[path = "../support/mod.rs"]
mod support;
mod terminal;
mod url;
mod wait;
mod wait_ends;
mod wait_exec;
mod why;
