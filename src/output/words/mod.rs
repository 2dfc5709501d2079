//! Human-readable texts, made from facts in the words of a language.

mod en;
mod fixed;
mod language;
mod recorded;
pub(crate) mod shared;
mod zh;
