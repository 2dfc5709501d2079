//! The languages.

use super::{ApiWords, ApplyWords, CommandWords, LifecycleWords, LockWords, PlanWords};

/// English.
#[derive(Debug, Clone, Copy)]
pub struct En;

/// All texts of a language.
pub(crate) trait Words:
    ApiWords + ApplyWords + CommandWords + LifecycleWords + LockWords + PlanWords
{
}

impl Words for En {}
