//! Output of `init`.

use std::io;

use schemars::JsonSchema;
use serde::Serialize;

use crate::output::console::Console;
use crate::output::json::{CommandFields, ExitReport};

/// A file of a starter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "writtenFile", extend("additionalProperties" = false))]
pub struct WrittenFile {
    /// Its path.
    pub path: String,
    /// Whether it existed and was kept.
    pub kept: bool,
}

impl Console {
    /// Prints the files as the object; in human format, messages name them.
    pub fn written_files(&mut self, files: &[WrittenFile]) -> io::Result<()> {
        if self.is_human() {
            return Ok(());
        }
        let fields = CommandFields { files: Some(files), ..CommandFields::default() };
        self.print_rows(ExitReport::default(), &|_| {}, fields)
    }
}
