//! Output of `--format json`.

pub(crate) mod results;
pub(crate) mod status;
