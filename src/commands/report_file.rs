//! Writes a report to a file: whole or not at all.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process;

/// Replaces the file at `path`, or makes it, with what `write` gives. A reader sees the old report
/// or the new one; where the writing fails, the old one stays. A path that is no regular file (a
/// pipe, `/dev/stderr`) is written to as it is.
pub(super) fn replace(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let there = match fs::metadata(path) {
        Ok(there) if there.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
        Ok(there) if !there.is_file() => {
            let mut to = BufWriter::new(OpenOptions::new().write(true).open(path)?);
            write(&mut to)?;
            return to.flush();
        }
        there => there.ok(),
    };
    // Through a link, so that the link stays.
    let path = if there.is_some() { &fs::canonicalize(path)? } else { path };
    let mut name = OsString::from(".");
    name.push(path.file_name().ok_or(io::ErrorKind::InvalidInput)?);
    name.push(format!(".{}.tmp", process::id()));
    let next = path.with_file_name(name);
    let written = fill(&next, write).and_then(|()| {
        if let Some(there) = there {
            fs::set_permissions(&next, there.permissions())?;
        }
        fs::rename(&next, path)
    });
    if written.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_file(&next);
    }
    written
}

fn fill(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut to = BufWriter::new(File::create(path)?);
    write(&mut to)?;
    to.into_inner()?.sync_all()
}
