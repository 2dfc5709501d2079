//! Writes files whole or not at all: a reader sees the old one or the new one.

use std::ffi::OsString;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, chown};
use std::path::Path;
use std::process;

/// Replaces the file at `path`, or makes it, with what `write` gives; where the writing fails, the old
/// one stays. A path that is no regular file (a pipe, `/dev/stderr`) is written to as it is.
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

/// Puts a text in the place of the one that was read from a file. Refused where the file is not what
/// was read, or may not be written to. Its other names, where it has some, keep the old text: a file
/// written in place can be left empty.
pub(super) fn replace_unchanged(path: &Path, old: &str, new: &str) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let there = fs::metadata(&path)?;
    if !there.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    // What may not be written to is not replaced either.
    OpenOptions::new().append(true).open(&path)?;
    let unchanged = || {
        if fs::read(&path)? == old.as_bytes() {
            Ok(())
        } else {
            Err(io::Error::other("it was changed meanwhile"))
        }
    };
    persist(&path, Some(&there), |to| to.write_all(new.as_bytes()), unchanged)?;
    // It stands there now, whether or not the folder can be synced too.
    let _ = File::open(path.parent().unwrap_or(Path::new("/"))).and_then(|dir| dir.sync_all());
    Ok(())
}

/// Writes beside `path`, which is no link, and puts that in its place unless `check` fails. Mode and
/// owner of what is `there` stay.
fn persist(
    path: &Path,
    there: Option<&Metadata>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    check: impl FnOnce() -> io::Result<()>,
) -> io::Result<()> {
    let mut name = OsString::from(".");
    name.push(path.file_name().ok_or(io::ErrorKind::InvalidInput)?);
    name.push(format!(".{}.new", process::id()));
    let beside = path.with_file_name(name);
    let written = write_temp(&beside, there, write)
        .and_then(|()| check())
        .and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_file(&beside);
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
        // Until it has the mode of what it replaces nobody else reads it.
        options.mode(0o600);
    }
    let mut to = BufWriter::new(options.open(path)?);
    write(&mut to)?;
    let file = to.into_inner()?;
    if let Some(like) = like {
        // Only its owner's own files keep their owner for certain; the mode always stays.
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
    fn a_file_that_changed_meanwhile_is_left_as_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.yaml");
        fs::write(&path, "theirs").expect("written");
        let error = replace_unchanged(&path, "read", "ours").expect_err("it is another text");
        assert_eq!(error.to_string(), "it was changed meanwhile");
        assert_eq!(fs::read_to_string(&path).expect("there"), "theirs");
        assert_eq!(
            fs::read_dir(folder.path()).expect("there").count(),
            1,
            "nothing is left behind"
        );
    }

    #[test]
    fn a_link_is_followed_and_the_mode_stays() {
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
