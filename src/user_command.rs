//! Runs a command of the user, such as that of `wait --exec`.

use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use std::{io, thread};

use rustix::process::{Pid, Signal, kill_process_group};

/// Longest pause between two checks whether the command has ended.
const MAX_PAUSE: Duration = Duration::from_millis(20);
/// Time that an interrupted command has to end.
const GRACE: Duration = Duration::from_secs(2);

/// The reason that a command did not succeed.
#[derive(Debug)]
pub enum CommandFailure {
    /// It ended with this exit status.
    Status(i32),
    /// It was ended by this signal.
    Signal(i32),
    /// It was ended, because this program is to end.
    Interrupted,
    /// It could not be started.
    NotStarted(io::Error),
}

/// Runs a command with the shell, with these variables set and these removed. Its output goes to standard
/// error, and its input is empty. Once `is_interrupted`, it is ended with everything that it started.
pub fn run(
    command: &str,
    variables: &[(&str, &str)],
    removed: &[&str],
    is_interrupted: impl Fn() -> bool,
) -> Result<(), CommandFailure> {
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "exec 1>&2; eval \"$1\"", env!("CARGO_PKG_NAME"), command])
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .process_group(0);
    for name in removed {
        shell.env_remove(name);
    }
    let mut child = shell.spawn().map_err(CommandFailure::NotStarted)?;
    let status = finish(&mut child, is_interrupted).map_err(CommandFailure::NotStarted)?;
    match (status, status.and_then(|status| status.code())) {
        (None, _) => Err(CommandFailure::Interrupted),
        (_, Some(0)) => Ok(()),
        (_, Some(code)) => Err(CommandFailure::Status(code)),
        (Some(status), None) => Err(CommandFailure::Signal(status.signal().unwrap_or_default())),
    }
}

/// Waits until a command ends; `None` if it was interrupted.
fn finish(child: &mut Child, is_interrupted: impl Fn() -> bool) -> io::Result<Option<ExitStatus>> {
    let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let end = |signal| group.map(|group| kill_process_group(group, signal));
    let (mut pause, mut interrupted) = (Duration::from_millis(1), None);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status).filter(|_| interrupted.is_none()));
        }
        match interrupted {
            None if is_interrupted() => {
                end(Signal::TERM);
                interrupted = Some(Instant::now());
            }
            Some(since) if since.elapsed() > GRACE => {
                end(Signal::KILL);
            }
            _ => {}
        }
        thread::sleep(pause);
        pause = (pause * 2).min(MAX_PAUSE);
    }
}
