//! Results of `stop` and `start`.

use std::io;

use super::plan::{escape, with_exit};
use super::status::with_live_counts;
use crate::exit_status::{ExitClass, ExitClasses};
use crate::lifecycle::{ActionOutcome, ActionResult};
use crate::output::Console;
use crate::output::json::{Envelope, ExitReport, InstanceRow, OutcomeName, Rows, live_row};

/// Results of `stop` or `start`.
#[derive(Debug, Clone, Copy)]
pub struct ActionReport<'a> {
    /// The manifests, by job index.
    pub files: &'a [&'a str],
    /// Result of each instance.
    pub results: &'a [ActionResult],
    /// What the command does to an instance.
    pub done: PastAction,
}

/// What `stop` and `start` do to an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PastAction {
    /// It is stopped.
    Stopped,
    /// It is started.
    Started,
}

/// Result of one instance.
struct ActionRow {
    message: String,
    outcome: Option<OutcomeName>,
    /// Class that it adds to the exit status.
    class: Option<ExitClass>,
}

impl PastAction {
    fn as_str(self) -> &'static str {
        match self {
            Self::Stopped => "stopped",
            Self::Started => "started",
        }
    }
}

impl From<PastAction> for OutcomeName {
    fn from(done: PastAction) -> Self {
        match done {
            PastAction::Stopped => Self::Stopped,
            PastAction::Started => Self::Started,
        }
    }
}

impl Console {
    /// Prints the results of stopping or starting, as the command's result, and returns their classes.
    pub fn print_action_results(&mut self, done: &ActionReport<'_>) -> io::Result<ExitClasses> {
        let row = |result| (result, action_row(result, done.done));
        let reported: Vec<(&ActionResult, ActionRow)> = done.results.iter().map(row).collect();
        let classes: ExitClasses = reported.iter().filter_map(|(_, row)| row.class).collect();
        if self.is_human() {
            self.print(|out| {
                for (result, row) in &reported {
                    let name = escape(result.observed.locked.name.as_str());
                    writeln!(out, "{name}: {}", row.message)?;
                }
                writeln!(out, "{}", with_exit(summary(&reported, done.done, &classes), &classes))
            })?;
            return Ok(classes);
        }
        let files = self.take_files();
        let instances =
            Rows::new(|| reported.iter().map(|(result, row)| instance_row(done, result, row)));
        let object = self.object(&files, ExitReport::of(&classes)).with_instances(instances);
        let observed = done.results.iter().map(|result| &result.observed);
        let summary = with_live_counts(object.summary, observed);
        self.print_object(&Envelope { summary, ..object })?;
        Ok(classes)
    }
}

fn instance_row<'a>(
    done: &ActionReport<'a>,
    result: &'a ActionResult,
    row: &'a ActionRow,
) -> InstanceRow<'a> {
    InstanceRow {
        outcome: row.outcome,
        message: Some((&*row.message).into()),
        ..live_row(done.files[result.observed.locked.job], &result.observed)
    }
}

/// Returns the summary line.
fn summary(
    reported: &[(&ActionResult, ActionRow)],
    done: PastAction,
    classes: &ExitClasses,
) -> String {
    let count = reported.iter().filter(|(_, row)| row.outcome == Some(done.into())).count();
    if count == 0 && classes.code() == 0 {
        "nothing to do".to_owned()
    } else {
        format!("{count} {}", done.as_str())
    }
}

/// Returns the result of stopping or starting one instance.
fn action_row(result: &ActionResult, done: PastAction) -> ActionRow {
    let (message, outcome, class) = match &result.outcome {
        ActionOutcome::Done => (done.as_str().to_owned(), Some(done.into()), None),
        ActionOutcome::AlreadyDone(why) => (format!("nothing to do: {why}"), None, None),
        ActionOutcome::Skipped(why) => {
            (format!("skipped: {why}"), Some(OutcomeName::Skipped), result.observed.class())
        }
        ActionOutcome::Refused(cause) => {
            (format!("refused: {cause}"), Some(OutcomeName::Refused), Some(ExitClass::Refused))
        }
        ActionOutcome::Denied(cause) => {
            (format!("refused: {cause}"), Some(OutcomeName::Refused), Some(ExitClass::Denied))
        }
        ActionOutcome::Unknown(cause) => {
            (format!("unknown: {cause}"), Some(OutcomeName::Unknown), Some(ExitClass::Unreachable))
        }
        ActionOutcome::Unsupported(cause) => {
            (format!("not-sent: {cause}"), Some(OutcomeName::NotSent), Some(ExitClass::Unreachable))
        }
    };
    ActionRow { message, outcome, class }
}
