//! The journal: the steps of a run since the lock was last written, each a durable record.

pub(crate) mod codec;
pub(crate) mod emergency;
mod file;
pub(crate) mod handle;
pub(crate) mod record;
pub(crate) mod replay;
pub(crate) mod writer;
