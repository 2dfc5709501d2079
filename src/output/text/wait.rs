//! Output of the commands that query the instances in the locks.

use std::io;
use std::time::Duration;

use serde_json::{Value, json};

use super::catalog::{self, CatalogResponse};
use super::plan::{escape, with_exit};
use super::status::{self, StatusTable, format_duration};
use crate::api::endpoints::access_url::AccessUrl;
use crate::api::endpoints::detail::Status;
use crate::cli::Format;
use crate::exit_status::ExitClasses;
use crate::lifecycle::{
    ActionResult, LockedInstance, ObservedInstance, WaitEnd, WaitEvent, WaitGoal, WaitProgress,
    WaitResult,
};
use crate::output::json::{results, status as json_status};
use crate::output::{Console, table};
use crate::text::CommandLine;

/// Results of `stop` or `start`.
#[derive(Debug, Clone, Copy)]
pub struct ActionReport<'a> {
    /// The manifests, by job index.
    pub files: &'a [&'a str],
    /// Result of each instance.
    pub results: &'a [ActionResult],
    /// Past participle of the action: `stopped`.
    pub past: &'static str,
}

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
        self.info(words.catalog_incomplete())
    }

    /// Prints the results of stopping or starting, as the command's result, and returns their classes.
    pub fn print_action_results(
        &mut self,
        done: &ActionReport<'_>,
        format: Format,
    ) -> io::Result<ExitClasses> {
        let words = self.words();
        let row = |results| (results, status::action_row(results, done.past, words));
        let reported: Vec<_> = done.results.iter().map(row).collect();
        let classes: ExitClasses = reported.iter().filter_map(|(_, (.., class))| *class).collect();
        self.print(|out| match format {
            Format::Human => {
                for (results, (text, ..)) in &reported {
                    writeln!(out, "{}: {text}", escape(results.observed.locked.name.as_str()))?;
                }
                let count = reported.iter().filter(|(_, (text, ..))| text == done.past).count();
                let sum = if count == 0 && classes.code() == 0 {
                    "nothing to do".to_owned()
                } else {
                    format!("{count} {}", done.past)
                };
                writeln!(out, "{}", with_exit(sum, &classes))
            }
            Format::Json => {
                let row =
                    |(results, (text, outcome, _)): &(&ActionResult, (String, Option<&str>, _))| {
                        let mut row = json_status::instance(
                            done.files[results.observed.locked.job],
                            &results.observed,
                            words,
                        );
                        row["outcome"] = json!(outcome);
                        row["message"] = json!(text);
                        row
                    };
                results::print(
                    out,
                    &json_status::object(&reported.iter().map(row).collect::<Vec<_>>(), &classes),
                )
            }
        })?;
        Ok(classes)
    }

    /// Reports the progress of a wait: on a terminal in one line that is redrawn, otherwise from time to
    /// time. Instances whose wait is over are results; the rest is not.
    pub fn on_wait_event(&mut self, tick: &WaitEvent<'_>, waits: &WaitReport<'_>, format: Format) {
        let human = format == Format::Human;
        let result = match tick {
            WaitEvent::Changed(observed, WaitProgress::Pending) => {
                let name = escape(observed.locked.name.as_str());
                let word = table::escape_cell(&status::status_text(observed));
                if self.screen.err || waits.count > MAX_INDIVIDUAL_LINES {
                    Ok(())
                } else {
                    self.info(&format!("{name}: {word}"))
                }
            }
            WaitEvent::Changed(observed, verdict) if human => {
                let line = status::wait_line(observed, verdict, Duration::ZERO);
                self.print(|out| writeln!(out, "{line}"))
            }
            WaitEvent::Changed(..) => Ok(()),
            WaitEvent::Polled { instances, since } => {
                let line = progress(instances, *since, waits);
                if self.screen.err {
                    self.render(&line)
                } else if self.is_due(*since) || self.counts_changed(instances, waits) {
                    self.info(&line)
                } else {
                    Ok(())
                }
            }
            WaitEvent::Trouble(cause) => self.info(&self.words().query_failed(cause)),
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
        let counts = status::counts(instances.iter().map(|(observed, _)| observed));
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
                out.write_all(pending_lines(waited).as_bytes())?;
                writeln!(out, "{}", with_exit(status_counts(waited, waits), &waited.classes))
            }
            Format::Json => {
                let row = |(observed, verdict): &(ObservedInstance, WaitProgress)| {
                    let mut row =
                        json_status::instance(waits.files[observed.locked.job], observed, words);
                    if let WaitProgress::Failed(why) | WaitProgress::LeftAlone(why) = verdict {
                        row["message"] = json!(why);
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
            self.print(|out| {
                out.write_all(pending_lines(waited).as_bytes())?;
                writeln!(out, "{}", status_counts(waited, waits))
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
        match &waited.end {
            WaitEnd::There | WaitEnd::Interrupted => Ok(()),
            WaitEnd::Lost => {
                let aim = waits.aim.status.as_str();
                let help = command(waited, "status").map(|status| format!("`{status}` shows them"));
                self.error(&format!("not all instances will be {aim}"), help.as_deref())
            }
            WaitEnd::TimedOut(Some(cause)) => {
                let why = self.words().error_detail(cause);
                self.error(&format!("timed out, and could not query the platform: {why}"), None)
            }
            WaitEnd::TimedOut(None) => {
                let stop =
                    command(waited, "stop").filter(|_| waited.instances.iter().any(is_queued));
                let help = stop.map_or_else(
                    || "wait again with a longer --timeout".to_owned(),
                    |stop| {
                        format!(
                            "instances in status Waiting are queued for free cards; `{stop}` \
                             removes them from the queue"
                        )
                    },
                );
                self.error("timed out", Some(&help))
            }
            WaitEnd::Denied(cause) | WaitEnd::Unreachable(cause) => {
                self.error(&self.words().query_failed(cause), None)
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
) -> String {
    let open = instances.iter().filter(|(_, verdict)| *verdict == WaitProgress::Pending).count();
    let counts = status::counts(instances.iter().map(|(observed, _)| observed));
    let queued = instances
        .iter()
        .filter(|one| is_queued(one))
        .filter_map(|(observed, _)| observed.age)
        .max();
    let queued =
        queued.map_or_else(String::new, |age| format!(" (queued for {})", format_duration(age)));
    let aim = waits.aim.status.as_str();
    format!("waiting for {open} to be {aim}, {}: {counts}{queued}", format_duration(since))
}

/// Returns a line for each instance that was still on its way at the timeout.
fn pending_lines(waited: &WaitResult) -> String {
    let open = waited.instances.iter().filter(|(_, verdict)| {
        *verdict == WaitProgress::Pending && matches!(waited.end, WaitEnd::TimedOut(_))
    });
    let line = |(observed, verdict): &(_, _)| status::wait_line(observed, verdict, waited.took);
    open.flat_map(|one| [line(one), "\n".to_owned()]).collect()
}

fn status_counts(waited: &WaitResult, waits: &WaitReport<'_>) -> String {
    let all = waited.instances.len();
    let there =
        waited.instances.iter().filter(|(_, verdict)| *verdict == WaitProgress::Reached).count();
    if all == 0 {
        return "nothing to wait for".to_owned();
    }
    format!(
        "{there} of {all} reached {} after {}",
        waits.aim.status.as_str(),
        format_duration(waited.took)
    )
}
