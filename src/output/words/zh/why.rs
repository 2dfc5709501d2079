//! Chinese texts of `why`.

use std::path::Path;

use super::phrases::recorded_for;
use crate::api::endpoints::catalog::NodeLimits;
use crate::api::endpoints::detail::Status;
use crate::diagnostics::{display_path, escaped};
use crate::inventory::OfferGapReason;
use crate::lifecycle::LiveState;
use crate::output::WhyStep;
use crate::output::words::zh::Zh;
use crate::text::memory;
use crate::why::{Explanation, Found, Look, Place, Reason, Since};

impl Zh {
    pub(crate) fn why_state(name: &str, live: &LiveState, since: Option<&Since>) -> String {
        let state = Self::live_state(live);
        let since = since.map(|Since { time, ago }| {
            let ago = ago.map(|ago| format!("，已 {}", Self::short_duration(ago)));
            format!("（自 {} 起{}）", escaped(time), ago.unwrap_or_default())
        });
        format!("{name}：{state}{}", since.unwrap_or_default())
    }

    pub(crate) fn why_reason(explanation: &Explanation, has_script: bool) -> String {
        let Some(reason) = explanation.reason else {
            return "原因：不清楚，已查看的各处都没有说明".to_owned();
        };
        format!("原因：{}", reason_text(reason, explanation, has_script))
    }

    pub(crate) fn why_place(place: &Place, line: Option<u64>) -> String {
        let line = line.map_or_else(String::new, |line| format!(":{line}"));
        format!("{}{line}", place_name(place))
    }

    pub(crate) fn why_look(look: &Look) -> String {
        format!("{}：{}", place_name(&look.place), Self::why_found(&look.found))
    }

    pub(crate) fn why_found(found: &Found) -> String {
        match found {
            Found::Status(Some(status)) => status.clone(),
            Found::Status(None) => "平台上没有".to_owned(),
            Found::Lines(lines) if lines.is_empty() => "空文件".to_owned(),
            Found::Lines(_) => "末尾几行".to_owned(),
            Found::OlderInstance => "未采用：早于该实例，属于以前的同名实例".to_owned(),
            Found::EarlierRun => "未采用：属于更早的一次运行，那次运行已结束".to_owned(),
            Found::Node(limits) => node(limits),
            Found::Free(Some(cards)) => format!("{cards} 张卡"),
            Found::Free(None) => "平台没有列出该分组".to_owned(),
            Found::NoAddress => "未查询，没有设置 INSTANCECTL_PLATFORM_URL".to_owned(),
            Found::Agrees => "与请求相符".to_owned(),
            Found::Contradicts(problem) => Self::diagnostic(problem),
            Found::NotKnown(reason) => {
                let why = match reason {
                    OfferGapReason::Failed(error) => Self::error_detail(error.detail()),
                    OfferGapReason::TimedOut => "平台没有及时响应".to_owned(),
                    OfferGapReason::NotUnderstood => "响应为空、不完整或格式未知".to_owned(),
                };
                format!("无法读取：{why}")
            }
            Found::NotReported(cause) => format!("无法读取：{}", Self::error_detail(cause)),
            Found::Unread(problem) => Self::logs_problem(problem),
        }
    }

    pub(crate) fn why_next(step: &WhyStep<'_>) -> String {
        format!("下一步：{}", next(step))
    }
}

fn place_name(place: &Place) -> String {
    match place {
        Place::Lock => "锁文件".to_owned(),
        Place::Instance => "实例".to_owned(),
        Place::Groups => "资源分组".to_owned(),
        Place::NodeLimits => "该分组的单个节点".to_owned(),
        Place::FreeCards => "该分组的空闲卡".to_owned(),
        Place::Images => "镜像列表".to_owned(),
        Place::Mounts => "可挂载的目录".to_owned(),
        Place::RunFolder => "运行目录".to_owned(),
        Place::File(path) => display_path(Path::new(path)),
    }
}

fn node(limits: &NodeLimits) -> String {
    let NodeLimits { cpus, cards, memory: size } = *limits;
    let parts = [
        cards.map(|cards| format!("{cards} 张卡")),
        cpus.map(|cpus| format!("{cpus} 核 CPU")),
        size.map(|size| format!("{} 内存", memory(size))),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "未给出规格".to_owned() } else { parts.join("，") }
}

fn reason_text(reason: Reason, explanation: &Explanation, has_script: bool) -> String {
    let text = match reason {
        Reason::OutcomeUnknown => "创建结果未知",
        Reason::Gone => "实例已不存在",
        Reason::OtherRegion => "实例属于另一个区域，当前凭据无法访问",
        Reason::Running => "实例正在运行",
        Reason::NoSuchGroup => "该区域没有这个资源分组",
        Reason::OverNodeLimit => "所需规格超出该分组单个节点的上限",
        Reason::NoFreeCards => "该分组目前空闲的卡不够",
        Reason::ImageNotFound => "镜像不存在，或无权拉取",
        Reason::PullFailed => "镜像拉取失败",
        Reason::StillPulling => "镜像仍在拉取",
        Reason::PullTooLong => "镜像拉取已超过 90 分钟，这是拉取与启动合计的上限",
        Reason::MountMissing => "有目录无法挂载或不存在",
        Reason::ScriptFailed => {
            let what = if has_script { "启动脚本" } else { "容器" };
            let signal =
                explanation.signal().map_or_else(String::new, |by| format!("（128 + 信号 {by}）"));
            return match explanation.exit_code {
                Some(code) => format!("{what}失败，退出码 {code}{signal}"),
                None => format!("{what}失败"),
            };
        }
        Reason::Finished => "实例自行结束，退出码 0",
        Reason::TimeLimit => "到达自动停止时间",
        Reason::OutOfMemory => "内存不足",
        Reason::CardOutOfMemory => "卡的显存不足",
        Reason::NodeFailed => "所在节点故障",
        Reason::Preempted => "资源被其他作业抢占",
        Reason::Stopped => "已被用户停止",
    };
    text.to_owned()
}

/// Returns the next step for a reason.
fn next(step: &WhyStep<'_>) -> String {
    let (command, replace) = (|name: &str| step.command(name), step.replace());
    let Some(reason) = step.reason else { return next_without_reason(step) };
    match reason {
        Reason::OutcomeUnknown => {
            let steps = Zh::remediation(&step.locked.resolve());
            format!("`{}` 再次查找；{steps}", step.apply())
        }
        Reason::Gone => format!("`{replace}` 创建新实例"),
        Reason::OtherRegion => {
            let entry = &step.locked.entry;
            let place = recorded_for(entry.region.as_ref(), &entry.endpoint);
            format!("{place}：请使用该处的凭据，`instancectl auth check` 显示当前凭据")
        }
        Reason::Running => format!("`{}` 查看其输出", command("logs").flag("--follow")),
        Reason::NoSuchGroup => {
            format!("从 `instancectl catalog groups` 中选一个分组，再执行 `{replace}`")
        }
        Reason::OverNodeLimit => {
            format!("`{}` 显示上限；减小规格后执行 `{replace}`", step.limits())
        }
        Reason::NoFreeCards => {
            format!("`{}` 等待它；排队不计费，`{}` 可停止它", command("wait"), command("stop"))
        }
        Reason::ImageNotFound => {
            format!("从 `instancectl catalog images` 中选一个镜像，再执行 `{replace}`")
        }
        Reason::PullFailed => {
            format!("`{}` 查看拉取过程；`{}` 重试", step.pull(), command("start"))
        }
        Reason::StillPulling => format!("`{}` 跟踪拉取过程", step.pull().flag("--follow")),
        Reason::PullTooLong => format!("`{}` 查看拉取过程；较小的镜像启动更快", step.pull()),
        Reason::MountMissing => format!(
            "检查 `sourcePath`，`instancectl catalog mounts` 列出可挂载的目录，再执行 `{replace}`"
        ),
        Reason::ScriptFailed => format!("`{}` 查看更多输出", step.tail()),
        Reason::Finished => format!("`{}` 查看其输出", step.tail()),
        Reason::TimeLimit => format!(
            "`{}` 以原来的自动停止时间重新启动；要更改，先修改 `timeoutLimit`，再执行 `{replace}`",
            command("start")
        ),
        Reason::OutOfMemory => {
            format!("增大 `ramSize` 后执行 `{replace}`；`{}` 查看更多输出", step.tail())
        }
        Reason::CardOutOfMemory => {
            format!("减小批大小或增加卡数后执行 `{replace}`；`{}` 查看更多输出", step.tail())
        }
        Reason::NodeFailed | Reason::Preempted | Reason::Stopped => {
            format!("`{}` 重新启动它", command("start"))
        }
    }
}

fn next_without_reason(step: &WhyStep<'_>) -> String {
    match step.live.status() {
        Some(Status::Waiting) => {
            format!("`{}` 等待它；排队不计费，晚间可能要等几小时", step.command("wait"))
        }
        Some(status) if status.has_ended() => format!("`{}` 查看其输出（如果有）", step.tail()),
        Some(_) => format!("`{}` 等待它", step.command("wait")),
        None => format!("`{}` 再次查询", step.command("status")),
    }
}
