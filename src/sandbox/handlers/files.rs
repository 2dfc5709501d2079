//! The file service: lists the folders below the home folder, and downloads parts of files.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::sandbox::handlers::reply::{ErrorReply, ParsedRequest};
use crate::sandbox::run_files::{HOME, RunFile, files};
use crate::sandbox::state::TaskStore;
use crate::sandbox::task::{date, now};

/// Code of a file or folder that does not exist.
const MISSING: &str = "911020";

/// A part of a file.
pub(in crate::sandbox) struct Part {
    pub(in crate::sandbox) bytes: Vec<u8>,
    /// First byte and size of the whole file, if a range was requested.
    pub(in crate::sandbox) range: Option<(usize, usize)>,
}

/// Returns the `data` of a list.
pub(in crate::sandbox) fn list_files(
    store: &TaskStore,
    requested: &ParsedRequest,
) -> Result<Value, ErrorReply> {
    let number = |key| {
        let text = requested.values(key).next().unwrap_or_default();
        let number = text.parse::<usize>();
        number.map_err(|_| ErrorReply::incomplete(&format!("`{key}` must be a number")))
    };
    let (start, limit) = (number("start")?, number("limit")?);
    let folder = requested.values("path").next().filter(|path| !path.is_empty()).unwrap_or(HOME);
    let folder = format!("{}/", folder.trim_end_matches('/'));
    let entry = |name: &str, is_folder, size, changed| {
        json!({"name": name, "path": format!("{folder}{name}"), "isDirectory": is_folder,
               "size": size, "lastModifiedTime": date(changed)})
    };
    let mut entries: BTreeMap<String, Value> = BTreeMap::new();
    if folder.trim_end_matches('/') == HOME {
        entries.insert("SothisAI".to_owned(), entry("SothisAI", true, 0, now()));
    }
    for file in all_files(store) {
        let path = format!("{HOME}/{}", file.path);
        let Some(rest) = path.strip_prefix(&folder) else { continue };
        let (name, is_folder) = match rest.split_once('/') {
            Some((name, _)) => (name, true),
            None => (rest, false),
        };
        let size = if is_folder { 0 } else { file.bytes.len() };
        entries.insert(name.to_owned(), entry(name, is_folder, size, file.changed));
    }
    if entries.is_empty() {
        return Err(missing(&folder));
    }
    let part: Vec<&Value> = entries.values().skip(start).take(limit).collect();
    Ok(json!({"total": entries.len(), "fileList": part}))
}

/// Returns the bytes of a file: those of `range` (`bytes=a-b`), or all.
pub(in crate::sandbox) fn download(
    store: &TaskStore,
    requested: &ParsedRequest,
    range: Option<&str>,
) -> Result<Part, ErrorReply> {
    let path = requested.values("path").next().unwrap_or_default();
    let below = path.strip_prefix(HOME).and_then(|path| path.strip_prefix('/'));
    let found = all_files(store).find(|file| Some(file.path.as_str()) == below);
    let mut bytes = found.ok_or_else(|| missing(path))?.bytes;
    let Some((first, last)) = range.and_then(bounds) else {
        return Ok(Part { bytes, range: None });
    };
    let size = bytes.len();
    bytes.truncate(last.saturating_add(1));
    let bytes = bytes.split_off(first.min(bytes.len()));
    Ok(Part { bytes, range: Some((first, size)) })
}

fn all_files(store: &TaskStore) -> impl Iterator<Item = RunFile> {
    let now = now();
    let files: Vec<RunFile> = store.tasks().iter().flat_map(|task| files(task, now)).collect();
    files.into_iter()
}

/// Reads the first and the last byte of a range.
fn bounds(range: &str) -> Option<(usize, usize)> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    Some((first.parse().ok()?, last.parse().unwrap_or(usize::MAX)))
}

fn missing(path: &str) -> ErrorReply {
    ErrorReply::require(MISSING, format!("no such file or directory: {path}"))
}
