//! Texts for people, made from facts: one trait per area, one implementation per language.

mod api;
mod en;
mod language;
mod lock;

pub use api::ApiWords;
pub use language::En;
pub(crate) use language::Words;
pub use lock::LockWords;
