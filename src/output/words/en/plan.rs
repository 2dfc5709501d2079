//! English texts about plans.

use std::borrow::Cow;

use super::phrases::{DELETION_NOT_CONFIRMED, recorded_for};
use crate::api::endpoints::create_task::{AcceleratorType, CreateTask};
use crate::ids::{InstanceName, Region, listed};
use crate::inventory::{CatalogPart, ListGap, ListLimitation, OfferGap, OfferGapReason};
use crate::lockfile::EntryState;
use crate::output::words::en::En;
use crate::plan::{Cost, LiveNote, PlanAction, PlanItem, PlanNote, RegionMismatch};
use crate::text::plural::count;

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
            PlanNote::KeptAsIs => "left unchanged".into(),
            PlanNote::Live(note) => live_note(note).into(),
        }
    }

    pub(crate) fn plan_action(item: &PlanItem) -> &'static str {
        match item.state {
            Some(EntryState::Unknown) => "unknown",
            Some(EntryState::Deleting) => "deleting",
            _ => item.action.as_str(),
        }
    }

    pub(crate) fn left_unchanged(item: &PlanItem) -> Option<&'static str> {
        match item.action {
            PlanAction::Orphan => Some("in the lock, not in the manifest; left unchanged"),
            PlanAction::Changed if item.blocked && item.is_plain() => {
                Some("refused without --replace or --keep-changed")
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

    pub(crate) fn size(task: &CreateTask) -> String {
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
        let (kind, cpus) = (task.task_type.as_str(), task.cpu_number);
        format!("{kind}, {each}{cards}, {cpus} CPU, {memory}, {end}")
    }

    pub(crate) fn cost(cost: &Cost) -> String {
        format!("create {}: {}", count(cost.instances, "instance"), Self::at_most(cost))
    }

    /// Returns the most that instances can cost.
    pub(crate) fn at_most(cost: &Cost) -> String {
        let Cost { instances, cards, endless, .. } = *cost;
        let mut text = count(cards, "card");
        if endless < instances {
            let hours = cost.card_hours();
            let plural = if hours == "1" { "" } else { "s" };
            text = format!("{text}, at most {hours} card-hour{plural}");
        }
        if endless > 0 {
            text = format!("{text}; {endless} without a time limit");
        }
        text
    }

    pub(crate) fn over_card_limit(cost: &Cost, limit: u64) -> String {
        format!("{}, more than --max-cards {limit}", Self::cost(cost))
    }

    pub(crate) fn plan_question(cost: &Cost, adopted: usize, deleted: &[&InstanceName]) -> String {
        let mut parts = Vec::new();
        if cost.instances > 0 || adopted == 0 && deleted.is_empty() {
            parts.push(Self::cost(cost));
        }
        if adopted > 0 {
            parts.push(format!("adopt {adopted}"));
        }
        if !deleted.is_empty() {
            let names = deleted.iter().map(|name| name.as_str().escape_debug().to_string());
            let names = names.collect::<Vec<_>>().join(", ");
            parts.push(format!("delete {}: {names}", deleted.len()));
        }
        parts.join("; ")
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
                if ids.len() > 1 { "" } else { ", or use --adopt if it matches the manifest" };
            format!(
                "already live on the platform and in no lock: {}; if another clone created it, \
                 pull its lock first; to record it here: `{adopt}`{or_flag}",
                listed(ids)
            )
        }
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
    use super::{Cost, En, PlanNote};

    #[test]
    fn lookalike_names_show_their_characters() {
        let (name, orphan) = ("cafe\u{301}".into(), "caf\u{e9}".into());
        let note = En::plan_note(&PlanNote::Lookalike { name, orphan });
        assert!(note.contains("looks like") && note.contains("\\u{301}"), "{note}");
    }

    #[test]
    fn cost_text_names_instances_cards_and_card_hours() {
        let cost = |instances, cards, card_seconds, endless| {
            En::cost(&Cost { instances, cards, card_seconds, endless })
        };
        assert_eq!(
            cost(3, 9, 36 * 3600, 1),
            "create 3 instances: 9 cards, at most 36 card-hours; 1 without a time limit"
        );
        assert_eq!(cost(1, 1, 3600, 0), "create 1 instance: 1 card, at most 1 card-hour");
        assert_eq!(cost(1, 1, 1, 0), "create 1 instance: 1 card, at most 0.01 card-hours");
        assert_eq!(cost(1, 1, 5400, 0), "create 1 instance: 1 card, at most 1.5 card-hours");
        assert_eq!(cost(1, 4, 0, 1), "create 1 instance: 4 cards; 1 without a time limit");
    }
}
