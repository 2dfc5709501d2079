//! Human-readable plans and outcomes.

use std::fmt::Write as _;

use serde_json::Value;

use crate::api::endpoints::create_task::{self, AcceleratorType, CreateTask};
use crate::apply::{InstanceReport, Outcome};
use crate::diagnostics::{escaped, quote};
use crate::exit_status::{ExitClass, ExitClasses};
use crate::lockfile::EntryState;
use crate::output::{AppliedManifests, PlannedManifest};
use crate::plan::{FieldChange, PlanAction, PlanItem};
use crate::text::is_invisible;
use crate::text::plural::count;

/// Returns the planned actions, manifest by manifest. Unchanged instances are counted, or named in
/// verbose mode.
pub(crate) fn plan(planned: &[PlannedManifest<'_>], verbose: bool) -> String {
    let mut text = String::new();
    for PlannedManifest { file, plan } in planned {
        writeln!(text, "{file}").expect("a string takes text");
        let mut unchanged = 0;
        for item in &plan.items {
            let as_is =
                item.action == PlanAction::Unchanged && item.state == Some(EntryState::Created);
            if as_is && item.message.is_none() && !verbose {
                unchanged += 1;
            } else {
                line(&mut text, item);
            }
        }
        if unchanged > 0 {
            writeln!(text, "  = {unchanged} unchanged").expect("a string takes text");
        }
    }
    text
}

fn line(text: &mut String, item: &PlanItem) {
    let sign = match item.action {
        PlanAction::Create | PlanAction::Adopt => '+',
        PlanAction::Unchanged => '=',
        PlanAction::Changed | PlanAction::Replace => '~',
        PlanAction::Orphan | PlanAction::Prune => '-',
        PlanAction::Finished | PlanAction::Gone | PlanAction::Elsewhere => '!',
    };
    let word = match item.state {
        Some(EntryState::Unknown) => "unknown",
        Some(EntryState::Deleting) => "deleting",
        _ => item.action.as_str(),
    };
    let id = item.task_id.as_ref().map_or(String::new(), |id| format!(" {id}"));
    write!(text, "  {sign} {} {word}{id}", escape(item.name.as_str()))
        .expect("a string takes text");
    if item.action == PlanAction::Create
        && let Some(request) = &item.request
    {
        write!(text, ": {}", size(&request.task)).expect("a string takes text");
    }
    if let Some(message) = &item.message {
        write!(text, ": {message}").expect("a string takes text");
    }
    if item.action == PlanAction::Orphan {
        text.push_str(": in the lock, not in the manifest; left unchanged");
    }
    if item.action == PlanAction::Changed && item.blocked && item.message.is_none() {
        text.push_str(": refused without --replace or --keep-changed");
    }
    text.push('\n');
    for change in &item.changes {
        writeln!(text, "      {}", field_change(change)).expect("a string takes text");
    }
}

/// Describes the size of an instance: `jupyter, 1 dcu card, 8 CPU, 27 GiB, stops after 04:00:00`.
fn size(task: &CreateTask) -> String {
    let cards = match task.accelerator_type {
        AcceleratorType::Cpu => "no cards".to_owned(),
        kind => count(task.gpu_number, &format!("{} card", kind.as_str())),
    };
    let memory = match task.ram_size {
        mb if mb % 1024 == 0 => format!("{} GiB", mb / 1024),
        mb => format!("{mb} MB"),
    };
    let each = match task.task_number {
        1 => String::new(),
        number => format!("{number} containers, each "),
    };
    let end = match task.timeout_limit.as_str() {
        "unlimited" => "no time limit".to_owned(),
        limit => format!("stops after {limit}"),
    };
    format!("{}, {each}{cards}, {} CPU, {memory}, {end}", task.task_type.as_str(), task.cpu_number)
}

fn field_change(FieldChange { field, old, new }: &FieldChange) -> String {
    format!("{field}: {} -> {}", value(old), value(new))
}

fn value(value: &Value) -> String {
    match value {
        Value::String(text) => quote(text).to_string(),
        Value::Null => "nothing".to_owned(),
        other => escaped(&other.to_string()).to_string(),
    }
}

/// Returns a name as it can be typed; one with whitespace or control characters in backticks.
pub(crate) fn escape(name: &str) -> String {
    let plain = !name.is_empty() && !name.contains(|c: char| is_invisible(c) || c.is_whitespace());
    if plain { name.to_owned() } else { quote(name).to_string() }
}

/// Returns the exact requests that a plan would send.
pub(crate) fn requests(planned: &[PlannedManifest<'_>]) -> String {
    let mut text = String::new();
    for item in planned.iter().flat_map(|planned| &planned.plan.items) {
        if matches!(item.action, PlanAction::Create | PlanAction::Replace)
            && let Some(request) = &item.request
        {
            let body = serde_json::to_string_pretty(&request.task).expect("a body is JSON");
            writeln!(text, "POST {}\n{body}\n", create_task::PATH).expect("a string takes text");
        }
    }
    text
}

/// Returns the outcome of one instance, if an action was attempted.
pub(crate) fn outcome(instance: &InstanceReport) -> Option<String> {
    let outcome = instance.outcome?;
    let name = escape(instance.name.as_str());
    let mut line = format!("{name}: {}", outcome.as_str());
    if let Some(id) = &instance.task_id {
        write!(line, " {id}").expect("a string takes text");
    }
    if let Some(message) = &instance.message {
        let reason = if message.is_empty() { "no message" } else { message };
        write!(line, ": {reason}").expect("a string takes text");
    }
    if let Some(code) = &instance.code {
        write!(line, " (code {code})").expect("a string takes text");
    }
    Some(line)
}

/// Returns the summary line: the count of each outcome, and every class of the run.
pub(crate) fn summary(applied: &AppliedManifests<'_>) -> String {
    let mut parts = Vec::new();
    for outcome in [
        Outcome::Created,
        Outcome::Refused,
        Outcome::Unknown,
        Outcome::NotSent,
        Outcome::Skipped,
        Outcome::Deleted,
    ] {
        let instances = applied.report.instances.iter();
        let count = instances.filter(|instance| instance.outcome == Some(outcome)).count();
        if count > 0 {
            parts.push(format!("{count} {}", outcome.as_str()));
        }
    }
    let done = if parts.is_empty() { "nothing to do".to_owned() } else { parts.join(", ") };
    with_exit(done, &applied.report.classes)
}

/// Returns a summary line with every class of the run.
pub(crate) fn with_exit(done: String, classes: &ExitClasses) -> String {
    match class_names(classes) {
        words if words.is_empty() => done,
        words => format!("{done}; exit {}: {words}", classes.code()),
    }
}

/// Returns every class with its number and description, by precedence.
fn class_names(classes: &ExitClasses) -> String {
    let named: Vec<String> =
        classes.iter().map(|class| format!("{} ({})", action_text(class), class.code())).collect();
    named.join(", ")
}

fn action_text(class: ExitClass) -> &'static str {
    match class {
        ExitClass::Lock => "lock trouble",
        ExitClass::Unknown => "outcome unknown",
        ExitClass::Interrupted => "interrupted",
        ExitClass::Denied => "no permission",
        ExitClass::Unreachable => "platform not reached",
        ExitClass::Refused => "refused by the platform",
        ExitClass::Blocked => "stopped by a guard",
        ExitClass::WaitFailed => "wait failed",
    }
}
