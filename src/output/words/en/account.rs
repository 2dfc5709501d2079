//! English texts about the instances of the account.

use crate::ids::Region;
use crate::inventory::ListGap;
use crate::output::json::hours;
use crate::output::text::account::{AccountTotals, InNoLock};
use crate::output::words::en::En;
use crate::output::words::shared::MAX_NAMES;
use crate::text::plural::count;

impl En {
    pub(crate) fn incomplete_list(gap: ListGap, region: Option<&Region>) -> String {
        let region = region.map_or(String::new(), |region| format!("region {region}: "));
        format!(
            "{region}the platform's list is incomplete ({}):\n  it may have more instances",
            Self::list_gap(gap)
        )
    }

    pub(crate) fn region_heading(region: &Region) -> String {
        format!("region {region}")
    }

    pub(crate) fn account_summary(totals: &AccountTotals) -> String {
        let counts = totals.statuses.iter().map(|(status, count)| (*count, status.as_str()));
        let counts = Self::counts(&counts.collect::<Vec<_>>());
        let hours = |seconds: u128| format!("{:.2}", hours(seconds / 36));
        let queued = totals.cards.queued;
        let parts = [
            Some(format!("{} in use", count(totals.cards.in_use, "card"))),
            (queued > 0).then(|| format!("{queued} waited for")),
            Some(format!("{} card-hours so far", hours(totals.used))),
            (totals.limit > 0).then(|| format!("at most {}", hours(totals.limit))),
            (totals.unlimited > 0).then(|| format!("{} without time limit", totals.unlimited)),
        ];
        format!("{counts}; {}", parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
    }

    pub(crate) fn in_no_lock(free: &InNoLock) -> String {
        let InNoLock { names, all, export } = free;
        let verb = if names.len() == 1 { "is" } else { "are" };
        let counts = format!("{} of {all} {verb} in none of the locks read", names.len());
        if names.len() > MAX_NAMES {
            return format!(
                "{counts}: see LOCK; a manifest and a lock for some of them:\n  `{export}`"
            );
        }
        let names: Vec<_> = names.iter().map(|name| name.escape_debug().to_string()).collect();
        format!(
            "{counts}: {}; a manifest and a lock for {}:\n  `{export}`",
            names.join(", "),
            if names.len() == 1 { "it" } else { "them" }
        )
    }
}
