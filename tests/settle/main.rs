//! What is unknown is settled, and what is there already is seen: the real program against a platform
//! that loses answers, creates late, and lists in all the ways that clients have met.

// The functions around the tests are tests too.
// What a run gave is asserted step by step; the last step gives it back once more.
#![allow(clippy::unwrap_used, unused_must_use)]

mod after;
mod agree;
mod before;
mod confirmed;
mod deletes;
mod destroy;
mod earlier;
mod fault;
mod gateways;
mod lists;
mod pasted;
mod platform;
mod replace;
#[path = "../support/mod.rs"]
mod support;
mod told;
