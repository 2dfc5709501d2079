//! End-to-end tests of the program, scenario by scenario: output, exit code, requests and
//! remaining files. `INSTA_UPDATE=always cargo test --test cli` rewrites the snapshots; review the
//! diff before committing it.

// Helper functions are test code too.
// Tests that cannot run here print a message.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[path = "../support/mod.rs"]
mod support;

mod apply;
mod chinese;
mod chinese_diagnostics;
mod credentials;
mod doubtful;
mod explain;
mod export;
mod fault_table;
mod fix;
mod guards;
mod help;
mod init;
mod inputs;
mod interruptions;
mod login;
mod machine_output;
mod names;
mod outcomes;
mod output_schema;
mod plan;
mod reports;
mod sandbox;
mod snapshots;
mod stage;
mod surface;
#[path = "../locks/trace.rs"]
mod trace;
mod usage;
mod validate;
