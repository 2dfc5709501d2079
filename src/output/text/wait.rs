//! Output of the commands that query the instances in the locks.

use std::io;
use std::time::Duration;

use serde_json::{Value, json};

use super::catalog::{self, CatalogResponse};
use super::plan::escape;
use super::status::{self, StatusTable};
use crate::api::endpoints::access_url::AccessUrl;
use crate::api::endpoints::detail::Status;
use crate::cli::Format;
use crate::exit_status::ExitClasses;
use crate::lifecycle::{
    LockedInstance, ObservedInstance, WaitEnd, WaitEvent, WaitGoal, WaitProgress, WaitResult,
};
use crate::output::json::{results, status as json_status};
use crate::output::words::{WaitCounts, Words};
use crate::output::{Console, table};
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
    /// Prints the live state of instances, as the command's result.
    pub fn print_status(&mut self, rows: &StatusTable<'_>, format: Format) -> io::Result<()> {
        let (width, color, words) = (self.out_width(), self.style.color, self.words());
        self.print(|out| match format {
            Format::Human => out.write_all(status::table(rows, width, color, words).as_bytes()),
            Format::Json => results::print(out, &json_status::status(rows, words)),
        })
    }

    /// Prints an access address, as the command's result. It is written nowhere else.
    pub fn address(
        &mut self,
        file: &str,
        locked: &LockedInstance,
        url: &AccessUrl,
        format: Format,
    ) -> io::Result<()> {
        self.print(|out| match format {
            Format::Human => writeln!(out, "{}", url.expose()),
            Format::Json => {
                let row = json!({
                    "file": file, "name": locked.name, "action": "unchanged", "outcome": null,
                    "taskId": locked.entry.task_id, "code": null, "message": null, "changes": [],
                    "url": url.expose(),
                });
                results::print(out, &json_status::object(&[row], &ExitClasses::default()))
            }
        })
    }

    /// Prints the resources of the region, as the command's result.
    pub fn print_catalog(&mut self, offered: &CatalogResponse, format: Format) -> io::Result<()> {
        let (width, words) = (self.out_width(), self.words());
        self.print(|out| match format {
            Format::Human => out.write_all(catalog::text(&offered.data, width, words).as_bytes()),
            Format::Json => results::print(out, &catalog::json(offered)),
        })?;
        if offered.complete {
            return Ok(());
        }
        self.info(self.words().list_incomplete())
    }

    /// Reports the progress of a wait: on a terminal in one line that is redrawn, otherwise from time to
    /// time. Instances whose wait is over are results; the rest is not.
    pub fn on_wait_event(&mut self, tick: &WaitEvent<'_>, waits: &WaitReport<'_>, format: Format) {
        let (human, words) = (format == Format::Human, self.words());
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
    pub fn waited(
        &mut self,
        waited: &WaitResult,
        waits: &WaitReport<'_>,
        format: Format,
    ) -> io::Result<()> {
        let (took, words) = (waited.took, self.words());
        self.print(|out| match format {
            Format::Human => {
                out.write_all(pending_lines(waited, words).as_bytes())?;
                let summary = summary(waited, waits, words);
                writeln!(out, "{}", words.with_exit(summary, &waited.classes))
            }
            Format::Json => {
                let row = |(observed, verdict): &(ObservedInstance, WaitProgress)| {
                    let file = waits.files[observed.locked.job];
                    let mut row = json_status::instance(file, observed, words);
                    match verdict {
                        WaitProgress::Failed(why) => {
                            row["message"] = json!(words.wait_failure(why));
                        }
                        WaitProgress::LeftAlone(why) => {
                            row["message"] = json!(words.skip_reason(why));
                        }
                        WaitProgress::Reached | WaitProgress::Pending => {}
                    }
                    row["reached"] = json!(*verdict == WaitProgress::Reached);
                    row
                };
                let rows: Vec<Value> = waited.instances.iter().map(row).collect();
                let mut object = json_status::object(&rows, &waited.classes);
                object["waited"] =
                    json!({"for": waits.aim.status.as_str(), "seconds": took.as_secs()});
                results::print(out, &object)
            }
        })?;
        self.print_wait_failure(waited, waits)
    }

    /// Reports the result of a wait in a run that has a separate result.
    pub fn print_wait_note(
        &mut self,
        waited: &WaitResult,
        waits: &WaitReport<'_>,
        format: Format,
    ) -> io::Result<()> {
        if format == Format::Human {
            let words = self.words();
            self.print(|out| {
                out.write_all(pending_lines(waited, words).as_bytes())?;
                writeln!(out, "{}", summary(waited, waits, words))
            })?;
        }
        self.print_wait_failure(waited, waits)
    }

    /// Reports why a wait ended before all instances had the status, and the next step.
    fn print_wait_failure(
        &mut self,
        waited: &WaitResult,
        waits: &WaitReport<'_>,
    ) -> io::Result<()> {
        let words = self.words();
        match &waited.end {
            WaitEnd::There | WaitEnd::Interrupted => Ok(()),
            WaitEnd::Lost => {
                let help = command(waited, "status").map(|status| words.wait_lost_help(&status));
                self.error(&words.wait_lost(waits.aim.status.as_str()), help.as_deref())
            }
            WaitEnd::TimedOut(cause @ Some(_)) => {
                self.error(&words.timed_out(cause.as_ref()), None)
            }
            WaitEnd::TimedOut(None) => {
                let stop =
                    command(waited, "stop").filter(|_| waited.instances.iter().any(is_queued));
                let help = words.timed_out_help(stop.as_ref());
                self.error(&words.timed_out(None), Some(&help))
            }
            WaitEnd::Denied(cause) | WaitEnd::Unreachable(cause) => {
                self.error(&words.wait_trouble(cause), None)
            }
        }
    }
}

/// Returns a command about the manifest of the first instance that does not have the status yet.
fn command(waited: &WaitResult, name: &str) -> Option<CommandLine> {
    let open = waited.instances.iter().find(|(_, verdict)| *verdict != WaitProgress::Reached);
    open.map(|(observed, _)| observed.locked.manifest.command(name))
}

fn is_queued((observed, verdict): &(ObservedInstance, WaitProgress)) -> bool {
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
    let queued = instances.iter().filter(|one| is_queued(one));
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
