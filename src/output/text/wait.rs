//! Progress and result of a wait.

use std::io;
use std::time::Duration;

use super::plan::escape;
use super::status::{self, with_live_counts};
use crate::api::endpoints::detail::Status;
use crate::lifecycle::{ObservedInstance, WaitEnd, WaitEvent, WaitGoal, WaitProgress, WaitResult};
use crate::output::console::Console;
use crate::output::json::{Envelope, ExitReport, InstanceRow, Rows, Waited, live_row};
use crate::output::table;
use crate::output::words::{WaitCounts, Words};
use crate::text::CommandLine;

/// Parameters of a wait.
#[derive(Debug, Clone, Copy)]
pub struct WaitReport<'a> {
    /// The manifests, by job index.
    pub files: &'a [&'a str],
    /// The status and the timeout.
    pub aim: &'a WaitGoal,
    /// Number of instances.
    pub count: usize,
}

/// With more instances than this, changes are counted and not reported individually.
const MAX_INDIVIDUAL_LINES: usize = 20;

/// Interval of heartbeat messages of a wait without a terminal.
const HEARTBEAT_INTERVAL: Duration = Duration::from_mins(1);

impl Console {
    /// Reports the progress of a wait: on a terminal in one line that is redrawn, otherwise from time to
    /// time. Instances whose wait is over are results; the rest is not.
    pub fn on_wait_event(&mut self, tick: &WaitEvent<'_>, waits: &WaitReport<'_>) {
        let (human, words) = (self.is_human(), self.words());
        let result = match tick {
            WaitEvent::Changed(observed, WaitProgress::Pending) => {
                let name = escape(observed.locked.name.as_str());
                let word = table::escape_cell(&words.live_state(&observed.live));
                if self.screen.err || waits.count > MAX_INDIVIDUAL_LINES {
                    Ok(())
                } else {
                    self.info(&format!("{name}: {word}"))
                }
            }
            WaitEvent::Changed(observed, verdict) if human => {
                let line = status::wait_line(observed, verdict, Duration::ZERO, words);
                self.print(|out| writeln!(out, "{line}"))
            }
            WaitEvent::Changed(..) => Ok(()),
            WaitEvent::Polled { instances, since } => {
                let line = progress(instances, *since, waits, words);
                if self.screen.err {
                    self.render(&line)
                } else if self.is_due(*since) || self.counts_changed(instances, waits) {
                    self.info(&line)
                } else {
                    Ok(())
                }
            }
            WaitEvent::Trouble(cause) => self.info(&words.wait_trouble(cause)),
        };
        // A closed terminal must not end a wait whose exit status counts.
        let _ = result;
    }

    /// Checks whether a heartbeat message is due after this time.
    fn is_due(&mut self, since: Duration) -> bool {
        let due = since >= HEARTBEAT_INTERVAL.saturating_mul(self.screen.signs + 1);
        self.screen.signs += u32::from(due);
        due
    }

    /// Checks whether the counts of many instances differ from those that were reported last.
    fn counts_changed(
        &mut self,
        instances: &[(ObservedInstance, WaitProgress)],
        waits: &WaitReport<'_>,
    ) -> bool {
        if waits.count <= MAX_INDIVIDUAL_LINES {
            return false;
        }
        let counts = status::counts(instances.iter().map(|(observed, _)| observed), self.words());
        let news = counts != self.screen.counts;
        self.screen.counts = counts;
        news
    }

    /// Prints the result of a wait, as the command's result.
    pub fn waited(&mut self, waited: &WaitResult, waits: &WaitReport<'_>) -> io::Result<()> {
        let words = self.words();
        let failure = wait_failure(waited, waits, words);
        if self.is_human() {
            self.print(|out| {
                out.write_all(pending_lines(waited, words).as_bytes())?;
                let summary = summary(waited, waits, words);
                writeln!(out, "{}", words.with_exit(summary, &waited.classes))
            })?;
        } else {
            self.print_wait_object(waited, waits, failure.as_ref())?;
        }
        self.print_wait_failure(failure)
    }

    fn print_wait_object(
        &mut self,
        waited: &WaitResult,
        waits: &WaitReport<'_>,
        failure: Option<&WaitFailure>,
    ) -> io::Result<()> {
        let (exit, words) = (ExitReport::of(&waited.classes), self.words());
        let exit = match failure {
            Some(failure) => exit.because(&*failure.message, failure.help.as_deref()),
            None => exit,
        };
        let files = self.take_files();
        let instances = Rows::new(|| {
            let instances = waited.instances.iter();
            instances.map(|(observed, verdict)| instance_row(waits, observed, verdict, words))
        });
        let object = self.object(&files, exit).with_instances(instances);
        let observed = waited.instances.iter().map(|(observed, _)| observed);
        let summary = with_live_counts(object.summary, observed);
        let (status, seconds) = (waits.aim.status.as_str(), waited.took.as_secs());
        let waited = Some(Waited { status, seconds });
        self.print_object(&Envelope { summary, waited, ..object })
    }

    /// Reports the result of a wait in a run that has a separate result.
    pub fn print_wait_note(
        &mut self,
        waited: &WaitResult,
        waits: &WaitReport<'_>,
    ) -> io::Result<()> {
        let words = self.words();
        if self.is_human() {
            self.print(|out| {
                out.write_all(pending_lines(waited, words).as_bytes())?;
                writeln!(out, "{}", summary(waited, waits, words))
            })?;
        }
        self.print_wait_failure(wait_failure(waited, waits, words))
    }

    fn print_wait_failure(&mut self, failure: Option<WaitFailure>) -> io::Result<()> {
        let Some(WaitFailure { message, help }) = failure else { return Ok(()) };
        self.error(&message, help.as_deref())
    }
}

fn instance_row<'a>(
    waits: &WaitReport<'a>,
    observed: &'a ObservedInstance,
    verdict: &'a WaitProgress,
    words: &dyn Words,
) -> InstanceRow<'a> {
    let mut row = live_row(waits.files[observed.locked.job], observed, words);
    match verdict {
        WaitProgress::Failed(why) => {
            row.message = Some(words.wait_failure(why).into_owned().into());
        }
        WaitProgress::LeftAlone(why) => {
            row.message = Some(words.skip_reason(why).into_owned().into());
        }
        WaitProgress::Reached | WaitProgress::Pending => {}
    }
    row.reached = Some(*verdict == WaitProgress::Reached);
    row
}

/// Reason why a wait ended before all instances had the status, and the next step.
struct WaitFailure {
    message: String,
    help: Option<String>,
}

fn wait_failure(
    waited: &WaitResult,
    waits: &WaitReport<'_>,
    words: &dyn Words,
) -> Option<WaitFailure> {
    let (message, help) = match &waited.end {
        WaitEnd::There | WaitEnd::Interrupted => return None,
        WaitEnd::Lost => {
            let help = command(waited, "status").map(|status| words.wait_lost_help(&status));
            (words.wait_lost(waits.aim.status.as_str()), help)
        }
        WaitEnd::TimedOut(cause @ Some(_)) => (words.timed_out(cause.as_ref()), None),
        WaitEnd::TimedOut(None) => {
            let stop = command(waited, "stop").filter(|_| {
                waited.instances.iter().any(|(observed, verdict)| is_queued(observed, verdict))
            });
            let help = words.timed_out_help(stop.as_ref()).into_owned();
            (words.timed_out(None), Some(help))
        }
        WaitEnd::Denied(cause) | WaitEnd::Unreachable(cause) => (words.wait_trouble(cause), None),
    };
    Some(WaitFailure { message, help })
}

/// Returns a command about the manifest of the first instance that does not have the status yet.
fn command(waited: &WaitResult, name: &str) -> Option<CommandLine> {
    let open = waited.instances.iter().find(|(_, verdict)| *verdict != WaitProgress::Reached);
    open.map(|(observed, _)| observed.locked.manifest.command(name))
}

fn is_queued(observed: &ObservedInstance, verdict: &WaitProgress) -> bool {
    *verdict == WaitProgress::Pending && observed.status() == Some(Status::Waiting)
}

/// Returns the progress line:
/// `waiting for 3 to be Running, 40s: 1 Running, 2 Waiting (queued for 1m05s)`.
fn progress(
    instances: &[(ObservedInstance, WaitProgress)],
    since: Duration,
    waits: &WaitReport<'_>,
    words: &dyn Words,
) -> String {
    let open = instances.iter().filter(|(_, verdict)| *verdict == WaitProgress::Pending).count();
    let counts = status::counts(instances.iter().map(|(observed, _)| observed), words);
    let queued = instances.iter().filter(|(observed, verdict)| is_queued(observed, verdict));
    let queued = queued.filter_map(|(observed, _)| observed.age).max();
    let goal = waits.aim.status.as_str();
    words.wait_progress(&WaitCounts { open, goal, since, counts: &counts, queued })
}

/// Returns a line for each instance that was still on its way at the timeout.
fn pending_lines(waited: &WaitResult, words: &dyn Words) -> String {
    let open = waited.instances.iter().filter(|(_, verdict)| {
        *verdict == WaitProgress::Pending && matches!(waited.end, WaitEnd::TimedOut(_))
    });
    let line =
        |(observed, verdict): &(_, _)| status::wait_line(observed, verdict, waited.took, words);
    open.flat_map(|one| [line(one), "\n".to_owned()]).collect()
}

fn summary(waited: &WaitResult, waits: &WaitReport<'_>, words: &dyn Words) -> String {
    let reached = |(_, verdict): &&(_, WaitProgress)| *verdict == WaitProgress::Reached;
    let (reached, all) = (waited.instances.iter().filter(reached).count(), waited.instances.len());
    words.wait_summary(reached, all, waits.aim.status.as_str(), waited.took)
}
