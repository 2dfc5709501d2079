//! The library without the program: plans, locks and merges, and runs against a server on loopback.

// Helper functions are test code too. Tests that cannot run here print a message.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[path = "../support/small_disk.rs"]
mod small_disk;

mod apply;
mod differences;
mod duplicates;
mod entries;
mod entry_merge;
mod format;
mod plan;
mod responses;
mod store;
mod three_way_merge;
