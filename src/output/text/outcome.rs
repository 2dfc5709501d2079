//! Human-readable outcomes.

use std::fmt::Write as _;

use super::plan::escape;
use crate::apply::{InstanceReport, Outcome};
use crate::language::Language;
use crate::output::AppliedManifests;
use crate::plan::PlanAction;

/// Returns the outcome of one instance, if an action was attempted.
pub(crate) fn outcome(instance: &InstanceReport, words: Language) -> Option<String> {
    let outcome = instance.outcome?;
    let name = escape(instance.name.as_str());
    let done = match (instance.action, outcome) {
        (PlanAction::Adopt, Outcome::Created) => words.fixed().adopted,
        _ => words.outcome(outcome),
    };
    let mut line = words.labelled(&name, done);
    if let Some(id) = &instance.task_id {
        let _ = write!(line, " {id}");
    }
    if let Some(note) = &instance.note {
        let note = words.instance_note(note);
        let reason = if note.is_empty() { words.fixed().no_message } else { &note };
        line = words.labelled(&line, reason);
    }
    if let Some(code) = &instance.code {
        line.push_str(&words.error_code(code));
    }
    Some(line)
}

/// Returns the summary line: the count of each outcome, and every class of the run.
pub(crate) fn summary(applied: &AppliedManifests<'_>, words: Language) -> String {
    let instances = &applied.report.instances;
    let count = |outcome, counts: &dyn Fn(PlanAction) -> bool| {
        let found = instances.iter().filter(|one| one.outcome == Some(outcome));
        found.filter(|one| counts(one.action)).count()
    };
    let all = |_| true;
    let replaced = count(Outcome::Created, &|action| action == PlanAction::Replace);
    let adopted = count(Outcome::Created, &|action| action == PlanAction::Adopt);
    let parts = [
        (count(Outcome::Created, &all) - replaced - adopted, words.outcome(Outcome::Created)),
        (replaced, words.fixed().replaced),
        (adopted, words.fixed().adopted),
        (count(Outcome::Resized, &all), words.outcome(Outcome::Resized)),
        (count(Outcome::Refused, &all), words.outcome(Outcome::Refused)),
        (count(Outcome::Unknown, &all), words.outcome(Outcome::Unknown)),
        (count(Outcome::NotSent, &all), words.outcome(Outcome::NotSent)),
        (count(Outcome::Skipped, &all), words.outcome(Outcome::Skipped)),
        (count(Outcome::Deleted, &all), words.outcome(Outcome::Deleted)),
    ];
    let parts = words.counts(&parts);
    let done = match &applied.totals {
        _ if !parts.is_empty() => parts,
        Some(totals) => words.plan_totals(totals),
        None => words.fixed().nothing_to_do.to_owned(),
    };
    words.with_exit(done, &applied.report.classes)
}
