//! English texts about the decisions of the user about instances.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::phrases::recorded_for;
use crate::diagnostics::quote;
use crate::ids::{TaskId, listed};
use crate::inventory::{DuplicateRemoval, LaterInstance};
use crate::output::UnknownOutcomes;
use crate::output::words::en::En;
use crate::output::words::shared::{TASK_ID, UnknownCommands};
use crate::resolve::{Contradiction, Presence, Remediation, ResolveNote};

impl En {
    /// Returns the manual steps for an outcome that stays unknown.
    pub(crate) fn remediation(steps: &Remediation) -> String {
        let Remediation { name, candidates, .. } = steps;
        let absent = steps.absent();
        if candidates.is_empty() {
            return format!(
                "look on the platform for an instance named `{}`: if it exists, `{}`; if not, \
                 `{absent}`",
                name.as_str().escape_debug(),
                steps.is(TASK_ID)
            );
        }
        let is = candidates.iter().map(|id| format!("`{}`", steps.is(id.as_str())));
        let is = is.collect::<Vec<_>>().join(" or ");
        format!(
            "check {} on the platform: {is} if it is the instance; `{absent}` if none of them is",
            listed(candidates)
        )
    }

    /// Returns what is known about outcomes that stay unknown without candidates, and what to do.
    pub(crate) fn unknown_outcomes(unknown: &UnknownOutcomes<'_>) -> String {
        let UnknownOutcomes { steps, cost, searched } = unknown;
        let names = steps.iter().map(|steps| quote(steps.name.as_str()).to_string());
        let what = if steps.len() == 1 { "instance" } else { "instances" };
        let mut text = format!(
            "outcome unknown: {}; the {what} may exist and be billed: {}\n",
            Self::names(&names.collect::<Vec<_>>()),
            Self::at_most(cost)
        );
        if let Some(searched) = searched {
            let searched = humantime::format_duration(*searched);
            let _ = writeln!(text, "  the platform's list was searched for {searched}");
        }
        for UnknownCommands { apply, is, absent } in UnknownCommands::of(unknown) {
            let _ = write!(
                text,
                "  search again, creating nothing twice: `{apply}`\n  \
                 if the platform shows an instance: `{is}`\n  \
                 if it shows none: `{absent}`\n"
            );
        }
        text
    }

    /// Returns how to delete the duplicates of an instance.
    pub(crate) fn duplicate_removal(removal: &DuplicateRemoval) -> String {
        let mut parts = Vec::new();
        if !removal.others.is_empty() {
            let which = if removal.others.len() == 1 { "it is" } else { "they are" };
            let commands = removal.others.iter().map(|command| format!("`{command}`"));
            let commands = commands.collect::<Vec<_>>().join(", ");
            parts.push(format!("if {which} not needed: {commands}"));
        }
        if let Some(LaterInstance { first, own, destroy }) = &removal.own {
            parts.push(format!(
                "{first} was created before {own}, possibly from another clone (check with `git \
                 pull`): if both are the same instance, `{destroy}` deletes the later one, and the \
                 lock keeps the earlier one"
            ));
        }
        parts.join("; ")
    }

    /// Returns what the platform shows differently, or does not show.
    pub(crate) fn resolve_note(note: &ResolveNote) -> Cow<'static, str> {
        match note {
            ResolveNote::CannotList => {
                "this platform cannot list instances: the command is not checked".into()
            }
            ResolveNote::ListIncomplete(gap) => {
                format!("the platform's list is incomplete: {}", Self::list_gap(*gap)).into()
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
    pub(crate) fn contradiction(contradiction: &Contradiction) -> Cow<'static, str> {
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
            Contradiction::OutcomeUnknown => {
                "outcome unknown; run `instancectl resolve` first".into()
            }
            Contradiction::RecordedFor(endpoint) => recorded_for(None, endpoint).into(),
            Contradiction::RegionNotReached(mismatch) => Self::region_mismatch(mismatch).into(),
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
                format!("the platform does not list `{id}`: {}", Self::error_detail(cause)).into()
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
}

fn still_exists(presence: &Presence) -> String {
    match presence {
        Presence::Status(status) => status.clone().unwrap_or_else(|| "no status".to_owned()),
        Presence::InList => "it is in the list".to_owned(),
        Presence::NotConfirmedGone(cause) => En::error_message(&cause.message),
    }
}

#[cfg(test)]
mod tests {
    use super::En;
    use crate::ids::TaskId;
    use crate::inventory::{Creation, destroy_duplicate};
    use crate::text::ManifestArgs;

    #[test]
    fn only_the_later_instance_is_named_for_deletion() {
        let (one, two): (TaskId, TaskId) = ("aa".parse().unwrap(), "bb".parse().unwrap());
        let one = Creation { time: Some("2026-01-01 00:00:00"), id: &one };
        let two = Creation { time: Some("2026-01-01 00:00:01"), id: &two };
        let text = |own, other| {
            let manifest = ManifestArgs::new("a.yaml");
            En::duplicate_removal(&destroy_duplicate(&manifest, &"a".into(), own, &[other]))
        };
        assert_eq!(
            text(one, two),
            "if it is not needed: `instancectl destroy -f a.yaml a --id bb`"
        );
        assert_eq!(
            text(two, one),
            "aa was created before bb, possibly from another clone (check with `git pull`): if \
             both are the same instance, `instancectl destroy -f a.yaml a --id bb` deletes the \
             later one, and the lock keeps the earlier one"
        );
    }
}
