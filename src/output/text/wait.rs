//! Progress and result of a wait.

use std::io;
use std::time::Duration;

use super::plan::escape;
use super::{start_stop, status};
use crate::api::endpoints::detail::Status;
use crate::apply::InstanceReport;
use crate::ids::InstanceName;
use crate::language::Language;
use crate::lifecycle::{
    Action, ActionResult, LockedInstance, ObservedInstance, WaitEnd, WaitEvent, WaitGoal,
    WaitProgress, WaitResult,
};
use crate::output::Message;
use crate::output::console::Console;
use crate::output::json::{
    CardUsage, CommandFields, EachRow, ExitReport, InstanceRow, OutcomeName, Waited, live_row,
};
use crate::output::table;
use crate::text::CommandLine;
use crate::user_command::CommandFailure;

/// Parameters of a wait.
#[derive(Debug, Clone, Copy)]
pub struct WaitReport<'a> {
    /// The status and the timeout.
    pub aim: &'a WaitGoal,
    /// Number of instances.
    pub count: usize,
    /// Instances that were ended after the timeout.
    pub ended: &'a [EndedInstance],
}

/// An instance that did not reach the status in time, and was to be ended.
#[derive(Debug, Clone)]
pub struct EndedInstance {
    /// Index of its manifest.
    pub(crate) job: usize,
    /// Its name.
    pub(crate) name: InstanceName,
    /// The outcome.
    pub(crate) outcome: Option<OutcomeName>,
    /// The outcome in words, if there is more to say.
    pub(crate) message: Option<String>,
}

impl EndedInstance {
    /// Returns the result of stopping an instance.
    pub(crate) fn stopped(result: &ActionResult, words: Language) -> Self {
        let LockedInstance { job, name, .. } = &result.observed.locked;
        let message = Some(words.action_outcome(Action::Stop, &result.outcome));
        let outcome = start_stop::outcome(Action::Stop, result).0;
        Self { job: *job, name: name.clone(), outcome, message }
    }

    /// Returns the result of deleting an instance.
    pub(crate) fn deleted(report: &InstanceReport, words: Language) -> Self {
        let note = report.note.as_deref().map(|note| words.instance_note(note).into_owned());
        let (job, name) = (report.job, report.name.clone());
        Self { job, name, outcome: OutcomeName::of(report), message: note }
    }
}

/// With more instances than this, changes are counted and not reported individually.
const MAX_INDIVIDUAL_LINES: usize = 20;

/// Interval of heartbeat messages of a wait without a terminal.
const HEARTBEAT_INTERVAL: Duration = Duration::from_mins(1);

impl Console {
    /// Reports that the command of `--exec` for an instance did not succeed.
    pub fn exec_failed(&mut self, name: &InstanceName, failure: &CommandFailure) {
        let text = self.words().exec_failed(&escape(name.as_str()), failure);
        // A closed terminal must not end a wait whose exit status counts.
        let _ = self.error(Message::new(text, None));
    }

    /// Removes the line of the progress, so that another program can write.
    pub fn yield_screen(&mut self) {
        // A closed terminal must not end a wait whose exit status counts.
        let _ = self.clear();
    }

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
                    self.info(&words.labelled(&name, &word))
                }
            }
            WaitEvent::Changed(observed, verdict) if human => {
                let line = wait_line(observed, verdict, Duration::ZERO, words);
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
            WaitEvent::Trouble(cause) => self.info(&words.query_failed(cause)),
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
        if self.is_human() {
            let summary = words.with_exit(summary(waited, waits, words), &waited.classes);
            self.result(&format!("{}{summary}\n", pending_lines(waited, words)))?;
            return self.print_wait_end(waited, waits);
        }
        let exit = ExitReport::of(&waited.classes).because(wait_end(waited, waits, words));
        let fields = CommandFields {
            usage: CardUsage::live(waited.instances.iter().map(|(observed, _)| observed)),
            waited: Some(Waited {
                status: waits.aim.status.as_str(),
                seconds: waited.took.as_secs(),
            }),
            ..CommandFields::default()
        };
        let rows: EachRow<'_> = &|each| {
            for (observed, verdict) in &waited.instances {
                each(instance_row(waits, observed, verdict, words));
            }
        };
        self.print_rows(exit, rows, fields)?;
        self.print_wait_end(waited, waits)
    }

    /// Reports the result of a wait in a run that has a separate result.
    pub fn print_wait_note(
        &mut self,
        waited: &WaitResult,
        waits: &WaitReport<'_>,
    ) -> io::Result<()> {
        let words = self.words();
        if self.is_human() {
            let summary = summary(waited, waits, words);
            self.result(&format!("{}{summary}\n", pending_lines(waited, words)))?;
        }
        self.print_wait_end(waited, waits)
    }

    fn print_wait_end(&mut self, waited: &WaitResult, waits: &WaitReport<'_>) -> io::Result<()> {
        wait_end(waited, waits, self.words()).map_or(Ok(()), |message| self.error(message))
    }
}

fn instance_row<'a>(
    waits: &WaitReport<'a>,
    observed: &'a ObservedInstance,
    verdict: &'a WaitProgress,
    words: Language,
) -> InstanceRow<'a> {
    let mut row = live_row(observed, words);
    match verdict {
        WaitProgress::Failed(why) => {
            row.message = Some(words.wait_failure(why).replace("\n  ", " ").into());
        }
        WaitProgress::LeftAlone(why) => {
            row.message = Some(words.skip_reason(why).into_owned().into());
        }
        WaitProgress::Reached | WaitProgress::Pending => {}
    }
    row.reached = Some(*verdict == WaitProgress::Reached);
    let LockedInstance { job, name, .. } = &observed.locked;
    let mut ended = waits.ended.iter();
    if let Some(ended) = ended.find(|ended| ended.job == *job && ended.name == *name) {
        row.outcome = ended.outcome;
        row.message = ended.message.clone().map(Into::into).or(row.message);
    }
    row
}

/// Returns why a wait ended before all instances had the status, and the next step.
fn wait_end(waited: &WaitResult, waits: &WaitReport<'_>, words: Language) -> Option<Message> {
    let queued = waited.instances.iter().any(|(observed, verdict)| is_queued(observed, verdict));
    let stop = command(waited, "stop").filter(|_| queued);
    let status = command(waited, "status");
    words.wait_end(&waited.end, &waits.aim.status, status.as_ref(), stop.as_ref())
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
    words: Language,
) -> String {
    let open = instances.iter().filter(|(_, verdict)| *verdict == WaitProgress::Pending).count();
    let counts = status::counts(instances.iter().map(|(observed, _)| observed), words);
    let queued = instances.iter().filter(|(observed, verdict)| is_queued(observed, verdict));
    let queued = queued.filter_map(|(observed, _)| observed.age).max();
    words.wait_progress(open, &waits.aim.status, since, &counts, queued)
}

/// Returns a line for each instance that was still on its way at the timeout.
fn pending_lines(waited: &WaitResult, words: Language) -> String {
    let open = waited.instances.iter().filter(|(_, verdict)| {
        *verdict == WaitProgress::Pending && matches!(waited.end, WaitEnd::TimedOut(_))
    });
    let line = |(observed, verdict): &(_, _)| wait_line(observed, verdict, waited.took, words);
    open.flat_map(|one| [line(one), "\n".to_owned()]).collect()
}

/// Returns the line for an instance whose wait is over.
fn wait_line(
    observed: &ObservedInstance,
    verdict: &WaitProgress,
    since: Duration,
    words: Language,
) -> String {
    let name = escape(observed.locked.name.as_str());
    let state = table::escape_cell(&words.live_state(&observed.live));
    let why = |why: &str| words.labelled(&state, why);
    let text = match verdict {
        WaitProgress::Reached => state,
        WaitProgress::Failed(failure) => why(&words.wait_failure(failure)),
        WaitProgress::LeftAlone(reason) => why(&words.skip_reason(reason)),
        WaitProgress::Pending => {
            let queued = observed.age.filter(|_| observed.status() == Some(Status::Waiting));
            words.still_pending(&state, queued, since)
        }
    };
    words.labelled(&name, &text)
}

fn summary(waited: &WaitResult, waits: &WaitReport<'_>, words: Language) -> String {
    let reached = |(_, verdict): &&(_, WaitProgress)| *verdict == WaitProgress::Reached;
    let (reached, all) = (waited.instances.iter().filter(reached).count(), waited.instances.len());
    words.wait_summary(reached, all, &waits.aim.status, waited.took)
}
