//! Writes of the files that users name: reports and fixed manifests.

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process;

use super::error::CommandError;
use crate::atomic_file;
use crate::output::{FixFault, PathProblem};

/// Creates a file with this text, durably; fails with `exists` if the path exists.
pub(super) fn create_new(path: &Path, text: &str, exists: PathProblem) -> Result<(), CommandError> {
    let write = || {
        let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    write().map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => CommandError::path(path, exists),
        _ => CommandError::path(path, PathProblem::Unwritable(error)),
    })
}

/// Replaces or creates the file at `path` with the output of `write`; if writing fails, the old file
/// stays. A path that is not a regular file (a pipe, `/dev/stderr`) is written to directly.
pub(super) fn write_atomic(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let buffered = |file: &mut dyn Write| {
        let mut to = BufWriter::new(file);
        write(&mut to)?;
        to.flush()
    };
    let there = fs::metadata(path).ok();
    if there.as_ref().is_some_and(fs::Metadata::is_dir) {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if there.as_ref().is_some_and(|there| !there.is_file()) {
        return buffered(&mut OpenOptions::new().write(true).open(path)?);
    }
    let path = if there.is_some() { fs::canonicalize(path)? } else { path.to_owned() };
    atomic_file::replace(&path, temporary(&path)?, |file| buffered(file), || Ok(true)).map(drop)
}

/// Replaces the text that was read from a file. Fails if the file has changed since, or is read-only.
/// Its other hard links, if any, keep the old text: a file written in place can be left empty.
pub(super) fn replace_unchanged(path: &Path, old: &str, new: &str) -> Result<(), FixFault> {
    let path = fs::canonicalize(path)?;
    if !path.is_file() {
        return Err(FixFault::NotRegularFile);
    }
    // Do not replace a read-only file.
    OpenOptions::new().append(true).open(&path)?;
    let is_unchanged = || Ok(fs::read(&path)? == old.as_bytes());
    let write = |file: &mut fs::File| file.write_all(new.as_bytes());
    if atomic_file::replace(&path, temporary(&path)?, write, is_unchanged)?.is_none() {
        return Err(FixFault::Changed);
    }
    // The file is replaced, whether or not the directory can be synced too.
    let _ = atomic_file::sync_folder(path.parent().unwrap_or(Path::new("/")));
    Ok(())
}

/// Returns the name under which the new version of a file, which is not a link, is written.
fn temporary(path: &Path) -> io::Result<PathBuf> {
    let mut name = OsString::from(".");
    name.push(path.file_name().ok_or(io::ErrorKind::InvalidInput)?);
    name.push(format!(".{}.new", process::id()));
    Ok(path.with_file_name(name))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::{FixFault, replace_unchanged};

    #[test]
    fn concurrently_changed_file_is_left_unchanged() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.yaml");
        fs::write(&path, "theirs").expect("written");
        let error = replace_unchanged(&path, "read", "ours").expect_err("it is another text");
        assert!(matches!(error, FixFault::Changed), "{error:?}");
        assert_eq!(fs::read_to_string(&path).expect("there"), "theirs");
        assert_eq!(
            fs::read_dir(folder.path()).expect("there").count(),
            1,
            "nothing is left behind"
        );
    }

    #[test]
    fn symlink_is_followed_and_file_mode_is_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, link) = (folder.path().join("a.yaml"), folder.path().join("b.yaml"));
        fs::write(&path, "old").expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("ours");
        symlink("a.yaml", &link).expect("linked");
        replace_unchanged(&link, "old", "new").expect("written");
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
        assert_eq!(fs::read_to_string(&path).expect("there"), "new");
        assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o640);
    }
}
