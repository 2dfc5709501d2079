//! The sentences for people: one trait per area, with one implementation per language. Everything
//! below carries facts.

mod apply;
mod en;
mod language;
mod lifecycle;
mod plan;

pub(crate) use apply::ApplyWords;
pub(crate) use language::{En, Words};
pub(crate) use lifecycle::{LifecycleWords, WaitCounts};
pub(crate) use plan::PlanWords;
