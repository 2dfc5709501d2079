//! The benchmark: `cargo bench` measures everything, `cargo bench -- validate`, `apply` or
//! `instructions` one part.
//!
//! It generates manifests; runs this program, libyaml's bare events and the installed peers,
//! interleaved and repeated; and prints medians and ratios. Times from different runs of the
//! benchmark are not comparable; ratios within one run are, as far as the noise column allows.

// The benchmark prints its result.
#![allow(clippy::print_stdout)]

mod apply;
mod instructions;
mod manifests;
mod measure;
mod peers;
mod validate;

use std::io::{Error, Result};

/// This program, built like a release.
const PROGRAM: &str = env!("CARGO_BIN_EXE_instancectl");

fn main() -> Result<()> {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let parts = ["validate", "apply", "instructions"];
    if let Some(odd) = wanted.iter().find(|word| !parts.contains(&word.as_str())) {
        return Err(Error::other(format!("`{odd}` is not one of {parts:?}")));
    }
    let measures = |part: &str| wanted.is_empty() || wanted.iter().any(|word| word == part);
    let folder = tempfile::tempdir()?;
    if measures("validate") {
        validate::measure(folder.path())?;
    }
    if measures("apply") {
        apply::measure(folder.path())?;
    }
    if measures("instructions") {
        instructions::measure(folder.path())?;
    }
    Ok(())
}
