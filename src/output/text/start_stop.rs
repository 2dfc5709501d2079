//! Output of `stop` and `start`.

use std::io;

use super::plan::escape;
use crate::exit_status::{ExitClass, ExitClasses};
use crate::lifecycle::{Action, ActionOutcome, ActionResult, SkipReason};
use crate::output::console::Console;
use crate::output::json::{
    CardUsage, CommandFields, EachRow, ExitReport, InstanceRow, OutcomeName, live_row,
    without_status,
};

/// Results of `stop` or `start`.
#[derive(Debug, Clone, Copy)]
pub struct ActionReport<'a> {
    /// The manifests, by job index.
    pub files: &'a [&'a str],
    /// Result of each instance.
    pub results: &'a [ActionResult],
    /// The action.
    pub action: Action,
}

impl Console {
    /// Prints the results of stopping or starting, as the command's result, and returns their classes.
    pub fn print_action_results(&mut self, done: &ActionReport<'_>) -> io::Result<ExitClasses> {
        let words = self.words();
        let text = |result: &ActionResult| words.action_outcome(done.action, &result.outcome);
        let outcome = |result: &ActionResult| outcome(done.action, result);
        let classes: ExitClasses =
            done.results.iter().filter_map(|result| outcome(result).1).collect();
        if self.is_human() {
            self.print(|out| {
                for result in done.results {
                    let name = escape(result.observed.locked.name.as_str());
                    writeln!(out, "{}", words.labelled(&name, &text(result)))?;
                }
                let acted = done.results.iter();
                let count = acted.filter(|result| result.outcome == ActionOutcome::Done).count();
                let summary = if count == 0 && classes.code() == 0 {
                    words.fixed().nothing_to_do.to_owned()
                } else {
                    words.action_summary(done.action, count)
                };
                writeln!(out, "{}", words.with_exit(summary, &classes))
            })?;
            return Ok(classes);
        }
        let usage = CardUsage::live(done.results.iter().map(|result| &result.observed));
        let fields = CommandFields { usage, ..CommandFields::default() };
        let rows: EachRow<'_> = &|each| {
            for result in done.results {
                let file = done.files[result.observed.locked.job];
                let (message, outcome) = (Some(text(result).into()), outcome(result).0);
                let row =
                    InstanceRow { outcome, message, ..live_row(file, &result.observed, words) };
                // The status that was seen before is over.
                each(if result.outcome == ActionOutcome::Done { without_status(row) } else { row });
            }
        };
        self.print_rows(ExitReport::of(&classes), rows, fields)?;
        Ok(classes)
    }
}

/// Returns the outcome of stopping or starting one instance, and the class that it adds.
fn outcome(action: Action, result: &ActionResult) -> (Option<OutcomeName>, Option<ExitClass>) {
    match &result.outcome {
        ActionOutcome::Done => (Some(action.into()), None),
        ActionOutcome::AlreadyDone(_) => (None, None),
        ActionOutcome::Skipped(SkipReason::AnotherIsLive(_)) => {
            (Some(OutcomeName::Skipped), Some(ExitClass::Blocked))
        }
        ActionOutcome::Skipped(_) => (Some(OutcomeName::Skipped), result.observed.class()),
        ActionOutcome::Failed(failure) => {
            let (outcome, class) = failure.outcome();
            (Some(outcome.into()), Some(class))
        }
    }
}
