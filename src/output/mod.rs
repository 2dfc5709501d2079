//! Output of a run, human-readable and JSON: with `main`, the only place that writes to standard
//! output or standard error.

mod command_problem;
mod console;
mod diff;
mod file_report;
mod github;
mod github_log;
mod gitlab;
pub mod json;
mod junit;
mod markdown;
mod message;
mod object;
mod path_problem;
mod plan_changes;
mod plan_rows;
mod progress;
mod progress_line;
mod sarif;
mod style;
mod table;
pub(crate) mod text;
mod validation;
mod validation_report;
pub mod words;

pub use json::ExitReport;
pub use message::Message;
pub use object::InterruptedRun;
pub use text::account::AccountTable;
pub(crate) use text::apply::UnknownOutcomes;
pub use text::apply::{AppliedManifests, PlannedManifest};
pub use text::auth::{AccessMethod, AuthProblem, AuthReport, RegionReport, RegionState};
pub use text::catalog::CatalogResponse;
pub use text::exec::ScriptQuestion;
pub use text::explain::{ExplainBlock, ExplainRow};
pub use text::export::ExportReport;
pub use text::init::WrittenFile;
pub use text::lock::{LockSummary, Recovered};
pub(crate) use text::logs::{LogChange, LogSource};
pub(crate) use text::start_stop::action_classes;
pub use text::status::{StatusTable, StatusView};
pub use text::wait::{EndedInstance, WaitReport};
pub use text::watch::WatchDisplay;
pub(crate) use text::why::{WhyReport, WhyStep};
pub use validation::write_findings;
pub use validation_report::ValidationReport;

pub(crate) use command_problem::{AddressStep, CommandProblem};
pub use console::Console;
pub use file_report::FileReport;
pub(crate) use path_problem::{FixFault, GlobFault, PathProblem, ScriptFault};
pub(crate) use words::shared::script_target;
