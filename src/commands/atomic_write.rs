//! Atomic file writes: a reader sees the old file or the new one.

use std::ffi::OsString;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, chown};
use std::path::Path;
use std::process;

/// Replaces or creates the file at `path` with the output of `write`; if writing fails, the old file
/// stays. A path that is not a regular file (a pipe, `/dev/stderr`) is written to directly.
pub(super) fn write_atomic(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(there) if there.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        Ok(there) if !there.is_file() => {
            let mut to = BufWriter::new(OpenOptions::new().write(true).open(path)?);
            write(&mut to)?;
            to.flush()
        }
        Ok(there) => persist(&fs::canonicalize(path)?, Some(&there), write, || Ok(())),
        Err(_) => persist(path, None, write, || Ok(())),
    }
}

/// Replaces the text that was read from a file. Fails if the file has changed since, or is read-only.
/// Its other hard links, if any, keep the old text: a file written in place can be left empty.
pub(super) fn replace_unchanged(path: &Path, old: &str, new: &str) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let there = fs::metadata(&path)?;
    if !there.is_file() {
        return Err(io::Error::other("not a regular file"));
    }
    // Do not replace a read-only file.
    OpenOptions::new().append(true).open(&path)?;
    let unchanged = || {
        if fs::read(&path)? == old.as_bytes() {
            Ok(())
        } else {
            Err(io::Error::other("it was changed in the meantime"))
        }
    };
    persist(&path, Some(&there), |to| to.write_all(new.as_bytes()), unchanged)?;
    // The file is replaced, whether or not the directory can be synced too.
    let _ = File::open(path.parent().unwrap_or(Path::new("/"))).and_then(|dir| dir.sync_all());
    Ok(())
}

/// Writes a file next to `path`, which is not a link, and renames it to `path` unless `check` fails.
/// The mode and owner of the file that is `there` are kept.
fn persist(
    path: &Path,
    there: Option<&Metadata>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    check: impl FnOnce() -> io::Result<()>,
) -> io::Result<()> {
    let mut name = OsString::from(".");
    name.push(path.file_name().ok_or(io::ErrorKind::InvalidInput)?);
    name.push(format!(".{}.new", process::id()));
    let adjacent = path.with_file_name(name);
    let written = write_temp(&adjacent, there, write)
        .and_then(|()| check())
        .and_then(|()| fs::rename(&adjacent, path));
    if written.is_err() {
        // Report the first error.
        let _ = fs::remove_file(&adjacent);
    }
    written
}

fn write_temp(
    path: &Path,
    like: Option<&Metadata>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    if like.is_some() {
        // Until it has the mode of the file it replaces, no other user can read it.
        options.mode(0o600);
    }
    let mut to = BufWriter::new(options.open(path)?);
    write(&mut to)?;
    let file = to.into_inner()?;
    if let Some(like) = like {
        // The owner is certain to be kept only for the user's own files; the mode always is.
        let _ = chown(path, Some(like.uid()), Some(like.gid()));
        file.set_permissions(like.permissions())?;
    }
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::replace_unchanged;

    #[test]
    fn concurrently_changed_file_is_left_unchanged() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.yaml");
        fs::write(&path, "theirs").expect("written");
        let error = replace_unchanged(&path, "read", "ours").expect_err("it is another text");
        assert_eq!(error.to_string(), "it was changed in the meantime");
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
