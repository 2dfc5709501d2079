//! Files that match a glob. The library's own walk aborts the program if a directory contains a name
//! that is not UTF-8; here such a name is matched as displayed.

use std::fs;
use std::path::{Component, Path, PathBuf};

use glob::{MatchOptions, Pattern, PatternError};

/// As in shells, a wildcard matches neither a slash nor the leading dot of a hidden name.
const OPTIONS: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: true,
};

/// Segment of a glob between two slashes.
enum PatternSegment<'a> {
    /// Literal name.
    Name(Component<'a>),
    /// `**`: this directory, and everything below it.
    Below,
    /// Pattern for names in one directory.
    Names(Pattern),
}

/// Returns the regular files that a glob matches, sorted by path. Unreadable directories count as
/// empty, as in a shell.
pub(crate) fn files(glob: &str) -> Result<Vec<PathBuf>, PatternError> {
    Pattern::new(glob)?;
    let parts = Path::new(glob).components().map(segment).collect::<Result<Vec<_>, _>>()?;
    let mut files = Vec::new();
    // With a trailing slash, a name is that of a directory.
    if !glob.ends_with('/') {
        find(Path::new(""), &parts, &mut files);
    }
    files.sort();
    files.dedup();
    Ok(files)
}

fn segment(component: Component<'_>) -> Result<PatternSegment<'_>, PatternError> {
    let text = component.as_os_str().to_str().unwrap_or_default();
    Ok(match text {
        "**" => PatternSegment::Below,
        _ if text.contains(['*', '?', '[']) => PatternSegment::Names(Pattern::new(text)?),
        _ => PatternSegment::Name(component),
    })
}

/// Finds the files at a path that match the rest of a glob.
fn find(path: &Path, rest: &[PatternSegment<'_>], files: &mut Vec<PathBuf>) {
    match rest {
        [] => files.extend(path.is_file().then(|| path.to_owned())),
        [PatternSegment::Name(name), rest @ ..] => find(&path.join(name), rest, files),
        [PatternSegment::Names(pattern), rest @ ..] => {
            for (name, inside) in entries(path) {
                if pattern.matches_with(&name, OPTIONS) {
                    find(&inside, rest, files);
                }
            }
        }
        [PatternSegment::Below, after @ ..] => {
            find(path, after, files);
            let displayed = entries(path).into_iter().filter(|(name, _)| !name.starts_with('.'));
            for (_, inside) in displayed {
                // Links to directories are not followed: they could form a cycle.
                if fs::symlink_metadata(&inside).is_ok_and(|found| found.is_dir()) {
                    find(&inside, rest, files);
                } else if after.is_empty() {
                    find(&inside, after, files);
                }
            }
        }
    }
}

/// Lists a directory: each name as displayed, and its path.
fn entries(folder: &Path) -> Vec<(String, PathBuf)> {
    let read = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let entries = fs::read_dir(read).into_iter().flatten().flatten();
    let entry =
        |name: std::ffi::OsString| (name.to_string_lossy().into_owned(), folder.join(&name));
    entries.map(|found| entry(found.file_name())).collect()
}
