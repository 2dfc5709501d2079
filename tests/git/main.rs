//! Git as the backend of locks: the real program with real git and real remotes. Whatever happens,
//! no ID is lost.

// Helper functions are test code too.
// The result of a run is asserted step by step; the last step returns it once more.
#![allow(clippy::unwrap_used, unused_must_use)]

#[path = "../support/mod.rs"]
mod support;

// Each test binary uses a different part of this module.
#[path = "../cli/stage.rs"]
#[allow(dead_code)]
mod stage;

#[path = "../settle/platform.rs"]
#[allow(dead_code)]
mod platform;

mod branches;
mod changes;
mod checkouts;
mod claims;
mod commits;
mod dead;
mod hosts;
mod http;
mod locations;
mod project;
mod push;
mod refusals;
#[allow(dead_code)]
mod remote;
mod silence;
