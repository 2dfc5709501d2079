//! The exit status of a run.

use schemars::JsonSchema;
use serde::Serialize;

use crate::exit_status::{ExitClass, ExitClasses};
use crate::output::Message;

/// Exit status of the run, and the reason if the run failed as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "exit", extend("additionalProperties" = false))]
pub struct ExitReport {
    /// Exit status of the process.
    pub code: u8,
    /// Every failure class that occurred, by precedence; each is an exit code from 3 to 8, 10 or 130.
    pub classes: Vec<u8>,
    /// Why the run failed; null if it succeeded or if `instances` has the reasons.
    pub message: Option<String>,
    /// The next step; null if there is none.
    pub help: Option<String>,
}

impl ExitReport {
    /// Returns the exit status of these classes.
    pub fn of(classes: &ExitClasses) -> Self {
        Self::new(classes.code(), classes)
    }

    /// Returns an exit status that may differ from that of its classes: 1, 2 and 9 have no class.
    pub fn new(code: u8, classes: &ExitClasses) -> Self {
        let classes = classes.iter().map(ExitClass::code).collect();
        Self { code, classes, message: None, help: None }
    }

    /// Adds the reason and the next step, if there is a reason.
    #[must_use]
    pub fn because(self, reason: Option<impl Into<Message>>) -> Self {
        let Some(reason) = reason else { return self };
        let Message { text, help } = reason.into();
        Self { message: Some(text), help, ..self }
    }
}
