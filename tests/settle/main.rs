//! Unknown outcomes are reconciled, and existing instances are detected: the real program against
//! a platform that loses answers, creates late, and lists in all the ways that clients have
//! encountered.

// Helper functions are test code too.
// The result of a run is asserted step by step; the last step returns it once more.
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
mod limits;
mod lists;
mod manual;
mod pasted;
mod platform;
mod random;
mod replace;
mod resize;
#[path = "../support/mod.rs"]
mod support;
