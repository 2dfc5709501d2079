//! The files that a glob names. The library's own walk ends the program where a folder holds a name
//! that is not UTF-8; here such a name is matched as it is shown.

use std::fs;
use std::path::{Component, Path, PathBuf};

use glob::{MatchOptions, Pattern, PatternError};

/// As shells have it: neither a slash nor the dot of a hidden name is matched by a wildcard.
const OPTIONS: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: true,
};

/// A part of a glob between two slashes.
enum PatternSegment<'a> {
    /// A name as it is.
    Name(Component<'a>),
    /// `**`: this folder, and all below it.
    Below,
    /// Names of one folder.
    Names(Pattern),
}

/// The regular files that a glob matches, in the order of their paths. Folders that cannot be read
/// hold none, as for a shell.
pub(super) fn files(glob: &str) -> Result<Vec<PathBuf>, PatternError> {
    Pattern::new(glob)?;
    let parts = Path::new(glob).components().map(segment).collect::<Result<Vec<_>, _>>()?;
    let mut files = Vec::new();
    // With a slash at its end a name is that of a folder.
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

/// Finds what the rest of a glob matches at a path.
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
            let shown = entries(path).into_iter().filter(|(name, _)| !name.starts_with('.'));
            for (_, inside) in shown {
                // A link to a folder is not followed: it could lead in a circle.
                if fs::symlink_metadata(&inside).is_ok_and(|found| found.is_dir()) {
                    find(&inside, rest, files);
                } else if after.is_empty() {
                    find(&inside, after, files);
                }
            }
        }
    }
}

/// What a folder holds: each name as it is shown, and its path.
fn entries(folder: &Path) -> Vec<(String, PathBuf)> {
    let read = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let entries = fs::read_dir(read).into_iter().flatten().flatten();
    let entry =
        |name: std::ffi::OsString| (name.to_string_lossy().into_owned(), folder.join(&name));
    entries.map(|found| entry(found.file_name())).collect()
}
