//! `logs`: prints the output of an instance from its run folder.

use std::path::Path;
use std::time::Duration;

use super::error::{CommandError, Exit};
use super::signals::SignalHandler;
use super::workspace::Workspace;
use crate::api::client::Client;
use crate::api::endpoints::detail::Detail;
use crate::cli::Logs as Args;
use crate::ids::TaskId;
use crate::interrupts::wait_for_signals;
use crate::lifecycle::LockedInstance;
use crate::output::{CommandProblem, Console, LogChange, LogsProblem};
use crate::run_folder::{
    HomeFolder, Lines, LogFile, LogKind, ReadError, log_files, newest_run, readable, run_folders,
};

/// Size of one download, in bytes.
const PART: u64 = 1 << 20;
/// Size of one download when the last lines are searched, in bytes.
const TAIL_PART: u64 = 1 << 16;
/// Pauses while a file is followed: after new output, and at most.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const MAX_PAUSE: Duration = Duration::from_secs(5);

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
        let home = home_folder(&client, args.workspace.connection.sandbox).await?;
        let detail = client.detail(&id).await.ok();
        let task_type = task_type(&locked, detail.as_ref());
        let logs = Logs { args, home, client, id, locked, task_type };
        tokio::select! {
            printed = logs.print(console) => printed,
            () = wait_for_signals(interrupts.clone(), 1) => Ok(Exit::Done),
        }
    })
}

/// Returns the user's home folder: on this machine if the platform writes there, otherwise at the file
/// service.
async fn home_folder(client: &Client, sandbox: bool) -> Result<HomeFolder, CommandError> {
    let own = std::env::var_os("HOME").filter(|_| !sandbox);
    if let Some(home) = own.and_then(|home| HomeFolder::local(Path::new(&home))) {
        return Ok(home);
    }
    let Some(service) = client.file_service()? else {
        return Err(LogsProblem::NoFileService.into());
    };
    let unreadable = |error| LogsProblem::Unreadable {
        place: service.address(),
        error: ReadError::Service(error),
    };
    match service.home().await.map_err(unreadable)? {
        Some(path) => Ok(HomeFolder::Remote { service: Box::new(service), path }),
        None => Err(LogsProblem::NoHome { service: service.address() }.into()),
    }
}

/// Returns the type in the path of the run folder: as the platform shows it, otherwise as it was sent.
fn task_type(locked: &LockedInstance, detail: Option<&Detail>) -> String {
    let shown = detail.and_then(|detail| detail.fields().get("taskType")).cloned();
    let sent = || locked.entry.request.fields().get("taskType").cloned();
    let found = shown.or_else(sent);
    found.and_then(|kind| kind.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The logs of one instance.
struct Logs<'a> {
    args: &'a Args,
    home: HomeFolder,
    client: Client,
    id: TaskId,
    locked: LockedInstance,
    task_type: String,
}

/// A file that is being printed.
struct Reading {
    file: LogFile,
    offset: u64,
    lines: Lines,
}

impl Logs<'_> {
    async fn print(&self, console: &mut Console) -> Result<Exit, CommandError> {
        let file = match self.newest_file().await {
            Err(problem @ (LogsProblem::NoFolder { .. } | LogsProblem::NoFile { .. }))
                if self.args.lines.follow =>
            {
                console.log_awaited(&problem)?;
                self.await_file().await?
            }
            file => file?,
        };
        console.log_source(&self.home.path(&file.path))?;
        let offset = match self.args.lines.tail {
            Some(lines) => self.tail(&file, lines).await?,
            None => 0,
        };
        if console.is_json() {
            let text = self.rest_of(&file, offset).await?;
            console.log_object(&self.locked, &self.home.path(&file.path), &self.redacted(&text))?;
            return Ok(Exit::Done);
        }
        let mut reading = Reading { file, offset, lines: Lines::default() };
        self.print_available(&mut reading, console).await?;
        if self.args.lines.follow {
            self.follow(&mut reading, console).await?;
        }
        self.print_lines(&reading.lines.finish(), console)?;
        Ok(Exit::Done)
    }

    /// Returns the newest file of the requested run and container.
    async fn newest_file(&self) -> Result<LogFile, LogsProblem> {
        let name = self.locked.name.as_str();
        let place = self.home.path(&format!("SothisAI/instance/{}", self.task_type));
        let unreadable = |error| LogsProblem::Unreadable { place: place.clone(), error };
        let folders = run_folders(&self.home, &self.task_type, name).await.map_err(unreadable)?;
        let (previous, container) = (self.args.previous, self.args.container);
        let kind = if self.args.pull { LogKind::Pull } else { LogKind::Output };
        let of = |back| {
            let run = newest_run(&folders, back);
            run.iter().find(|folder| folder.container == container)
        };
        if let Some(folder) = of(usize::from(previous)) {
            let mut files = log_files(&self.home, folder, kind).await.map_err(unreadable)?;
            let folder = self.home.path(&folder.path);
            return files.pop().ok_or(LogsProblem::NoFile { folder });
        }
        // An earlier instance of the same name may have left its output in the same folder.
        if let Some(folder) = of(0).filter(|_| previous) {
            let mut files = log_files(&self.home, folder, kind).await.map_err(unreadable)?;
            files.pop();
            if let Some(file) = files.pop() {
                return Ok(file);
            }
        }
        let name = self.locked.name.clone();
        Err(LogsProblem::NoFolder { place, name, container, previous })
    }

    /// Waits until the file exists.
    async fn await_file(&self) -> Result<LogFile, CommandError> {
        let mut pause = FIRST_PAUSE;
        loop {
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(MAX_PAUSE);
            match self.newest_file().await {
                Err(LogsProblem::NoFolder { .. } | LogsProblem::NoFile { .. })
                    if !self.has_ended().await => {}
                file => return Ok(file?),
            }
        }
    }

    async fn has_ended(&self) -> bool {
        let detail = self.client.detail(&self.id).await;
        detail.is_ok_and(|detail| !detail.is_live())
    }

    /// Prints what is new until the instance has ended.
    async fn follow(
        &self,
        reading: &mut Reading,
        console: &mut Console,
    ) -> Result<(), CommandError> {
        let mut pause = FIRST_PAUSE;
        loop {
            let ended = self.has_ended().await;
            let before = reading.offset;
            match self.newest_file().await {
                Ok(file) if file.path != reading.file.path => {
                    // The file may have grown since; it may also be gone.
                    let rest = self.rest_of(&reading.file, reading.offset).await;
                    let mut lines = reading.lines.push(&rest.unwrap_or_default());
                    lines.extend(reading.lines.finish());
                    self.print_lines(&lines, console)?;
                    console.log_changed(LogChange::Moved, &self.home.path(&file.path))?;
                    *reading = Reading { file, offset: 0, lines: Lines::default() };
                }
                Ok(file) if file.size.is_some_and(|size| size < reading.offset) => {
                    console.log_changed(LogChange::Shrank, &self.home.path(&file.path))?;
                    *reading = Reading { file, offset: 0, lines: Lines::default() };
                }
                // What cannot be read now may be readable at the next try.
                _ => {}
            }
            self.print_available(reading, console).await?;
            if ended {
                return Ok(());
            }
            let grew = reading.offset != before;
            pause = if grew { FIRST_PAUSE } else { (pause * 2).min(MAX_PAUSE) };
            tokio::time::sleep(pause).await;
        }
    }

    /// Prints the whole lines that the file has after what was printed.
    async fn print_available(
        &self,
        reading: &mut Reading,
        console: &mut Console,
    ) -> Result<(), CommandError> {
        loop {
            let part = self.read(&reading.file, reading.offset, PART).await?;
            if part.is_empty() {
                return Ok(());
            }
            reading.offset += part.len() as u64;
            let lines = reading.lines.push(&part);
            self.print_lines(&lines, console)?;
        }
    }

    fn print_lines(&self, lines: &[u8], console: &mut Console) -> Result<(), CommandError> {
        let redact = |line: &str| self.client.redact(line);
        Ok(console.log_lines(lines, self.args.lines.raw, redact)?)
    }

    fn redacted(&self, text: &[u8]) -> Vec<String> {
        let lines = text.split_inclusive(|byte| *byte == b'\n');
        lines.map(|line| self.client.redact(&readable(line))).collect()
    }

    async fn rest_of(&self, file: &LogFile, mut offset: u64) -> Result<Vec<u8>, LogsProblem> {
        let mut text = Vec::new();
        loop {
            let part = self.read(file, offset, PART).await?;
            if part.is_empty() {
                return Ok(text);
            }
            offset += part.len() as u64;
            text.extend(part);
        }
    }

    /// Returns the offset of the last lines, found from the end of the file.
    async fn tail(&self, file: &LogFile, lines: u64) -> Result<u64, LogsProblem> {
        let size = match file.size {
            Some(size) => size,
            None => self.rest_of(file, 0).await?.len() as u64,
        };
        let (mut start, mut found) = (size, 0);
        while start > 0 {
            let begin = start.saturating_sub(TAIL_PART);
            let part = self.read(file, begin, start - begin).await?;
            for (at, _) in part.iter().enumerate().rev().filter(|(_, byte)| **byte == b'\n') {
                let after = begin + at as u64 + 1;
                // The end of the last line begins no line.
                found += u64::from(after < size);
                if found >= lines && after < size || lines == 0 {
                    return Ok(if lines == 0 { size } else { after });
                }
            }
            start = begin;
        }
        Ok(if lines == 0 { size } else { 0 })
    }

    async fn read(&self, file: &LogFile, offset: u64, size: u64) -> Result<Vec<u8>, LogsProblem> {
        let read = self.home.read(&file.path, offset..offset + size).await;
        read.map_err(|error| LogsProblem::Unreadable { place: self.home.path(&file.path), error })
    }
}
