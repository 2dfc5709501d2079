//! Text that more than one layer writes: words for a shell, and the commands that messages name.

mod command_line;
mod shell;

pub use command_line::{CommandLine, ManifestArgs};
pub use shell::{is_invisible, shell_quote};
