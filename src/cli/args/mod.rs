//! Argument groups that several commands share.

pub(crate) mod changes;
pub(crate) mod duration;
pub(crate) mod manifest;
pub(crate) mod output;
pub(crate) mod read;
