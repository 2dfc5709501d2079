//! Chinese sentences about git as the backend.

use super::phrases::{duration, quoted, system_error};
use crate::diagnostics::display_path;
use crate::git::{AddedLines, ClaimHolder, ClaimWait, ForeignClaim, GitError, GitSetup, LockPush};
use crate::lockfile::{RemoteError, RemoteFailure};
use crate::output::Message;
use crate::output::words::shared::escape;
use crate::output::words::zh::Zh;
use crate::text::{CommandLine, shell_quote};

impl Zh {
    // One arm for each error.
    #[allow(clippy::too_many_lines)]
    pub(crate) fn git_error(error: &GitError) -> Message {
        let newer = || "请安装 git 2.30 或更新的版本".to_owned();
        let (text, help) = match error {
            GitError::Missing => ("找不到 `git`".to_owned(), newer()),
            GitError::TooOld { found } => (format!("git {found} 版本过旧"), newer()),
            GitError::CannotRun { cause } => {
                (format!("无法启动 `git`：{}", system_error(cause)), "请修复 git 的安装".to_owned())
            }
            GitError::Command { command, cause } => (
                format!("`git {command}` 失败：{}", quoted(&escape(cause))),
                CHECK_REPOSITORY.to_owned(),
            ),
            GitError::SettingsUnwritable { file, cause } => {
                let cause = system_error(cause);
                return Message::new(format!("无法写入 {}：{cause}", display_path(file)), None);
            }
            GitError::NotInRepository { lock } => (
                format!("`{}` 不在 git 仓库中", lock.display()),
                "请在包含该清单的仓库的克隆中运行".to_owned(),
            ),
            GitError::NotUtf8 { lock } => (
                format!("{} 的路径不是 UTF-8", display_path(lock)),
                "将其目录或清单改名".to_owned(),
            ),
            GitError::ClaimOfBranch { lock, branch } => (
                format!(
                    "分支 `{}` 上一个已终止的运行占用了 `{}`",
                    escape(branch),
                    lock.display()
                ),
                "针对该分支运行命令（`--git-branch`），或用 `instancectl lock release` 将其记录带到本分支"
                    .to_owned(),
            ),
            GitError::SeveralRepositories { locks: [one, other] } => (
                format!("`{}` 和 `{}` 在不同的 git 仓库中", one.display(), other.display()),
                "每个仓库分别运行一次命令".to_owned(),
            ),
            GitError::NoBranch => (
                "没有检出任何分支，CI 系统也没有给出分支".to_owned(),
                "请指定锁文件所在的分支：`lock push` 用 `--branch`，其他命令用 `--git-branch`"
                    .to_owned(),
            ),
            GitError::UnknownRemote { remote } => (
                format!("本仓库没有名为 `{remote}` 的远程仓库"),
                "`git remote -v` 列出远程仓库".to_owned(),
            ),
            GitError::SeveralPushAddresses { remote } => (
                format!("远程仓库 `{remote}` 有多个推送地址"),
                "请指定其中一个：它们不能同时更新；`git remote -v` 列出这些地址".to_owned(),
            ),
            GitError::NoRemoteBranch { remote, branch } => (
                format!("`{remote}` 没有分支 `{branch}`"),
                "先推送该分支，或指定另一个分支".to_owned(),
            ),
            GitError::InvalidBranch { branch } => (
                format!("`{}` 不是分支名", escape(branch)),
                "请按 `git branch` 显示的形式填写分支名".to_owned(),
            ),
            GitError::InTheWay { branch, file } => (
                format!("分支 `{branch}` 上的文件 `{}` 占据了锁文件的位置", escape(file)),
                "移动清单，或从该分支删除该文件".to_owned(),
            ),
            GitError::Remote(error) => return remote_error(error),
            GitError::RemoteLock { branch, source } => {
                let Message { text, help } = Self::lock_error(source);
                (format!("在分支 `{branch}` 上：{text}"), help.unwrap_or_default())
            }
            GitError::LockRemoved { branch, lock } => (
                format!("`{branch}` 上已没有 `{lock}`：它在那里已改名或删除"),
                "运行 `git pull`，然后使用清单的新名称".to_owned(),
            ),
            GitError::Lock(error) => return Self::lock_error(error),
            GitError::KeepsChanging { branch } => (
                format!("每次尝试推送到 `{branch}` 时，都有其他推送抢先"),
                "请再次运行同一命令".to_owned(),
            ),
            GitError::Claimed { lock, holder } => (
                format!("另一个运行占用了 `{}`：{}", lock.display(), describe(holder)),
                "等待它结束；如果它已终止，`apply` 会在 3 分钟后接手该占用，`instancectl lock release` \
                 可立即释放该占用"
                    .to_owned(),
            ),
            GitError::ClaimMoved => (
                "该占用在此期间有更新，说明其运行仍在工作".to_owned(),
                "等待该运行结束，或停止它".to_owned(),
            ),
            GitError::UnreadableClaim { target, cause } => (
                format!("无法读取占用 `{target}`：{}", quoted(&escape(cause))),
                format!(
                    "如果该占用由 `instancectl` 的其他版本创建，请更新；`git push REMOTE :{}` 会将它连同\
                     所有记录一起删除",
                    shell_quote(target)
                ),
            ),
        };
        Message::new(text, Some(help))
    }

    pub(crate) fn git_set_up(GitSetup { files, driver }: &GitSetup) -> String {
        let added = |AddedLines { file, lines }: &AddedLines| {
            format!("已向 {} 添加：{}", display_path(file), lines.join("、"))
        };
        let mut done: Vec<String> = files.iter().map(added).collect();
        if *driver {
            done.push("已设置本克隆的合并驱动；每个克隆需要设置一次".to_owned());
        }
        if done.is_empty() { "git 已设置好，无需更改".to_owned() } else { done.join("\n") }
    }

    pub(crate) fn claim_wait(wait: &ClaimWait) -> String {
        let ClaimWait { lock, holder, patience } = wait;
        format!(
            "等待中：另一个运行占用了 `{}`：{}；如果该占用 {}内没有更新，将由本次运行接手",
            lock.display(),
            describe(holder),
            duration(*patience)
        )
    }

    pub(crate) fn after_merge_conflict(status: &CommandLine) -> String {
        format!("两个 ID 都在锁文件中；`{status}` 显示哪些实例存在")
    }

    pub(crate) fn locks_recorded(push: &LockPush) -> String {
        let LockPush { branch, remote, commit, locks, .. } = push;
        let commit: String = commit.iter().flat_map(|commit| commit.chars().take(8)).collect();
        let locks = locks.len();
        format!("已将 {locks} 个锁文件记录到 `{remote}` 的分支 `{branch}`（提交 {commit}）")
    }

    pub(crate) fn lock_pushed(push: &LockPush, index: usize) -> String {
        let (branch, remote) = (&push.branch, &push.remote);
        match push.locks.iter().find(|lock| lock.index == index) {
            Some(lock) => {
                format!("已将 {} 处修改推送到 `{remote}` 的分支 `{branch}`", lock.changes)
            }
            None => format!("无需推送，`{remote}` 的分支 `{branch}` 已是最新"),
        }
    }

    pub(crate) fn claim_contents(claim: &ForeignClaim) -> String {
        let records = match claim.changes.len() {
            0 => "没有任何记录".to_owned(),
            records => format!("记录了 {records} 个步骤"),
        };
        format!("{}；{records}", describe(&claim.holder))
    }

    pub(crate) fn release_question(locks: usize) -> String {
        let claims =
            if locks == 1 { "该占用".to_owned() } else { format!("这 {locks} 个占用") };
        format!("释放{claims}？仍在工作的运行会停止")
    }
}

const CHECK_REPOSITORY: &str = "用 `git status` 检查仓库，然后再次运行同一命令";
const CHECK_REMOTE: &str = "检查其地址（`git remote -v`）和网络，然后再次运行同一命令";

fn after_colon(messages: &str) -> String {
    if messages.is_empty() { String::new() } else { format!("：{}", quoted(&escape(messages))) }
}

/// Describes a run by what others can look at.
fn describe(holder: &ClaimHolder) -> String {
    let ClaimHolder { host, pid, job, started, .. } = holder;
    let host = host.as_deref().map_or_else(String::new, |host| format!("{} 上的", escape(host)));
    let job = job.as_deref().map_or_else(String::new, |job| format!("，{}", escape(job)));
    format!("{host}进程 {pid}{job}，开始于 {}", escape(started))
}

/// Describes why a remote could not be used.
pub(super) fn remote_error(RemoteError { remote, failure }: &RemoteError) -> Message {
    let (text, help) = match failure {
        RemoteFailure::Unreachable { cause } => {
            (format!("无法连接 git 远程仓库 `{remote}`：{}", quoted(&escape(cause))), CHECK_REMOTE)
        }
        RemoteFailure::TimedOut => (format!("git 远程仓库 `{remote}` 没有及时响应"), CHECK_REMOTE),
        RemoteFailure::Denied { cause } => (
            format!("git 远程仓库 `{remote}` 没有接受登录：{}", quoted(&escape(cause))),
            "请为 git 提供可以推送的凭据，例如部署密钥或有写权限的令牌",
        ),
        RemoteFailure::Refused { target, reason, messages } => {
            let messages = after_colon(messages);
            let target = target.strip_prefix("refs/heads/").unwrap_or(target);
            (
                format!(
                    "git 远程仓库 `{remote}` 拒绝了向 `{target}` 的推送（{}）{messages}",
                    quoted(&escape(reason))
                ),
                "允许该用户向那里推送，或指定另一个分支",
            )
        }
        RemoteFailure::RefusedByHook { messages } => (
            format!("本克隆的钩子 `pre-push` 拒绝了推送{}", after_colon(messages)),
            "按钩子的要求处理，然后再次运行同一命令",
        ),
        RemoteFailure::ClaimLost => (
            format!("另一个运行在 `{remote}` 上接手了本次运行的占用"),
            "没有再发送任何请求；请再次运行同一命令",
        ),
        RemoteFailure::Local { cause } if cause.is_empty() => {
            ("git 失败".to_owned(), CHECK_REPOSITORY)
        }
        RemoteFailure::Local { cause } => {
            (format!("git 失败：{}", quoted(&escape(cause))), CHECK_REPOSITORY)
        }
    };
    Message::new(text, Some(help.to_owned()))
}
