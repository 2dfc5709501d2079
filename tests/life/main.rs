//! What people do after `apply`: the real program against a platform that shows instances in all the
//! ways that clients have met.

// The functions around the tests are tests too.
// What a run gave is asserted step by step; the last step gives it back once more.
#![allow(clippy::unwrap_used, unused_must_use)]

mod actions;
mod catalog;
mod completions;
mod platform;
mod session;
mod status;
#[path = "../support/mod.rs"]
mod support;
mod terminal;
mod url;
mod wait;
