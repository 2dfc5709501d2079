//! English texts about runs.

use std::borrow::Cow;

use super::resolve;
use crate::api::client::ErrorDetail;
use crate::apply::{AbortReason, InstanceNote, NextStep, Outcome};
use crate::diagnostics::quote;
use crate::exit_status::{ExitClass, ExitClasses};
use crate::ids::{TaskId, listed};
use crate::inventory::{Ambiguity, DuplicateRemoval};
use crate::lockfile::{EmergencyWriteError, IdConflict};
use crate::output::progress_line::ProgressCounts;
use crate::output::words::{ApiWords, ApplyWords, En, LifecycleWords, LockWords, PlanWords};
use crate::resolve::{Contradiction, Remediation, ResolveNote};
use crate::text::CommandLine;
use crate::text::plural::count;

const LOCK_NOT_WRITABLE: &str = "the lock cannot be written";
const NO_LONGER_IN_LOCK: &str =
    "no lock has the other instances with this name any more; check them on the platform";

impl ApplyWords for En {
    fn outcome(&self, outcome: Outcome) -> &'static str {
        outcome.as_str()
    }

    fn instance_note(&self, note: &InstanceNote) -> Cow<'static, str> {
        match note {
            InstanceNote::Planned(note) => self.plan_note(note),
            InstanceNote::CannotUpdate => {
                "it differs from the lock, and the platform cannot update instances".into()
            }
            InstanceNote::NotStarted(Some(why)) => {
                format!("not started: {}", self.abort_reason(why)).into()
            }
            InstanceNote::NotStarted(None) => "not started".into(),
            InstanceNote::Failed(cause) => self.error_message(&cause.message).into(),
            InstanceNote::Uncertain { cause, why, candidates } => {
                uncertain(cause, why.as_ref(), candidates).into()
            }
            InstanceNote::JournalNotWritable => {
                "nothing was sent: the lock's journal cannot be written".into()
            }
            InstanceNote::LockNotWritable => LOCK_NOT_WRITABLE.into(),
            InstanceNote::ReplacedStillExists(cause) => {
                with_cause("the instance that it replaces still exists", cause.as_ref())
            }
            InstanceNote::RegionAddressUnknown => "the address of its region is unknown".into(),
            InstanceNote::Adopted => "adopted existing instance".into(),
            InstanceNote::FoundInList => {
                "the response was lost; found in the platform's list".into()
            }
            InstanceNote::Duplicates(ids) => {
                format!("another live instance has the same name: {}", listed(ids)).into()
            }
            InstanceNote::NoLongerInLock(ids) => {
                format!("{NO_LONGER_IN_LOCK}: {}", listed(ids)).into()
            }
            InstanceNote::StillInLock => "the lock still contains it".into(),
            InstanceNote::DeletionNotConfirmed(cause) => {
                with_cause("deletion is not confirmed; run the same command again", cause.as_ref())
            }
            InstanceNote::Contradicted(contradiction) => self.contradiction(contradiction),
            InstanceNote::ResolveFirst => "outcome unknown; run `resolve` first".into(),
            InstanceNote::QueryFailed(cause) => En.query_failed(cause).into(),
            InstanceNote::NothingToDo => self.nothing_to_do().into(),
            InstanceNote::AddedToLock => "added to the lock".into(),
            InstanceNote::RemovedFromLock => "removed from the lock".into(),
            InstanceNote::WaitFailed(failure) => self.wait_failure(failure),
            InstanceNote::NotRunningYet(None) => "it is not running yet".into(),
            InstanceNote::NotRunningYet(Some(cause)) => {
                format!("it is not running yet, and {}", En.query_failed(cause)).into()
            }
        }
    }

    fn no_message(&self) -> &'static str {
        "no message"
    }

    fn error_code(&self, code: &str) -> String {
        format!("(code {code})")
    }

    fn next_step(&self, step: &NextStep) -> String {
        match step {
            NextStep::Resolve(steps) => self.remediation(steps),
            NextStep::DestroyAgain(destroy) => format!("`{destroy}` requests its deletion again"),
            NextStep::DeleteDuplicates(removal) => self.duplicate_removal(removal),
        }
    }

    fn remediation(&self, steps: &Remediation) -> String {
        resolve::remediation(steps)
    }

    fn duplicate_removal(&self, removal: &DuplicateRemoval) -> String {
        resolve::duplicate_removal(removal)
    }

    fn abort_reason(&self, reason: &AbortReason) -> Cow<'static, str> {
        match reason {
            AbortReason::Interrupted { .. } => "the run was interrupted".into(),
            AbortReason::Denied(cause) => {
                format!("no permission: {}", self.error_message(&cause.message)).into()
            }
            AbortReason::FirstRequestFailed(cause) => {
                format!("the first request failed: {}", self.error_message(&cause.message)).into()
            }
            AbortReason::Unknown(count) => {
                format!("{count} creates have an unknown outcome").into()
            }
            AbortReason::Lock => LOCK_NOT_WRITABLE.into(),
            AbortReason::ListFailed(cause) => {
                format!("the existing instances cannot be listed: {}", En.error_detail(cause))
                    .into()
            }
        }
    }

    fn stopping(&self, reason: &AbortReason) -> String {
        let in_flight = match reason {
            AbortReason::Interrupted { awaited: awaited @ 1.. } => {
                format!(", {} in flight", count(*awaited, "request"))
            }
            _ => String::new(),
        };
        format!("no new requests are started: {}{in_flight}", self.abort_reason(reason))
    }

    fn abort_help(&self, reason: &AbortReason) -> Option<&'static str> {
        match reason {
            AbortReason::Denied(_) => Some(super::api::ACCESS_DENIED_HELP),
            AbortReason::Interrupted { awaited: 1.. } => {
                Some("waiting for their outcomes; a second signal records them as unknown")
            }
            _ => None,
        }
    }

    fn nothing_sent(&self, reason: &AbortReason) -> String {
        format!("nothing was sent: {}", self.abort_reason(reason))
    }

    fn sending(&self, name: &str) -> String {
        format!("{name}: sending")
    }

    fn not_recorded(&self, name: &str, error: &EmergencyWriteError) -> String {
        let error = self.emergency_write_error(error);
        format!("the ID of {name} is recorded nowhere else: {error}")
    }

    fn not_recorded_help(&self) -> &'static str {
        "write down the name and the ID"
    }

    fn not_yet_listed(&self, count: usize) -> String {
        format!("{count} created and not in the platform's list yet; their IDs are in the lock")
    }

    fn id_conflict(&self, clash: &IdConflict) -> String {
        let id = |id: &Option<TaskId>| id.as_ref().map_or("none".to_owned(), ToString::to_string);
        let name = quote(clash.name.as_str());
        let (kept, candidate) = (id(&clash.kept), id(&clash.candidate));
        format!("two IDs for {name}: the lock has {kept}, this run {candidate}")
    }

    fn id_conflict_help(&self, clash: &IdConflict, command: &CommandLine) -> String {
        if clash.candidate.is_some() {
            return format!(
                "both IDs are in the lock, the second as a candidate; if both are the same \
                 instance: `{command}` deletes the second one"
            );
        }
        format!("`{command}` shows what the platform has")
    }

    fn more_skipped(&self, number: usize) -> String {
        format!("{} skipped for the same reason", count(number, "more instance"))
    }

    fn run_progress(&self, ProgressCounts { total, begun, done }: &ProgressCounts) -> String {
        format!("{done} of {total} done, {} under way", begun.saturating_sub(*done))
    }

    fn nothing_to_do(&self) -> &'static str {
        "nothing to do"
    }

    fn exit_class(&self, class: ExitClass) -> &'static str {
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

    fn with_exit(&self, done: String, classes: &ExitClasses) -> String {
        let named =
            classes.iter().map(|class| format!("{} ({})", self.exit_class(class), class.code()));
        match named.collect::<Vec<_>>() {
            named if named.is_empty() => done,
            named => format!("{done}; exit {}: {}", classes.code(), named.join(", ")),
        }
    }

    fn resolved(&self, name: &str, id: &TaskId) -> String {
        format!("{name}: its outcome was unknown; the platform lists it as {id}")
    }

    fn resolve_note(&self, note: &ResolveNote) -> Cow<'static, str> {
        resolve::note(note)
    }

    fn contradiction(&self, contradiction: &Contradiction) -> Cow<'static, str> {
        resolve::contradiction(contradiction)
    }
}

fn with_cause(text: &'static str, cause: Option<&ErrorDetail>) -> Cow<'static, str> {
    cause
        .map_or(text.into(), |cause| format!("{text}: {}", En.error_message(&cause.message)).into())
}

fn uncertain(cause: &ErrorDetail, why: Option<&Ambiguity>, candidates: &[TaskId]) -> String {
    let fault = En.error_message(&cause.message);
    let Some(why) = why else { return fault };
    let why: Cow<'_, str> = match why {
        Ambiguity::SeveralInstances => "several instances with this name exist".into(),
        Ambiguity::NoEarlierList => {
            "there was no complete list before the request, so it may be an older one".into()
        }
        Ambiguity::NoDetail => "the platform shows no detail of an instance with this name".into(),
        Ambiguity::SeemsOlder => {
            "an instance with this name exists that seems older than the request".into()
        }
        Ambiguity::Differs(fields) => {
            format!("an instance with this name exists that differs in {}", fields.join(", "))
                .into()
        }
    };
    if candidates.is_empty() {
        return format!("{fault}; {why}");
    }
    format!("{fault}; {why}: {}", listed(candidates))
}
