//! The text of an error, as the lock stores it.

use crate::api::client::ErrorMessage;
use crate::output::words::{ApiWords, En};

/// Returns the English text of an error message, as the lock stores it.
pub(super) fn error_text(message: &ErrorMessage) -> String {
    En.error_message(message)
}
