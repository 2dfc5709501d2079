//! Human-readable texts, made from facts in the words of a language.

mod en;
mod fixed;
mod language;
pub(crate) mod shared;
mod zh;
