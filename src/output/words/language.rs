//! The languages.

use super::{ApplyWords, LifecycleWords, PlanWords};

/// English.
#[derive(Debug, Clone, Copy)]
pub(crate) struct En;

/// All sentences of one language.
pub(crate) trait Words: ApplyWords + LifecycleWords + PlanWords {}

impl Words for En {}
