//! Sentences about git as the backend.

use crate::diagnostics::display_path;
use crate::git::{AddedLines, ClaimHolder, ClaimWait, ForeignClaim, GitError, GitSetup, LockPush};
use crate::lockfile::{RemoteError, RemoteFailure};
use crate::output::Message;
use crate::output::words::en::En;
use crate::output::words::shared::escape;
use crate::text::plural::count;
use crate::text::{CommandLine, shell_quote};

impl En {
    pub(crate) fn git_error(error: &GitError) -> Message {
        let newer = || "install git 2.30 or newer".to_owned();
        let (text, help) = match error {
            GitError::Missing => ("`git` was not found".to_owned(), newer()),
            GitError::TooOld { found } => (format!("git {found} is too old"), newer()),
            GitError::CannotRun { cause } => {
                (format!("`git` cannot be started: {cause}"), "repair the git installation".to_owned())
            }
            GitError::Command { command, cause } => (
                format!("`git {command}` failed: {}", escape(cause)),
                "check the repository with `git status`, then run the same command again".to_owned(),
            ),
            GitError::SettingsUnwritable { file, cause } => {
                return Message::new(format!("cannot write {}: {cause}", display_path(file)), None);
            }
            GitError::NotInRepository { lock } => (
                format!("`{}` is not in a git repository", lock.display()),
                "run this in a clone of the repository that has the manifest".to_owned(),
            ),
            GitError::NotUtf8 { lock } => (
                format!("the path of {} is not UTF-8", display_path(lock)),
                "rename its folder or its manifest".to_owned(),
            ),
            GitError::ClaimOfBranch { lock, branch } => (
                format!(
                    "a run that died on the branch `{}` has claimed `{}`",
                    escape(branch),
                    lock.display()
                ),
                "run the command for that branch (`--git-branch`), or bring its records to this branch \
                 with `instancectl lock release`"
                    .to_owned(),
            ),
            GitError::SeveralRepositories { locks: [one, other] } => (
                format!(
                    "`{}` and `{}` are in different git repositories",
                    one.display(),
                    other.display()
                ),
                "use one command for each repository".to_owned(),
            ),
            GitError::NoBranch => (
                "no branch is checked out, and no CI system names one".to_owned(),
                "name the branch with the locks: `--branch` of `lock push`, otherwise `--git-branch`"
                    .to_owned(),
            ),
            GitError::UnknownRemote { remote } => (
                format!("the repository has no remote `{remote}`"),
                "`git remote -v` lists its remotes".to_owned(),
            ),
            GitError::SeveralPushAddresses { remote } => (
                format!("the remote `{remote}` has several addresses to push to"),
                "name one of them: they cannot be changed at once; `git remote -v` lists them"
                    .to_owned(),
            ),
            GitError::NoRemoteBranch { remote, branch } => (
                format!("`{remote}` has no branch `{branch}`"),
                "push the branch first, or name another one".to_owned(),
            ),
            GitError::InvalidBranch { branch } => (
                format!("`{}` is not a name of a branch", escape(branch)),
                "name the branch as `git branch` prints it".to_owned(),
            ),
            GitError::InTheWay { branch, file } => (
                format!("the file `{}` on the branch `{branch}` is in the way of a lock", escape(file)),
                "move the manifest, or remove that file from the branch".to_owned(),
            ),
            GitError::Remote(error) => return remote_error(error),
            GitError::RemoteLock { branch, source } => {
                let Message { text, help } = Self::lock_error(source);
                (format!("on the branch `{branch}`: {text}"), help.unwrap_or_default())
            }
            GitError::LockRemoved { branch, lock } => (
                format!("`{branch}` no longer has `{lock}`: it was renamed or removed there"),
                "run `git pull`, then use the manifest under its new name".to_owned(),
            ),
            GitError::Lock(error) => return Self::lock_error(error),
            GitError::KeepsChanging { branch } => (
                format!("other pushes to `{branch}` came first in every attempt"),
                "run the same command again".to_owned(),
            ),
            GitError::Claimed { lock, holder } => (
                format!("another run has claimed `{}`: {}", lock.display(), describe(holder)),
                "wait until it ends; if it died, `apply` takes the claim over after 3 minutes, and \
                 `instancectl lock release` gives it up at once"
                    .to_owned(),
            ),
            GitError::ClaimMoved => (
                "the claim has moved meanwhile, so its run still works".to_owned(),
                "wait until that run ends, or stop it".to_owned(),
            ),
            GitError::UnreadableClaim { target, cause } => (
                format!("the claim `{target}` cannot be read: {}", escape(cause)),
                format!(
                    "update `instancectl` if another version of it made the claim; `git push REMOTE :{}` \
                     removes it with all that it records",
                    shell_quote(target)
                ),
            ),
        };
        Message::new(text, Some(help))
    }

    pub(crate) fn git_set_up(GitSetup { files, driver }: &GitSetup) -> String {
        let added = |AddedLines { file, lines }: &AddedLines| {
            format!("added to {}: {}", display_path(file), lines.join(", "))
        };
        let mut done: Vec<String> = files.iter().map(added).collect();
        if *driver {
            done.push("set the merge driver of this clone; each clone needs it once".to_owned());
        }
        if done.is_empty() { "git was set up before".to_owned() } else { done.join("\n") }
    }

    pub(crate) fn claim_wait(wait: &ClaimWait) -> String {
        let ClaimWait { lock, holder, patience } = wait;
        format!(
            "waiting: another run has claimed `{}`: {}; its claim is taken over if it does not move \
             for {}",
            lock.display(),
            describe(holder),
            humantime::format_duration(*patience)
        )
    }

    pub(crate) fn after_merge_conflict(status: &CommandLine) -> String {
        format!("both IDs are in the lock; `{status}` shows which instances exist")
    }

    pub(crate) fn locks_recorded(push: &LockPush) -> String {
        let LockPush { branch, remote, commit, locks, .. } = push;
        let commit: String = commit.iter().flat_map(|commit| commit.chars().take(8)).collect();
        let locks = count(locks.len(), "lock");
        format!("recorded {locks} on `{branch}` at `{remote}` (commit {commit})")
    }

    pub(crate) fn lock_pushed(push: &LockPush, index: usize) -> String {
        let (branch, remote) = (&push.branch, &push.remote);
        match push.locks.iter().find(|lock| lock.index == index) {
            Some(lock) => {
                let changes = count(lock.changes, "change");
                format!("pushed {changes} to `{branch}` at `{remote}`")
            }
            None => format!("nothing to push, `{branch}` at `{remote}` is up to date"),
        }
    }

    pub(crate) fn claim_contents(claim: &ForeignClaim) -> String {
        let records = match claim.changes.len() {
            0 => "it recorded nothing".to_owned(),
            records => format!("it recorded {}", count(records, "step")),
        };
        format!("{}; {records}", describe(&claim.holder))
    }

    pub(crate) fn release_question(locks: usize) -> String {
        let claims = if locks == 1 { "this claim".to_owned() } else { count(locks, "claim") };
        format!("give up {claims}? a run that still works would stop")
    }
}

fn after_colon(messages: &str) -> String {
    if messages.is_empty() { String::new() } else { format!(": {}", escape(messages)) }
}

/// Describes a run by what others can look at.
fn describe(holder: &ClaimHolder) -> String {
    let ClaimHolder { host, pid, job, started, .. } = holder;
    let host = host.as_deref().map_or_else(String::new, |host| format!(" on {}", escape(host)));
    let job = job.as_deref().map_or_else(String::new, |job| format!(", {}", escape(job)));
    format!("process {pid}{host}{job}, since {}", escape(started))
}

/// Describes why a remote could not be used.
pub(super) fn remote_error(RemoteError { remote, failure }: &RemoteError) -> Message {
    let (text, help) = match failure {
        RemoteFailure::Unreachable { cause } => (
            format!("the git remote `{remote}` cannot be reached: {}", escape(cause)),
            "check its address (`git remote -v`) and the network, then run the same command again",
        ),
        RemoteFailure::TimedOut => (
            format!("the git remote `{remote}` did not answer in time"),
            "check its address (`git remote -v`) and the network, then run the same command again",
        ),
        RemoteFailure::Denied { cause } => (
            format!("the git remote `{remote}` did not accept the login: {}", escape(cause)),
            "give git credentials that may push, such as a deploy key or a token with write access",
        ),
        RemoteFailure::Refused { target, reason, messages } => {
            let messages = after_colon(messages);
            let target = target.strip_prefix("refs/heads/").unwrap_or(target);
            (
                format!(
                    "the git remote `{remote}` refused the push to `{target}` ({}){messages}",
                    escape(reason)
                ),
                "allow this user to push there, or name another branch",
            )
        }
        RemoteFailure::RefusedByHook { messages } => (
            format!("the hook `pre-push` of this clone refused the push{}", after_colon(messages)),
            "do what the hook asks for, then run the same command again",
        ),
        RemoteFailure::ClaimLost => (
            format!("another run has taken over the claim of this one at `{remote}`"),
            "nothing more was sent; run the same command again",
        ),
        RemoteFailure::Local { cause } if cause.is_empty() => (
            "git failed".to_owned(),
            "check the repository with `git status`, then run the same command again",
        ),
        RemoteFailure::Local { cause } => (
            format!("git failed: {}", escape(cause)),
            "check the repository with `git status`, then run the same command again",
        ),
    };
    Message::new(text, Some(help.to_owned()))
}
