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
    FileReader, HomeFolder, Lines, LogFile, LogKind, LogsProblem, RunFiles, is_older, newest_run,
    readable, run_folders,
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

/// The newest file of the requested run and container.
struct Newest {
    file: LogFile,
    /// Number of its run.
    run: u32,
    /// Whether it is of an earlier instance of the same name.
    is_older: bool,
}

/// A file that is being printed.
struct Reading {
    file: LogFile,
    /// Number of its run.
    run: u32,
    reader: FileReader,
    lines: Lines,
}

impl Reading {
    fn new(file: LogFile, run: u32, offset: u64) -> Self {
        Self { reader: FileReader::new(&file.path, offset), file, run, lines: Lines::default() }
    }

    /// Begins again at the start of the file.
    fn restart(&mut self) {
        *self = Self::new(self.file.clone(), self.run, 0);
    }
}

impl Logs<'_> {
    async fn print(&self, console: &mut Console) -> Result<Exit, CommandError> {
        let Newest { file, run, is_older } = match self.newest_file().await {
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
        let mut reading = Reading::new(file, run, offset);
        if console.is_json() {
            let source = LogSource { path: &path, is_older };
            let mut text = self.rest(&mut reading).await?;
            if text.is_none() {
                console.log_changed(LogChange::Rewritten, &path)?;
                reading.restart();
                text = self.rest(&mut reading).await?;
            }
            let text = text.ok_or_else(|| self.unsteady(&reading.file))?;
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
        let folders = run_folders(&self.home, &self.task_type, name).await;
        let folders =
            folders.map_err(|error| LogsProblem::Unreadable { place: place.clone(), error })?;
        let (previous, container) = (self.args.previous, self.args.container);
        let kind = if self.args.pull { LogKind::Pull } else { LogKind::Output };
        // An earlier instance of the same name may have left its output in the same folder.
        for (back_runs, back_files) in [(usize::from(previous), 0), (0, usize::from(previous))] {
            let run = newest_run(&folders, back_runs);
            let Some(folder) = run.iter().find(|folder| folder.container == container) else {
                continue;
            };
            let place = self.home.path(&folder.path);
            let files = match RunFiles::list(&self.home, folder).await {
                Ok(files) => files,
                Err(error) => return Err(LogsProblem::Unreadable { place, error }),
            };
            if let Some(file) = files.newest(kind, back_files) {
                let is_older = !previous && is_older(files.written(kind), self.created);
                return Ok(Newest { file: file.clone(), run: folder.run, is_older });
            }
            if back_files == 0 {
                return Err(LogsProblem::NoFile { folder: place });
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
            reading.restart();
            if !self.print_available(reading, console).await? {
                return Err(self.unsteady(&reading.file).into());
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
            match self.next_part(&mut reading.reader).await? {
                None => return Ok(false),
                Some(part) if part.is_empty() => return Ok(true),
                Some(part) => {
                    let lines = reading.lines.push(&part);
                    self.print_lines(&lines, console)?;
                }
            }
        }
    }

    /// Returns the next part of a file; `None` if it was truncated or rewritten.
    async fn next_part(&self, reader: &mut FileReader) -> Result<Option<Vec<u8>>, LogsProblem> {
        reader.next(&self.home).await.map_err(|error| LogsProblem::Unreadable {
            place: self.home.path(reader.path()),
            error,
        })
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
            match self.next_part(&mut reading.reader).await? {
                Some(part) if part.is_empty() => return Ok(Some(text)),
                Some(part) => text.extend(part),
                None => return Ok(None),
            }
        }
    }

    fn unsteady(&self, file: &LogFile) -> LogsProblem {
        LogsProblem::Unsteady { place: self.home.path(&file.path) }
    }

    async fn read(&self, file: &LogFile, offset: u64, size: u64) -> Result<FilePart, LogsProblem> {
        let read = self.home.read(&file.path, offset..offset + size).await;
        read.map_err(|error| LogsProblem::Unreadable { place: self.home.path(&file.path), error })
    }
}
