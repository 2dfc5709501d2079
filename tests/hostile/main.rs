//! Input that nobody means well: fuzzed, mutated, from a public suite of YAML, and handed to the
//! real program. What is guarded: no panic, one clear error in its place, bounded time and memory,
//! and no text that we read as something else than other readers of YAML do.

// The functions around the tests are tests too.
#![allow(clippy::unwrap_used)]

#[path = "../support/mod.rs"]
mod support;

mod dialect;
mod files;
mod fuzz;
mod libyaml;
mod mutation;
mod seeds;
mod suite;
