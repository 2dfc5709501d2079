//! Locks in trouble: the real program with real git, a real full disk, failing system calls,
//! signals and a second process. In every case no ID is lost and nothing is ignored in silence.

// Helper functions are test code too.
// The result of a run is asserted step by step; the last step returns it once more.
// Tests that cannot run here print a message.
#![allow(clippy::unwrap_used, clippy::print_stdout, unused_must_use)]

#[path = "../support/mod.rs"]
mod support;

// Each test binary uses a different part of this module.
#[path = "../settle/platform.rs"]
#[allow(dead_code)]
mod platform;
#[path = "../cli/stage.rs"]
#[allow(dead_code)]
mod stage;

#[path = "../support/small_disk.rs"]
mod small_disk;

mod advice;
mod clones;
mod faults;
mod final_write;
mod git;
mod guard;
mod links;
mod list;
mod merge;
mod recipes;
mod recover;
mod setup;
mod sidecar;
mod signals;
mod trace;
mod verify;
