//! The languages.

use super::{ApiWords, LockWords};

/// English.
#[derive(Debug, Clone, Copy)]
pub struct En;

/// All texts of a language.
pub(crate) trait Words: ApiWords + LockWords {}

impl Words for En {}
