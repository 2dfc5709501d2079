//! Encoding and decoding of the journal's records.
//!
//! A record is `crc32c SP json LF`. Each contains its position in its sync batch
//! (`[batch, record, records]`, from 1), so that a torn batch at the end, of which nothing was
//! acknowledged, is distinguished from damage before it. A zero byte is reserved space that was not
//! written yet.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::record::Record;
use crate::ids::{InstanceName, TaskId};
use crate::lockfile::{LockError, NewerVersion};

/// The version of the records, in the head.
pub(crate) const VERSION: u32 = 1;
/// Length of the checksum and the space before the JSON of a record, in bytes.
const CHECKSUM_LEN: usize = 9;
/// Prefix of the JSON of every record.
const BATCH_PREFIX: &[u8] = b"{\"batch\":[";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<R = Record> {
    batch: (u64, usize, usize),
    record: R,
}

/// Encodes one batch.
pub(crate) fn encode(batch: u64, records: &[&Record]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(records.len() * 160);
    for (at, record) in records.iter().enumerate() {
        let line = Line { batch: (batch, at + 1, records.len()), record };
        let json = serde_json::to_vec(&line).expect("a record serializes into memory");
        bytes.extend(format!("{:08x} ", crc32c::crc32c(&json)).bytes());
        bytes.extend(json);
        bytes.push(b'\n');
    }
    bytes
}

/// Returns the maximum size of a record, whatever its batch.
pub(crate) fn max_size(record: &Record) -> u64 {
    let line = Line { batch: (u64::MAX, usize::MAX, usize::MAX), record };
    let json = serde_json::to_vec(&line).expect("a record serializes into memory");
    (CHECKSUM_LEN + json.len() + 1) as u64
}

/// Reason why a journal cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum DecodeError {
    /// It contains valid records of a kind that only a newer program supports.
    Newer,
    /// It is damaged before its end.
    Damage { offset: u64, ids: Vec<(Option<InstanceName>, TaskId)> },
}

impl DecodeError {
    pub(crate) fn into_lock_error(self, path: &Path) -> LockError {
        let path = path.to_owned();
        match self {
            Self::Newer => LockError::Newer { path, version: NewerVersion::AtLeast(VERSION + 1) },
            Self::Damage { offset, ids } => LockError::Journal { path, offset, ids },
        }
    }
}

/// Decodes every record of a journal. Missing or unreadable records of its last batch are dropped,
/// because a batch is not acknowledged, and so not acted upon, before all of it is durable.
pub(crate) fn decode(bytes: &[u8]) -> Result<Vec<Record>, DecodeError> {
    let chunks = chunks(bytes)?;
    let first_bad = chunks.iter().position(|chunk| chunk.line.is_none());
    let sound = &chunks[..first_bad.unwrap_or(chunks.len())];
    if let Some(gap) = first_missing_record(sound) {
        return Err(damage_at(bytes, &chunks, gap));
    }
    let (batch, at, of) = sound.last().map_or((0, 0, 0), Chunk::decode_chunk);
    let last = if at == of { batch + 1 } else { batch };
    if let Some(bad) = first_bad {
        let later = chunks[bad..]
            .iter()
            .any(|chunk| chunk.line.is_some() && chunk.decode_chunk().0 != last);
        // The head is a separate batch: nothing can follow an unreadable one yet.
        let rubbish = batch == 0 && !is_torn_head(bytes);
        if later || rubbish {
            return Err(damage_at(bytes, &chunks, chunks[bad].offset));
        }
    }
    Ok(chunks.into_iter().filter_map(|chunk| chunk.line).map(|line| line.record).collect())
}

/// Returns whether these bytes are the beginning of a truncated head: nothing was sent yet.
/// Anything else without a head is a damaged journal, or was never one.
fn is_torn_head(bytes: &[u8]) -> bool {
    const HEAD: &[u8] = b"{\"batch\":[1,1,1]";
    let written = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    let (text, rest) = bytes.split_at(written);
    let (sum, json) = text.split_at(text.len().min(CHECKSUM_LEN));
    let fits = |(at, byte): (usize, &u8)| match at {
        8 => *byte == b' ',
        _ => byte.is_ascii_hexdigit() && !byte.is_ascii_uppercase(),
    };
    let begun = json.len().min(HEAD.len());
    rest.iter().all(|&byte| byte == 0)
        && !text.contains(&b'\n')
        && sum.iter().enumerate().all(fits)
        && json[..begun] == HEAD[..begun]
}

/// Decodes every record of batches that were appended one by one, each preceded by a line end;
/// blank lines are skipped. Only the end can be torn.
pub(crate) fn decode_each(bytes: &[u8]) -> Result<Vec<Record>, DecodeError> {
    let mut chunks = chunks(bytes)?;
    chunks.retain(|chunk| bytes.get(usize::try_from(chunk.offset).unwrap_or(0)) != Some(&b'\n'));
    match chunks.iter().position(|chunk| chunk.line.is_none()) {
        Some(bad) if bad + 1 < chunks.len() => Err(damage_at(bytes, &chunks, chunks[bad].offset)),
        _ => Ok(chunks.into_iter().filter_map(|chunk| chunk.line).map(|l| l.record).collect()),
    }
}

/// The text between two line ends: a record, or unreadable data.
struct Chunk {
    offset: u64,
    line: Option<Line>,
}

impl Chunk {
    fn decode_chunk(&self) -> (u64, usize, usize) {
        self.line.as_ref().map_or((0, 0, 0), |line| line.batch)
    }
}

fn chunks(bytes: &[u8]) -> Result<Vec<Chunk>, DecodeError> {
    let mut chunks = Vec::new();
    let mut offset = 0;
    for text in bytes.split_inclusive(|&byte| byte == b'\n') {
        let zeros = text.iter().take_while(|&&byte| byte == 0).count();
        if zeros < text.len() {
            if zeros > 0 {
                // Written space after unwritten space: a hole.
                chunks.push(Chunk { offset: offset as u64, line: None });
            }
            for (at, line) in lines(&text[zeros..])? {
                chunks.push(Chunk { offset: (offset + zeros + at) as u64, line });
            }
        }
        offset += text.len();
    }
    Ok(chunks)
}

/// Returns the records in what should be one line, with their offsets. If a line end is damaged,
/// the line contains two or more records: valid ones are separated, so that damage before the last
/// batch is not mistaken for its torn end.
fn lines(text: &[u8]) -> Result<Vec<(usize, Option<Line>)>, DecodeError> {
    let complete = read_line(text)?;
    if complete.is_some() {
        return Ok(vec![(0, complete)]);
    }
    let beginnings = text.windows(BATCH_PREFIX.len()).enumerate();
    let beginnings = beginnings.filter(|(_, window)| *window == BATCH_PREFIX).skip(1);
    let starts: Vec<usize> =
        beginnings.filter_map(|(at, _)| at.checked_sub(CHECKSUM_LEN)).collect();
    let mut lines = vec![(0, None)];
    for start in starts {
        if let Some(line) = read_line(&text[start..])? {
            lines.push((start, Some(line)));
        }
    }
    Ok(lines)
}

/// Returns the record of a line, or `None` if its checksum fails or it plans one instance with the
/// body of another: merging that would make the lock unreadable.
fn read_line(text: &[u8]) -> Result<Option<Line>, DecodeError> {
    let Some(json) = verified_json(text) else { return Ok(None) };
    let line: Line = serde_json::from_slice(json).map_err(|_| DecodeError::Newer)?;
    Ok(match &line.record {
        Record::Plan(create) if !create.body.is_for(&create.name) => None,
        _ => Some(line),
    })
}

/// Returns the JSON that matches the checksum of a line. The line end may be missing or damaged;
/// JSON that matches the checksum is complete anyway.
fn verified_json(text: &[u8]) -> Option<&[u8]> {
    let written = text.iter().rposition(|&byte| byte != 0)? + 1;
    let (sum, json) = text[..written].split_at_checked(CHECKSUM_LEN)?;
    let sum = u32::from_str_radix(str::from_utf8(sum).ok()?.strip_suffix(' ')?, 16).ok()?;
    let ended = json.split_last().map(|(_, json)| json);
    ended.into_iter().chain([json]).find(|json| crc32c::crc32c(json) == sum)
}

/// Returns the offset at which a record is missing between two readable ones.
fn first_missing_record(sound: &[Chunk]) -> Option<u64> {
    let mut previous = (0, 0, 0);
    for chunk in sound {
        let location = chunk.decode_chunk();
        let next = if previous.1 == previous.2 {
            (location.0, location.1) == (previous.0 + 1, 1)
        } else {
            location == (previous.0, previous.1 + 1, previous.2)
        };
        if !next {
            return Some(chunk.offset);
        }
        previous = location;
    }
    None
}

fn damage_at(bytes: &[u8], chunks: &[Chunk], offset: u64) -> DecodeError {
    let mut ids = Vec::new();
    for (at, chunk) in chunks.iter().enumerate() {
        match &chunk.line {
            Some(Line { record: Record::Created { name, id, .. }, .. }) => {
                ids.push((Some(name.clone()), id.clone()));
            }
            Some(_) => {}
            None => {
                let from = usize::try_from(chunk.offset).expect("it lies in these bytes");
                let to = chunks.get(at + 1).map_or(bytes.len(), |next| {
                    usize::try_from(next.offset).expect("it lies in these bytes")
                });
                ids.extend(salvage_ids(&bytes[from..to]).map(|id| (None, id)));
            }
        }
    }
    DecodeError::Damage { offset, ids }
}

/// Extracts IDs from bytes that are no longer a record.
fn salvage_ids(bytes: &[u8]) -> impl Iterator<Item = TaskId> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let found: Vec<_> = text
        .split("\"id\":\"")
        .skip(1)
        .filter_map(|rest| rest.split_once('"')?.0.parse().ok())
        .collect();
    found.into_iter()
}

#[cfg(test)]
mod tests;
