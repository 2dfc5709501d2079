//! `logs`: prints the output of an instance from its run folder.

mod follow;
mod tail;

use std::time::SystemTime;

use futures_util::future::join;

use super::error::{CommandError, Exit};
use super::masking::{Masking, text_field};
use super::signals::SignalHandler;
use super::workspace::Workspace;
use crate::api::client::Client;
use crate::api::endpoints::detail::Detail;
use crate::api::endpoints::files::FilePart;
use crate::cli::Logs as Args;
use crate::ids::TaskId;
use crate::interrupts::wait_for_signals;
use crate::lifecycle::LockedInstance;
use crate::output::{CommandProblem, Console, LogChange, LogSource};
use crate::run_folder::{
    HomeFolder, Lines, LogFile, LogKind, LogsProblem, RunFiles, is_older, newest_run, readable,
    run_folders,
};
use crate::text::parse_time;

pub(super) fn run(
    args: &Args,
    console: &mut Console,
    signals: &SignalHandler,
) -> Result<Exit, CommandError> {
    if args.lines.follow && console.is_json() {
        return Err(CommandProblem::FollowHasNoObject.into());
    }
    let mut workspace =
        Workspace::read(&args.workspace, std::slice::from_ref(&args.name), console)?;
    let (locked, id, client) = workspace.single(&args.name)?;
    let runtime = &workspace.platform.runtime;
    let interrupts = signals.subscribe();
    runtime.block_on(async {
        let find = HomeFolder::find(&client, !args.workspace.connection.sandbox);
        let (home, detail) = join(find, client.detail(&id)).await;
        let detail = detail.as_ref().ok();
        let home = home.or_else(|problem| {
            HomeFolder::of_this_machine(detail.and_then(Detail::user_name)).ok_or(problem)
        })?;
        let task_type = text_field(&locked, detail, "taskType").unwrap_or_default();
        let created = detail.and_then(Detail::create_time).and_then(parse_time);
        let masking = Masking::new(&client, &locked, detail);
        let logs = Logs { args, home, client, id, locked, task_type, created, masking };
        tokio::select! {
            printed = logs.print(console) => printed,
            () = wait_for_signals(interrupts.clone(), 1) => Ok(Exit::Done),
        }
    })
}

/// The logs of one instance.
struct Logs<'a> {
    args: &'a Args,
    home: HomeFolder,
    client: Client,
    id: TaskId,
    locked: LockedInstance,
    task_type: String,
    /// When the instance was created, if known.
    created: Option<SystemTime>,
    masking: Masking,
}

/// Number of bytes that are read again to notice that a file was rewritten.
const COMPARED: usize = 64;

/// The newest file of the requested run and container.
struct Newest {
    file: LogFile,
    /// Whether it is of an earlier instance of the same name.
    is_older: bool,
}

/// A file that is being printed.
struct Reading {
    file: LogFile,
    offset: u64,
    /// The last bytes before the offset: if the file has others there, it was rewritten.
    last: Vec<u8>,
    /// Size of the file at the last read, if known.
    total: Option<u64>,
    lines: Lines,
}

impl Reading {
    fn new(file: LogFile, offset: u64) -> Self {
        Self { file, offset, last: Vec::new(), total: None, lines: Lines::default() }
    }
}

impl Logs<'_> {
    async fn print(&self, console: &mut Console) -> Result<Exit, CommandError> {
        let Newest { file, is_older } = match self.newest_file().await {
            Err(problem) if self.args.lines.follow && problem.may_pass() => {
                console.log_awaited(&problem)?;
                self.await_file().await?
            }
            file => file?,
        };
        let path = self.home.path(&file.path);
        console.log_source(LogSource { path: &path, is_older })?;
        let offset = match self.args.lines.tail {
            Some(lines) => self.tail(&file, lines).await?,
            None => 0,
        };
        let mut reading = Reading::new(file, offset);
        if console.is_json() {
            let source = LogSource { path: &path, is_older };
            let mut text = self.rest(&mut reading).await?;
            if text.is_none() {
                console.log_changed(LogChange::Rewritten, &path)?;
                reading = Reading::new(reading.file, 0);
                text = self.rest(&mut reading).await?;
            }
            let text = text.ok_or_else(|| LogsProblem::Unsteady { place: path.clone() })?;
            console.log_object(&self.locked, source, &self.masked(&text))?;
            return Ok(Exit::Done);
        }
        if self.args.lines.follow {
            self.follow(&mut reading, console).await?;
        } else {
            self.print_current(&mut reading, console).await?;
        }
        self.print_lines(&reading.lines.finish(), console)?;
        Ok(Exit::Done)
    }

    /// Returns the newest file of the requested run and container.
    async fn newest_file(&self) -> Result<Newest, LogsProblem> {
        let name = self.locked.name.as_str();
        let place = self.home.path(&format!("SothisAI/instance/{}", self.task_type));
        let unreadable = |error| LogsProblem::Unreadable { place: place.clone(), error };
        let folders = run_folders(&self.home, &self.task_type, name).await.map_err(unreadable)?;
        let (previous, container) = (self.args.previous, self.args.container);
        let kind = if self.args.pull { LogKind::Pull } else { LogKind::Output };
        // An earlier instance of the same name may have left its output in the same folder.
        for (back_runs, back_files) in [(usize::from(previous), 0), (0, usize::from(previous))] {
            let run = newest_run(&folders, back_runs);
            let Some(folder) = run.iter().find(|folder| folder.container == container) else {
                continue;
            };
            let files = RunFiles::list(&self.home, folder).await.map_err(unreadable)?;
            if let Some(file) = files.newest(kind, back_files) {
                let is_older = !previous && is_older(files.written(kind), self.created);
                return Ok(Newest { file: file.clone(), is_older });
            }
            if back_files == 0 {
                return Err(LogsProblem::NoFile { folder: self.home.path(&folder.path) });
            }
        }
        let name = self.locked.name.clone();
        Err(LogsProblem::NoFolder { place, name, container, previous })
    }

    /// Prints the whole lines that the file has after what was printed, and all of them if it was truncated
    /// or rewritten.
    async fn print_current(
        &self,
        reading: &mut Reading,
        console: &mut Console,
    ) -> Result<(), CommandError> {
        if !self.print_available(reading, console).await? {
            console.log_changed(LogChange::Rewritten, &self.home.path(&reading.file.path))?;
            *reading = Reading::new(reading.file.clone(), 0);
            if !self.print_available(reading, console).await? {
                let place = self.home.path(&reading.file.path);
                return Err(LogsProblem::Unsteady { place }.into());
            }
        }
        Ok(())
    }

    /// Prints the whole lines that the file has after what was printed. Returns false if the file was
    /// truncated or rewritten.
    async fn print_available(
        &self,
        reading: &mut Reading,
        console: &mut Console,
    ) -> Result<bool, CommandError> {
        loop {
            match self.next_part(reading).await? {
                None => return Ok(false),
                Some(part) if part.is_empty() => return Ok(true),
                Some(part) => {
                    let lines = reading.lines.push(&part);
                    self.print_lines(&lines, console)?;
                }
            }
        }
    }

    /// Returns the next part of the file, which is empty at its end; `None` if the file was truncated or
    /// rewritten.
    async fn next_part(&self, reading: &mut Reading) -> Result<Option<Vec<u8>>, LogsProblem> {
        let (size, from) = (self.home.part_size(), reading.offset - reading.last.len() as u64);
        let FilePart { bytes, total } = self.read(&reading.file, from, size).await?;
        let shrank = total.zip(reading.total).is_some_and(|(now, before)| now < before);
        let Some(new) = bytes.strip_prefix(&reading.last[..]).filter(|_| !shrank) else {
            return Ok(None);
        };
        let new = new.to_vec();
        reading.total = total.or(reading.total);
        reading.offset += new.len() as u64;
        reading.last = bytes[bytes.len().saturating_sub(COMPARED)..].to_vec();
        Ok(Some(new))
    }

    fn print_lines(&self, lines: &[u8], console: &mut Console) -> Result<(), CommandError> {
        Ok(console.log_lines(lines, self.args.lines.raw, |line| self.masking.mask(line))?)
    }

    fn masked(&self, text: &[u8]) -> Vec<String> {
        let lines = text.split_inclusive(|byte| *byte == b'\n');
        lines.map(|line| self.masking.mask(&readable(line))).collect()
    }

    /// Returns the rest of the file; `None` if the file was truncated or rewritten.
    async fn rest(&self, reading: &mut Reading) -> Result<Option<Vec<u8>>, LogsProblem> {
        let mut text = Vec::new();
        loop {
            match self.next_part(reading).await? {
                Some(part) if part.is_empty() => return Ok(Some(text)),
                Some(part) => text.extend(part),
                None => return Ok(None),
            }
        }
    }

    async fn read(&self, file: &LogFile, offset: u64, size: u64) -> Result<FilePart, LogsProblem> {
        let read = self.home.read(&file.path, offset..offset + size).await;
        read.map_err(|error| LogsProblem::Unreadable { place: self.home.path(&file.path), error })
    }
}
