//! Locks that meet trouble: the real program beside real git, a real full disk, system calls that
//! fail, signals and a second process. Whatever happens, no ID is lost and nothing passes in silence.

// The functions around the tests are tests too.
// What a run gave is asserted step by step; the last step gives it back once more.
// What cannot be tested here is said aloud.
#![allow(clippy::unwrap_used, clippy::print_stdout, unused_must_use)]

#[path = "../support/mod.rs"]
mod support;

// Each test binary uses its own part of these.
#[path = "../settle/platform.rs"]
#[allow(dead_code)]
mod platform;
#[path = "../cli/stage.rs"]
#[allow(dead_code)]
mod stage;

#[path = "../../src/lockfile/small_disk.rs"]
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
mod sidecar;
mod signals;
mod trace;
mod verify;
