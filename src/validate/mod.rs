//! Converts text to a checked manifest, or to all of its diagnostics.
//!
//! The text is parsed once. A tree that is certainly valid (`quick_schema`) needs no schema; the
//! compiled schema checks the others. If it finds errors, misspelled keys are reported once and read
//! as the intended fields, and the other schema errors become diagnostics. Then the rules check each
//! instance merged with its defaults. A text with syntax errors is first repaired piece by piece
//! (`recovery`), and each fix is proven on the edited text (`safe_fixes`, `reading`).

mod anchor_diagnostics;
mod check;
mod chunk;
mod collector;
mod field_names;
mod file;
mod fix;
mod lint_levels;
mod online;
mod parse_diagnostics;
mod pieces;
mod quick_schema;
mod reading;
mod recovery;
mod result;
mod rules;
mod safe_fixes;
mod schema_diagnostics;
mod schema_view;
mod size_limit;
mod split_items;
mod suggest;
mod suppressions;
mod syntax_recovery;
#[cfg(test)]
mod tests;
mod usage_count;

pub use file::{diagnose, validate};
pub use fix::{FixResult, TextEdit, fix};
pub use lint_levels::{LintLevels, UnknownCode};
pub use online::locate_mismatches;
pub use result::ValidationResult;
pub use rules::{mask_secrets, secret_values};
pub use suggest::{closest, field_for_word};
