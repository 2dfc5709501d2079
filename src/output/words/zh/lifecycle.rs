//! Chinese texts about live instances.

use std::borrow::Cow;
use std::time::Duration;

use super::phrases::{DELETION_NOT_CONFIRMED, duration, ids, recorded_for};
use crate::api::client::CreateError;
use crate::api::endpoints::detail::Status;
use crate::apply::Outcome;
use crate::lifecycle::{
    Action, ActionOutcome, ExecOutcome, ExecSkipReason, LiveState, NoopReason, SkipReason, SshGap,
    StatusNote, UnrecordedInstance, WaitEnd, WaitFailure,
};
use crate::output::Message;
use crate::output::json::CardCounts;
use crate::output::words::zh::Zh;
use crate::text::CommandLine;
use crate::user_command::CommandFailure;

impl Zh {
    pub(crate) fn live_state(live: &LiveState) -> String {
        let word = match live {
            LiveState::Present(_) => match live.status() {
                Some(status) => return status.as_str().to_owned(),
                None => "无状态",
            },
            LiveState::Gone => "已不存在",
            LiveState::Unknown => "结果未知",
            LiveState::OtherRegion => "在别处",
            LiveState::QueryFailed(_) => "查询失败",
        };
        word.to_owned()
    }

    pub(crate) fn status_note(note: &StatusNote) -> Cow<'static, str> {
        match note {
            StatusNote::OutcomeUnknown { why, apply, steps } => {
                let why = why.as_deref().map_or("响应丢失".into(), Self::recorded);
                format!("{why}：`{apply}` 再次查找；{}", Self::remediation(steps)).into()
            }
            StatusNote::RecordedFor { region, endpoint } => {
                recorded_for(region.as_ref(), endpoint).into()
            }
            StatusNote::QueryFailed(cause) => {
                format!("状态未知：{}", Self::error_detail(cause)).into()
            }
            StatusNote::Gone { replace } => {
                format!("{NO_LONGER_EXISTS}：`{replace}` 创建新实例").into()
            }
            StatusNote::DeletionNotConfirmed { destroy } => {
                format!("{DELETION_NOT_CONFIRMED}：`{destroy}` 完成删除").into()
            }
            StatusNote::NotInManifest => "在锁文件中，但不在清单中".into(),
            StatusNote::LiveDuplicate { id, status } => {
                format!("还有同名的存活实例：{id}（{}）", status.as_str()).into()
            }
            StatusNote::Candidate { id, status: Some(status) } => {
                format!("候选：{id}（{}）", status.as_str()).into()
            }
            StatusNote::Candidate { id, status: None } => {
                format!("候选：{id}，不在平台的列表中").into()
            }
            StatusNote::Duplicates(removal) => Self::duplicate_removal(removal).into(),
        }
    }

    pub(crate) fn status_summary(counts: &str, cards: CardCounts, card_hours: f64) -> String {
        let CardCounts { in_use, queued, unknown } = cards;
        let known = in_use > 0 || unknown == 0;
        let parts = [
            known.then(|| format!("使用中 {in_use} 张卡")),
            (queued > 0).then(|| format!("排队等待 {queued} 张卡")),
            (unknown > 0).then(|| format!("状态未知 {unknown} 张卡")),
            (card_hours > 0.0).then(|| format!("已用 {card_hours:.2} 卡时")),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        format!("{counts}；{}", parts.join("，"))
    }

    pub(crate) fn unrecorded(unrecorded: &UnrecordedInstance) -> String {
        format!(
            "存活，但不在任何锁文件中：如果由另一个克隆创建，请运行 `git pull`；否则运行 `{}`",
            unrecorded.adopt
        )
    }

    pub(crate) fn live_unrecorded(count: usize) -> String {
        format!("{count} 个存活但不在任何锁文件中")
    }

    pub(crate) fn watch_footer(time: &str, pause: Duration) -> String {
        format!("截至 {time}，{}后刷新；按 Ctrl-C 结束", pause_text(pause))
    }

    pub(crate) fn watch_omitted(lines: usize) -> String {
        format!("还有 {lines} 行，终端显示不下")
    }

    pub(crate) fn watch_retry(trouble: &Message, pause: Duration) -> String {
        format!("{}；{}后重试", trouble.text, pause_text(pause))
    }

    pub(crate) fn failure_hint(why: &CommandLine) -> String {
        format!("`{why}` 说明它为什么失败")
    }

    pub(crate) fn not_created(count: usize) -> String {
        format!("清单中有 {count} 个尚未创建")
    }

    pub(crate) fn skip_reason(reason: &SkipReason) -> Cow<'static, str> {
        match reason {
            SkipReason::OutcomeUnknown(steps) => {
                format!("结果未知；{}", Self::remediation(steps)).into()
            }
            SkipReason::DeletionNotConfirmed => DELETION_NOT_CONFIRMED.into(),
            SkipReason::RecordedFor(endpoint) => recorded_for(None, endpoint).into(),
            SkipReason::NoId => "没有 ID".into(),
            SkipReason::AnotherIsLive(others) => {
                format!("还有同名的存活实例：{}", ids(others)).into()
            }
        }
    }

    pub(crate) fn noop_reason(reason: &NoopReason) -> Cow<'static, str> {
        match reason {
            NoopReason::GoneBeforeStop => "实例已不存在".into(),
            NoopReason::GoneBeforeStart => "实例已不存在；`apply --replace` 创建新实例".into(),
            NoopReason::Ended(status) => format!("实例已结束（{}）", status.as_str()).into(),
            NoopReason::Live(status) => format!("实例尚未结束（{}）", status.as_str()).into(),
        }
    }

    pub(crate) fn action_outcome(action: Action, outcome: &ActionOutcome) -> String {
        match outcome {
            ActionOutcome::Done => done(action).to_owned(),
            ActionOutcome::AlreadyDone(reason) => {
                format!("{}：{}", Self::FIXED.nothing_to_do, Self::noop_reason(reason))
            }
            ActionOutcome::Skipped(reason) => format!("已跳过：{}", Self::skip_reason(reason)),
            ActionOutcome::Failed(failure) => {
                let (outcome, _) = failure.outcome();
                format!("{}：{}", Self::outcome(outcome), Self::error_detail(failure.detail()))
            }
        }
    }

    pub(crate) fn exec_failed(name: &str, failure: &CommandFailure) -> String {
        let failed = match failure {
            CommandFailure::Status(code) => format!("失败，退出码为 {code}"),
            CommandFailure::Signal(number) => format!("被信号 {number} 终止"),
            CommandFailure::Interrupted => "被中断".to_owned(),
            CommandFailure::NotStarted(error) => format!("无法运行：{error}"),
        };
        format!("{name}：--exec 的命令{failed}")
    }

    pub(crate) fn ssh_gap(gap: SshGap, live: &LiveState) -> String {
        match gap {
            SshGap::NotRunning => format!("未运行：{}", Self::live_state(live)),
            SshGap::NoPort => {
                "没有开放 SSH 端口：请在 `containerPortInfoList` 里加上，并替换该实例".to_owned()
            }
            SshGap::NoAddress => "平台没有给出 SSH 端口的地址".to_owned(),
            SshGap::UnusableAddress => "SSH 端口的地址不是 SSH 服务器的地址：未写入".to_owned(),
        }
    }

    pub(crate) fn exec_outcome(outcome: &ExecOutcome) -> String {
        match outcome {
            ExecOutcome::Accepted => "已接受脚本".to_owned(),
            ExecOutcome::Skipped(reason) => format!("已跳过：{}", exec_skip_reason(reason)),
            ExecOutcome::Failed(CreateError { kind, detail }) => {
                let (outcome, _) = kind.outcome();
                let unknown = match outcome {
                    Outcome::Unknown => "脚本可能已经运行，不会再次发送：",
                    _ => "",
                };
                format!("{}：{unknown}{}", Self::outcome(outcome), Self::error_detail(detail))
            }
        }
    }

    pub(crate) fn exec_summary(number: usize) -> String {
        format!("{number} 个实例已接受脚本")
    }

    pub(crate) fn action_summary(action: Action, count: usize) -> String {
        format!("{} {count} 个", done(action))
    }

    pub(crate) fn wait_failure(failure: &WaitFailure) -> Cow<'static, str> {
        match failure {
            WaitFailure::Gone => NO_LONGER_EXISTS.into(),
            WaitFailure::Ended { goal, start } => {
                let goal = goal.as_str();
                format!("实例已结束，未达到 {goal}：\n  `{start}` 重新启动它").into()
            }
        }
    }

    pub(crate) fn still_pending(state: &str, queued: Option<Duration>, since: Duration) -> String {
        match queued {
            Some(age) => format!("仍为 {state}，已排队 {}", Self::short_duration(age)),
            None => format!("{}后仍为 {state}", Self::short_duration(since)),
        }
    }

    pub(crate) fn wait_progress(
        open: usize,
        goal: &Status,
        since: Duration,
        counts: &str,
        queued: Option<Duration>,
    ) -> String {
        let (goal, since) = (goal.as_str(), Self::short_duration(since));
        let queued = queued.map(|age| format!("（已排队 {}）", Self::short_duration(age)));
        let queued = queued.unwrap_or_default();
        format!("等待 {open} 个达到 {goal}，已等待 {since}：{counts}{queued}")
    }

    pub(crate) fn wait_summary(
        reached: usize,
        all: usize,
        goal: &Status,
        took: Duration,
    ) -> String {
        if all == 0 {
            return "没有需要等待的实例".to_owned();
        }
        let (goal, took) = (goal.as_str(), Self::short_duration(took));
        format!("{all} 个中有 {reached} 个达到 {goal}，用时 {took}")
    }

    /// Returns why a wait ended before all instances had the status `goal`; `status` and `stop` are
    /// commands about the instances that do not have it, the latter if some are queued.
    pub(crate) fn wait_end(
        end: &WaitEnd,
        goal: &Status,
        status: Option<&CommandLine>,
        stop: Option<&CommandLine>,
    ) -> Option<Message> {
        Some(match end {
            WaitEnd::There | WaitEnd::Interrupted => return None,
            WaitEnd::Lost => Message::new(
                format!("部分实例不会达到 {}", goal.as_str()),
                status.map(|status| format!("`{status}` 显示这些实例")),
            ),
            WaitEnd::TimedOut(Some(cause)) => {
                format!("等待超时，并且{}", Self::query_failed(cause)).into()
            }
            WaitEnd::TimedOut(None) => Message::new(
                "等待超时",
                match stop {
                    Some(stop) => {
                        format!("状态为 Waiting 的实例正在排队等待空闲的卡；`{stop}` 将其移出队列")
                    }
                    None => "用更长的 --timeout 再次等待".to_owned(),
                },
            ),
            WaitEnd::Denied(cause) | WaitEnd::Unreachable(cause) => {
                Self::query_failed(cause).into()
            }
        })
    }
}

fn exec_skip_reason(reason: &ExecSkipReason) -> Cow<'static, str> {
    match reason {
        ExecSkipReason::NotRunning(Some(status)) => {
            format!("实例未在运行（{}）", status.as_str()).into()
        }
        ExecSkipReason::NotRunning(None) | ExecSkipReason::StatusUnknown => {
            "平台没有显示实例是否在运行".into()
        }
        ExecSkipReason::Gone => NO_LONGER_EXISTS.into(),
        ExecSkipReason::Entry(reason) => Zh::skip_reason(reason),
        ExecSkipReason::Interrupted => "运行已中断".into(),
    }
}

const NO_LONGER_EXISTS: &str = "实例在平台上已不存在";

/// Formats a pause in whole seconds.
fn pause_text(pause: Duration) -> String {
    duration(Duration::from_secs(pause.as_secs().max(1)))
}

fn done(action: Action) -> &'static str {
    match action {
        Action::Stop => "已停止",
        Action::Start => "已启动",
    }
}
