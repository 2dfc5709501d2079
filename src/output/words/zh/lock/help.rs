//! Help for errors of locks.

use std::path::Path;

use crate::lockfile::{FileOwner, LockError, SystemError, SystemErrorKind, UnexpectedFileType};
use crate::output::words::shared::MergeAgain;
use crate::output::words::zh::git::remote_error;
use crate::text::shell_quote;

/// Returns what to do about an error.
pub(super) fn help(error: &LockError) -> String {
    match error {
        LockError::Held { .. } => {
            "等待它退出；如果没有其他 `instancectl` 使用该锁文件，请重试".into()
        }
        LockError::CannotLock { .. } => {
            "确认没有其他进程写入该锁文件，然后使用 `--no-guard`".into()
        }
        LockError::Io { path, source, .. } => system_error_help(path, source),
        LockError::KeepsChanging { path } => check(path),
        LockError::NotFolded { lock, source, .. } => format!(
            "{}；然后 `instancectl lock recover {}` 将 ID 写入锁文件，下一次 `apply` 也会写入；\
             在此之前请保留日志文件",
            help(source),
            shell_quote(&lock.to_string_lossy())
        ),
        LockError::Instead { path, instead } => file_type_help(path, *instead),
        LockError::Conflict { path, .. } => merge_again(path),
        LockError::Removed { path } => format!(
            "`git checkout -- {0}` 恢复已提交的版本；然后 `instancectl lock recover {0}` 写入日志文件中的\
             记录，再次运行同一命令也会写入",
            shell_quote(&path.to_string_lossy())
        ),
        LockError::Truncated { path, .. } | LockError::Damaged { path, .. } => format!(
            "请保留一份副本，其中可能有未记录在别处的 ID（`cp -n -p {0} {1}`）；然后 \
             `git checkout -- {0}` 恢复已提交的版本，`instancectl lock recover {0}` 写入日志文件中的记录",
            shell_quote(&path.to_string_lossy()),
            shell_quote(&format!("{}.damaged", path.display())),
        ),
        LockError::Newer { .. } => "请更新 `instancectl`".into(),
        LockError::Journal { path, .. } => format!(
            "记下上述 ID，并与平台核对；日志文件会保留：锁文件包含其中所有 ID 之后，再将 `{}` 移走",
            path.display()
        ),
        LockError::Poisoned { .. } => "释放磁盘空间或修复磁盘，然后再次运行同一命令".into(),
        LockError::Remote(error) => remote_error(error).help.unwrap_or_default(),
        LockError::Full { path, source } => {
            format!("{}，然后再次运行同一命令", system_error_help(path, source))
        }
    }
}

fn system_error_help(path: &Path, error: &SystemError) -> String {
    match &error.kind {
        SystemErrorKind::TooManyFiles => {
            "打开的文件过多：提高上限（`ulimit -n`），或选择较少的清单".into()
        }
        SystemErrorKind::ForeignSidecar(of) => format!(
            "`{}` {}；如果对方没有 `instancectl` 使用该锁文件，可以删除它",
            path.display(),
            owner(of)
        ),
        SystemErrorKind::NotPermitted(of) => format!(
            "`{}` {}：检查其权限、所在目录的权限及其属性（`lsattr`）；在设置了粘滞位的目录中，\
             只有文件的所有者可以替换它",
            path.display(),
            owner(of)
        ),
        SystemErrorKind::QuotaExceeded => "释放部分磁盘配额".into(),
        SystemErrorKind::FileSizeLimit => "提高文件大小上限（`ulimit -f`）".into(),
        SystemErrorKind::DiskFull => format!("释放 `{}` 所在磁盘的空间", path.display()),
        SystemErrorKind::Other => check(path),
    }
}

fn check(path: &Path) -> String {
    format!("检查 `{}` 的权限和可用空间", path.display())
}

fn owner(owner: &FileOwner) -> String {
    match owner {
        FileOwner::NoFile => "无法创建".into(),
        FileOwner::User { uid, name: None } => format!("属于用户 {uid}"),
        FileOwner::User { uid, name: Some(name) } => {
            format!("属于 {}（uid {uid}）", name.escape_debug())
        }
    }
}

fn file_type_help(path: &Path, found: UnexpectedFileType) -> String {
    let path = path.display();
    match found {
        UnexpectedFileType::Link => {
            format!("用它指向的文件替换它，该文件可能包含 ID；如果它没有指向任何文件，`rm {path}`")
        }
        UnexpectedFileType::Mount => {
            "请改为挂载其目录：锁文件会整体替换，而单独挂载的文件无法替换".into()
        }
        UnexpectedFileType::NoFile => format!("将 `{path}` 移走"),
    }
}

/// Returns help for repeating the merge of a lock that contains git conflict markers. Taking one
/// side would drop the IDs of the other.
fn merge_again(path: &Path) -> String {
    let MergeAgain { lock, copy, attribute } = MergeAgain::of(path);
    format!(
        "双方都包含 ID，请不要只取其中一方：保留一份副本（`cp -n -p {lock} {copy}`），让 git 逐条目合并\
         （`git config merge.instancectl.driver 'instancectl lock merge %O %A %B %P'`、`echo {attribute} \
         >> \"$(git rev-parse --git-path info/attributes)\"`、`git checkout -m -- {lock}`），检查它\
         （`instancectl lock verify {lock}`），然后 `git add {lock}` 并完成合并"
    )
}
