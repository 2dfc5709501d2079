//! Help for errors of locks.

use std::path::Path;

use crate::lockfile::{FileOwner, LockError, SystemError, SystemErrorKind, UnexpectedFileType};
use crate::output::words::en::git::remote_error;
use crate::output::words::shared::MergeAgain;
use crate::text::shell_quote;

/// Returns what to do about an error.
pub(super) fn help(error: &LockError) -> String {
    match error {
        LockError::Held { .. } => {
            "wait until it exits; if no other `instancectl` uses this lock, try again".into()
        }
        LockError::CannotLock { .. } => {
            "make sure that no other process writes this lock, then use `--no-guard`".into()
        }
        LockError::Io { path, source, .. } => system_error_help(path, source),
        LockError::KeepsChanging { path } => check(path),
        LockError::NotFolded { lock, source, .. } => format!(
            "{}; then `instancectl lock recover {}` writes the IDs into the lock, as does the \
             next `apply`; keep the journal until then",
            help(source),
            shell_quote(&lock.to_string_lossy())
        ),
        LockError::Instead { path, instead } => file_type_help(path, *instead),
        LockError::Conflict { path, .. } => merge_again(path),
        LockError::Removed { path } => format!(
            "`git checkout -- {0}` restores the committed version; then `instancectl lock \
             recover {0}` replays the journal, as does the same command",
            shell_quote(&path.to_string_lossy())
        ),
        LockError::Truncated { path, .. } | LockError::Damaged { path, .. } => format!(
            "keep a copy, it may contain IDs that are recorded nowhere else (`cp -n -p {0} \
             {1}`); then `git checkout -- {0}` restores the committed version, and \
             `instancectl lock recover {0}` replays a journal",
            shell_quote(&path.to_string_lossy()),
            shell_quote(&format!("{}.damaged", path.display())),
        ),
        LockError::Newer { .. } => "update `instancectl`".into(),
        LockError::Journal { path, .. } => format!(
            "write down the IDs above and compare them with the platform; the journal is \
             kept: move `{}` away once the lock contains all of its IDs",
            path.display()
        ),
        LockError::Poisoned { .. } => {
            "free the disk or repair it, then run the same command again".into()
        }
        LockError::Remote(error) => remote_error(error).help.unwrap_or_default(),
        LockError::Full { path, source } => {
            format!("{}, then run the same command again", system_error_help(path, source))
        }
    }
}

fn system_error_help(path: &Path, error: &SystemError) -> String {
    match &error.kind {
        SystemErrorKind::TooManyFiles => {
            "too many open files: raise the limit (`ulimit -n`), or select fewer manifests".into()
        }
        SystemErrorKind::ForeignSidecar(of) => format!(
            "`{}` {}; if no `instancectl` of theirs uses this lock, it may be removed",
            path.display(),
            owner(of)
        ),
        SystemErrorKind::NotPermitted(of) => format!(
            "`{}` {}: check its permissions, those of its directory and its attributes \
             (`lsattr`); in a directory with the sticky bit only the owner of a file may replace \
             it",
            path.display(),
            owner(of)
        ),
        SystemErrorKind::QuotaExceeded => "free some of your quota".into(),
        SystemErrorKind::FileSizeLimit => "raise the file size limit (`ulimit -f`)".into(),
        SystemErrorKind::DiskFull => format!("free some space on the disk of `{}`", path.display()),
        SystemErrorKind::Other => check(path),
    }
}

fn check(path: &Path) -> String {
    format!("check the permissions and the free space of `{}`", path.display())
}

fn owner(owner: &FileOwner) -> String {
    match owner {
        FileOwner::NoFile => "cannot be created".into(),
        FileOwner::User { uid, name: None } => format!("belongs to user {uid}"),
        FileOwner::User { uid, name: Some(name) } => {
            format!("belongs to {} (uid {uid})", name.escape_debug())
        }
    }
}

fn file_type_help(path: &Path, found: UnexpectedFileType) -> String {
    let path = path.display();
    match found {
        UnexpectedFileType::Link => format!(
            "replace it with the file that it points to, which may contain IDs; if it points to \
             nothing, `rm {path}`"
        ),
        UnexpectedFileType::Mount => {
            "mount its directory instead: a lock is replaced as a whole, and a single mounted \
             file cannot be replaced"
                .into()
        }
        UnexpectedFileType::NoFile => format!("move `{path}` away"),
    }
}

/// Returns help for repeating the merge of a lock that contains git conflict markers. Taking one
/// side would drop the IDs of the other.
fn merge_again(path: &Path) -> String {
    let MergeAgain { lock, copy, attribute } = MergeAgain::of(path);
    format!(
        "both sides contain IDs, so do not take one of them: keep a copy (`cp -n -p {lock} \
         {copy}`), let git merge it entry by entry (`git config merge.instancectl.driver \
         'instancectl lock merge %O %A %B %P'`, `echo {attribute} >> \"$(git rev-parse --git-path \
         info/attributes)\"`, `git checkout -m -- {lock}`), check it (`instancectl lock verify \
         {lock}`), then `git add {lock}` and finish the merge"
    )
}
