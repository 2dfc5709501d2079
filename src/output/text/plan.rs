//! Human-readable plans and outcomes.

use std::fmt::Write as _;

use serde_json::Value;

use crate::api::endpoints::create_task::TASK_PATH;
use crate::apply::{InstanceReport, Outcome};
use crate::diagnostics::{escaped, quote};
use crate::lockfile::EntryState;
use crate::output::words::Language;
use crate::output::{AppliedManifests, PlannedManifest};
use crate::plan::{FieldChange, PlanAction, PlanItem};
use crate::text::is_invisible;

/// Returns the planned actions, manifest by manifest. Unchanged instances are counted, or named in
/// verbose mode.
pub(crate) fn plan(planned: &[PlannedManifest<'_>], verbose: bool, words: Language) -> String {
    let mut text = String::new();
    for PlannedManifest { file, plan } in planned {
        let _ = writeln!(text, "{file}");
        let mut unchanged = 0;
        for item in &plan.items {
            let as_is =
                item.action == PlanAction::Unchanged && item.state == Some(EntryState::Created);
            if as_is && item.is_plain() && !verbose {
                unchanged += 1;
            } else {
                line(&mut text, item, words);
            }
        }
        if unchanged > 0 {
            let _ = writeln!(text, "  = {}", words.unchanged(unchanged));
        }
    }
    text
}

fn line(text: &mut String, item: &PlanItem, words: Language) {
    let sign = match item.action {
        PlanAction::Create | PlanAction::Adopt => '+',
        PlanAction::Unchanged => '=',
        PlanAction::Changed | PlanAction::Replace => '~',
        PlanAction::Orphan | PlanAction::Prune => '-',
        PlanAction::Finished | PlanAction::Gone | PlanAction::Elsewhere => '!',
    };
    let id = item.task_id.as_ref().map(|id| format!(" {id}")).unwrap_or_default();
    let (name, action) = (escape(item.name.as_str()), words.plan_action(item));
    let _ = write!(text, "  {sign} {name} {action}{id}");
    let request = item.request.as_ref().filter(|_| item.action == PlanAction::Create);
    let size = request.map(|request| words.size(&request.task));
    let more = words.left_unchanged(item).map(str::to_owned);
    for part in [size, message(item, words), more].into_iter().flatten() {
        let _ = write!(text, ": {part}");
    }
    text.push('\n');
    for change in &item.changes {
        let _ = writeln!(text, "      {}", field_change(change, words));
    }
}

/// Returns what is notable about a planned item, if anything.
pub(crate) fn message(item: &PlanItem, words: Language) -> Option<String> {
    item.note.as_ref().map(|note| words.plan_note(note).into_owned())
}

fn field_change(FieldChange { field, old, new }: &FieldChange, words: Language) -> String {
    format!("{field}: {} -> {}", value(old, words), value(new, words))
}

fn value(value: &Value, words: Language) -> String {
    match value {
        Value::String(text) => quote(text).to_string(),
        Value::Null => words.fixed().no_value.to_owned(),
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
            let _ = writeln!(text, "POST {TASK_PATH}\n{body}\n");
        }
    }
    text
}

/// Returns the outcome of one instance, if an action was attempted.
pub(crate) fn outcome(instance: &InstanceReport, words: Language) -> Option<String> {
    let outcome = instance.outcome?;
    let name = escape(instance.name.as_str());
    let mut line = format!("{name}: {}", words.outcome(outcome));
    if let Some(id) = &instance.task_id {
        let _ = write!(line, " {id}");
    }
    if let Some(note) = &instance.note {
        let note = words.instance_note(note);
        let reason = if note.is_empty() { words.fixed().no_message } else { &note };
        let _ = write!(line, ": {reason}");
    }
    if let Some(code) = &instance.code {
        let _ = write!(line, " {}", words.error_code(code));
    }
    Some(line)
}

/// Returns the summary line: the count of each outcome, and every class of the run.
pub(crate) fn summary(applied: &AppliedManifests<'_>, words: Language) -> String {
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
            parts.push(format!("{count} {}", words.outcome(outcome)));
        }
    }
    let done =
        if parts.is_empty() { words.fixed().nothing_to_do.to_owned() } else { parts.join(", ") };
    words.with_exit(done, &applied.report.classes)
}
