//! The parsers of the lock and of the journal: properties that hold for any bytes.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use instancectl::ids::TaskId;
use instancectl::language::Language;
use instancectl::lockfile::{LockError, Lockfile, Record, read_with_journal};
use serde_json::Value;

/// Even first byte: the rest is a lock. Odd: the rest is a journal, with corrected checksums if
/// the byte's second bit is set, so that the code after the checksum test is reached.
pub(crate) fn check(bytes: &[u8]) {
    let Some((&how, rest)) = bytes.split_first() else { return };
    if how & 1 == 0 {
        lock(rest);
    } else if how & 2 == 0 {
        journal(rest);
    } else {
        journal(&summed(rest));
    }
}

/// Checks that a parsed lock is written so that it parses to the same value, in one form only.
pub(crate) fn lock(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let path = Path::new("fuzz.lock");
    let Ok(mut lock) =
        Lockfile::from_text(path, text).map_err(|error| has_message_and_help(&error))
    else {
        return;
    };
    let written = lock.to_text();
    let again = Lockfile::from_text(path, &written).expect("what was written reads");
    if lock.manifest != again.manifest {
        // A name that does not fit the first line is left out.
        lock.manifest = None;
    }
    assert_eq!(lock, again);
    assert_eq!(again.to_text(), written, "one content, two texts");
}

/// Checks that no ID of an intact record is lost: it is in the parsed result or in the error.
pub(crate) fn journal(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder for one file");
    let lock = folder.path().join("fuzz.lock");
    fs::write(folder.path().join("fuzz.lock.journal"), bytes).expect("the folder takes it");
    let sound = records(bytes);
    match read_with_journal(&lock, None) {
        Ok(effective) => {
            let lock = effective.lock;
            let written = lock.to_text();
            let again = Lockfile::from_text(Path::new("fuzz.lock"), &written);
            assert_eq!(again.expect("a replayed journal can be written"), lock);
            for id in left_over(&sound) {
                assert!(written.contains(id.as_str()), "{id} is lost:\n{written}");
            }
        }
        Err(error) => {
            has_message_and_help(&error);
            if let LockError::Journal { ids, .. } = &error {
                let named: HashSet<&TaskId> = ids.iter().map(|(_, id)| id).collect();
                for record in &sound {
                    if let Record::Created { id, .. } = record {
                        assert!(named.contains(id), "{id} is not named: {error:?}");
                    }
                }
            }
        }
    }
}

fn has_message_and_help(error: &LockError) {
    let shown = Language::English.lock_error(error);
    assert!(!shown.text.is_empty() && shown.help.is_some_and(|help| !help.is_empty()));
}

/// Returns every record with a correct checksum, at any position, independently of the parser.
fn records(bytes: &[u8]) -> Vec<Record> {
    let line = |line: &[u8]| {
        let zeros = line.iter().take_while(|&&byte| byte == 0).count();
        let (sum, json) = line[zeros..].split_at_checked(9)?;
        let sum = u32::from_str_radix(str::from_utf8(sum).ok()?.trim_end(), 16).ok()?;
        let value: Value = serde_json::from_slice(json).ok()?;
        (sum == crc32c::crc32c(json))
            .then(|| serde_json::from_value(value["record"].clone()).ok())?
    };
    let whole = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
    bytes[..whole].split(|&byte| byte == b'\n').filter_map(line).collect()
}

/// Returns the IDs that a journal without a merge must leave in the lock: each created after its
/// plan, and not planned again, refused or created again later.
fn left_over(records: &[Record]) -> HashSet<TaskId> {
    let mut left = std::collections::HashMap::new();
    let mut planned = HashSet::new();
    for record in records {
        match record {
            Record::Plan(create) => {
                let name = &create.name;
                planned.insert(name);
                left.remove(name);
            }
            Record::Created { name, id, .. } if planned.contains(name) => {
                left.insert(name, id.clone());
            }
            Record::Refused { name, .. }
            | Record::NotSent { name }
            | Record::Intent { name, .. }
            | Record::Uncertain { name, .. } => {
                left.remove(name);
            }
            Record::Merged { done: true, .. } => left.clear(),
            _ => {}
        }
    }
    left.into_values().collect()
}

/// Returns the same lines with correct checksums.
fn summed(bytes: &[u8]) -> Vec<u8> {
    let mut journal = Vec::new();
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        let json = line.get(9..).unwrap_or(line);
        let json = json.strip_suffix(b"\n").unwrap_or(json);
        journal.extend(format!("{:08x} ", crc32c::crc32c(json)).bytes());
        journal.extend(json);
        journal.push(b'\n');
    }
    journal
}
