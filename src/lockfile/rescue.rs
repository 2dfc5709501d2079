//! IDs that were received and that the journal could not take: a file in the user's state folder,
//! on another disk with some luck, which the next run on the same lock folds in.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::ledger::JournalState;
use super::paths::{Paths, read_optional};
use super::{EntryChange, LockError, Record, digest, journal};

/// The rescue file of one lock.
#[derive(Debug, Clone)]
pub(super) struct EmergencyJournal {
    file: PathBuf,
}

impl EmergencyJournal {
    /// The rescue file of the lock, under the user's state folder.
    pub(super) fn for_lock(paths: &Paths, state: &Path) -> Self {
        // A name of any path: the lock's path may be longer than a file name.
        let key = digest(paths.lock.as_os_str().as_bytes());
        Self { file: state.join("rescue").join(format!("{}.journal", &key[..32])) }
    }

    /// Adds what a created instance needs to be known by: its plan, its intent, its outcome.
    pub(super) fn append(&self, records: &[&Record]) -> io::Result<()> {
        let folder = self.file.parent().expect("it was joined from a folder");
        fs::create_dir_all(folder)?;
        let mut file = OpenOptions::new().append(true).create(true).mode(0o600).open(&self.file)?;
        // The line end keeps it apart from an addition that was cut short.
        file.write_all(b"\n")?;
        file.write_all(&journal::encode(1, records))?;
        file.sync_all()
    }

    /// What the file holds for the lock.
    pub(super) fn read(&self) -> Result<Vec<EntryChange>, LockError> {
        let Some(bytes) = read_optional(&self.file)? else { return Ok(Vec::new()) };
        let records = journal::decode_each(&bytes).map_err(|fault| fault.timestamp(&self.file))?;
        Ok(JournalState::replay(&records).changes().collect())
    }

    /// Removes the file: the lock holds all of it.
    pub(super) fn remove(&self) {
        // Where this fails the next run folds the same in again, to no effect.
        let _ = fs::remove_file(&self.file);
    }
}
