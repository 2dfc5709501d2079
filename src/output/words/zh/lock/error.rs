//! Errors of locks.

use std::fmt::Write as _;

use crate::ids::{InstanceName, InvalidTaskId, TaskId};
use crate::lockfile::{
    Damage, EntryState, FieldProblem, FileAction, LockError, LockHolder, LockTextError,
    NewerVersion, Truncation, UnexpectedFileType, WriterFailure,
};
use crate::output::words::zh::git::remote_error;
use crate::output::words::zh::phrases::{quoted, system_error};

/// Returns the message of an error.
pub(super) fn message(error: &LockError) -> String {
    match error {
        LockError::Held { path, holder } => {
            format!("另一个进程锁住了 `{}`{}", path.display(), by(holder))
        }
        LockError::CannotLock { path, source } => {
            let (path, source) = (path.display(), system_error(&source.message));
            format!("在该文件系统上无法锁住 `{path}`：{source}")
        }
        LockError::Io { action, path, source } => {
            let (path, source) = (path.display(), system_error(&source.message));
            match action {
                FileAction::Find => format!("找不到 `{path}`：{source}"),
                FileAction::Open => format!("无法打开 `{path}`：{source}"),
                FileAction::Read => format!("无法读取 `{path}`：{source}"),
                FileAction::Create => format!("无法创建 `{path}`：{source}"),
                FileAction::Write => format!("无法写入 `{path}`：{source}"),
                FileAction::Remove => format!("无法删除 `{path}`：{source}"),
                FileAction::ReserveSpace => format!("无法为 `{path}` 预留空间：{source}"),
                FileAction::StartWriter => format!("无法启动 `{path}` 的写入线程：{source}"),
            }
        }
        LockError::KeepsChanging { path } => {
            format!("无法写入 `{}`：另一个程序不断修改它", path.display())
        }
        LockError::Instead { path, instead } => {
            let (path, kind) = (path.display(), file_type(*instead));
            format!("`{path}` {kind}；应为其目录中的普通文件")
        }
        LockError::NotFolded { journal, source, .. } => {
            let (source, journal) = (message(source), journal.display());
            format!("{source}；本次运行的 ID 在日志文件 `{journal}` 中")
        }
        LockError::Removed { path } => {
            format!("`{}` 在本次运行期间已删除", path.display())
        }
        LockError::Conflict { path, line } => {
            format!("`{}` 第 {line} 行：发现合并冲突标记", path.display())
        }
        LockError::Newer { path, version } => {
            let (path, version) = (path.display(), newer_version(*version));
            format!("`{path}` 的版本为 {version}；本程序读取版本 1")
        }
        LockError::Truncated { path, found } => {
            format!("`{}` 不完整：{}", path.display(), truncation(*found))
        }
        LockError::Damaged { path, damage: found } => {
            format!("`{}` 已损坏：{}", path.display(), damage(found))
        }
        LockError::Journal { path, offset, ids } => {
            let (path, ids) = (path.display(), list_ids(ids));
            format!("日志文件 `{path}` 在第 {offset} 字节处已损坏{ids}")
        }
        LockError::Poisoned { path, first } => {
            let (path, first) = (path.display(), writer_failure(first));
            format!("此前出错后，无法再写入日志文件 `{path}`：{first}")
        }
        LockError::Remote(error) => remote_error(error).text,
        LockError::Full { path, source } => {
            let (path, source) = (path.display(), system_error(&source.message));
            format!("`{path}` 没有空间记录下一个请求：{source}")
        }
    }
}

fn by(holder: &LockHolder) -> String {
    match holder {
        LockHolder::Unknown => String::new(),
        LockHolder::Sidecar { text } => format!("（{}）", text.escape_debug()),
        LockHolder::Journal { pid, sidecar_removed: false } => format!("（进程 {pid}）"),
        LockHolder::Journal { pid, sidecar_removed: true } => {
            format!("（进程 {pid}，其 `.lk` 文件已删除）")
        }
        LockHolder::SidecarRemoved { sidecar } => {
            format!("；其 `{}` 已删除", sidecar.display())
        }
    }
}

fn file_type(found: UnexpectedFileType) -> &'static str {
    match found {
        UnexpectedFileType::Link => "是符号链接",
        UnexpectedFileType::Mount => "是挂载点",
        UnexpectedFileType::NoFile => "不是普通文件",
    }
}

fn newer_version(version: NewerVersion) -> String {
    match version {
        NewerVersion::Exactly(version) => version.to_string(),
        NewerVersion::AtLeast(version) => format!("{version} 或更新"),
    }
}

fn truncation(found: Truncation) -> &'static str {
    match found {
        Truncation::Empty => "文件为空",
        Truncation::NoInstances => "`instances:` 之后没有内容",
        Truncation::NoLineBreak => "最后一行没有换行",
    }
}

fn damage(damage: &Damage) -> String {
    match damage {
        Damage::NotUtf8 { offset } => format!("第 {offset} 字节不是 UTF-8"),
        Damage::Text(error) => text_error(error),
        Damage::NotMapping => "不是映射".into(),
        Damage::Version { found: Some(found) } => {
            format!("应为 `version: 1`，实际为 `{found}`")
        }
        Damage::Version { found: None } => "应有 `version: 1`，但没有找到".into(),
        Damage::NoInstances => "`instances` 缺失或不是映射".into(),
        Damage::EntryNotMapping { name } => format!("实例 `{name}` 不是映射"),
        Damage::Field { name, problem } => {
            format!("实例 `{name}`：{}", field_problem(problem))
        }
    }
}

fn text_error(error: &LockTextError) -> String {
    match error {
        LockTextError::Syntax { message } => quoted(message),
        LockTextError::NullKey => "有一个键为 null，应为带引号的文本".into(),
        LockTextError::KeyNotText { key: Some(key) } => {
            format!("键 {key} 不是文本，需要加引号")
        }
        LockTextError::KeyNotText { key: None } => "有一个键不是文本".into(),
        LockTextError::Tag { tag } => format!("发现标签 `{tag}`"),
        LockTextError::Number { number } => format!("数字 {number} 不能存入锁文件"),
    }
}

fn field_problem(problem: &FieldProblem) -> String {
    match problem {
        FieldProblem::State { found: Some(found) } => {
            format!("`state` 为 {found:?}；应为 `created`、`unknown` 或 `deleting`")
        }
        FieldProblem::State { found: None } => {
            "缺少 `state`；应为 `created`、`unknown` 或 `deleting`".into()
        }
        FieldProblem::TaskIdOfState(state) => {
            let has = if *state == EntryState::Unknown { "不应有" } else { "缺少" };
            format!("`state: {}` {has} `taskId`", state.as_str())
        }
        FieldProblem::IdSource { found } => {
            format!("`how` 为 {found:?}；应为 `list` 或 `told`")
        }
        FieldProblem::NoEndpoint => "缺少 `endpoint`".into(),
        FieldProblem::NotText { key, found } => {
            format!("`{key}` 为 `{found}`；应为带引号的文本")
        }
        FieldProblem::NotIds { key, found } => {
            format!("`{key}` 为 `{found}`；应为 ID 列表")
        }
        FieldProblem::TaskId(InvalidTaskId { found }) => {
            format!("任务 ID 应为 1 到 128 个字母、数字、`-` 或 `_`，实际为 {found:?}")
        }
        FieldProblem::NoRequest => "`request` 缺失或不是映射".into(),
        FieldProblem::ForeignRequest { name } => format!("其 `request` 属于 `{name}`"),
    }
}

fn list_ids(ids: &[(Option<InstanceName>, TaskId)]) -> String {
    let mut text = String::new();
    for (name, id) in ids {
        let name = name.as_ref().map_or("?", InstanceName::as_str);
        let _ = write!(text, "\n  可读取：name={name:?} id={id}");
    }
    text
}

fn writer_failure(first: &WriterFailure) -> String {
    match first {
        WriterFailure::System(error) => system_error(&error.message),
        WriterFailure::Exited => "其写入线程已退出".to_owned(),
    }
}
