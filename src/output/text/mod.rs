//! Human-readable output.

pub(crate) mod account;
pub(crate) mod apply;
pub(crate) mod auth;
pub(crate) mod catalog;
pub(crate) mod diagnostics;
pub(crate) mod exec;
pub(crate) mod explain;
pub(crate) mod export;
pub(crate) mod init;
pub(crate) mod lock;
pub(super) mod logs;
mod outcome;
pub(crate) mod plan;
mod short_id;
pub(crate) mod snippet;
pub(crate) mod ssh_config;
pub(crate) mod start_stop;
pub(crate) mod status;
mod url;
pub(crate) mod wait;
pub(crate) mod watch;
pub(super) mod why;
