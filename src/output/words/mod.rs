//! Human-readable texts, made from facts: one trait per area, one implementation per language.

mod api;
mod apply;
mod command;
mod diagnostic;
mod en;
mod language;
mod lifecycle;
mod lock;
mod plan;

pub use api::ApiWords;
pub(crate) use apply::ApplyWords;
pub(crate) use command::CommandWords;
pub use diagnostic::DiagnosticWords;
pub use language::En;
pub(crate) use language::Words;
pub(crate) use lifecycle::{LifecycleWords, WaitCounts};
pub use lock::LockWords;
pub(crate) use plan::PlanWords;
