//! English texts about plans.

mod create;
mod totals;

use std::borrow::Cow;

use super::phrases::{DELETION_NOT_CONFIRMED, recorded_for};
use crate::diagnostics::escaped;
use crate::ids::{Region, TaskId, listed};
use crate::inventory::{CatalogPart, ListGap, ListLimitation, OfferGap, OfferGapReason};
use crate::lockfile::EntryState;
use crate::output::words::en::En;
use crate::plan::{LiveNote, PlanAction, PlanItem, PlanNote, RegionMismatch};

impl En {
    pub(crate) fn plan_note(note: &PlanNote) -> Cow<'static, str> {
        match note {
            PlanNote::RegionNotReached(mismatch) => Self::region_mismatch(mismatch).into(),
            PlanNote::RecordedFor { region, endpoint } => {
                recorded_for(region.as_ref(), endpoint).into()
            }
            PlanNote::OtherLocation => "it belongs to another region or endpoint".into(),
            PlanNote::DeletionStarted => "its deletion was started and is finished first".into(),
            PlanNote::DeletionNotConfirmed => DELETION_NOT_CONFIRMED.into(),
            PlanNote::OutcomeUnknown { why, candidates } => {
                let why = why.as_deref().unwrap_or("outcome unknown");
                match &candidates[..] {
                    [] => why.to_owned(),
                    ids => format!("{why}; live instances with this name: {}", listed(ids)),
                }
                .into()
            }
            PlanNote::Lookalike { name, orphan } => format!(
                "its name looks like that of an entry in the lock but uses other characters: {} \
                 here, {} there",
                name.as_str().escape_unicode(),
                orphan.as_str().escape_unicode()
            )
            .into(),
            PlanNote::Resize => "its sizes are changed in place".into(),
            PlanNote::KeptAsIs => "left unchanged".into(),
            PlanNote::Live(note) => live_note(note).into(),
        }
    }

    pub(crate) fn plan_section(file: &str, region: Option<&Region>) -> String {
        region.map_or_else(
            || file.to_owned(),
            |region| format!("{file}, region {}", escaped(region.as_str())),
        )
    }

    pub(crate) fn planned_count(action: &str, count: usize) -> String {
        format!("{action} {count}")
    }

    pub(crate) fn plan_action(item: &PlanItem) -> &'static str {
        match (item.action, item.state) {
            (_, Some(EntryState::Unknown)) => "unknown",
            (_, Some(EntryState::Deleting)) if item.blocked => "deleting",
            (PlanAction::Create, _) if item.blocked => "not created",
            (PlanAction::Replace, _) if item.blocked => "not replaced",
            (PlanAction::Adopt, _) if item.blocked => "not adopted",
            (PlanAction::Prune, _) => "delete",
            (PlanAction::Changed, _) if item.resizes() => "resize",
            _ => item.action.as_str(),
        }
    }

    /// Describes instances, each live under the name of one of the manifest.
    pub(crate) fn live_in_no_lock(ids: &[TaskId]) -> String {
        let ids = Self::names(&ids.iter().map(ToString::to_string).collect::<Vec<_>>());
        format!(
            "already live on the platform and in no lock: {ids}; `git pull` if another clone created \
             them, otherwise --adopt records those that match the manifest"
        )
    }

    pub(crate) fn plan_remark(item: &PlanItem) -> Option<&'static str> {
        match item.action {
            _ if item.state != Some(EntryState::Created) => None,
            PlanAction::Orphan => {
                Some("in the lock, not in the manifest: left unchanged without --prune")
            }
            PlanAction::Changed if item.blocked && item.note.is_none() => {
                Some(if item.differs_in_sizes() {
                    "refused without --replace, --resize or --keep-changed"
                } else {
                    "refused without --replace or --keep-changed"
                })
            }
            _ => None,
        }
    }

    pub(crate) fn region_mismatch(RegionMismatch { expected, own }: &RegionMismatch) -> String {
        let expected = expected.as_ref().map_or("another", Region::as_str);
        match own {
            Some(own) => {
                format!("its document is for region `{expected}`, but the token is for `{own}`")
            }
            None => {
                format!("its document is for region `{expected}`, but the token is for another")
            }
        }
    }

    pub(crate) fn unchanged(count: usize) -> String {
        format!("{count} unchanged")
    }

    pub(crate) fn list_limitation(limitation: ListLimitation, region: Option<&Region>) -> String {
        let region = region.map_or(String::new(), |region| format!("region {region}: "));
        match limitation {
            ListLimitation::CannotList => format!(
                "{region}this platform cannot list instances: a live instance with the same name \
                 is not detected, and a lost response stays unknown"
            ),
            ListLimitation::Incomplete(gap) => format!(
                "{region}the platform's list is incomplete ({}): a lost response stays unknown",
                Self::list_gap(gap)
            ),
        }
    }

    pub(crate) fn region_not_compared(region: &Region) -> String {
        format!("region {region} not checked: the token is for another region")
    }

    /// Says which part of the online check was left out.
    pub(crate) fn offer_gap(gap: &OfferGap, region: Option<&Region>) -> String {
        let region = region.map_or(String::new(), |region| format!("region {region}: "));
        let part = match gap.part {
            CatalogPart::Groups => "resource groups",
            CatalogPart::Images => "images",
            CatalogPart::Limits => "node limits",
            CatalogPart::Mounts => "mounts",
        };
        let why = match &gap.why {
            OfferGapReason::Failed(error) => Self::error_detail(error.detail()),
            OfferGapReason::TimedOut => "the platform did not answer in time".to_owned(),
            OfferGapReason::NotUnderstood => {
                "the catalog of the platform is empty, incomplete or of an unknown form".to_owned()
            }
        };
        format!("{region}{part} not checked: {why}")
    }

    pub(crate) fn list_gap(gap: ListGap) -> &'static str {
        match gap {
            ListGap::KnownMissing => "it contains none of the instances that are known to exist",
            ListGap::TooLong => "it is too long",
            ListGap::TotalChanged => "its total changed while it was read",
            ListGap::EndedEarly => "it ended before its total",
            ListGap::PagesDoNotContinue => "its pages do not continue each other",
            ListGap::PageRepeated => "a page was repeated",
        }
    }
}

/// Returns what the platform shows of a planned item.
fn live_note(note: &LiveNote) -> String {
    match note {
        LiveNote::Ended { status, start, replace } => {
            format!("it ended ({status}): `{start}` starts it again, `{replace}` creates a new one")
        }
        LiveNote::NotListed { replace } => {
            format!("the platform no longer lists it: `{replace}` creates a new one")
        }
        LiveNote::QueryFailed(cause) => {
            format!("the platform did not return its status: {}", En::error_detail(cause))
        }
        LiveNote::LiveUnrecorded { ids, adopt } => {
            let or_flag =
                if ids.len() > 1 { "" } else { ", or --adopt if it matches the manifest" };
            format!(
                "already live on the platform and in no lock: {}; `git pull` if another clone \
                 created it, otherwise `{adopt}`{or_flag}",
                listed(ids)
            )
        }
        LiveNote::AnotherIsLive { ids, forget, adopt } => format!(
            "another live instance has its name and is in no lock: {}; `git pull` if another clone \
             created it, otherwise `{forget}`, then `{adopt}`",
            listed(ids)
        ),
        LiveNote::Duplicates { ids, status } => format!(
            "another live instance has its name: {}; `{status}` names the spare one",
            listed(ids)
        ),
        LiveNote::LiveWithoutDetail { id } => {
            format!("live on the platform as {id}, but the platform shows no detail of it")
        }
        LiveNote::LiveAndDifferent { id } => {
            format!("live on the platform as {id}, but it differs from the manifest")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{En, PlanNote};

    #[test]
    fn lookalike_names_show_their_characters() {
        let (name, orphan) = ("cafe\u{301}".into(), "caf\u{e9}".into());
        let note = En::plan_note(&PlanNote::Lookalike { name, orphan });
        assert!(note.contains("looks like") && note.contains("\\u{301}"), "{note}");
    }
}
