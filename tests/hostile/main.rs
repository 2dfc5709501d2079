//! Hostile input: fuzzed, mutated, from a public YAML test suite, and passed to the real program.
//! Guarantees: no panic, one clear error at its location, bounded time and memory, and no text
//! that we read differently from other YAML parsers.

// Helper functions are test code too.
#![allow(clippy::unwrap_used)]

#[path = "../support/mod.rs"]
mod support;

mod dialect;
mod files;
mod fixes;
mod fuzz;
mod libyaml;
mod mutation;
mod seeds;
mod suite;
