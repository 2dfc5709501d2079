//! `lock push` and `lock release`: locks at a git remote.

use std::path::PathBuf;

use super::{SelectedLock, targets};
use crate::cli::{GuardArgs, LockPush as PushArgs, LockRelease as ReleaseArgs, LockSelection};
use crate::commands::confirm::require_prompt;
use crate::commands::error::{CommandError, Exit};
use crate::commands::load::check_lock_kind;
use crate::commands::remote::{message, report_push, value};
use crate::diagnostics::display_path;
use crate::exit_status::{ExitClass, ExitClasses};
use crate::git::{GitError, LockPush, Repository};
use crate::lockfile::LockStore;
use crate::output::Console;
use crate::text::ManifestArgs;

/// Remote of `lock release` if none is named, as for `lock push`.
const DEFAULT_REMOTE: &str = "origin";

/// `lock push`: brings locks to a branch of a git remote.
pub(in crate::commands) fn push(
    args: &PushArgs,
    console: &mut Console,
) -> Result<Exit, CommandError> {
    let (mut stores, named) = open(&args.selection, args.guard, false)?;
    let paths = paths(&stores);
    let message = message(&paths, args.message.as_deref());
    let pushed =
        Repository::open(&paths, &args.remote, args.branch.as_deref()).and_then(|repository| {
            repository.push_locks(&mut stores.iter_mut().collect::<Vec<_>>(), &message)
        });
    finish(stores, named, pushed, console)
}

/// `lock release`: gives up the claim of a run that died.
pub(in crate::commands) fn release(
    args: &ReleaseArgs,
    console: &mut Console,
) -> Result<Exit, CommandError> {
    let (mut stores, named) = open(&args.selection, args.guard, true)?;
    let paths = paths(&stores);
    let remote = value(args.git.git_remote.as_deref(), "INSTANCECTL_GIT_REMOTE");
    let branch = value(args.git.git_branch.as_deref(), "INSTANCECTL_GIT_BRANCH");
    let remote = remote.unwrap_or_else(|| DEFAULT_REMOTE.to_owned());
    let repository = Repository::open(&paths, &remote, branch.as_deref())?;
    let claims = repository.claims()?;
    let held = claims.iter().flatten().count();
    let words = console.words();
    for (lock, claim) in paths.iter().zip(&claims) {
        let contents = claim.as_ref().map(|claim| words.claim_contents(claim));
        let contents = contents.unwrap_or_else(|| words.fixed().not_claimed.to_owned());
        console.info(&words.labelled(&display_path(lock), &contents))?;
    }
    if held == 0 {
        let nothing = LockPush { branch: repository.branch().to_owned(), ..LockPush::default() };
        let nothing = LockPush { remote: repository.remote(), ..nothing };
        return finish(stores, named, Ok(nothing), console);
    }
    let question = words.release_question(held);
    require_prompt(args.confirm.yes, || question.clone())?;
    if !args.confirm.yes && !console.confirm(&question)? {
        console.info(words.fixed().declined)?;
        return Err(CommandError::Reported(ExitClass::Blocked.into()));
    }
    let released = repository.release(
        &mut stores.iter_mut().collect::<Vec<_>>(),
        claims,
        &message(&paths, None),
    );
    finish(stores, named, released, console)
}

/// Opens the selected locks for writing. With `at_remote`, a lock may be missing here.
fn open(
    selection: &LockSelection,
    guard: GuardArgs,
    at_remote: bool,
) -> Result<(Vec<LockStore>, Vec<SelectedLock>), CommandError> {
    let targets = targets(selection, at_remote)?;
    for target in &targets {
        check_lock_kind(&target.lock, false)?;
    }
    let stores = targets.iter().map(|lock| super::open(lock, guard)).collect::<Result<_, _>>()?;
    Ok((stores, targets))
}

fn paths(stores: &[LockStore]) -> Vec<PathBuf> {
    stores.iter().map(|store| store.path().to_owned()).collect()
}

/// Prints the result of a push and returns its exit status.
fn finish(
    stores: Vec<LockStore>,
    named: Vec<SelectedLock>,
    pushed: Result<LockPush, GitError>,
    console: &mut Console,
) -> Result<Exit, CommandError> {
    let mut classes = ExitClasses::default();
    let manifests: Vec<ManifestArgs> =
        named.iter().map(|lock| ManifestArgs::new(lock.file.clone())).collect();
    let pushed = match pushed {
        // Wrong usage: nothing was tried.
        Err(error) if error.class().is_none() => return Err(error.into()),
        pushed => pushed,
    };
    match &pushed {
        Ok(push) => report_push(push, &manifests, &mut classes, console)?,
        Err(error) => classes.extend(error.class()),
    }
    let locks: Vec<_> =
        named.into_iter().zip(stores).map(|(lock, store)| lock.with(store)).collect();
    console.pushed(&locks, &pushed, &classes)?;
    Ok(classes.into())
}
