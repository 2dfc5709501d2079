//! Output of `exec`.

use std::io;
use std::path::Path;

use super::plan::escape;
use crate::exit_status::{ExitClass, ExitClasses};
use crate::lifecycle::{ExecOutcome, ExecResult, ExecSkipReason};
use crate::output::console::Console;
use crate::output::json::{
    CardUsage, CommandFields, EachRow, ExitReport, InstanceRow, OutcomeName, live_row,
};

/// Facts of the question whether a script may run.
#[derive(Debug, Clone)]
pub struct ScriptQuestion<'a> {
    /// Its file, or `-` for standard input.
    pub script: &'a Path,
    /// Number of its lines.
    pub lines: usize,
    /// Whether it runs in the first container only.
    pub first_only: bool,
    /// The instances, as they are shown.
    pub targets: Vec<String>,
}

impl Console {
    /// Prints the results of running a script, as the command's result, and returns their classes.
    pub fn print_exec_results(
        &mut self,
        results: &[ExecResult],
        interrupted: bool,
    ) -> io::Result<ExitClasses> {
        let words = self.words();
        let classes = results.iter().filter_map(|result| outcome(result).1);
        let interrupted = interrupted.then_some(ExitClass::Interrupted);
        let classes: ExitClasses = classes.chain(interrupted).collect();
        let accepted = |result: &&ExecResult| result.outcome == ExecOutcome::Accepted;
        let count = results.iter().filter(accepted).count();
        if self.is_human() {
            self.print(|out| {
                for ExecResult { observed, outcome } in results {
                    let name = escape(observed.locked.name.as_str());
                    writeln!(out, "{}", words.labelled(&name, &words.exec_outcome(outcome)))?;
                }
                writeln!(out, "{}", words.with_exit(words.exec_summary(count), &classes))
            })?;
        } else {
            let row = |result: &ExecResult| {
                let (outcome, _) = outcome(result);
                let code = match &result.outcome {
                    ExecOutcome::Failed(error) => error.detail.code.clone(),
                    _ => None,
                };
                (outcome, code, words.exec_outcome(&result.outcome))
            };
            let facts: Vec<_> = results.iter().map(row).collect();
            let rows: EachRow<'_> = &|each| {
                for (ExecResult { observed, .. }, (outcome, code, text)) in
                    results.iter().zip(&facts)
                {
                    each(InstanceRow {
                        outcome: Some(*outcome),
                        code: code.as_deref(),
                        message: Some(text.as_str().into()),
                        ..live_row(observed, words)
                    });
                }
            };
            let usage = CardUsage::live(results.iter().map(|result| &result.observed));
            let fields = CommandFields { usage, ..CommandFields::default() };
            self.print_rows(ExitReport::of(&classes), rows, fields)?;
        }
        if count > 0 {
            self.info(words.fixed().no_script_output)?;
        }
        Ok(classes)
    }
}

/// Returns the outcome of running a script on one instance, and the class that it adds.
fn outcome(ExecResult { observed, outcome }: &ExecResult) -> (OutcomeName, Option<ExitClass>) {
    match outcome {
        ExecOutcome::Accepted => (OutcomeName::Executed, None),
        ExecOutcome::Skipped(ExecSkipReason::Interrupted) => (OutcomeName::Skipped, None),
        ExecOutcome::Skipped(_) => {
            (OutcomeName::Skipped, observed.class().or(Some(ExitClass::Blocked)))
        }
        ExecOutcome::Failed(error) => {
            let (outcome, class) = error.kind.outcome();
            (outcome.into(), Some(class))
        }
    }
}
