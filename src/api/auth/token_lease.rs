//! A token to call with.

use std::sync::Arc;

use super::redact::Redactor;
use super::token::Token;

/// A token to call with, and the secrets to redact from the response.
#[derive(Clone)]
pub(crate) struct TokenLease {
    pub(crate) token: Token,
    pub(crate) secrets: Arc<Redactor>,
    /// Number of the login that returned it, from 0.
    pub(crate) number: u64,
}
