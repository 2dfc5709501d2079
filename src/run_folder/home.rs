//! The user's home folder: on this machine if it has it, otherwise through the file service.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::problem::{LogsProblem, ReadError};
use crate::api::client::Client;
use crate::api::endpoints::file_list::FileEntry;
use crate::api::endpoints::files::FileService;

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
    /// Returns the home folder: that of the file service, read on this machine if it is there and
    /// `may_be_local`. The user's own one on this machine counts only if the file service names none.
    pub async fn find(client: &Client, may_be_local: bool) -> Result<Self, LogsProblem> {
        let local = |home: &Path| if may_be_local { Self::local(home) } else { None };
        let service = client.file_service();
        let service = service.map_err(|error| LogsProblem::Setup(Box::new(error)))?;
        let problem = match service {
            None => LogsProblem::NoFileService,
            Some(service) => {
                let place = service.address();
                match service.home().await {
                    Ok(Some(path)) => {
                        let remote = |path| Self::Remote { service: Box::new(service), path };
                        return Ok(local(Path::new(&path)).unwrap_or_else(|| remote(path)));
                    }
                    Ok(None) => LogsProblem::NoHome { service: place },
                    Err(error) => {
                        LogsProblem::Unreadable { place, error: ReadError::Service(error) }
                    }
                }
            }
        };
        let own = std::env::var_os("HOME").and_then(|home| local(Path::new(&home)));
        own.ok_or(problem)
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
                service.list(Some(&format!("{path}/{below}"))).await.map_err(ReadError::from)
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
    pub async fn read(&self, below: &str, range: Range<u64>) -> Result<Vec<u8>, ReadError> {
        match self {
            Self::Local(home) => Ok(read_local(&home.join(below), &range)?),
            Self::Remote { service, path } => {
                Ok(service.read(&format!("{path}/{below}"), range).await?)
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

fn read_local(path: &Path, range: &Range<u64>) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(range.start))?;
    let mut bytes = Vec::new();
    file.take(range.end.saturating_sub(range.start)).read_to_end(&mut bytes)?;
    Ok(bytes)
}
