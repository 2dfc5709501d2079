//! Strict reader of the text of a lock.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value};

use super::damage::{Damage, FieldProblem, Truncation};
use super::error::{LockError, NewerVersion};
use crate::ids::{Endpoint, InstanceName, Region, TaskId};
use crate::lockfile::entry::{Entry, EntryState, IdSource, Lockfile};
use crate::lockfile::format::{FOR_GIT, FOR_SANDBOX, WRITTEN};
use crate::lockfile::request_body::RequestBody;
use crate::yaml::lock_text;

impl Lockfile {
    /// Reads the text of a lock. `path` is used in errors.
    pub fn from_text(path: &Path, text: &str) -> Result<Self, LockError> {
        read_canonical(text).map_or_else(|| Self::from_noncanonical(path, text), Ok)
    }

    /// Reads the bytes of a lock. `path` is used in errors.
    pub fn from_bytes(path: &Path, bytes: &[u8]) -> Result<Self, LockError> {
        let text = str::from_utf8(bytes).map_err(|error| LockError::Damaged {
            path: path.to_owned(),
            damage: Damage::NotUtf8 { offset: error.valid_up_to() },
        })?;
        Self::from_text(path, text)
    }

    fn from_noncanonical(path: &Path, text: &str) -> Result<Self, LockError> {
        ensure_no_conflict_markers(path, text)?;
        ensure_complete(path, text)?;
        let damaged = |damage| LockError::Damaged { path: path.to_owned(), damage };
        let parsed = lock_text::parse(text).map_err(|error| damaged(Damage::Text(error)))?;
        let Value::Object(mut top) = parsed else { return Err(damaged(Damage::NotMapping)) };
        let version = top.shift_remove("version");
        match version.as_ref().and_then(Value::as_u64) {
            Some(1) => {}
            Some(newer @ 2..) => {
                let version = NewerVersion::Exactly(newer);
                return Err(LockError::Newer { path: path.to_owned(), version });
            }
            _ => {
                let found = version.map(|found| found.to_string());
                return Err(damaged(Damage::Version { found }));
            }
        }
        let Some(Value::Object(found)) = top.shift_remove("instances") else {
            return Err(damaged(Damage::NoInstances));
        };
        let instances: Result<BTreeMap<_, _>, Damage> =
            found.into_iter().map(|(name, fields)| read_entry(name, fields)).collect();
        let instances = instances.map_err(damaged)?;
        let (manifest, sandbox) = first_line(text);
        Ok(Self { manifest, sandbox, instances, extra: top })
    }
}

/// Returns the file name in the first line, and whether the lock is one of the sandbox.
fn first_line(text: &str) -> (Option<String>, bool) {
    let line = text.lines().next().and_then(|line| line.strip_prefix(WRITTEN)).unwrap_or_default();
    let of_sandbox = line.strip_suffix(FOR_SANDBOX);
    let from = of_sandbox.or_else(|| line.strip_suffix(FOR_GIT)).unwrap_or_default();
    (from.strip_prefix(" from ").map(str::to_owned), of_sandbox.is_some())
}

fn ensure_no_conflict_markers(path: &Path, text: &str) -> Result<(), LockError> {
    let marker = |line: &str| {
        ["<<<<<<<", "|||||||", "=======", ">>>>>>>"].iter().any(|mark| line.starts_with(mark))
    };
    match text.lines().position(marker) {
        Some(at) => Err(LockError::Conflict { path: path.to_owned(), line: at + 1 }),
        None => Ok(()),
    }
}

/// Rejects truncated text. A complete lock ends with a line end; only the end of a request or of an
/// empty mapping shows equally reliably that nothing follows.
fn ensure_complete(path: &Path, text: &str) -> Result<(), LockError> {
    let found = match text.trim_end() {
        "" => Truncation::Empty,
        cut if cut.ends_with("instances:") => Truncation::NoInstances,
        complete if text.ends_with('\n') || complete.ends_with('}') => return Ok(()),
        _ => Truncation::NoLineBreak,
    };
    Err(LockError::Truncated { path: path.to_owned(), found })
}

fn read_entry(name: String, fields: Value) -> Result<(InstanceName, Entry), Damage> {
    let Value::Object(fields) = fields else { return Err(Damage::EntryNotMapping { name }) };
    match EntryFields(fields).into_entry(&name) {
        Ok(entry) => Ok((name.into(), entry)),
        Err(problem) => Err(Damage::Field { name, problem }),
    }
}

/// The unread fields of an entry.
struct EntryFields(Map<String, Value>);

impl EntryFields {
    fn into_entry(mut self, name: &str) -> Result<Entry, FieldProblem> {
        let found = self.text("state")?;
        let state = match found.as_deref() {
            Some("created") => EntryState::Created,
            Some("unknown") => EntryState::Unknown,
            Some("deleting") => EntryState::Deleting,
            _ => return Err(FieldProblem::State { found }),
        };
        let task_id = self.text("taskId")?.map(id).transpose()?;
        if task_id.is_some() == (state == EntryState::Unknown) {
            return Err(FieldProblem::TaskIdOfState(state));
        }
        let how = match self.text("how")?.as_deref() {
            None => None,
            Some("list") => Some(IdSource::Listed),
            Some("told") => Some(IdSource::Manual),
            Some(other) => return Err(FieldProblem::IdSource { found: other.to_owned() }),
        };
        let entry = Entry {
            state,
            task_id,
            how,
            candidates: self.ids("candidates")?.unwrap_or_default(),
            region: self.text("region")?.map(Region::from),
            endpoint: self.text("endpoint")?.map(Endpoint::from).ok_or(FieldProblem::NoEndpoint)?,
            submitted_at: self.text("submittedAt")?,
            known_ids: self.ids("before")?,
            list_watermark: self.text("newest")?,
            why: self.text("why")?,
            request: self.body(name)?,
            extra: self.0,
        };
        Ok(entry)
    }

    fn text(&mut self, key: &'static str) -> Result<Option<String>, FieldProblem> {
        match self.0.shift_remove(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(FieldProblem::NotText { key, found: other.to_string() }),
        }
    }

    fn ids(&mut self, key: &'static str) -> Result<Option<Vec<TaskId>>, FieldProblem> {
        let wrong = |found: &Value| FieldProblem::NotIds { key, found: found.to_string() };
        match self.0.shift_remove(key) {
            None => Ok(None),
            Some(Value::Array(items)) => {
                let read = |item| match item {
                    Value::String(text) => id(text),
                    other => Err(wrong(&other)),
                };
                items.into_iter().map(read).collect::<Result<_, _>>().map(Some)
            }
            Some(other) => Err(wrong(&other)),
        }
    }

    fn body(&mut self, name: &str) -> Result<RequestBody, FieldProblem> {
        let Some(Value::Object(fields)) = self.0.shift_remove("request") else {
            return Err(FieldProblem::NoRequest);
        };
        let other = match fields.get("instanceServiceName") {
            // A body without this field does not name its instance.
            None => return Ok(RequestBody::from_value(&fields)),
            Some(Value::String(own)) if own == name => return Ok(RequestBody::from_value(&fields)),
            Some(Value::String(other)) => other.clone(),
            Some(other) => other.to_string(),
        };
        Err(FieldProblem::ForeignRequest { name: other })
    }
}

fn id(text: String) -> Result<TaskId, FieldProblem> {
    TaskId::try_from(text).map_err(FieldProblem::TaskId)
}

/// Reads a lock that is byte for byte the output of [`Lockfile::to_text`], several times faster
/// than a YAML parser; anything else is left to that parser. The result is accepted only if writing
/// it again gives the same bytes.
fn read_canonical(text: &str) -> Option<Lockfile> {
    let mut lines = text.lines();
    lines.next()?;
    let (manifest, sandbox) = first_line(text);
    let mut lock = Lockfile { manifest, sandbox, ..Lockfile::default() };
    if lines.next()? != "version: 1" || lines.next()? != "instances:" {
        return None;
    }
    while lines.next().is_some() {
        let name = canonical_text(lines.next()?.strip_prefix("  ")?.strip_suffix(':')?)?;
        let mut fields = Map::new();
        loop {
            let (key, value) = lines.next()?.strip_prefix("    ")?.split_once(": ")?;
            if key == "request" {
                fields.insert(key.into(), serde_json::from_str(value).ok()?);
                break;
            }
            fields.insert(key.into(), canonical_value(value)?);
        }
        let entry = EntryFields(fields).into_entry(&name).ok()?;
        lock.instances.insert(name.into(), entry);
    }
    (lock.to_text() == text).then_some(lock)
}

fn canonical_value(text: &str) -> Option<Value> {
    match text.strip_prefix('[') {
        Some("]") => Some(Value::Array(Vec::new())),
        Some(list) => {
            let items = list.strip_suffix(']')?.split(", ").map(canonical_text);
            items.map(|item| item.map(Value::String)).collect::<Option<_>>().map(Value::Array)
        }
        None => canonical_text(text).map(Value::String),
    }
}

fn canonical_text(text: &str) -> Option<String> {
    if text.starts_with('"') { serde_json::from_str(text).ok() } else { Some(text.to_owned()) }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Lockfile, read_canonical};

    #[test]
    fn canonical_reader_accepts_program_output() {
        let golden = include_str!("../../tests/fixtures/lock/v1/instances.lock");
        let mut lock = Lockfile::from_text(Path::new("a.lock"), golden).unwrap();
        assert_eq!(read_canonical(golden), None);
        lock.extra.clear();
        lock.instances.values_mut().for_each(|entry| entry.extra.clear());
        assert_eq!(read_canonical(&lock.to_text()), Some(lock));
    }
}
