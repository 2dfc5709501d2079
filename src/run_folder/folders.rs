//! The folders of an instance, one for each run and container, and the files in them.

use super::home::{HomeFolder, ReadError};
use crate::api::endpoints::files::FileEntry;

/// A folder of one run of one container.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RunFolder {
    /// Number of the run, from 0: each start is a new one.
    pub run: u32,
    /// Number of the container, from 0.
    pub container: u32,
    /// Its path below the home folder.
    pub path: String,
}

/// A file in a run folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFile {
    /// Its path below the home folder.
    pub path: String,
    /// Its size in bytes, if known.
    pub size: Option<u64>,
    /// Time of the last change as the file service writes it, if known.
    pub changed: Option<String>,
}

/// Kind of a file in a run folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogKind {
    /// The output of the container.
    Output,
    /// The pull of the image.
    Pull,
    /// The reason of the end.
    Message,
}

impl LogKind {
    /// Returns whether a file has this kind, by its name. The file with the password has none.
    fn matches(self, name: &str) -> bool {
        let is_job = |job: &str| !job.is_empty() && job.bytes().all(|byte| byte.is_ascii_digit());
        match self {
            Self::Output => name.strip_suffix(".out").is_some_and(is_job),
            Self::Pull => name.strip_suffix("_PULL.log").is_some_and(is_job),
            Self::Message => name == "task.message",
        }
    }
}

/// Returns the folders of an instance, by run and container.
pub async fn run_folders(
    home: &HomeFolder,
    task_type: &str,
    name: &str,
) -> Result<Vec<RunFolder>, ReadError> {
    let parent = format!("SothisAI/instance/{task_type}");
    let of_instance = |entry: FileEntry| {
        let (run, container) = numbers(&entry.name, name).filter(|_| entry.is_folder)?;
        Some(RunFolder { run, container, path: format!("{parent}/{}", entry.name) })
    };
    let mut folders: Vec<_> =
        home.list(&parent).await?.into_iter().filter_map(of_instance).collect();
    folders.sort();
    Ok(folders)
}

/// Returns the run and the container in the name of a folder of the instance.
fn numbers(folder: &str, name: &str) -> Option<(u32, u32)> {
    let (run, container) = folder.strip_prefix(name)?.strip_prefix('_')?.split_once('_')?;
    Some((run.parse().ok()?, container.parse().ok()?))
}

/// Returns the folders of the newest run, or of the one `back` runs before it.
pub fn newest_run(folders: &[RunFolder], back: usize) -> &[RunFolder] {
    let runs: Vec<&[RunFolder]> = folders.chunk_by(|one, next| one.run == next.run).collect();
    runs.iter().rev().nth(back).copied().unwrap_or_default()
}

/// Returns the files of a kind in a folder, the newest last: an instance of the same name may have left
/// some there.
pub async fn log_files(
    home: &HomeFolder,
    folder: &RunFolder,
    kind: LogKind,
) -> Result<Vec<LogFile>, ReadError> {
    let mut entries = home.list(&folder.path).await?;
    entries.retain(|entry| !entry.is_folder && kind.matches(&entry.name));
    // Later jobs have greater numbers.
    entries
        .sort_by_cached_key(|entry| (entry.changed.clone(), entry.name.len(), entry.name.clone()));
    let file = |FileEntry { name, size, changed, .. }: FileEntry| LogFile {
        path: format!("{}/{name}", folder.path),
        size,
        changed,
    };
    Ok(entries.into_iter().map(file).collect())
}

#[cfg(test)]
mod tests {
    use super::{LogKind, RunFolder, newest_run, numbers};

    #[test]
    fn folder_belongs_to_exactly_one_name() {
        assert_eq!(numbers("train_0_1", "train"), Some((0, 1)));
        assert_eq!(numbers("train_1_0_1", "train_1"), Some((0, 1)));
        assert_eq!(numbers("train_1_0_1", "train"), None);
        assert_eq!(numbers("train_0", "train"), None);
        assert_eq!(numbers("train_a_0", "train"), None);
    }

    #[test]
    fn newest_run_has_all_its_containers() {
        let folder = |run, container| RunFolder { run, container, path: String::new() };
        let folders = [folder(0, 0), folder(9, 0), folder(10, 0), folder(10, 1)];
        assert_eq!(newest_run(&folders, 0), &folders[2..]);
        assert_eq!(newest_run(&folders, 1), &folders[1..2]);
        assert_eq!(newest_run(&folders, 3), []);
    }

    #[test]
    fn file_with_the_password_is_of_no_kind() {
        let kinds = [LogKind::Output, LogKind::Pull, LogKind::Message];
        for name in ["4711_node1", "4711_node.out1", "_dockerlist_4711", "job_u_20260101_000000"] {
            assert!(!kinds.iter().any(|kind| kind.matches(name)), "{name}");
        }
        assert!(LogKind::Output.matches("4711.out"));
        assert!(!LogKind::Output.matches("4711_PULL.out"));
        assert!(LogKind::Pull.matches("4711_PULL.log"));
    }
}
