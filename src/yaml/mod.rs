//! The only place that names the YAML libraries.

pub mod emit;
pub mod lock_text;
