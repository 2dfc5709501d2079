//! Received IDs that could not be journaled: a file in the user's state directory, possibly on
//! another disk, which the next run on the same lock merges.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::codec;
use super::replay::JournalState;
use crate::lockfile::digest::digest;
use crate::lockfile::paths::{Paths, read_optional};
use crate::lockfile::{EntryChange, LockError, Record};

/// The emergency journal of one lock.
#[derive(Debug, Clone)]
pub(crate) struct EmergencyJournal {
    file: PathBuf,
}

impl EmergencyJournal {
    /// Returns the emergency journal of the lock, under the user's state directory.
    pub(crate) fn for_lock(paths: &Paths, state: &Path) -> Self {
        // A digest serves as the name: the lock's path may be longer than a file name.
        let key = digest(paths.lock.as_os_str().as_bytes());
        Self { file: state.join("rescue").join(format!("{}.journal", &key[..32])) }
    }

    /// Appends the records that identify a created instance: its plan, its intent, its outcome.
    pub(crate) fn append(&self, records: &[&Record]) -> io::Result<()> {
        let folder = self.file.parent().expect("the path was joined from a directory");
        fs::create_dir_all(folder)?;
        let mut file = OpenOptions::new().append(true).create(true).mode(0o600).open(&self.file)?;
        // The line end separates it from a truncated addition.
        file.write_all(b"\n")?;
        file.write_all(&codec::encode(1, records))?;
        file.sync_all()
    }

    /// Reads the changes to the lock from the file.
    pub(crate) fn read(&self) -> Result<Vec<EntryChange>, LockError> {
        let Some(bytes) = read_optional(&self.file)? else { return Ok(Vec::new()) };
        let records =
            codec::decode_each(&bytes).map_err(|error| error.into_lock_error(&self.file))?;
        Ok(JournalState::replay(&records).changes().collect())
    }

    /// Removes the file once the lock contains all of it.
    pub(crate) fn remove(&self) {
        // If this fails, the next run merges the same records again, without effect.
        let _ = fs::remove_file(&self.file);
    }
}
