//! What commands say that look at what the locks hold.

use std::io;
use std::time::Duration;

use serde_json::{Value, json};

use super::catalog::{self, CatalogResponse};
use super::life::{self, StatusTable, format_duration};
use super::plan::{escape, with_exit};
use super::{Console, json, life_json, table};
use crate::api::detail::Status;
use crate::api::url::AccessUrl;
use crate::cli::Format;
use crate::exit::ExitClasses;
use crate::life::{
    ActionResult, LockedInstance, ObservedInstance, WaitEnd, WaitEvent, WaitGoal, WaitProgress,
    WaitResult,
};
use crate::text::CommandLine;

/// What `stop` or `start` did.
#[derive(Debug, Clone, Copy)]
pub struct ActionReport<'a> {
    /// The manifests, by the number of their job.
    pub files: &'a [&'a str],
    /// What came of each instance.
    pub did: &'a [ActionResult],
    /// The word for what was done: `stopped`.
    pub past: &'static str,
}

/// What is waited for.
#[derive(Debug, Clone, Copy)]
pub struct WaitReport<'a> {
    /// The manifests, by the number of their job.
    pub files: &'a [&'a str],
    /// The status and the time.
    pub aim: &'a WaitGoal,
    /// How many are waited for.
    pub count: usize,
}

/// With more instances than this their changes are counted, and not told one by one.
const MAX_INDIVIDUAL_LINES: usize = 20;

/// How often a wait that no terminal shows says that it goes on.
const HEARTBEAT_INTERVAL: Duration = Duration::from_mins(1);

impl Console {
    /// Prints the live state of instances, as the command's result.
    pub fn print_status(&mut self, lives: &StatusTable<'_>, format: Format) -> io::Result<()> {
        let (width, color) = (self.out_width(), self.style.color);
        self.print(|out| match format {
            Format::Human => out.write_all(life::table(lives, width, color).as_bytes()),
            Format::Json => json::print(out, &life_json::status(lives)),
        })
    }

    /// Prints an access address, as the command's result. It is written nowhere else.
    pub fn address(
        &mut self,
        file: &str,
        held: &LockedInstance,
        url: &AccessUrl,
        format: Format,
    ) -> io::Result<()> {
        self.print(|out| match format {
            Format::Human => writeln!(out, "{}", url.expose()),
            Format::Json => {
                let row = json!({
                    "file": file, "name": held.name, "action": "unchanged", "outcome": null,
                    "taskId": held.entry.task_id, "code": null, "message": null, "changes": [],
                    "url": url.expose(),
                });
                json::print(out, &life_json::object(&[row], &ExitClasses::default()))
            }
        })
    }

    /// Prints what the region offers, as the command's result.
    pub fn print_catalog(&mut self, offered: &CatalogResponse, format: Format) -> io::Result<()> {
        let width = self.out_width();
        self.print(|out| match format {
            Format::Human => out.write_all(catalog::text(&offered.data, width).as_bytes()),
            Format::Json => json::print(out, &catalog::json(offered)),
        })?;
        if offered.whole {
            return Ok(());
        }
        self.info("the list is not whole: the platform says that there are more")
    }

    /// Prints what came of stopping or starting, as the command's result, and gives what was met.
    pub fn print_action_results(
        &mut self,
        done: &ActionReport<'_>,
        format: Format,
    ) -> io::Result<ExitClasses> {
        let told: Vec<_> =
            done.did.iter().map(|did| (did, life::action_row(did, done.past))).collect();
        let classes: ExitClasses = told.iter().filter_map(|(_, (.., class))| *class).collect();
        self.print(|out| match format {
            Format::Human => {
                for (did, (words, ..)) in &told {
                    writeln!(out, "{}: {words}", escape(did.seen.held.name.as_str()))?;
                }
                let count = told.iter().filter(|(_, (words, ..))| words == done.past).count();
                let sum = if count == 0 && classes.code() == 0 {
                    "nothing to do".to_owned()
                } else {
                    format!("{count} {}", done.past)
                };
                writeln!(out, "{}", with_exit(sum, &classes))
            }
            Format::Json => {
                let row =
                    |(did, (words, outcome, _)): &(&ActionResult, (String, Option<&str>, _))| {
                        let mut row = life_json::instance(done.files[did.seen.held.job], &did.seen);
                        row["outcome"] = json!(outcome);
                        row["message"] = json!(words);
                        row
                    };
                json::print(
                    out,
                    &life_json::object(&told.iter().map(row).collect::<Vec<_>>(), &classes),
                )
            }
        })?;
        Ok(classes)
    }

    /// Tells how a wait goes on: at a terminal in one line that is drawn anew, else now and then. What
    /// came to its end is a result; the rest is not.
    pub fn on_wait_event(&mut self, tick: &WaitEvent<'_>, waits: &WaitReport<'_>, format: Format) {
        let human = format == Format::Human;
        let result = match tick {
            WaitEvent::Changed(seen, WaitProgress::Pending) => {
                let name = escape(seen.held.name.as_str());
                let word = table::escape_cell(&life::status_text(seen));
                if self.screen.err || waits.count > MAX_INDIVIDUAL_LINES {
                    Ok(())
                } else {
                    self.info(&format!("{name}: {word}"))
                }
            }
            WaitEvent::Changed(seen, verdict) if human => {
                let line = life::wait_line(seen, verdict, Duration::ZERO);
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
            WaitEvent::Trouble(why) => {
                self.info(&format!("the platform could not be asked: {why}"))
            }
        };
        // A terminal that went away does not end a wait whose exit status counts.
        let _ = result;
    }

    /// Whether a sign of life is due, after so long.
    fn is_due(&mut self, since: Duration) -> bool {
        let due = since >= HEARTBEAT_INTERVAL.saturating_mul(self.screen.signs + 1);
        self.screen.signs += u32::from(due);
        due
    }

    /// Whether the counts of many differ from those that were told last.
    fn counts_changed(
        &mut self,
        instances: &[(ObservedInstance, WaitProgress)],
        waits: &WaitReport<'_>,
    ) -> bool {
        if waits.count <= MAX_INDIVIDUAL_LINES {
            return false;
        }
        let counts = life::counts(instances.iter().map(|(seen, _)| seen));
        let news = counts != self.screen.counts;
        self.screen.counts = counts;
        news
    }

    /// Prints what a wait came to, as the command's result.
    pub fn waited(
        &mut self,
        waited: &WaitResult,
        waits: &WaitReport<'_>,
        format: Format,
    ) -> io::Result<()> {
        let took = waited.took;
        self.print(|out| match format {
            Format::Human => {
                out.write_all(pending_lines(waited).as_bytes())?;
                writeln!(out, "{}", with_exit(status_counts(waited, waits), &waited.classes))
            }
            Format::Json => {
                let row = |(seen, verdict): &(ObservedInstance, WaitProgress)| {
                    let mut row = life_json::instance(waits.files[seen.held.job], seen);
                    if let WaitProgress::Failed(why) | WaitProgress::LeftAlone(why) = verdict {
                        row["message"] = json!(why);
                    }
                    row["reached"] = json!(*verdict == WaitProgress::Reached);
                    row
                };
                let rows: Vec<Value> = waited.instances.iter().map(row).collect();
                let mut object = life_json::object(&rows, &waited.classes);
                object["waited"] =
                    json!({"for": waits.aim.status.as_str(), "seconds": took.as_secs()});
                json::print(out, &object)
            }
        })?;
        self.print_wait_failure(waited, waits)
    }

    /// Tells what a wait came to whose run has a result of its own.
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

    /// Says why a wait ended without all being there, and what to do.
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
                self.error(&format!("not all will be {aim}"), help.as_deref())
            }
            WaitEnd::TimedOut(Some(why)) => {
                self.error(&format!("timed out, and could not query the platform: {why}"), None)
            }
            WaitEnd::TimedOut(None) => {
                let stop =
                    command(waited, "stop").filter(|_| waited.instances.iter().any(is_queued));
                let help = stop.map_or_else(
                    || "wait again, with a longer --timeout".to_owned(),
                    |stop| {
                        format!(
                            "what is Waiting is queued for free cards; `{stop}` ends the waiting"
                        )
                    },
                );
                self.error("timed out", Some(&help))
            }
            WaitEnd::Denied(fault) | WaitEnd::Unreachable(fault) => {
                self.error(&format!("the platform could not be asked: {fault}"), None)
            }
        }
    }
}

/// A command about the manifest of the first instance that is not there yet.
fn command(waited: &WaitResult, name: &str) -> Option<CommandLine> {
    let open = waited.instances.iter().find(|(_, verdict)| *verdict != WaitProgress::Reached);
    open.map(|(seen, _)| seen.held.manifest.command(name))
}

fn is_queued((seen, verdict): &(ObservedInstance, WaitProgress)) -> bool {
    *verdict == WaitProgress::Pending && seen.status() == Some(Status::Waiting)
}

/// `waiting for 3 to be Running, 40s: 1 Running, 2 Waiting (queued for 1m05s)`.
fn progress(
    instances: &[(ObservedInstance, WaitProgress)],
    since: Duration,
    waits: &WaitReport<'_>,
) -> String {
    let open = instances.iter().filter(|(_, verdict)| *verdict == WaitProgress::Pending).count();
    let counts = life::counts(instances.iter().map(|(seen, _)| seen));
    let queued =
        instances.iter().filter(|one| is_queued(one)).filter_map(|(seen, _)| seen.age).max();
    let queued =
        queued.map_or_else(String::new, |age| format!(" (queued for {})", format_duration(age)));
    let aim = waits.aim.status.as_str();
    format!("waiting for {open} to be {aim}, {}: {counts}{queued}", format_duration(since))
}

/// A line for each that was still on its way when the time was over.
fn pending_lines(waited: &WaitResult) -> String {
    let open = waited.instances.iter().filter(|(_, verdict)| {
        *verdict == WaitProgress::Pending && matches!(waited.end, WaitEnd::TimedOut(_))
    });
    let line = |(seen, verdict): &(_, _)| life::wait_line(seen, verdict, waited.took);
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
        "{there} of {all} came to {} after {}",
        waits.aim.status.as_str(),
        format_duration(waited.took)
    )
}
