//! The sentences for people: a trait for each area, an implementation for each language.

mod en;
mod language;
mod lock;

pub use language::En;
pub(crate) use language::Words;
pub use lock::LockWords;
