//! Rules beyond the schema's own fields: about an instance merged with its defaults, its script, a
//! single value, or a document. Those that JSON Schema can express for one instance are also in
//! `manifest/schema/rules.rs`, for editors.
//!
//! A rule is a file and a line in `table.rs`. It checks the tree, so it also works on an instance
//! with other errors, and it ignores values of the wrong type.

mod cards_on_cpu;
mod duplicate_mount;
mod duplicate_name;
mod duplicate_port;
mod empty_list;
mod folded_script;
mod no_cards;
mod odd_image;
mod odd_script;
mod odd_text;
mod ram_looks_like_gib;
mod report;
mod scalars;
mod script;
mod script_missing;
mod script_off;
mod secret_in_script;
mod smart_quote_in_value;
mod swallowed_field;
mod table;
mod unfilled_placeholder;
mod unlimited;
mod unpinned_image;
mod version_differs;
mod yaml11_value;
mod zero_timeout;

pub use secret_in_script::{mask_secrets, secret_values};
pub(super) use table::{check, check_document};
