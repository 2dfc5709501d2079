//! Chinese sentences about locks.

mod error;
mod help;

use std::borrow::Cow;
use std::path::Path;

use super::phrases::{ids, quoted};
use super::spacing::spaced;
use crate::diagnostics::{escaped, quote};
use crate::ids::{InstanceName, TaskId};
use crate::lockfile::{
    Entry, IdSource, LockError, LockIssue, LockReport, MergeConflict, MergeSide, Recovery,
};
use crate::output::Message;
use crate::output::words::recorded::facts;
use crate::output::words::zh::Zh;
use crate::resolve::remediation;
use crate::text::{ManifestArgs, shell_quote};

impl Zh {
    pub(crate) fn lock_error(error: &LockError) -> Message {
        Message::new(error::message(error), help::help(error))
    }

    pub(crate) fn lock_may_change(error: &LockError) -> String {
        format!("{}：其内容可能会变化", error::message(error))
    }

    /// Describes a problem of the lock at `lock`, which belongs to `manifest`.
    pub(crate) fn lock_issue(issue: &LockIssue, lock: &Path, manifest: &ManifestArgs) -> Message {
        Message::new(issue_text(issue), issue_help(issue, lock, manifest))
    }

    pub(crate) fn labelled_help(help: &str) -> String {
        format!("帮助：{help}")
    }

    pub(crate) fn inspected_lock(lock: &Path, report: &LockReport) -> String {
        let contents = match (report.exists, report.readable) {
            (true, true) => format!("{} 个实例", report.lock.instances.len()),
            _ => Self::empty_lock(report).to_owned(),
        };
        format!("{}：{contents}，{}", lock.display(), problems(report.problems()))
    }

    pub(crate) fn inspected_locks(locks: usize, found: usize) -> String {
        format!("已检查 {locks} 个锁文件：{}", problems(found))
    }

    pub(crate) fn recorded(reason: &str) -> Cow<'_, str> {
        match facts(reason) {
            Some(message) => Self::error_message(&message).into(),
            None => quoted(reason).into(),
        }
    }

    pub(crate) fn empty_lock(report: &LockReport) -> &'static str {
        match (report.exists, report.readable) {
            (true, true) => "没有实例",
            (true, false) => "无法读取",
            (false, _) => "尚无锁文件",
        }
    }

    pub(crate) fn entry_remarks(entry: &Entry, pending: bool) -> Vec<String> {
        let mut remarks = Vec::new();
        if let Some(why) = &entry.why {
            remarks.push(format!("原因：{}", escaped(&Self::recorded(why))));
        }
        match entry.how {
            Some(IdSource::Listed) => remarks.push("在平台的列表中找到".to_owned()),
            Some(IdSource::Manual) => remarks.push("手动设置".to_owned()),
            None => {}
        }
        if !entry.candidates.is_empty() {
            remarks.push(format!("候选：{}", ids(&entry.candidates)));
        }
        if pending {
            remarks.push("来自中断的运行；尚未写入锁文件".to_owned());
        }
        remarks
    }

    pub(crate) fn recovery(recovery: &Recovery, canonicalized: bool) -> String {
        let mut done = Vec::new();
        match recovery.merged.len() {
            0 if recovery.journal => done.push("已移除没有新记录的日志文件".to_owned()),
            0 => {}
            entries => done.push(format!("已从日志文件恢复 {entries} 个条目")),
        }
        if canonicalized {
            done.push("已按规范格式重写".to_owned());
        }
        if done.is_empty() { "无需恢复".to_owned() } else { done.join("，") }
    }

    pub(crate) fn merge_conflict(conflict: &MergeConflict) -> String {
        match conflict {
            MergeConflict::BothCreated { name, kept, other } => spaced(&[
                "两次创建使用了同一名称",
                &quote(name.as_str()).to_string(),
                "：保留",
                &id_or_unknown(kept.as_ref()),
                "，",
                &id_or_unknown(other.as_ref()),
                if other.is_some() { "作为其候选" } else { "不在锁文件中" },
            ]),
            MergeConflict::DeleteModify { name, id } => format!(
                "一方移除了 {}，另一方修改了它：已保留（{}）",
                quote(name.as_str()),
                id_or_unknown(id.as_ref())
            ),
            MergeConflict::UnknownKey { name: Some(name), key } => {
                let (key, name) = (quote(key), quote(name.as_str()));
                format!("双方都修改了 {name} 的 {key}：保留我方的值")
            }
            MergeConflict::UnknownKey { name: None, key } => {
                format!("双方都修改了 {}：保留我方的值", quote(key))
            }
        }
    }

    pub(crate) fn merge_conflicts_help(path: &Path) -> String {
        let path = shell_quote(&path.display().to_string());
        format!(
            "{path} 已合并，并包含双方的所有 ID；请在平台上检查上述各项，然后 `git add {path}` 并继续合并"
        )
    }

    pub(crate) fn not_merged(path: &Path, side: MergeSide, error: &LockError) -> Message {
        let side = match side {
            MergeSide::Base => "基准版本",
            MergeSide::Ours => "我方",
            MergeSide::Theirs => "对方",
        };
        let path = path.display();
        let help = format!(
            "`{path}` 在冲突标记之间包含两个版本，没有丢失任何 ID：用一方的完整锁文件替换它\
             （`git checkout --ours -- {path}` 或 `--theirs`），加入只有另一方才有的条目，然后 \
             `git add {path}`；或用 `git merge --abort` 放弃合并"
        );
        Message::new(format!("未合并：{side}：{}", error::message(error)), help)
    }
}

fn issue_text(issue: &LockIssue) -> String {
    match issue {
        LockIssue::Unreadable(error) => error::message(error),
        LockIssue::NotCanonical { line } => format!("第 {line} 行不是规范格式"),
        LockIssue::Journal { names } if names.is_empty() => {
            "中断的运行留下了没有新记录的日志文件".to_owned()
        }
        LockIssue::Journal { names } => {
            format!("中断的运行留下了尚未写入锁文件的记录：{}", list(names))
        }
        LockIssue::IdConflict(clash) => spaced(&[
            &quote(clash.name.as_str()).to_string(),
            "有两次创建：锁文件中为",
            &id_or_unknown(clash.kept.as_ref()),
            "，中断的运行中为",
            &id_or_unknown(clash.candidate.as_ref()),
        ]),
        LockIssue::Unknown { name, why, .. } => {
            let why =
                why.as_deref().map_or_else(String::new, |why| format!("：{}", Zh::recorded(why)));
            format!("{} 结果未知{why}", quote(name.as_str()))
        }
        LockIssue::Deleting { name } => {
            format!("{} 的删除尚未确认", quote(name.as_str()))
        }
        LockIssue::Candidates { name, ids: others } => {
            format!("还有名为 {} 的实例：{}", quote(name.as_str()), ids(others))
        }
        LockIssue::DuplicateId { id, names } => {
            format!("{} 的 ID 相同：{id}", list(names))
        }
        LockIssue::InOtherLock { name, id, other } => {
            format!("{} 也在 {other} 中：{id}", quote(name.as_str()))
        }
        LockIssue::Missing { name } => {
            format!("{} 在清单中，但不在锁文件中", quote(name.as_str()))
        }
        LockIssue::NoMergeDriver => {
            "锁文件的属性指定了本克隆没有的合并驱动：git 会将它作为文本合并".to_owned()
        }
    }
}

fn issue_help(issue: &LockIssue, lock: &Path, manifest: &ManifestArgs) -> String {
    let at = shell_quote(&lock.display().to_string());
    match issue {
        LockIssue::Unreadable(error) => help::help(error),
        LockIssue::NotCanonical { .. } => format!(
            "如果它被编辑过，`git checkout -- {at}` 恢复已提交的版本；`instancectl lock recover {at}` \
             按现有内容重写"
        ),
        LockIssue::Journal { names } if names.is_empty() => {
            format!("`instancectl lock recover {at}` 移除它")
        }
        LockIssue::Journal { .. } => {
            format!("`instancectl lock recover {at}` 写入这些记录，下一次 `apply` 也会写入")
        }
        LockIssue::IdConflict(_) => {
            format!("`instancectl lock recover {at}` 保留两者，第二个作为候选")
        }
        LockIssue::Unknown { name, candidates, .. } => {
            Zh::remediation(&remediation(manifest, name, candidates))
        }
        LockIssue::Deleting { name } => {
            format!("`{}` 完成删除", manifest.command("destroy").value(name.as_str()))
        }
        LockIssue::Candidates { name, .. } => format!(
            "`{}` 显示其中哪些存活，以及如何删除重复的实例",
            manifest.command("status").value(name.as_str())
        ),
        LockIssue::DuplicateId { .. } => {
            "在平台上检查它是哪一个；手动从锁文件移除其他条目".to_owned()
        }
        LockIssue::InOtherLock { .. } => {
            "手动从其中一个锁文件移除其条目，并从对应的清单移除该实例：否则 `destroy` 和 `--prune` \
             会同时影响两者"
                .to_owned()
        }
        LockIssue::Missing { .. } => {
            format!("`{}` 创建它；然后提交锁文件", manifest.command("apply"))
        }
        LockIssue::NoMergeDriver => {
            "在本克隆中运行一次：`git config merge.instancectl.driver 'instancectl lock merge %O %A %B \
             %P'`"
                .to_owned()
        }
    }
}

fn problems(found: usize) -> String {
    if found == 0 { "没有问题".to_owned() } else { format!("{found} 个问题") }
}

fn id_or_unknown(id: Option<&TaskId>) -> String {
    id.map_or_else(|| "结果未知的创建".to_owned(), |id| format!("`{id}`"))
}

fn list(names: &[InstanceName]) -> String {
    names.iter().map(|name| quote(name.as_str()).to_string()).collect::<Vec<_>>().join("、")
}
