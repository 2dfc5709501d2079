//! Values as messages show them.

use std::path::Path;

use crate::api::client::ErrorMessage;
use crate::diagnostics::escape_for_terminal;
use crate::output::words::{ApiWords, En};

/// Returns a path for messages: characters that act on a terminal or would start a new line are
/// escaped.
pub(super) fn display_path(path: &Path) -> String {
    escape_for_terminal(path.to_string_lossy().chars())
}

/// Returns the English text of an error message, as the lock stores it.
pub(super) fn error_text(message: &ErrorMessage) -> String {
    En.error_message(message)
}
