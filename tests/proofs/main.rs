//! The apply protocol, tested with real failures: the program is killed before its system calls,
//! its disk fails and fills up, its journal is cut and corrupted, its platform misbehaves. After
//! each failure, the same command run again converges, and the instances on the platform are those
//! in the lock.
//!
//! The quick part runs with the other tests. The long part is marked `ignore`d and is run by
//! `cargo test --locked --test proofs -- --ignored --nocapture`; each test of it prints its
//! result. `PROOF=WORDS` runs only the cases whose name contains these words, which a violation
//! prints. `PROOF_CASES` and `PROOF_SEED` create other histories of the model and of git, `PROOF_SOAK`
//! another size of the soak test.

// Helper functions are test code too, and each test prints its result.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod control;
mod crash;
mod disk;
mod git;
mod git_model;
mod git_races;
mod git_world;
mod journal;
mod model;
#[path = "../settle/platform.rs"]
#[allow(dead_code)]
mod platform;
mod points;
#[path = "../git/project.rs"]
#[allow(dead_code)]
mod project;
#[path = "../git/remote.rs"]
#[allow(dead_code)]
mod remote;
mod soak;
#[path = "../cli/stage.rs"]
#[allow(dead_code)]
mod stage;
mod stories;
#[path = "../support/mod.rs"]
mod support;
mod tracer;
mod world;
