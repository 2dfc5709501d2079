//! Chinese texts about the decisions of the user about instances.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::phrases::{duration, ids, recorded_for};
use crate::diagnostics::quote;
use crate::inventory::{DuplicateRemoval, LaterInstance};
use crate::output::UnknownOutcomes;
use crate::output::words::shared::{TASK_ID, UnknownCommands};
use crate::output::words::zh::Zh;
use crate::resolve::{Contradiction, Presence, Remediation, ResolveNote};

impl Zh {
    /// Returns the manual steps for an outcome that stays unknown.
    pub(crate) fn remediation(steps: &Remediation) -> String {
        let Remediation { name, candidates, .. } = steps;
        let absent = steps.absent();
        if candidates.is_empty() {
            return format!(
                "在平台上查找名为 `{}` 的实例：如果存在，运行 `{}`；如果不存在，运行 `{absent}`",
                name.as_str().escape_debug(),
                steps.is(TASK_ID)
            );
        }
        let is = candidates.iter().map(|id| format!("`{}`", steps.is(id.as_str())));
        let is = is.collect::<Vec<_>>().join(" 或 ");
        format!(
            "在平台上检查 {}：如果其中有该实例，运行 {is}；如果都不是，运行 `{absent}`",
            ids(candidates)
        )
    }

    /// Returns what is known about outcomes that stay unknown without candidates, and what to do.
    pub(crate) fn unknown_outcomes(unknown: &UnknownOutcomes<'_>) -> String {
        let UnknownOutcomes { steps, cost, searched } = unknown;
        let names = steps.iter().map(|steps| quote(steps.name.as_str()).to_string());
        let mut text = format!(
            "结果未知：{}；实例可能存在并计费：{}\n",
            Self::names(&names.collect::<Vec<_>>()),
            Self::at_most(cost)
        );
        if let Some(searched) = searched {
            let _ = writeln!(text, "  已在平台的列表中查找 {}", duration(*searched));
        }
        for UnknownCommands { apply, is, absent } in UnknownCommands::of(unknown) {
            let _ = write!(
                text,
                "  再次查找，不会重复创建：`{apply}`\n  如果平台上有该实例：`{is}`\n  \
                 如果平台上没有：`{absent}`\n"
            );
        }
        text
    }

    /// Returns how to delete the duplicates of an instance.
    pub(crate) fn duplicate_removal(removal: &DuplicateRemoval) -> String {
        let mut parts = Vec::new();
        if !removal.others.is_empty() {
            let commands = removal.others.iter().map(|command| format!("`{command}`"));
            parts.push(format!("如果不需要：{}", commands.collect::<Vec<_>>().join("、")));
        }
        if let Some(LaterInstance { first, own, destroy }) = &removal.own {
            parts.push(format!(
                "{first} 早于 {own} 创建，可能来自另一个克隆（用 `git pull` 检查）：如果两者是同一个实例，\
                 `{destroy}` 删除较晚的一个，锁文件保留较早的一个"
            ));
        }
        Self::clauses(&parts)
    }

    /// Returns what the platform shows differently, or does not show.
    pub(crate) fn resolve_note(note: &ResolveNote) -> Cow<'static, str> {
        match note {
            ResolveNote::CannotList => "该平台不能列出实例：无法核对这个决定".into(),
            ResolveNote::ListIncomplete(gap) => {
                format!("平台的列表不完整：{}", Self::list_gap(*gap)).into()
            }
            ResolveNote::Differs { id, fields } => {
                format!("`{id}` 在平台上的下列字段不同：{}", fields.join("、")).into()
            }
            ResolveNote::NoDetail(id) => {
                format!("平台没有显示 `{id}` 的详情：没有核对该 ID").into()
            }
            ResolveNote::Ended(id) => format!("`{id}` 在平台上已结束").into(),
        }
    }

    /// Returns why a decision of the user is not accepted.
    pub(crate) fn contradiction(contradiction: &Contradiction) -> Cow<'static, str> {
        match contradiction {
            Contradiction::NotInLock => "它不在锁文件中".into(),
            Contradiction::NotInManifest => "它不在清单中".into(),
            Contradiction::OwnedByAnotherEntry(id) => {
                format!("`{id}` 属于指定锁文件中的另一个条目").into()
            }
            Contradiction::AlreadyRecorded(id) => match id {
                Some(id) => format!("锁文件中已记录为 `{id}`").into(),
                None => "锁文件中已记录为另一个 ID".into(),
            },
            Contradiction::OutcomeUnknown => "结果未知；请先运行 `instancectl resolve`".into(),
            Contradiction::RecordedFor(endpoint) => recorded_for(None, endpoint).into(),
            Contradiction::RegionNotReached(mismatch) => Self::region_mismatch(mismatch).into(),
            Contradiction::Listed(id) => {
                format!("平台的列表中有同名的 `{id}`，且与已发送的请求一致：请使用 `--id {id}`")
                    .into()
            }
            Contradiction::StillExists(id, presence) => {
                format!("平台的列表中仍有 `{id}`：{}", still_exists(presence)).into()
            }
            Contradiction::NotOnPlatform(id, None) => format!("平台的列表中没有 `{id}`").into(),
            Contradiction::NotOnPlatform(id, Some(cause)) => {
                format!("平台的列表中没有 `{id}`：{}", Self::error_detail(cause)).into()
            }
            Contradiction::OtherName(id, name) => {
                format!("`{id}` 在平台上的名称为 `{}`", name.escape_debug()).into()
            }
            Contradiction::NotACandidate(id) => format!(
                "`{id}` 既不是该实例，也不是锁文件中的候选，平台的列表中也没有这样的同名实例"
            )
            .into(),
        }
    }
}

fn still_exists(presence: &Presence) -> String {
    match presence {
        Presence::Status(status) => status.clone().unwrap_or_else(|| "无状态".to_owned()),
        Presence::InList => "在列表中".to_owned(),
        Presence::NotConfirmedGone(cause) => Zh::error_message(&cause.message),
    }
}

#[cfg(test)]
mod tests {
    use super::Zh;
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
            Zh::duplicate_removal(&destroy_duplicate(&manifest, &"a".into(), own, &[other]))
        };
        assert_eq!(text(one, two), "如果不需要：`instancectl destroy -f a.yaml a --id bb`");
        assert_eq!(
            text(two, one),
            "aa 早于 bb 创建，可能来自另一个克隆（用 `git pull` 检查）：如果两者是同一个实例，\
             `instancectl destroy -f a.yaml a --id bb` 删除较晚的一个，锁文件保留较早的一个"
        );
    }
}
