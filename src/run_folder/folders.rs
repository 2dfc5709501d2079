//! The folders of an instance, one for each run and container, and the files in them.

use std::time::{Duration, SystemTime};

use super::home::HomeFolder;
use super::problem::ReadError;
use crate::api::endpoints::file_list::FileEntry;
use crate::text::parse_time;

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
    /// Time of the last change, if known.
    pub changed: Option<SystemTime>,
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
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Output, Self::Pull, Self::Message];

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
        let (run, container) =
            numbers(&entry.name, name).filter(|_| entry.is_folder != Some(false))?;
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
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse());
    Some((number(run)?.ok()?, number(container)?.ok()?))
}

/// Returns the folders of the newest run, or of the one `back` runs before it.
pub fn newest_run(folders: &[RunFolder], back: usize) -> &[RunFolder] {
    let runs: Vec<&[RunFolder]> = folders.chunk_by(|one, next| one.run == next.run).collect();
    runs.iter().rev().nth(back).copied().unwrap_or_default()
}

/// The files of a run folder that may be read.
#[derive(Debug, Clone, Default)]
pub struct RunFiles {
    /// By kind, the newest last: an earlier instance of the same name may have left some.
    files: Vec<(LogKind, LogFile)>,
    /// When the newest job started, according to the name of its script.
    pub started: Option<SystemTime>,
}

/// The clock of a file system may differ this much from that of the platform.
const CLOCK_SKEW: Duration = Duration::from_mins(2);

impl RunFiles {
    /// Lists a folder.
    pub async fn list(home: &HomeFolder, folder: &RunFolder) -> Result<Self, ReadError> {
        let mut entries = home.list(&folder.path).await?;
        entries.retain(|entry| entry.is_folder != Some(true));
        let started = entries.iter().filter_map(|entry| job_start(&entry.name)).max();
        let time = |entry: &FileEntry| entry.changed.as_deref().and_then(parse_time);
        // Later jobs have greater numbers.
        entries.sort_by_cached_key(|entry| (time(entry), entry.name.len(), entry.name.clone()));
        let file = |entry: &FileEntry| {
            let kind = LogKind::ALL.into_iter().find(|kind| kind.matches(&entry.name))?;
            let path = format!("{}/{}", folder.path, entry.name);
            Some((kind, LogFile { path, size: entry.size, changed: time(entry) }))
        };
        Ok(Self { files: entries.iter().filter_map(file).collect(), started })
    }

    /// Returns the file of a kind that is newest, or `back` files older.
    pub fn newest(&self, kind: LogKind, back: usize) -> Option<&LogFile> {
        self.of(kind).rev().nth(back)
    }

    fn of(&self, kind: LogKind) -> impl DoubleEndedIterator<Item = &LogFile> {
        self.files.iter().filter(move |(own, _)| *own == kind).map(|(_, file)| file)
    }

    /// Returns when the newest file of a kind was last written at the latest, if known.
    pub fn written(&self, kind: LogKind) -> Option<SystemTime> {
        let changed = self.newest(kind, 0)?.changed;
        match self.of(kind).count() {
            // The only file is that of the job, whatever the zone of its time.
            1 => changed.max(self.started),
            _ => changed.or(self.started),
        }
    }
}

/// Returns whether output that was written at this time is certainly older than an instance that was
/// created at that time: then it is of an earlier instance of the same name.
pub fn is_older(written: Option<SystemTime>, created: Option<SystemTime>) -> bool {
    let created = created.and_then(|time| time.checked_sub(CLOCK_SKEW));
    written.zip(created).is_some_and(|(written, created)| written < created)
}

/// Returns the start of a job from the name of its script, `job_<user>_<yyyymmdd_HHMMSS>`.
fn job_start(name: &str) -> Option<SystemTime> {
    let (rest, clock) = name.strip_prefix("job_")?.rsplit_once('_')?;
    let (_, date) = rest.rsplit_once('_')?;
    let is_stamp = date.len() == 8 && clock.len() == 6 && (date.to_owned() + clock).is_ascii();
    if !is_stamp {
        return None;
    }
    let (year, month, day) = (&date[..4], &date[4..6], &date[6..]);
    let (hour, minute, second) = (&clock[..2], &clock[2..4], &clock[4..]);
    parse_time(&format!("{year}-{month}-{day} {hour}:{minute}:{second}"))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    use super::{LogFile, LogKind, RunFiles, RunFolder, is_older, job_start, newest_run, numbers};

    fn at(minutes: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_mins(minutes)
    }

    #[test]
    fn output_of_an_earlier_instance_is_older() {
        let file = |changed: Option<u64>| {
            let changed = changed.map(at);
            (LogKind::Output, LogFile { path: String::new(), size: None, changed })
        };
        let older = |changed: &[Option<u64>], started: Option<u64>| {
            let files = changed.iter().copied().map(file).collect();
            let files = RunFiles { files, started: started.map(at) };
            let written = files.written(LogKind::Output);
            assert!(!is_older(written, None));
            is_older(written, Some(at(1000)))
        };
        assert!(older(&[Some(900)], None) && older(&[Some(900)], Some(900)));
        assert!(!older(&[Some(999)], None) && !older(&[Some(1001)], Some(900)));
        assert!(older(&[None], Some(900)) && !older(&[None], Some(1000)));
        assert!(!older(&[None], None) && !older(&[], None));
        // A time in another zone, and a new job that has not written yet.
        assert!(!older(&[Some(520)], Some(1001)));
        assert!(older(&[Some(520), Some(530)], Some(1001)));
    }

    #[test]
    fn start_of_a_job_is_in_the_name_of_its_script() {
        assert_eq!(job_start("job_a_b_19700101_080100"), Some(at(1)));
        for odd in ["job_a", "job_a_1_2", "job_a_19700101_0801é", "4711_19700101_080100"] {
            assert_eq!(job_start(odd), None, "{odd}");
        }
    }

    #[test]
    fn folder_belongs_to_exactly_one_name() {
        assert_eq!(numbers("train_0_1", "train"), Some((0, 1)));
        assert_eq!(numbers("train_1_0_1", "train_1"), Some((0, 1)));
        assert_eq!(numbers("train_1_0_1", "train"), None);
        assert_eq!(numbers("train_0", "train"), None);
        assert_eq!(numbers("train_a_0", "train"), None);
        assert_eq!(numbers("train_+1_0", "train"), None);
        assert_eq!(numbers("train__0", "train"), None);
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
        for name in ["4711_node1", "4711_node.out1", "_dockerlist_4711", "job_u_20260101_000000"] {
            assert!(!LogKind::ALL.iter().any(|kind| kind.matches(name)), "{name}");
        }
        assert!(LogKind::Output.matches("4711.out"));
        assert!(!LogKind::Output.matches("4711_PULL.out"));
        assert!(LogKind::Pull.matches("4711_PULL.log"));
    }
}
