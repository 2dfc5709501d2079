//! Errors of locks.

use std::fmt::Write as _;

use crate::ids::{InstanceName, InvalidTaskId, TaskId};
use crate::lockfile::{
    Damage, EntryState, FieldProblem, FileAction, LockError, LockHolder, LockTextError,
    NewerVersion, Truncation, UnexpectedFileType, WriterFailure,
};
use crate::output::words::zh::git::remote_error;

/// Returns the message of an error.
pub(super) fn message(error: &LockError) -> String {
    match error {
        LockError::Held { path, holder } => {
            format!("`{}` is locked by another process{}", path.display(), by(holder))
        }
        LockError::CannotLock { path, source } => {
            let (path, source) = (path.display(), &source.message);
            format!("`{path}` cannot be locked on this file system: {source}")
        }
        LockError::Io { action, path, source } => {
            format!("cannot {} `{}`: {}", verb(*action), path.display(), source.message)
        }
        LockError::KeepsChanging { path } => {
            format!("cannot write `{}`: another program keeps changing it", path.display())
        }
        LockError::Instead { path, instead } => {
            let (path, kind) = (path.display(), file_type(*instead));
            format!("`{path}` is {kind}; expected a regular file in its directory")
        }
        LockError::NotFolded { journal, source, .. } => {
            let (source, journal) = (message(source), journal.display());
            format!("{source}; the IDs of this run are in the journal `{journal}`")
        }
        LockError::Removed { path } => {
            format!("`{}` was removed during this run", path.display())
        }
        LockError::Conflict { path, line } => {
            format!("`{}` line {line}: found a merge conflict marker", path.display())
        }
        LockError::Newer { path, version } => {
            let (path, version) = (path.display(), newer_version(*version));
            format!("`{path}` has version {version}; this program reads version 1")
        }
        LockError::Truncated { path, found } => {
            format!("`{}` is cut short: {}", path.display(), truncation(*found))
        }
        LockError::Damaged { path, damage: found } => {
            format!("`{}` is damaged: {}", path.display(), damage(found))
        }
        LockError::Journal { path, offset, ids } => {
            let (path, ids) = (path.display(), list_ids(ids));
            format!("the journal `{path}` is damaged at byte {offset}{ids}")
        }
        LockError::Poisoned { path, first } => {
            let (path, first) = (path.display(), writer_failure(first));
            format!("the journal `{path}` cannot be written after an earlier error: {first}")
        }
        LockError::Remote(error) => remote_error(error).text,
        LockError::Full { path, source } => {
            let (path, source) = (path.display(), &source.message);
            format!("no space in `{path}` for the record of another request: {source}")
        }
    }
}

fn by(holder: &LockHolder) -> String {
    match holder {
        LockHolder::Unknown => String::new(),
        LockHolder::Sidecar { text } => format!(" ({})", text.escape_debug()),
        LockHolder::Journal { pid, sidecar_removed: false } => format!(" (process {pid})"),
        LockHolder::Journal { pid, sidecar_removed: true } => {
            format!(" (process {pid}, whose `.lk` file was removed)")
        }
        LockHolder::SidecarRemoved { sidecar } => {
            format!("; its `{}` was removed", sidecar.display())
        }
    }
}

fn verb(action: FileAction) -> &'static str {
    match action {
        FileAction::Find => "find",
        FileAction::Open => "open",
        FileAction::Read => "read",
        FileAction::Create => "create",
        FileAction::Write => "write",
        FileAction::Remove => "remove",
        FileAction::ReserveSpace => "reserve space in",
        FileAction::StartWriter => "start the writer of",
    }
}

fn file_type(found: UnexpectedFileType) -> &'static str {
    match found {
        UnexpectedFileType::Link => "a symbolic link",
        UnexpectedFileType::Mount => "a mount point",
        UnexpectedFileType::NoFile => "not a regular file",
    }
}

fn newer_version(version: NewerVersion) -> String {
    match version {
        NewerVersion::Exactly(version) => version.to_string(),
        NewerVersion::AtLeast(version) => format!("{version} or later"),
    }
}

fn truncation(found: Truncation) -> &'static str {
    match found {
        Truncation::Empty => "it is empty",
        Truncation::NoInstances => "nothing follows `instances:`",
        Truncation::NoLineBreak => "its last line has no line break",
    }
}

fn damage(damage: &Damage) -> String {
    match damage {
        Damage::NotUtf8 { offset } => format!("byte {offset} is not UTF-8"),
        Damage::Text(error) => text_error(error),
        Damage::NotMapping => "not a mapping".into(),
        Damage::Version { found: Some(found) } => {
            format!("expected `version: 1`, found `{found}`")
        }
        Damage::Version { found: None } => "expected `version: 1`, found none".into(),
        Damage::NoInstances => "`instances` is missing or not a mapping".into(),
        Damage::EntryNotMapping { name } => format!("instance `{name}` is not a mapping"),
        Damage::Field { name, problem } => {
            format!("instance `{name}`: {}", field_problem(problem))
        }
    }
}

fn text_error(error: &LockTextError) -> String {
    match error {
        LockTextError::Syntax { message } => message.clone(),
        LockTextError::NullKey => "a key is null, expected text in quotes".into(),
        LockTextError::KeyNotText { key: Some(key) } => {
            format!("the key {key} is not text; it needs quotes")
        }
        LockTextError::KeyNotText { key: None } => "a key is not text".into(),
        LockTextError::Tag { tag } => format!("found the tag `{tag}`"),
        LockTextError::Number { number } => {
            format!("the number {number} cannot be stored in a lock")
        }
    }
}

fn field_problem(problem: &FieldProblem) -> String {
    match problem {
        FieldProblem::State { found: Some(found) } => {
            format!("`state` is {found:?}; expected created, unknown or deleting")
        }
        FieldProblem::State { found: None } => {
            "`state` is missing; expected created, unknown or deleting".into()
        }
        FieldProblem::TaskIdOfState(state) => {
            let has = if *state == EntryState::Unknown { "has a" } else { "has no" };
            format!("`state: {}` {has} `taskId`", state.as_str())
        }
        FieldProblem::IdSource { found } => format!("`how` is {found:?}; expected list or told"),
        FieldProblem::NoEndpoint => "`endpoint` is missing".into(),
        FieldProblem::NotText { key, found } => {
            format!("`{key}` is `{found}`; expected text in quotes")
        }
        FieldProblem::NotIds { key, found } => {
            format!("`{key}` is `{found}`; expected a list of IDs")
        }
        FieldProblem::TaskId(InvalidTaskId { found }) => {
            format!("a task ID is 1 to 128 letters, digits, `-` or `_`, found {found:?}")
        }
        FieldProblem::NoRequest => "`request` is missing or not a mapping".into(),
        FieldProblem::ForeignRequest { name } => format!("its `request` is for `{name}`"),
    }
}

fn list_ids(ids: &[(Option<InstanceName>, TaskId)]) -> String {
    let mut text = String::new();
    for (name, id) in ids {
        let name = name.as_ref().map_or("?", InstanceName::as_str);
        let _ = write!(text, "\n  readable: name={name:?} id={id}");
    }
    text
}

fn writer_failure(first: &WriterFailure) -> &str {
    match first {
        WriterFailure::System(error) => &error.message,
        WriterFailure::Exited => "its writer has exited",
    }
}
