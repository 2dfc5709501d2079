//! The languages.

use super::api::ApiWords;

/// English.
#[derive(Debug, Clone, Copy)]
pub struct En;

/// All texts of a language.
pub(crate) trait Words: ApiWords {}

impl Words for En {}
