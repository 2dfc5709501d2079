//! Text used by several layers: shell quoting, the commands shown in messages, durations,
//! memory, plurals, hexadecimal digits and line breaks.

mod clock;
mod command_line;
mod hex;
mod memory;
pub mod plural;
mod shell;
mod wrap;

pub use clock::{format_hms, parse_hms, parse_time};
pub use command_line::{CommandLine, ManifestArgs};
pub use hex::hex;
pub use memory::memory;
pub use shell::{is_invisible, is_wide_space, shell_quote};
pub(crate) use wrap::{is_han, options, separator, with_end, wrapped};
