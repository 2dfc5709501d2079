//! Output of `stop` and `start`.

use std::io;

use serde_json::{Value, json};

use super::plan::escape;
use crate::apply::Outcome;
use crate::cli::Format;
use crate::exit_status::{ExitClass, ExitClasses};
use crate::lifecycle::{Action, ActionOutcome, ActionResult};
use crate::output::Console;
use crate::output::json::{results, status as json_status};

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
    pub fn print_action_results(
        &mut self,
        done: &ActionReport<'_>,
        format: Format,
    ) -> io::Result<ExitClasses> {
        let words = self.words();
        let text = |result: &ActionResult| words.action_outcome(done.action, &result.outcome);
        let classes = done.results.iter().filter_map(|result| outcome(result).1);
        let classes: ExitClasses = classes.collect();
        self.print(|out| match format {
            Format::Human => {
                for result in done.results {
                    let name = escape(result.observed.locked.name.as_str());
                    writeln!(out, "{name}: {}", text(result))?;
                }
                let acted = done.results.iter();
                let count = acted.filter(|result| result.outcome == ActionOutcome::Done).count();
                let sum = if count == 0 && classes.code() == 0 {
                    words.nothing_to_do().to_owned()
                } else {
                    words.action_summary(done.action, count)
                };
                writeln!(out, "{}", words.with_exit(sum, &classes))
            }
            Format::Json => {
                let row = |result: &ActionResult| {
                    let file = done.files[result.observed.locked.job];
                    let mut row = json_status::instance(file, &result.observed, words);
                    row["outcome"] = json!(outcome(result).0.map(Outcome::as_str));
                    row["message"] = json!(text(result));
                    row
                };
                let rows: Vec<Value> = done.results.iter().map(row).collect();
                results::print(out, &json_status::object(&rows, &classes))
            }
        })?;
        Ok(classes)
    }
}

/// Returns the outcome of stopping or starting one instance, if it is not the expected one, and the
/// class that it adds.
fn outcome(results: &ActionResult) -> (Option<Outcome>, Option<ExitClass>) {
    match &results.outcome {
        ActionOutcome::Done | ActionOutcome::AlreadyDone(_) => (None, None),
        ActionOutcome::Skipped(_) => (Some(Outcome::Skipped), results.observed.class()),
        ActionOutcome::Failed(failure) => {
            let (outcome, class) = failure.outcome();
            (Some(outcome), Some(class))
        }
    }
}
