//! The user's home folder: on this machine if it has it, otherwise through the file service.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::problem::{LogsProblem, ReadError};
use crate::api::client::Client;
use crate::api::endpoints::file_list::FileEntry;
use crate::api::endpoints::files::{FileCall, FilePart, FileService};

/// Folder below the home folder that the platform writes to.
const PLATFORM_FOLDER: &str = "SothisAI";

/// Size of one read on this machine, in bytes.
const LOCAL_PART: u64 = 1 << 20;

/// The user's home folder.
pub enum HomeFolder {
    /// On this machine.
    Local(PathBuf),
    /// At the file service, with its path there.
    Remote {
        /// The file service.
        service: Box<FileService>,
        /// The path of the home folder.
        path: String,
    },
}

impl HomeFolder {
    /// Returns the home folder that the platform or the file service names; on this machine if it is there
    /// and `may_be_local`.
    pub async fn find(client: &Client, may_be_local: bool) -> Result<Self, LogsProblem> {
        let local = |home: &str| if may_be_local { Self::local(Path::new(home)) } else { None };
        if let Some(folder) = client.home().and_then(local) {
            return Ok(folder);
        }
        let service = client.file_service();
        let service = service.map_err(|error| LogsProblem::Setup(Box::new(error)))?;
        let Some(service) = service else { return Err(LogsProblem::NoFileService) };
        match service.home().await {
            Ok(Some(path)) => {
                Ok(local(&path)
                    .unwrap_or_else(|| Self::Remote { service: Box::new(service), path }))
            }
            Ok(None) => Err(LogsProblem::NoHome { service: service.address() }),
            Err(error) => {
                let (error, call) = (Box::new(error), service.call(FileCall::List));
                Err(LogsProblem::HomeUnreadable(ReadError::Service { error, call }))
            }
        }
    }

    /// Returns the home folder of this machine's user, if the name of the folder is that of the account
    /// that owns an instance: that of another account may have runs of the same names.
    pub fn of_this_machine(account: Option<&str>) -> Option<Self> {
        let home = std::env::var_os("HOME")?;
        let home = Path::new(&home);
        let is_own = account.is_some_and(|name| home.file_name() == Some(name.as_ref()));
        if is_own { Self::local(home) } else { None }
    }

    /// Returns the home folder on this machine, if the platform writes there.
    fn local(home: &Path) -> Option<Self> {
        home.join(PLATFORM_FOLDER).is_dir().then(|| Self::Local(home.to_owned()))
    }

    /// Returns the path of a file or folder, as users know it.
    pub fn path(&self, below: &str) -> String {
        match self {
            Self::Local(home) => home.join(below).display().to_string(),
            Self::Remote { path, .. } => format!("{path}/{below}"),
        }
    }

    /// Lists a folder below the home folder; empty if it does not exist.
    pub async fn list(&self, below: &str) -> Result<Vec<FileEntry>, ReadError> {
        let listed = match self {
            Self::Local(home) => list_local(&home.join(below)).map_err(ReadError::from),
            Self::Remote { service, path } => {
                let listed = service.list(Some(&format!("{path}/{below}"))).await;
                listed.map_err(|error| ReadError::of_call(error, service, FileCall::List))
            }
        };
        match listed {
            Err(ReadError::Missing) => Ok(Vec::new()),
            listed => listed,
        }
    }

    /// Returns the size of a part that is worth one read, in bytes.
    pub fn part_size(&self) -> u64 {
        match self {
            Self::Local(_) => LOCAL_PART,
            Self::Remote { service, .. } => service.part_size(),
        }
    }

    /// Reads a part of a file below the home folder; empty if the file is not longer.
    pub async fn read(&self, below: &str, range: Range<u64>) -> Result<FilePart, ReadError> {
        match self {
            Self::Local(home) => Ok(read_local(&home.join(below), &range)?),
            Self::Remote { service, path } => {
                let read = service.read(&format!("{path}/{below}"), range).await;
                read.map_err(|error| ReadError::of_call(error, service, FileCall::Download))
            }
        }
    }
}

fn list_local(folder: &Path) -> io::Result<Vec<FileEntry>> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        // A link is not followed: it may lead to a file that must not be opened.
        let Ok(metadata) = entry.metadata() else { continue };
        if !metadata.is_dir() && !metadata.is_file() {
            continue;
        }
        let seconds = metadata.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
        entries.push(FileEntry {
            name: entry.file_name().to_string_lossy().into_owned(),
            path: None,
            is_folder: Some(metadata.is_dir()),
            size: Some(metadata.len()),
            changed: Some(seconds.as_millis().to_string()),
        });
    }
    entries.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(entries)
}

fn read_local(path: &Path, range: &Range<u64>) -> io::Result<FilePart> {
    let mut file = File::open(path)?;
    let total = Some(file.metadata()?.len());
    file.seek(SeekFrom::Start(range.start))?;
    let mut bytes = Vec::new();
    file.take(range.end.saturating_sub(range.start)).read_to_end(&mut bytes)?;
    Ok(FilePart { bytes, total })
}
