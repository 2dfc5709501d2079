//! Reads the ends of the files of the newest run.

use std::collections::VecDeque;
use std::time::SystemTime;

use futures_util::future::{join_all, join3};

use crate::ids::InstanceName;
use crate::run_folder::{
    FileReader, HomeFolder, Lines, LogFile, LogKind, LogsProblem, ReadError, RunFiles, RunFolder,
    newest_run, readable, run_folders,
};

/// Files up to this size are read from their start, so that their lines have numbers.
const MAX_WHOLE: u64 = 4 << 20;
/// Number of bytes that are read of the end of a larger file.
const END: u64 = 1 << 18;
/// Number of bytes that are read at most.
const MAX_READ: u64 = 1 << 28;
/// Number of lines that are kept.
const MAX_LINES: usize = 400;
/// Number of containers whose files are read.
const MAX_CONTAINERS: usize = 8;

/// The files of the newest run of an instance.
#[derive(Debug, Default)]
pub struct RunOutput {
    /// The ends of the files that were read.
    pub files: Vec<FileEnd>,
    /// The files and folders that could not be read, or do not exist.
    pub problems: Vec<LogsProblem>,
    /// When the newest job of the run started, if known.
    pub started: Option<SystemTime>,
}

/// The end of a file.
#[derive(Debug)]
pub struct FileEnd {
    /// Its kind.
    pub kind: LogKind,
    /// Its path.
    pub path: String,
    /// When it was last written, if known.
    pub written: Option<SystemTime>,
    /// Its last lines.
    pub lines: VecDeque<String>,
    /// Number of lines of the file, if known.
    pub count: Option<u64>,
}

impl FileEnd {
    /// Returns the number of a line in the file, from 1, by its index in the last lines.
    pub fn number(&self, index: usize) -> Option<u64> {
        Some(self.count? - (self.lines.len() - index) as u64 + 1)
    }
}

/// Reads the ends of the files of the newest run of an instance.
pub async fn read_output(
    home: Result<HomeFolder, LogsProblem>,
    task_type: &str,
    name: &InstanceName,
) -> RunOutput {
    let mut output = RunOutput::default();
    if let Err(problem) = read_newest(home, task_type, name, &mut output).await {
        output.problems.push(problem);
    }
    output
}

async fn read_newest(
    home: Result<HomeFolder, LogsProblem>,
    task_type: &str,
    name: &InstanceName,
    output: &mut RunOutput,
) -> Result<(), LogsProblem> {
    let home = &home?;
    let place = home.path(&format!("SothisAI/instance/{task_type}"));
    let listed = run_folders(home, task_type, name.as_str()).await;
    let folders =
        listed.map_err(|error| LogsProblem::Unreadable { place: place.clone(), error })?;
    let newest = newest_run(&folders, 0);
    if newest.is_empty() {
        let (name, container, previous) = (name.clone(), 0, false);
        return Err(LogsProblem::NoFolder { place, name, container, previous });
    }
    let read = newest.iter().take(MAX_CONTAINERS).map(|folder| read_folder(home, folder));
    for (files, started) in join_all(read).await {
        output.started = output.started.max(started);
        for file in files {
            match file {
                Ok(file) => output.files.push(file),
                Err(problem) => output.problems.push(problem),
            }
        }
    }
    Ok(())
}

type ReadFile = Result<FileEnd, LogsProblem>;

/// Reads the newest file of each kind of a folder.
async fn read_folder(home: &HomeFolder, folder: &RunFolder) -> (Vec<ReadFile>, Option<SystemTime>) {
    let place = home.path(&folder.path);
    let files = match RunFiles::list(home, folder).await {
        Ok(files) => files,
        Err(error) => return (vec![Err(LogsProblem::Unreadable { place, error })], None),
    };
    let read = async |kind| {
        let file = files.newest(kind, 0)?;
        let path = home.path(&file.path);
        let written = files.written(kind);
        Some(match read_end(home, file).await {
            Ok((lines, count)) => Ok(FileEnd { kind, path, written, lines, count }),
            Err(error) => Err(LogsProblem::Unreadable { place: path, error }),
        })
    };
    let [output, pull, message] = LogKind::ALL;
    let (output, pull, message) = join3(read(output), read(pull), read(message)).await;
    let found: Vec<_> = [message, output, pull].into_iter().flatten().collect();
    if found.is_empty() {
        return (vec![Err(LogsProblem::NoFile { folder: place })], files.started);
    }
    (found, files.started)
}

/// Returns the last lines of a file, and the number of all lines if the file was read from its start.
async fn read_end(
    home: &HomeFolder,
    file: &LogFile,
) -> Result<(VecDeque<String>, Option<u64>), ReadError> {
    let listed = file.size.filter(|size| *size > MAX_WHOLE);
    let mut begin = listed.map_or(0, |size| size - END);
    let (mut end, mut reader) = (LastLines::default(), FileReader::new(&file.path, begin));
    let (mut read, mut trusts_total, mut rewritten) = (0, true, false);
    // A file may grow without end.
    while read < MAX_READ {
        let Some(part) = reader.next(home).await? else {
            // It was rewritten.
            if rewritten {
                break;
            }
            (begin, rewritten) = (0, true);
            (end, reader) = (LastLines::default(), FileReader::new(&file.path, begin));
            continue;
        };
        // The size in a list may be old, and that of a service wrong.
        let is_past_end = part.is_empty() && reader.offset() == begin && begin > 0;
        let far = reader.total().filter(|total| *total > reader.offset() + MAX_WHOLE);
        let far = far.filter(|_| trusts_total);
        if is_past_end || far.is_some() {
            begin = far.map_or(0, |total| total - END);
            trusts_total &= far.is_none();
            (end, reader) = (LastLines::default(), FileReader::new(&file.path, begin));
        } else if part.is_empty() {
            break;
        } else {
            end.push(&part);
            read += part.len() as u64;
        }
    }
    let (mut lines, count) = end.finish();
    if begin > 0 {
        // It probably has no beginning.
        lines.pop_front();
    }
    Ok((lines, (begin == 0).then_some(count)))
}

/// The last lines of a text.
#[derive(Default)]
struct LastLines {
    kept: VecDeque<String>,
    whole: Lines,
    /// Number of all lines.
    count: u64,
}

impl LastLines {
    fn push(&mut self, part: &[u8]) {
        let lines = self.whole.push(part);
        self.keep(&lines);
    }

    fn keep(&mut self, lines: &[u8]) {
        for line in lines.split_inclusive(|byte| *byte == b'\n') {
            self.count += 1;
            self.kept.push_back(readable(line));
            if self.kept.len() > MAX_LINES {
                self.kept.pop_front();
            }
        }
    }

    fn finish(mut self) -> (VecDeque<String>, u64) {
        let rest = self.whole.finish();
        self.keep(&rest);
        (self.kept, self.count)
    }
}
