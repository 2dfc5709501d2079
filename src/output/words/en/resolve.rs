//! English texts about the decisions of the user about instances.

use std::borrow::Cow;

use super::phrases::recorded_for;
use crate::ids::TaskId;
use crate::output::words::{ApiWords, En, PlanWords};
use crate::resolve::{Contradiction, Presence, ResolveNote};

/// Returns what the platform shows differently, or does not show.
pub(super) fn note(note: &ResolveNote) -> Cow<'static, str> {
    match note {
        ResolveNote::CannotList => {
            "this platform cannot list instances: the command is not checked".into()
        }
        ResolveNote::ListIncomplete(gap) => {
            format!("the platform's list is incomplete: {}", En.list_gap(*gap)).into()
        }
        ResolveNote::Differs { id, fields } => {
            format!("`{id}` differs on the platform in {}", fields.join(", ")).into()
        }
        ResolveNote::NoDetail(id) => {
            format!("the platform shows no detail of `{id}`: the ID is not checked").into()
        }
        ResolveNote::Ended(id) => format!("`{id}` has ended on the platform").into(),
    }
}

/// Returns why a decision of the user is not accepted.
pub(super) fn contradiction(contradiction: &Contradiction) -> Cow<'static, str> {
    match contradiction {
        Contradiction::NotInLock => "it is not in the lock".into(),
        Contradiction::NotInManifest => "it is not in the manifest".into(),
        Contradiction::OwnedByAnotherEntry(id) => {
            format!("`{id}` belongs to another entry of the given locks").into()
        }
        Contradiction::AlreadyRecorded(id) => {
            let id = id.as_ref().map_or("another", TaskId::as_str);
            format!("the lock already records it as `{id}`").into()
        }
        Contradiction::OutcomeUnknown => "outcome unknown; run `instancectl resolve` first".into(),
        Contradiction::RecordedFor(endpoint) => recorded_for(None, endpoint).into(),
        Contradiction::RegionNotReached(mismatch) => En.region_mismatch(mismatch).into(),
        Contradiction::Listed(id) => format!(
            "the platform lists `{id}` with this name, and it matches the request that was \
             sent: use `--id {id}`"
        )
        .into(),
        Contradiction::StillExists(id, presence) => {
            format!("the platform still lists `{id}`: {}", still_exists(presence)).into()
        }
        Contradiction::NotOnPlatform(id, None) => {
            format!("the platform does not list `{id}`").into()
        }
        Contradiction::NotOnPlatform(id, Some(cause)) => {
            format!("the platform does not list `{id}`: {}", En.error_detail(cause)).into()
        }
        Contradiction::OtherName(id, name) => {
            format!("`{id}` is named `{}` on the platform", name.escape_debug()).into()
        }
        Contradiction::NotACandidate(id) => format!(
            "`{id}` is neither the instance nor a candidate in the lock, and the platform \
             lists no such instance with this name"
        )
        .into(),
    }
}

fn still_exists(presence: &Presence) -> String {
    match presence {
        Presence::Status(status) => status.clone().unwrap_or_else(|| "no status".to_owned()),
        Presence::InList => "it is in the list".to_owned(),
        Presence::NotConfirmedGone(cause) => En.error_message(&cause.message),
    }
}
