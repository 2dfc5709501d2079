//! `lock merge`: a merge driver for git.

use std::fs;
use std::path::Path;

use crate::cli::LockMerge as Args;
use crate::commands::error::{CommandError, Exit};
use crate::exit_status::ExitClass;
use crate::lockfile::{LockError, Lockfile, MergeSide, merge_locks, write_lock};
use crate::output::{Console, PathProblem};

pub(in crate::commands) fn run(args: &Args, console: &mut Console) -> Result<Exit, CommandError> {
    let read = |path: &Path| {
        fs::read(path).map_err(|error| {
            CommandError::path(path, PathProblem::Unreadable { error, quoted_by_git: false })
        })
    };
    let (base, ours, theirs) = (read(&args.base)?, read(&args.ours)?, read(&args.theirs)?);
    // git passes files with meaningless names.
    let lock = |file: &Path, bytes: &[u8]| {
        Lockfile::from_bytes(args.path.as_deref().unwrap_or(file), bytes)
    };
    // If there is no common ancestor, git passes an empty file; a side is never empty.
    let began = if base.is_empty() { Ok(Lockfile::default()) } else { lock(&args.base, &base) };
    let path = args.path.as_deref().unwrap_or(&args.ours);
    let (side, cause) = match (began, lock(&args.ours, &ours), lock(&args.theirs, &theirs)) {
        (Ok(base), Ok(ours_read), Ok(theirs)) => {
            let merged = merge_locks(&base, &ours_read, &theirs);
            let text = merged.lock.to_text();
            if text.as_bytes() != ours {
                write_lock(&args.ours, text.as_bytes())?;
            }
            console.print_merge_conflicts(path, &merged)?;
            let done = merged.conflicts.is_empty();
            return Ok(if done { Exit::Done } else { ExitClass::Unknown.into() });
        }
        (_, Err(cause), _) => (MergeSide::Ours, cause),
        (_, _, Err(cause)) => (MergeSide::Theirs, cause),
        (Err(cause), _, _) => (MergeSide::Base, cause),
    };
    write_conflict_markers(&args.ours, &ours, &theirs)?;
    console.print_not_merged(path, side, &cause)?;
    Ok(ExitClass::Lock.into())
}

/// Writes both texts between conflict markers, which every lock reader refuses: git would leave only
/// our side, which could be mistaken for the merge result.
fn write_conflict_markers(path: &Path, ours: &[u8], theirs: &[u8]) -> Result<(), LockError> {
    let mut text = b"<<<<<<< ours\n".to_vec();
    for (side, mark) in [(ours, "=======\n"), (theirs, ">>>>>>> theirs\n")] {
        text.extend(side);
        if !side.is_empty() && !side.ends_with(b"\n") {
            text.push(b'\n');
        }
        text.extend(mark.bytes());
    }
    write_lock(path, &text)
}
