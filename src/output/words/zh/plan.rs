//! Chinese texts about plans.

mod create;
mod totals;

use std::borrow::Cow;

use super::phrases::{DELETION_NOT_CONFIRMED, ids, in_region, recorded_for};
use crate::diagnostics::escaped;
use crate::ids::{Region, TaskId};
use crate::inventory::{CatalogPart, ListGap, ListLimitation, OfferGap, OfferGapReason};
use crate::lockfile::EntryState;
use crate::output::words::zh::Zh;
use crate::plan::{LiveNote, PlanAction, PlanItem, PlanNote, RegionMismatch};

impl Zh {
    pub(crate) fn plan_note(note: &PlanNote) -> Cow<'static, str> {
        match note {
            PlanNote::RegionNotReached(mismatch) => Self::region_mismatch(mismatch).into(),
            PlanNote::RecordedFor { region, endpoint } => {
                recorded_for(region.as_ref(), endpoint).into()
            }
            PlanNote::OtherLocation => "属于其他区域或接入地址".into(),
            PlanNote::DeletionStarted => "已开始删除，会先完成删除".into(),
            PlanNote::DeletionNotConfirmed => DELETION_NOT_CONFIRMED.into(),
            PlanNote::OutcomeUnknown { why, candidates } => {
                let why = why.as_deref().map_or("结果未知".into(), Self::recorded);
                match &candidates[..] {
                    [] => why.into_owned(),
                    live => format!("{why}；同名的存活实例：{}", ids(live)),
                }
                .into()
            }
            PlanNote::Lookalike { name, orphan } => format!(
                "其名称与锁文件中一个条目的名称看起来相同，但字符不同：此处为 {}，锁文件中为 {}",
                name.as_str().escape_unicode(),
                orphan.as_str().escape_unicode()
            )
            .into(),
            PlanNote::Resize => "原地调整规格，不重新创建".into(),
            PlanNote::KeptAsIs => "保持不变".into(),
            PlanNote::Live(note) => live_note(note).into(),
        }
    }

    pub(crate) fn plan_section(file: &str, region: Option<&Region>) -> String {
        region.map_or_else(
            || file.to_owned(),
            |region| format!("{file}，区域 {}", escaped(region.as_str())),
        )
    }

    pub(crate) fn planned_count(action: &str, count: usize) -> String {
        format!("{action} {count} 个")
    }

    pub(crate) fn plan_action(item: &PlanItem) -> &'static str {
        match (item.action, item.state) {
            (_, Some(EntryState::Unknown)) => "结果未知",
            (_, Some(EntryState::Deleting)) if item.blocked => "正在删除",
            (PlanAction::Create, _) if item.blocked => "不创建",
            (PlanAction::Replace, _) if item.blocked => "不替换",
            (PlanAction::Adopt, _) if item.blocked => "不接管",
            (PlanAction::Changed, _) if item.resizes() => "调整规格",
            (PlanAction::Create, _) => "创建",
            (PlanAction::Replace, _) => "替换",
            (PlanAction::Adopt, _) => "接管",
            (PlanAction::Prune, _) => "删除",
            (PlanAction::Changed, _) => "有变更",
            (PlanAction::Unchanged, _) => "不变",
            (PlanAction::Orphan, _) => "孤立实例",
            (PlanAction::Finished, _) => "已结束",
            (PlanAction::Gone, _) => "已不存在",
            (PlanAction::Elsewhere, _) => "在别处",
        }
    }

    /// Describes instances, each live under the name of one of the manifest.
    pub(crate) fn live_in_no_lock(ids: &[TaskId]) -> String {
        let ids = Self::names(&ids.iter().map(ToString::to_string).collect::<Vec<_>>());
        format!(
            "平台上已有同名的存活实例，但不在任何锁文件中：{ids}；如果由另一个克隆创建，请运行 `git pull`；\
             否则用 `--adopt` 接管其中与清单一致的实例"
        )
    }

    pub(crate) fn plan_remark(item: &PlanItem) -> Option<&'static str> {
        match item.action {
            _ if item.state != Some(EntryState::Created) => None,
            PlanAction::Orphan => Some("在锁文件中，但不在清单中：不加 `--prune` 时保持不变"),
            PlanAction::Changed if item.blocked && item.note.is_none() => {
                Some(if item.differs_in_sizes() {
                    "不会执行：请用 `--replace`、`--resize` 或 `--keep-changed`"
                } else {
                    "不会执行：请用 `--replace` 或 `--keep-changed`"
                })
            }
            _ => None,
        }
    }

    pub(crate) fn region_mismatch(RegionMismatch { expected, own }: &RegionMismatch) -> String {
        let expected = expected
            .as_ref()
            .map_or("其他区域".to_owned(), |region| format!("区域 `{}`", region.as_str()));
        let own = own.as_ref().map_or("其他区域".to_owned(), |own| format!("`{own}`"));
        format!("其文档属于{expected}，而令牌属于{own}")
    }

    pub(crate) fn unchanged(count: usize) -> String {
        format!("{count} 个不变")
    }

    pub(crate) fn list_limitation(limitation: ListLimitation, region: Option<&Region>) -> String {
        let region = in_region(region);
        match limitation {
            ListLimitation::CannotList => format!(
                "{region}该平台不能列出实例：无法发现同名的存活实例，没有收到的响应将保持结果未知"
            ),
            ListLimitation::Incomplete(gap) => format!(
                "{region}平台的列表不完整（{}）：没有收到的响应将保持结果未知",
                Self::list_gap(gap)
            ),
        }
    }

    pub(crate) fn region_not_compared(region: &Region) -> String {
        format!("未检查区域 {region}：令牌属于其他区域")
    }

    /// Says which part of the online check was left out.
    pub(crate) fn offer_gap(gap: &OfferGap, region: Option<&Region>) -> String {
        let region = in_region(region);
        let part = match gap.part {
            CatalogPart::Groups => "资源分组",
            CatalogPart::Images => "镜像",
            CatalogPart::Limits => "节点上限",
            CatalogPart::Mounts => "挂载",
        };
        let why = match &gap.why {
            OfferGapReason::Failed(error) => Self::error_detail(error.detail()),
            OfferGapReason::TimedOut => "平台没有及时响应".to_owned(),
            OfferGapReason::NotUnderstood => "平台返回的列表为空、不完整或格式未知".to_owned(),
        };
        format!("{region}未检查{part}：{why}")
    }

    pub(crate) fn list_gap(gap: ListGap) -> &'static str {
        match gap {
            ListGap::KnownMissing => "其中没有任何已知存在的实例",
            ListGap::TooLong => "列表过长",
            ListGap::TotalChanged => "读取期间总数有变化",
            ListGap::EndedEarly => "没有到总数就已结束",
            ListGap::PagesDoNotContinue => "各页不连续",
            ListGap::PageRepeated => "有一页重复",
        }
    }
}

/// Returns what the platform shows of a planned item.
fn live_note(note: &LiveNote) -> String {
    match note {
        LiveNote::Ended { status, start, replace } => {
            format!("实例已结束（{status}）：`{start}` 重新启动它，`{replace}` 创建新实例")
        }
        LiveNote::NotListed { replace } => {
            format!("平台的列表中已没有它：`{replace}` 创建新实例")
        }
        LiveNote::QueryFailed(cause) => {
            format!("平台没有返回其状态：{}", Zh::error_detail(cause))
        }
        LiveNote::LiveUnrecorded { ids: live, adopt } => {
            let or_flag = if live.len() > 1 {
                ""
            } else {
                "；如果与清单一致，也可以用 `--adopt`"
            };
            format!(
                "平台上已有同名的存活实例，但不在任何锁文件中：{}；如果由另一个克隆创建，请运行 `git pull`；\
                 否则运行 `{adopt}`{or_flag}",
                ids(live)
            )
        }
        LiveNote::AnotherIsLive { ids: live, forget, adopt } => format!(
            "还有同名的存活实例，且不在任何锁文件中：{}；如果由另一个克隆创建，请运行 `git pull`；\
             否则先运行 `{forget}`，再运行 `{adopt}`",
            ids(live)
        ),
        LiveNote::Duplicates { ids: live, status } => {
            format!("还有同名的存活实例：{}；`{status}` 指出多余的一个", ids(live))
        }
        LiveNote::LiveWithoutDetail { id } => {
            format!("平台上已有同名的存活实例 {id}，但平台没有显示其详情")
        }
        LiveNote::LiveAndDifferent { id } => {
            format!("平台上已有同名的存活实例 {id}，但与清单不同")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{PlanNote, Zh};

    #[test]
    fn lookalike_names_show_their_characters() {
        let (name, orphan) = ("cafe\u{301}".into(), "caf\u{e9}".into());
        let note = Zh::plan_note(&PlanNote::Lookalike { name, orphan });
        assert!(note.contains("看起来相同") && note.contains("\\u{301}"), "{note}");
    }
}
