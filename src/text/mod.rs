//! Text used by several layers: shell quoting, and the commands shown in messages.

mod command_line;
pub mod plural;
mod shell;

pub use command_line::{CommandLine, ManifestArgs};
pub use shell::{is_invisible, shell_quote};
