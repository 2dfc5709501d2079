//! The initial texts of mutations and comparisons.

use std::fs;
use std::path::{Path, PathBuf};

/// Returns every file below `folder` (relative to the repository root) with one of the suffixes
/// `ends`.
pub(crate) fn files(folder: &str, ends: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), ends, &mut found);
    assert!(!found.is_empty(), "{folder} holds no {ends:?}");
    found.sort();
    found
}

fn walk(folder: &Path, ends: &[&str], found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, ends, found);
        } else if path.extension().is_some_and(|end| ends.iter().any(|own| end == *own)) {
            found.push(path);
        }
    }
}

/// Returns the bytes of every manifest among fixtures and examples.
pub(crate) fn manifests() -> Vec<(PathBuf, Vec<u8>)> {
    let fixtures = ["valid", "invalid", "doubtful", "yaml", "hostile"]
        .map(|name| format!("tests/fixtures/{name}"));
    let folders = fixtures.iter().map(String::as_str).chain(["examples"]);
    let paths = folders.flat_map(|folder| files(folder, &["yaml", "json"]));
    paths.map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

/// Returns the bytes of every file of `folder` with this suffix.
pub(crate) fn bytes(folder: &str, end: &str) -> Vec<Vec<u8>> {
    files(folder, &[end]).into_iter().map(|path| fs::read(path).unwrap()).collect()
}
