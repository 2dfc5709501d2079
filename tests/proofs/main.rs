//! The apply protocol, proven by breaking things for real: the program is killed before its system
//! calls, its disk fails and fills up, its journal is cut and garbled, its platform misbehaves. After
//! each, the same command again converges, and what is at the platform is what the lock names.
//!
//! The quick part runs with the other tests. The long part is marked `ignore`d and is run by
//! `cargo test --locked --test proofs -- --ignored --nocapture`; each of it prints its figure.
//! `PROOF=WORDS` strikes at the cases alone whose name has these words: what a violation prints.
//! `PROOF_CASES` and `PROOF_SEED` make other histories of the model, `PROOF_SOAK` another size of soak.

// The functions around the tests are tests too, and each tells its figure.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod control;
mod crash;
mod disk;
mod journal;
mod model;
mod points;
mod soak;
mod stories;
#[path = "../support/mod.rs"]
mod support;
mod tracer;
mod world;
