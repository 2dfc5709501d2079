//! The real program, story by story: what it prints, how it exits, what it sends and what it leaves
//! behind. `UPDATE_PICTURES=1 cargo test --test cli` writes the stored pictures and help texts
//! anew; read the difference before committing it.

// The functions around the tests are tests too.
// What cannot be tested here is said aloud.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[path = "../support/mod.rs"]
mod support;

mod apply;
mod credentials;
mod doubtful;
mod explain;
mod fault_table;
mod fix;
mod guards;
mod init;
mod inputs;
mod interruptions;
mod login;
mod machine_output;
mod names;
mod outcomes;
mod plan;
mod reports;
mod sandbox;
mod stage;
mod surface;
#[path = "../locks/trace.rs"]
mod trace;
mod validate;
