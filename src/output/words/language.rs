//! The languages.

use super::LockWords;

/// English.
#[derive(Debug, Clone, Copy)]
pub struct En;

/// All sentences of one language.
pub(crate) trait Words: LockWords {}

impl Words for En {}
