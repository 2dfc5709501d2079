//! Chinese texts about the instances of the account.

use super::phrases::in_region;
use crate::ids::Region;
use crate::inventory::ListGap;
use crate::output::json::hours;
use crate::output::text::account::{AccountTotals, InNoLock};
use crate::output::words::shared::MAX_NAMES;
use crate::output::words::zh::Zh;

impl Zh {
    pub(crate) fn incomplete_list(gap: ListGap, region: Option<&Region>) -> String {
        let (region, gap) = (in_region(region), Self::list_gap(gap));
        format!("{region}平台的列表不完整（{gap}），\n  可能还有其他实例")
    }

    pub(crate) fn region_heading(region: &Region) -> String {
        format!("区域 {region}")
    }

    pub(crate) fn account_summary(totals: &AccountTotals) -> String {
        let statuses: Vec<_> =
            totals.statuses.iter().map(|(status, count)| (*count, status.as_str())).collect();
        let hours = |seconds: u128| format!("{:.2}", hours(seconds / 36));
        let queued = totals.cards.queued;
        let parts = [
            Some(format!("使用中 {} 张卡", totals.cards.in_use)),
            (queued > 0).then(|| format!("排队等待 {queued} 张卡")),
            Some(format!("已用 {} 卡时", hours(totals.used))),
            (totals.limit > 0).then(|| format!("最多 {} 卡时", hours(totals.limit))),
            (totals.unlimited > 0).then(|| format!("{} 个未设自动停止时间", totals.unlimited)),
        ];
        let parts = parts.into_iter().flatten().collect::<Vec<_>>().join("，");
        format!("{}；{parts}", Self::counts(&statuses))
    }

    pub(crate) fn in_no_lock(free: &InNoLock) -> String {
        let InNoLock { names, all, export } = free;
        let counts = format!("{all} 个中有 {} 个不在已读取的任何锁文件中", names.len());
        if names.len() > MAX_NAMES {
            return format!(
                "{counts}：见“锁文件”一列；为其中一部分生成清单和锁文件：\n  `{export}`"
            );
        }
        let names: Vec<_> = names.iter().map(|name| name.escape_debug().to_string()).collect();
        format!("{counts}：{}；为其生成清单和锁文件：\n  `{export}`", Self::list(&names))
    }
}
