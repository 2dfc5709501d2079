//! The languages.

use std::fmt;

use super::{
    ApiWords, ApplyWords, CommandWords, DiagnosticWords, LifecycleWords, LockWords, PlanWords,
};

/// English.
#[derive(Debug, Clone, Copy)]
pub struct En;

/// All texts of a language.
pub(crate) trait Words:
    ApiWords
    + ApplyWords
    + CommandWords
    + DiagnosticWords
    + LifecycleWords
    + LockWords
    + PlanWords
    + Sync
    + fmt::Debug
{
}

impl Words for En {}
