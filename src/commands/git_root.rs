//! Path of a manifest in its repository, for services that show reports next to the code.

use std::fs;
use std::path::{Path, PathBuf};

/// Returns the root of the paths in reports: the nearest directory at or above `from` that contains a
/// `.git`, otherwise `from` itself.
pub(super) fn root(from: &Path) -> &Path {
    from.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(from)
}

/// Returns a path relative to `root`; absolute if the file is outside. For a link, the location of the
/// link counts, not its target.
pub(super) fn relative_to_root(root: &Path, file: &Path) -> PathBuf {
    let Some(complete) = absolute_path(file) else { return file.to_owned() };
    complete.strip_prefix(root).map(Path::to_owned).unwrap_or(complete)
}

/// Returns the absolute path of a file, without links in its directories. `None` if the directory does
/// not exist.
pub(super) fn absolute_path(file: &Path) -> Option<PathBuf> {
    let folder = match file.parent() {
        Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
        Some(folder) => folder,
        None => return None,
    };
    Some(fs::canonicalize(folder).ok()?.join(file.file_name()?))
}
