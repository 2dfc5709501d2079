//! Where a manifest lies in its repository: what services that show reports beside the code need.

use std::fs;
use std::path::{Path, PathBuf};

/// The root that reports count paths from: the nearest folder at or above `from` that holds a
/// `.git`, else `from` itself.
pub(super) fn root(from: &Path) -> &Path {
    from.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(from)
}

/// A file as seen from `root`; absolute where it lies outside. A link counts where it stands, not
/// where it leads.
pub(super) fn relative_to_root(root: &Path, file: &Path) -> PathBuf {
    let Some(whole) = absolute_path(file) else { return file.to_owned() };
    whole.strip_prefix(root).map(Path::to_owned).unwrap_or(whole)
}

/// The absolute path of a file, without links in its folders. `None` where the folder is not there.
pub(super) fn absolute_path(file: &Path) -> Option<PathBuf> {
    let folder = match file.parent() {
        Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
        Some(folder) => folder,
        None => return None,
    };
    Some(fs::canonicalize(folder).ok()?.join(file.file_name()?))
}
