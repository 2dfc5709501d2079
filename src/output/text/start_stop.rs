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

/// Returns the classes of the results of `stop` or `start`.
pub(crate) fn action_classes(action: Action, results: &[ActionResult]) -> ExitClasses {
    results.iter().filter_map(|result| outcome(action, result).1).collect()
}

impl Console {
    /// Prints the results of stopping or starting, as the command's result, and returns their classes.
    pub fn print_action_results(
        &mut self,
        action: Action,
        results: &[ActionResult],
    ) -> io::Result<ExitClasses> {
        let words = self.words();
        let text = |result: &ActionResult| words.action_outcome(action, &result.outcome);
        let classes = action_classes(action, results);
        if self.is_human() {
            self.print(|out| {
                for result in results {
                    let name = escape(result.observed.locked.name.as_str());
                    writeln!(out, "{}", words.labelled(&name, &text(result)))?;
                }
                let done = |result: &&ActionResult| result.outcome == ActionOutcome::Done;
                let count = results.iter().filter(done).count();
                let summary = if count == 0 && classes.code() == 0 {
                    words.fixed().nothing_to_do.to_owned()
                } else {
                    words.action_summary(action, count)
                };
                writeln!(out, "{}", words.with_exit(summary, &classes))
            })?;
            return Ok(classes);
        }
        let usage = CardUsage::live(results.iter().map(|result| &result.observed));
        let fields = CommandFields { usage, ..CommandFields::default() };
        let rows: EachRow<'_> = &|each| {
            for result in results {
                let (message, outcome) = (Some(text(result).into()), outcome(action, result).0);
                let row = InstanceRow { outcome, message, ..live_row(&result.observed, words) };
                // The status that was seen before is over.
                each(if result.outcome == ActionOutcome::Done { without_status(row) } else { row });
            }
        };
        self.print_rows(ExitReport::of(&classes), rows, fields)?;
        Ok(classes)
    }
}

/// Returns the outcome of stopping or starting one instance, and the class that it adds.
pub(super) fn outcome(
    action: Action,
    result: &ActionResult,
) -> (Option<OutcomeName>, Option<ExitClass>) {
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
