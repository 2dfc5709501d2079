//! Sentences of the commands.

use std::io;
use std::path::Path;

use crate::apply::DeleteTarget;
use crate::lifecycle::{Action, ObservedInstance};
use crate::output::CommandProblem;

/// Sentences of the commands.
pub(crate) trait CommandWords {
    /// Describes a problem that ends a command.
    fn command_problem(&self, problem: &CommandProblem) -> String;

    /// Returns what to do about it.
    fn command_problem_help(&self, problem: &CommandProblem) -> Option<String>;

    /// Describes the files that `init` wrote, and introduces the lines for `.gitignore`. `kept` is
    /// whether the schema existed already.
    fn starter_written(&self, file: &Path, schema: &Path, kept: bool, lock: &Path) -> String;

    /// Says that `resolve` found no entry with an unknown outcome.
    fn nothing_to_resolve(&self) -> &'static str;

    /// Asks whether to delete instances, listing each.
    fn delete_question(&self, targets: Vec<&DeleteTarget>) -> String;

    /// Asks whether to stop or start these instances.
    fn action_question(&self, action: Action, targets: &[String]) -> String;

    /// Names an instance to stop or start, with its cards.
    fn action_target(&self, observed: &ObservedInstance) -> String;

    /// Says that a declined run sent nothing.
    fn declined(&self) -> &'static str;

    /// Introduces a plan that changed after it was confirmed.
    fn plan_changed(&self) -> &'static str;

    /// Says how long the sandbox runs.
    fn sandbox_serving(&self) -> &'static str;

    /// Says that `apply` would refuse a plan.
    fn apply_would_refuse(&self, reason: &str) -> String;

    /// Summarizes a dry run.
    fn dry_run(&self, question: &str) -> String;

    /// Describes an error of printing the result of a run.
    fn result_unwritable(&self, error: &io::Error) -> String;

    /// Says where the logs of instances are.
    fn logs_hint(&self) -> &'static str;

    /// Says how to get the access address of an instance.
    fn address_hint(&self) -> &'static str;
}
