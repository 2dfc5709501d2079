//! The runtime of commands that call the platform.

use tokio::runtime::Runtime;

use crate::commands::error::CommandError;

/// Returns the runtime of a command that calls the platform.
pub(super) fn runtime() -> Result<Runtime, CommandError> {
    let built = tokio::runtime::Builder::new_current_thread().enable_all().build();
    built.map_err(CommandError::system)
}
