//! The file of a journal: appends to space that is reserved before.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Maximum size of one space reservation.
const RESERVE_CHUNK: u64 = 256 * 1024;

/// The journal, open for writing or closed between writes.
#[derive(Debug)]
pub(super) struct JournalFile {
    path: PathBuf,
    file: Option<File>,
    /// Whether it stays open between two writes.
    keep: bool,
    /// Offset of the next record.
    at: u64,
    /// End of the reserved space.
    room: u64,
}

/// The reason that space could not be reserved.
pub(super) enum ReserveError {
    /// The file cannot be opened.
    Open(io::Error),
    /// The disk has no room.
    Full(io::Error),
    /// The sync failed, so the content of the disk is unknown.
    Sync(io::Error),
}

impl JournalFile {
    /// Creates the file, which must not exist yet, readable only by its owner: the requests in it
    /// may contain confidential data.
    pub(super) fn create(path: &Path, keep: bool) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create_new(true).mode(0o600).open(path)?;
        Ok(Self { path: path.to_owned(), file: Some(file), keep, at: 0, room: 0 })
    }

    /// Returns the number of bytes appended.
    pub(super) fn at(&self) -> u64 {
        self.at
    }

    /// Appends bytes to the reserved space, durably.
    pub(super) fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let at = self.at;
        let file = self.open()?;
        file.write_all_at(bytes, at)?;
        file.sync_data()?;
        self.at += bytes.len() as u64;
        self.close();
        Ok(())
    }

    /// Reserves space for this many bytes from the current offset. Zeros are actually written and
    /// synced: only increasing the file length reserves nothing.
    pub(super) fn reserve(&mut self, size: u64) -> Result<(), ReserveError> {
        let (needed, room) = (self.at + size, self.room);
        if needed <= room {
            return Ok(());
        }
        let file = self.open().map_err(ReserveError::Open)?;
        let extend = |to: u64| {
            let zeros = vec![0; usize::try_from(to - room).map_err(io::Error::other)?];
            file.write_all_at(&zeros, room)
        };
        // If a whole chunk does not fit, the needed size may.
        let mut to = needed.max(room + RESERVE_CHUNK);
        if extend(to).is_err() {
            to = needed;
            file.set_len(room).and_then(|()| extend(to)).map_err(|error| {
                // Releases the partial reservation; nothing depends on this.
                let _ = file.set_len(room);
                ReserveError::Full(error)
            })?;
        }
        file.sync_all().map_err(ReserveError::Sync)?;
        self.room = to;
        self.close();
        Ok(())
    }

    /// Returns the open file, opening it if necessary.
    fn open(&mut self) -> io::Result<&File> {
        match &mut self.file {
            Some(file) => Ok(file),
            closed => {
                let file = OpenOptions::new().read(true).write(true).open(&self.path)?;
                Ok(closed.insert(file))
            }
        }
    }

    /// Closes the file unless it stays open between two writes.
    fn close(&mut self) {
        if !self.keep {
            self.file = None;
        }
    }
}
