//! Text used by several layers: shell quoting, the commands shown in messages, durations,
//! plurals and hexadecimal digits.

mod clock;
mod command_line;
mod hex;
pub mod plural;
mod shell;

pub use clock::{format_hms, parse_hms};
pub use command_line::{CommandLine, ManifestArgs};
pub use hex::hex;
pub use shell::{is_invisible, is_wide_space, shell_quote};
