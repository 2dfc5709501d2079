//! Atomic replacement of a file: a reader sees the old file or the new one, complete.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, fchown};
use std::path::{Path, PathBuf};

use rustix::io::Errno;
use tempfile::{NamedTempFile, TempPath};

/// Replaces or creates `path` with the output of `write`, which goes to the file `temporary` in the same
/// directory. If writing fails, or if `check`, the last step before the renaming, returns false, the
/// old file stays. Returns the new file.
pub(crate) fn replace(
    path: &Path,
    temporary: PathBuf,
    write: impl FnOnce(&mut File) -> io::Result<()>,
    check: impl FnOnce() -> io::Result<bool>,
) -> io::Result<Option<File>> {
    let old = fs::metadata(path).ok();
    // Until it has the mode of the file it replaces, no other user can read it.
    let mut new = create(temporary, if old.is_some() { 0o600 } else { 0o666 })?;
    write(new.as_file_mut())?;
    if let Some(old) = old {
        // Best effort: some file systems have no modes, and another user's file has another owner.
        let _ = fchown(new.as_file(), Some(old.uid()), Some(old.gid()));
        let _ = new.as_file().set_permissions(old.permissions());
    }
    new.as_file().sync_all()?;
    if !check()? {
        return Ok(None);
    }
    let (file, temporary) = new.into_parts();
    fs::rename(&temporary, path)?;
    temporary.keep()?;
    Ok(Some(file))
}

/// Creates an empty file that is removed when it is dropped, in place of a leftover of a killed run.
pub(crate) fn create(path: PathBuf, mode: u32) -> io::Result<NamedTempFile> {
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let file = OpenOptions::new().write(true).create_new(true).mode(mode).open(&path)?;
    Ok(NamedTempFile::from_parts(file, TempPath::try_from_path(path)?))
}

/// Makes files created, renamed or removed in a directory durable, if its file system supports that.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    match File::open(folder)?.sync_all() {
        Err(error) if cannot_sync_folders(&error) => Ok(()),
        synced => synced,
    }
}

/// Returns whether this is the error of a file system that cannot sync directories: EINVAL or
/// ENOTSUP.
fn cannot_sync_folders(error: &io::Error) -> bool {
    let errno = Errno::from_io_error(error);
    errno.is_some_and(|errno| [Errno::INVAL, Errno::NOTSUP, Errno::NOSYS].contains(&errno))
}
