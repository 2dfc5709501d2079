//! `lock merge`: a merge driver for git.

use std::fs;
use std::path::Path;

use crate::cli::LockMerge as Args;
use crate::commands::{CommandError, Exit};
use crate::exit_status::ExitClass;
use crate::lockfile::{LockError, Lockfile, merge_locks, write_lock};
use crate::output::Console;

pub(super) fn run(args: &Args, console: &mut Console) -> Result<Exit, CommandError> {
    let (base, ours, theirs) = (read(&args.base)?, read(&args.ours)?, read(&args.theirs)?);
    // git passes files with meaningless names.
    let lock = |file: &Path, bytes: &[u8]| {
        Lockfile::from_bytes(args.path.as_deref().unwrap_or(file), bytes)
    };
    // If there is no common ancestor, git passes an empty file; a side is never empty.
    let began = if base.is_empty() { Ok(Lockfile::default()) } else { lock(&args.base, &base) };
    let merged = match (began, lock(&args.ours, &ours), lock(&args.theirs, &theirs)) {
        (Ok(base), Ok(ours), Ok(theirs)) => merge_locks(&base, &ours, &theirs),
        (_, Err(cause), _) => {
            return write_conflict_markers(args, [&ours, &theirs], ("our side", &cause), console);
        }
        (_, _, Err(cause)) => {
            return write_conflict_markers(args, [&ours, &theirs], ("their side", &cause), console);
        }
        (Err(cause), _, _) => {
            return write_conflict_markers(
                args,
                [&ours, &theirs],
                ("the base version", &cause),
                console,
            );
        }
    };
    let text = merged.lock.to_text();
    if text.as_bytes() != ours {
        write_lock(&args.ours, text.as_bytes())?;
    }
    console.print_merge_conflicts(args.path.as_deref().unwrap_or(&args.ours), &merged)?;
    if merged.disputes.is_empty() {
        return Ok(Exit::Done);
    }
    Ok(ExitClass::Unknown.into())
}

fn read(path: &Path) -> Result<Vec<u8>, CommandError> {
    fs::read(path)
        .map_err(|error| CommandError::usage(format!("cannot read {}: {error}", path.display())))
}

/// Writes both texts between conflict markers, which every lock reader refuses: git would leave only
/// our side, which could be mistaken for the merge result.
fn write_conflict_markers(
    args: &Args,
    [ours, theirs]: [&[u8]; 2],
    (side, cause): (&str, &LockError),
    console: &mut Console,
) -> Result<Exit, CommandError> {
    let mut text = b"<<<<<<< ours\n".to_vec();
    for (side, mark) in [(ours, "=======\n"), (theirs, ">>>>>>> theirs\n")] {
        text.extend(side);
        if !side.is_empty() && !side.ends_with(b"\n") {
            text.push(b'\n');
        }
        text.extend(mark.bytes());
    }
    write_lock(&args.ours, &text)?;
    let path = args.path.as_deref().unwrap_or(&args.ours).display();
    console.error(
        &format!("not merged: {side}: {cause}"),
        Some(&format!(
            "`{path}` contains both versions between conflict markers, and no ID is lost: replace \
             it with the whole lock of one side (`git checkout --ours -- {path}` or `--theirs`), \
             add the entries that only the other side has, then `git add {path}`; or abort with \
             `git merge --abort`"
        )),
    )?;
    Ok(ExitClass::Lock.into())
}
