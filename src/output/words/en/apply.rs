//! English texts about runs.

use std::borrow::Cow;

use crate::api::client::ErrorDetail;
use crate::apply::{AbortReason, InstanceNote, NextStep, Outcome};
use crate::diagnostics::quote;
use crate::exit_status::{ExitClass, ExitClasses};
use crate::ids::{InstanceName, TaskId, listed};
use crate::inventory::Ambiguity;
use crate::lockfile::{EmergencyWriteError, IdConflict};
use crate::output::Message;
use crate::output::progress_line::ProgressCounts;
use crate::output::words::en::En;
use crate::text::plural::count;
use crate::text::{CommandLine, ManifestArgs};

const LOCK_NOT_WRITABLE: &str = "the lock cannot be written";
const NO_LONGER_IN_LOCK: &str =
    "no lock has the other instances with this name any more; check them on the platform";

impl En {
    pub(crate) fn outcome(outcome: Outcome) -> &'static str {
        outcome.as_str()
    }

    pub(crate) fn instance_note(note: &InstanceNote) -> Cow<'static, str> {
        match note {
            InstanceNote::Planned(note) => Self::plan_note(note),
            InstanceNote::CannotUpdate => {
                "it differs from the lock, and the platform cannot update instances".into()
            }
            InstanceNote::CannotResize(replace) => {
                format!("this platform has no call to change sizes: `{replace}` creates a new one")
                    .into()
            }
            InstanceNote::SizesNotChanged => {
                "the platform does not show the new sizes; run the same command again".into()
            }
            InstanceNote::NotStarted(Some(why)) => {
                format!("not started: {}", Self::abort_reason(why)).into()
            }
            InstanceNote::NotStarted(None) => "not started".into(),
            InstanceNote::Failed(cause) => Self::error_message(&cause.message).into(),
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
            InstanceNote::Adopted => "it already existed".into(),
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
            InstanceNote::Contradicted(contradiction) => Self::contradiction(contradiction),
            InstanceNote::ResolveFirst => "outcome unknown; run `resolve` first".into(),
            InstanceNote::QueryFailed(cause) => En::query_failed(cause).into(),
            InstanceNote::NothingToDo => Self::FIXED.nothing_to_do.into(),
            InstanceNote::AddedToLock => "added to the lock".into(),
            InstanceNote::RemovedFromLock => "removed from the lock".into(),
            InstanceNote::WaitFailed(failure) => Self::wait_failure(failure),
            InstanceNote::NotRunningYet(None) => "it is not running yet".into(),
            InstanceNote::NotRunningYet(Some(cause)) => {
                format!("it is not running yet, and {}", En::query_failed(cause)).into()
            }
        }
    }

    pub(crate) fn error_code(code: &str) -> String {
        format!(" (code {code})")
    }

    pub(crate) fn next_step(step: &NextStep) -> String {
        match step {
            NextStep::Resolve(steps) => Self::remediation(steps),
            NextStep::DestroyAgain(destroy) => format!("`{destroy}` requests its deletion again"),
            NextStep::DeleteDuplicates(removal) => Self::duplicate_removal(removal),
        }
    }

    pub(crate) fn abort_reason(reason: &AbortReason) -> Cow<'static, str> {
        match reason {
            AbortReason::Interrupted { .. } => "the run was interrupted".into(),
            AbortReason::Denied(cause) => {
                format!("no permission: {}", Self::error_message(&cause.message)).into()
            }
            AbortReason::FirstRequestFailed(cause) => {
                format!("the first request failed: {}", Self::error_message(&cause.message)).into()
            }
            AbortReason::Unknown(count) => {
                format!("{count} creates have an unknown outcome").into()
            }
            AbortReason::Lock => LOCK_NOT_WRITABLE.into(),
            AbortReason::ListFailed(cause) => {
                format!("the existing instances cannot be listed: {}", En::error_detail(cause))
                    .into()
            }
        }
    }

    /// Says that no new request starts.
    pub(crate) fn stopping(reason: &AbortReason) -> Message {
        let why = Self::abort_reason(reason);
        let (in_flight, help) = match reason {
            AbortReason::Interrupted { awaited: awaited @ 1.. } => (
                format!(", {} in flight", count(*awaited, "request")),
                Some("waiting for their outcomes; a second signal records them as unknown"),
            ),
            AbortReason::Denied(_) => (String::new(), Some(super::api::ACCESS_DENIED_HELP)),
            _ => (String::new(), None),
        };
        let text = format!("no new requests are started: {why}{in_flight}");
        Message::new(text, help.map(str::to_owned))
    }

    pub(crate) fn nothing_sent(reason: &AbortReason) -> String {
        format!("nothing was sent: {}", Self::abort_reason(reason))
    }

    pub(crate) fn sending(name: &str) -> String {
        format!("{name}: sending")
    }

    /// Says that the ID of an instance is recorded nowhere else.
    pub(crate) fn not_recorded(name: &InstanceName, error: &EmergencyWriteError) -> Message {
        let name = quote(name.as_str());
        let error = match error {
            EmergencyWriteError::NoStateDirectory => "the user has no state directory".to_owned(),
            EmergencyWriteError::Io(error) => error.to_string(),
        };
        Message::new(
            format!("the ID of {name} is recorded nowhere else: {error}"),
            "write down the name and the ID".to_owned(),
        )
    }

    pub(crate) fn not_yet_listed(count: usize) -> String {
        format!("{count} created and not in the platform's list yet; their IDs are in the lock")
    }

    /// Describes two IDs of one name; `manifest` is that of the instance.
    pub(crate) fn id_conflict(clash: &IdConflict, manifest: &ManifestArgs) -> Message {
        let id = |id: &Option<TaskId>| id.as_ref().map_or("none".to_owned(), ToString::to_string);
        let name = clash.name.as_str();
        let help = match &clash.candidate {
            Some(id) => format!(
                "both IDs are in the lock, the second as a candidate; if both are the same \
                 instance: `{}` deletes the second one",
                manifest.command("destroy").value(name).option("--id", id.as_str())
            ),
            None => {
                format!("`{}` shows what the platform has", manifest.command("status").value(name))
            }
        };
        let (kept, candidate) = (id(&clash.kept), id(&clash.candidate));
        let name = quote(name);
        Message::new(format!("two IDs for {name}: the lock has {kept}, this run {candidate}"), help)
    }

    pub(crate) fn not_started(names: &[String]) -> String {
        format!("not started: {}", Self::names(names))
    }

    pub(crate) fn more_skipped(number: usize) -> String {
        format!("{} skipped for the same reason", count(number, "more instance"))
    }

    pub(crate) fn next_commands(commands: &[CommandLine]) -> String {
        let commands = commands.iter().map(|command| format!("\n  {command}"));
        format!("next:{}", commands.collect::<String>())
    }

    pub(crate) fn run_progress(ProgressCounts { total, begun, done }: &ProgressCounts) -> String {
        format!("{done} of {total} done, {} under way", begun.saturating_sub(*done))
    }

    pub(crate) fn exit_class(class: ExitClass) -> &'static str {
        match class {
            ExitClass::Lock => "lock trouble",
            ExitClass::Unknown => "outcome unknown",
            ExitClass::Interrupted => "interrupted",
            ExitClass::Denied => "no permission",
            ExitClass::Unreachable => "platform not reached",
            ExitClass::Refused => "refused by the platform",
            ExitClass::Blocked => "stopped by a safety check",
            ExitClass::WaitFailed => "wait failed",
        }
    }

    pub(crate) fn with_exit(done: String, classes: &ExitClasses) -> String {
        let named =
            classes.iter().map(|class| format!("{} ({})", Self::exit_class(class), class.code()));
        match named.collect::<Vec<_>>() {
            named if named.is_empty() => done,
            named => format!("{done}; exit {}: {}", classes.code(), named.join(", ")),
        }
    }

    pub(crate) fn resolved(name: &str, id: &TaskId) -> String {
        format!("{name}: its outcome was unknown; the platform lists it as {id}")
    }
}

fn with_cause(text: &'static str, cause: Option<&ErrorDetail>) -> Cow<'static, str> {
    cause.map_or(text.into(), |cause| {
        format!("{text}: {}", En::error_message(&cause.message)).into()
    })
}

fn uncertain(cause: &ErrorDetail, why: Option<&Ambiguity>, candidates: &[TaskId]) -> String {
    let fault = En::error_message(&cause.message);
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
