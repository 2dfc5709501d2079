//! The git remote of the locks.

use std::env;
use std::path::{Path, PathBuf};

use super::error::CommandError;
use crate::cli::{GitArgs, GuardArgs};
use crate::exit_status::{ExitClass, ExitClasses};
use crate::git::{Claim, ClaimWait, LockPush, Repository};
use crate::lockfile::LockStore;
use crate::output::Console;
use crate::text::ManifestArgs;

/// Opens the repository of the locks if the flags or the environment name a remote. The locks of the
/// sandbox are in none.
pub(super) fn repository(
    locks: &[PathBuf],
    args: &GitArgs,
) -> Result<Option<Repository>, CommandError> {
    let is_sandbox = |lock: &PathBuf| lock.to_string_lossy().ends_with(".sandbox.lock");
    if locks.is_empty() || locks.iter().any(is_sandbox) {
        return Ok(None);
    }
    let Some(remote) = value(args.git_remote.as_deref(), "INSTANCECTL_GIT_REMOTE") else {
        return Ok(None);
    };
    let branch = value(args.git_branch.as_deref(), "INSTANCECTL_GIT_BRANCH");
    Ok(Some(Repository::open(locks, &remote, branch.as_deref())?))
}

/// Returns the value of a flag or of its variable.
pub(super) fn value(flag: Option<&str>, variable: &str) -> Option<String> {
    let value = || env::var(variable).ok().map(|value| value.trim().to_owned());
    flag.map(str::to_owned).or_else(value).filter(|value| !value.is_empty())
}

/// Options of the claim on the locks of a command.
pub(super) struct ClaimOptions<'a> {
    /// Whether it waits for another run.
    pub(super) wait: bool,
    pub(super) guard: GuardArgs,
    /// The manifests, for the commands in messages.
    pub(super) manifests: &'a [ManifestArgs],
}

/// Claims the locks, and merges into them what the branch and runs that died had recorded. Conflicts add
/// their class.
pub(super) fn claim(
    repository: Repository,
    locks: &mut [&mut LockStore],
    options: &ClaimOptions<'_>,
    classes: &mut ExitClasses,
    console: &mut Console,
) -> Result<Claim, CommandError> {
    let words = console.words();
    // If standard error is closed, the run goes on all the same.
    let mut observe = |wait: &ClaimWait| drop(console.info(&words.claim_wait(wait)));
    let guarded = !options.guard.no_guard;
    let mut claim = Claim::acquire(repository, options.wait, guarded, &mut observe)?;
    let synchronized = claim.synchronize(locks)?;
    for (_, conflict) in &synchronized.conflicts {
        classes.insert(ExitClass::Unknown);
        console.error(words.merge_conflict(conflict))?;
    }
    for (job, clash) in &synchronized.clashes {
        classes.insert(ExitClass::Unknown);
        console.print_id_conflict(clash, &options.manifests[*job])?;
    }
    Ok(claim)
}

/// Reports what a push brought to the branch, with the conflicts that are left to the user.
pub(super) fn report_push(
    push: &LockPush,
    manifests: &[ManifestArgs],
    classes: &mut ExitClasses,
    console: &mut Console,
) -> Result<(), CommandError> {
    for (job, conflict) in &push.conflicts {
        classes.insert(ExitClass::Unknown);
        console.error(console.words().merge_conflict(conflict))?;
        let status = manifests[*job].command("status");
        console.info(&console.words().after_merge_conflict(&status))?;
    }
    if push.commit.is_some() {
        console.info(&console.words().locks_recorded(push))?;
    }
    Ok(())
}

/// Returns the message of the commit that records locks.
pub(super) fn message(locks: &[PathBuf], given: Option<&str>) -> String {
    if let Some(given) = given {
        return given.to_owned();
    }
    let name = |lock: &PathBuf| {
        let name = lock.file_name().map_or(lock.as_path(), Path::new);
        name.display().to_string()
    };
    let names = match locks {
        [lock] => name(lock),
        locks => format!("{} locks", locks.len()),
    };
    // A job that applies must not start another one only for the lock.
    let skip = if env::var_os("CI").is_some() { " [skip ci]" } else { "" };
    format!("Record instances in {names}{skip}")
}
