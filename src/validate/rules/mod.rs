//! Rules for one instance merged with its defaults, which no schema can express.
//!
//! A rule is a file and a line in `table.rs`. It checks the tree, so it also works on an instance
//! with other errors, and it ignores values of the wrong type.

mod cards_on_cpu;
mod duplicate_mount;
mod duplicate_name;
mod duplicate_port;
pub(super) mod empty_list;
mod no_cards;
mod ram_looks_like_gib;
mod report;
mod script_missing;
mod script_off;
mod secret_in_script;
mod smart_quote_in_value;
mod table;
mod unlimited;
mod unpinned_image;
mod version_differs;
pub(super) mod yaml11_value;
mod zero_timeout;

pub(super) use table::check;
