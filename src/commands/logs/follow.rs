//! Follows a file that grows.

use std::time::Duration;

use super::{Logs, Newest, Reading};
use crate::api::client::ApiError;
use crate::commands::error::CommandError;
use crate::output::{Console, LogChange};
use crate::run_folder::LogsProblem;

/// Pauses while a file is followed: after new output, and at most.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const MAX_PAUSE: Duration = Duration::from_secs(5);
/// Number of failures in a row after which following ends.
const MAX_FAILURES: u32 = 5;

impl Logs<'_> {
    /// Waits until the file exists.
    pub(super) async fn await_file(&self) -> Result<Newest, LogsProblem> {
        let mut pause = FIRST_PAUSE;
        loop {
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(MAX_PAUSE);
            let ended = self.has_ended().await;
            match self.newest_file().await {
                Err(problem) if problem.may_pass() && !ended => {}
                file => return file,
            }
        }
    }

    async fn has_ended(&self) -> bool {
        match self.client.detail(&self.id).await {
            Ok(detail) => !detail.is_live(),
            Err(ApiError::Refused(cause)) => cause.means_not_found(),
            Err(_) => false,
        }
    }

    /// Prints what the file has and what is new until the instance has ended. What cannot be read now
    /// may be readable at the next try.
    pub(super) async fn follow(
        &self,
        reading: &mut Reading,
        console: &mut Console,
    ) -> Result<(), CommandError> {
        let (mut pause, mut failures) = (FIRST_PAUSE, 0);
        loop {
            let ended = self.has_ended().await;
            let before = reading.reader.offset();
            match self.print_new(reading, console).await {
                Ok(()) => failures = 0,
                Err(error) => {
                    failures += 1;
                    if ended || failures > MAX_FAILURES || !error.may_pass() {
                        return Err(error);
                    }
                    if failures == 1
                        && let Some(message) = error.render(console.words())
                    {
                        console.log_retry(&message)?;
                    }
                }
            }
            if ended {
                return Ok(());
            }
            let grew = reading.reader.offset() != before;
            pause = if grew { FIRST_PAUSE } else { (pause * 2).min(MAX_PAUSE) };
            tokio::time::sleep(pause).await;
        }
    }

    /// Prints what the newest file has after what was printed.
    async fn print_new(
        &self,
        reading: &mut Reading,
        console: &mut Console,
    ) -> Result<(), CommandError> {
        match self.newest_file().await {
            Ok(Newest { file, run, .. })
                if run >= reading.run && file.path != reading.file.path =>
            {
                // The file may have grown since; it may also be gone.
                let rest = self.rest(reading).await.ok().flatten();
                let mut lines = reading.lines.push(&rest.unwrap_or_default());
                lines.extend(reading.lines.finish());
                self.print_lines(&lines, console)?;
                console.log_changed(LogChange::Moved, &self.home.path(&file.path))?;
                *reading = Reading::new(file, run, 0);
            }
            Err(problem) if !problem.may_pass() => return Err(problem.into()),
            _ => {}
        }
        self.print_current(reading, console).await
    }
}
