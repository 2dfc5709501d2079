//! Chinese texts about runs.

use std::borrow::Cow;

use super::phrases::{ids, io_error};
use super::spacing::spaced;
use crate::api::client::ErrorDetail;
use crate::apply::{AbortReason, InstanceNote, NextStep, Outcome};
use crate::diagnostics::quote;
use crate::exit_status::{ExitClass, ExitClasses};
use crate::ids::{InstanceName, TaskId};
use crate::inventory::Ambiguity;
use crate::lockfile::{EmergencyWriteError, IdConflict};
use crate::output::Message;
use crate::output::progress_line::ProgressCounts;
use crate::output::words::zh::Zh;
use crate::text::{CommandLine, ManifestArgs};

const LOCK_NOT_WRITABLE: &str = "无法写入锁文件";
const NO_LONGER_IN_LOCK: &str = "同名的其他实例已不在任何锁文件中，请在平台上检查";

impl Zh {
    pub(crate) fn outcome(outcome: Outcome) -> &'static str {
        match outcome {
            Outcome::Created => "已创建",
            Outcome::Resized => "已调整规格",
            Outcome::Deleted => "已删除",
            Outcome::Refused => "被拒绝",
            Outcome::Unknown => "结果未知",
            Outcome::NotSent => "未发送",
            Outcome::Skipped => "已跳过",
        }
    }

    pub(crate) fn instance_note(note: &InstanceNote) -> Cow<'static, str> {
        match note {
            InstanceNote::Planned(note) => Self::plan_note(note),
            InstanceNote::CannotUpdate => "与锁文件不同，而平台不能更新实例".into(),
            InstanceNote::CannotResize(replace) => {
                format!("该平台没有调整规格的接口：`{replace}` 创建新实例").into()
            }
            InstanceNote::SizesNotChanged => "平台尚未显示新的规格；请再次运行同一命令".into(),
            InstanceNote::NotStarted(Some(why)) => {
                format!("未开始：{}", Self::abort_reason(why)).into()
            }
            InstanceNote::NotStarted(None) => "未开始".into(),
            InstanceNote::Failed(cause) => Self::error_message(&cause.message).into(),
            InstanceNote::Uncertain { cause, why, candidates } => {
                uncertain(cause, why.as_ref(), candidates).into()
            }
            InstanceNote::JournalNotWritable => "未发送任何请求：无法写入锁文件的日志文件".into(),
            InstanceNote::LockNotWritable => LOCK_NOT_WRITABLE.into(),
            InstanceNote::ReplacedStillExists(cause) => {
                with_cause("要替换的实例仍然存在", cause.as_ref())
            }
            InstanceNote::RegionAddressUnknown => "不知道其区域的地址".into(),
            InstanceNote::Adopted => "实例已存在".into(),
            InstanceNote::FoundInList => "响应丢失，但在平台的列表中找到了该实例".into(),
            InstanceNote::Duplicates(same) => format!("还有同名的存活实例：{}", ids(same)).into(),
            InstanceNote::NoLongerInLock(others) => {
                format!("{NO_LONGER_IN_LOCK}：{}", ids(others)).into()
            }
            InstanceNote::StillInLock => "它仍在锁文件中".into(),
            InstanceNote::DeletionNotConfirmed(cause) => {
                with_cause("删除尚未确认；请再次运行同一命令", cause.as_ref())
            }
            InstanceNote::Contradicted(contradiction) => Self::contradiction(contradiction),
            InstanceNote::ResolveFirst => "结果未知；请先运行 `resolve`".into(),
            InstanceNote::QueryFailed(cause) => Zh::query_failed(cause).into(),
            InstanceNote::NothingToDo => Self::FIXED.nothing_to_do.into(),
            InstanceNote::AddedToLock => "已加入锁文件".into(),
            InstanceNote::RemovedFromLock => "已从锁文件移除".into(),
            InstanceNote::WaitFailed(failure) => Self::wait_failure(failure),
            InstanceNote::NotRunningYet(None) => "尚未运行".into(),
            InstanceNote::NotRunningYet(Some(cause)) => {
                format!("尚未运行，并且{}", Zh::query_failed(cause)).into()
            }
        }
    }

    pub(crate) fn error_code(code: &str) -> String {
        format!("（错误码 {code}）")
    }

    pub(crate) fn next_step(step: &NextStep) -> String {
        match step {
            NextStep::Resolve(steps) => Self::remediation(steps),
            NextStep::DestroyAgain(destroy) => format!("`{destroy}` 再次请求删除它"),
            NextStep::DeleteDuplicates(removal) => Self::duplicate_removal(removal),
        }
    }

    pub(crate) fn abort_reason(reason: &AbortReason) -> Cow<'static, str> {
        match reason {
            AbortReason::Interrupted { .. } => "运行已中断".into(),
            AbortReason::Denied(cause) => {
                format!("没有权限：{}", Self::error_message(&cause.message)).into()
            }
            AbortReason::FirstRequestFailed(cause) => {
                format!("第一个请求失败：{}", Self::error_message(&cause.message)).into()
            }
            AbortReason::Unknown(count) => format!("{count} 个创建的结果未知").into(),
            AbortReason::Lock => LOCK_NOT_WRITABLE.into(),
            AbortReason::ListFailed(cause) => {
                format!("无法列出现有实例：{}", Zh::error_detail(cause)).into()
            }
        }
    }

    /// Says that no new request starts.
    pub(crate) fn stopping(reason: &AbortReason) -> Message {
        let why = Self::abort_reason(reason);
        let (in_flight, help) = match reason {
            AbortReason::Interrupted { awaited: awaited @ 1.. } => (
                format!("，{awaited} 个请求正在进行"),
                Some("正在等待这些请求的结果；再次发送信号会将其记录为结果未知"),
            ),
            AbortReason::Denied(_) => (String::new(), Some(super::api::ACCESS_DENIED_HELP)),
            _ => (String::new(), None),
        };
        let text = format!("不再发起新的请求：{why}{in_flight}");
        Message::new(text, help.map(str::to_owned))
    }

    pub(crate) fn nothing_sent(reason: &AbortReason) -> String {
        format!("未发送任何请求：{}", Self::abort_reason(reason))
    }

    pub(crate) fn sending(name: &str) -> String {
        format!("{name}：正在发送")
    }

    /// Says that the ID of an instance is recorded nowhere else.
    pub(crate) fn not_recorded(name: &InstanceName, error: &EmergencyWriteError) -> Message {
        let name = quote(name.as_str());
        let error = match error {
            EmergencyWriteError::NoStateDirectory => "用户没有状态目录".to_owned(),
            EmergencyWriteError::Io(error) => io_error(error),
        };
        Message::new(
            format!("{name} 的 ID 没有记录在其他任何地方：{error}"),
            "请记下名称和 ID".to_owned(),
        )
    }

    pub(crate) fn not_yet_listed(count: usize) -> String {
        format!("{count} 个已创建的实例尚未出现在平台的列表中；其 ID 已记入锁文件")
    }

    /// Describes two IDs of one name; `manifest` is that of the instance.
    pub(crate) fn id_conflict(clash: &IdConflict, manifest: &ManifestArgs) -> Message {
        let id = |id: &Option<TaskId>| id.as_ref().map_or("无".to_owned(), ToString::to_string);
        let name = clash.name.as_str();
        let help = match &clash.candidate {
            Some(id) => format!(
                "两个 ID 都在锁文件中，第二个作为候选；如果两者是同一个实例：`{}` 删除第二个",
                manifest.command("destroy").value(name).option("--id", id.as_str())
            ),
            None => format!("`{}` 显示平台上的情况", manifest.command("status").value(name)),
        };
        let (kept, candidate) = (id(&clash.kept), id(&clash.candidate));
        let name = quote(name);
        let name = name.to_string();
        let text = spaced(&[&name, "有两个 ID：锁文件中为", &kept, "，本次运行为", &candidate]);
        Message::new(text, help)
    }

    pub(crate) fn not_started(names: &[String]) -> String {
        format!("未开始：{}", Self::names(names))
    }

    pub(crate) fn more_skipped(number: usize) -> String {
        format!("另有 {number} 个实例因同样的原因已跳过")
    }

    pub(crate) fn next_commands(commands: &[CommandLine]) -> String {
        let commands = commands.iter().map(|command| format!("\n  {command}"));
        format!("下一步：{}", commands.collect::<String>())
    }

    pub(crate) fn run_progress(ProgressCounts { total, begun, done }: &ProgressCounts) -> String {
        format!("已完成 {done}/{total} 个，{} 个进行中", begun.saturating_sub(*done))
    }

    pub(crate) fn exit_class(class: ExitClass) -> &'static str {
        match class {
            ExitClass::Lock => "锁文件故障",
            ExitClass::Unknown => "结果未知",
            ExitClass::Interrupted => "已中断",
            ExitClass::Denied => "没有权限",
            ExitClass::Unreachable => "无法连接平台",
            ExitClass::Refused => "被平台拒绝",
            ExitClass::Blocked => "被安全检查阻止",
            ExitClass::WaitFailed => "等待失败",
        }
    }

    pub(crate) fn with_exit(done: String, classes: &ExitClasses) -> String {
        let named =
            classes.iter().map(|class| format!("{}（{}）", Self::exit_class(class), class.code()));
        match named.collect::<Vec<_>>() {
            named if named.is_empty() => done,
            named => format!("{done}；退出码 {}：{}", classes.code(), Self::list(&named)),
        }
    }

    pub(crate) fn resolved(name: &str, id: &TaskId) -> String {
        format!("{name}：此前结果未知，平台的列表中为 {id}")
    }
}

fn with_cause(text: &'static str, cause: Option<&ErrorDetail>) -> Cow<'static, str> {
    cause.map_or(text.into(), |cause| {
        format!("{text}：{}", Zh::error_message(&cause.message)).into()
    })
}

fn uncertain(cause: &ErrorDetail, why: Option<&Ambiguity>, candidates: &[TaskId]) -> String {
    let fault = Zh::error_message(&cause.message);
    let Some(why) = why else { return fault };
    let why: Cow<'_, str> = match why {
        Ambiguity::SeveralInstances => "存在多个同名实例".into(),
        Ambiguity::NoEarlierList => "请求之前没有完整的列表，因此它可能是更早的实例".into(),
        Ambiguity::NoDetail => "平台没有显示同名实例的详情".into(),
        Ambiguity::SeemsOlder => "存在一个似乎早于该请求的同名实例".into(),
        Ambiguity::Differs(fields) => {
            format!("存在一个同名实例，但下列字段不同：{}", fields.join("、")).into()
        }
    };
    if candidates.is_empty() {
        return format!("{fault}；{why}");
    }
    format!("{fault}；{why}：{}", ids(candidates))
}
