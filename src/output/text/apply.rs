//! Output of plans, of the events of a run, and of its results.

use std::io::{self, Write};

use super::plan;
use crate::apply::{AbortReason, ApplyReport, Event, InstanceReport, Outcome};
use crate::diagnostics::{escaped, quote};
use crate::exit_status::ExitClasses;
use crate::ids::{InstanceName, TaskId};
use crate::lockfile::IdConflict;
use crate::output::json::{Envelope, ExitReport, Rows, item_row, outcome_row};
use crate::output::progress::ProgressCounts;
use crate::output::{Console, open};
use crate::plan::{Cost, Plan};
use crate::text::ManifestArgs;
use crate::text::plural::count;

/// One manifest and its plan.
#[derive(Debug, Clone, Copy)]
pub struct PlannedManifest<'a> {
    /// The manifest as the user named it.
    pub file: &'a str,
    /// The plan.
    pub plan: &'a Plan,
}

/// Results of the plans of some manifests.
#[derive(Debug, Clone, Copy)]
pub struct AppliedManifests<'a> {
    /// The manifests, by job index.
    pub files: &'a [&'a str],
    /// Their results.
    pub report: &'a ApplyReport,
    /// Cost of the planned creations; `None` for a command that plans none.
    pub cost: Option<Cost>,
}

/// If more instances than this were skipped for one reason, only the first is named.
const MAX_SIMILAR: usize = 10;

impl Console {
    /// Prints plans as the command's result.
    pub fn plan(&mut self, planned: &[PlannedManifest<'_>], exit: ExitReport) -> io::Result<()> {
        self.print_plan(planned, exit, false)
    }

    /// Prints plans and the exact requests that would be sent, as the command's result.
    pub fn dry_run(&mut self, planned: &[PlannedManifest<'_>]) -> io::Result<()> {
        self.print_plan(planned, ExitReport::of(&ExitClasses::default()), true)
    }

    fn print_plan(
        &mut self,
        planned: &[PlannedManifest<'_>],
        exit: ExitReport,
        requests: bool,
    ) -> io::Result<()> {
        if self.is_human() {
            let verbose = self.verbose;
            return self.write_result(true, |out| {
                out.write_all(plan::plan(planned, verbose).as_bytes())?;
                let bodies = if requests { plan::requests(planned) } else { String::new() };
                out.write_all(bodies.as_bytes())
            });
        }
        let rows = || {
            planned.iter().flat_map(|PlannedManifest { file, plan }| {
                plan.items.iter().map(move |item| item_row(file, item, requests))
            })
        };
        let cost = planned.iter().map(|planned| planned.plan.cost());
        let cost = cost.fold(Cost::default(), |sum, cost| sum + cost);
        let files = self.take_files();
        let object = self.object(&files, exit).with_instances(Rows::new(rows));
        let summary = object.summary.with_cost(&cost);
        self.print_object(&Envelope { summary, ..object })
    }

    /// Shows plans before they are executed.
    pub fn show_plan(&mut self, planned: &[PlannedManifest<'_>]) -> io::Result<()> {
        let items = planned.iter().flat_map(|planned| &planned.plan.items);
        self.screen.steps = ProgressCounts {
            total: items.filter(|item| item.has_effect()).count(),
            ..ProgressCounts::default()
        };
        self.info(plan::plan(planned, self.verbose).trim_end())
    }

    /// Reports an event of a run. If printing fails, nothing is lost: it is in the lock. `manifests` are
    /// the arguments with which the user named the manifests, by job index.
    pub fn event(&mut self, event: &Event<'_>, manifests: &[ManifestArgs]) {
        let human = self.is_human();
        self.step(event);
        let result = match event {
            Event::Settled(instance) => match plan::outcome(instance) {
                Some(line) if human && instance.outcome != Some(Outcome::Skipped) => {
                    self.write_result(true, |out| writeln!(out, "{line}"))
                }
                _ => Ok(()),
            },
            Event::Sending { name, .. } => {
                if self.verbose {
                    self.info(&format!("{}: sending", plan::escape(name.as_str())))
                } else {
                    Ok(())
                }
            }
            // Also with `--quiet`: this line may be the only record of the ID.
            Event::Recovery { lock, name, id } => {
                let (name, lock) = (escaped(name.as_str()), lock.display());
                let _ = self.clear();
                writeln!(self.err, "RECOVERY name={name} id={id} lock={lock}")
            }
            Event::EmergencyWriteFailed { name, error } => {
                let message =
                    format!("the ID of {} is recorded nowhere else: {error}", quote(name.as_str()));
                self.error(&message, Some("write down the name and the ID"))
            }
            Event::NotYetListed { count } => self.info(&format!(
                "{count} created and not in the platform's list yet; their IDs are in the lock"
            )),
            Event::DuplicateInstance(instance) => {
                let name = quote(instance.name.as_str());
                let message = instance.message.as_deref().unwrap_or_default();
                self.error(&format!("{name}: {message}"), instance.way_out.as_deref())
            }
            Event::Clash { job, clash } => self.print_id_conflict(clash, &manifests[*job]),
            Event::LockFailed { error, .. } => self.error(&error.to_string(), Some(&error.help())),
            Event::Stopping(stop) => {
                let awaited = match stop {
                    AbortReason::Interrupted { awaited: awaited @ 1.. } => {
                        format!(", {} in flight", count(*awaited, "request"))
                    }
                    _ => String::new(),
                };
                self.error(&format!("no new requests are started: {stop}{awaited}"), stop.help())
            }
        };
        // A closed terminal must not end a run that is creating instances.
        let _ = result.and_then(|()| self.render_counts());
    }

    pub(crate) fn print_id_conflict(
        &mut self,
        clash: &IdConflict,
        manifest: &ManifestArgs,
    ) -> io::Result<()> {
        let id = |id: &Option<TaskId>| id.as_ref().map_or("none".to_owned(), ToString::to_string);
        let name = quote(clash.name.as_str());
        let (stands, candidate) = (id(&clash.stands), id(&clash.candidate));
        let help = match &clash.candidate {
            Some(duplicate) => format!(
                "both IDs are in the lock, the second as a candidate; if both are the same \
                 instance: `{}` deletes the second one",
                manifest
                    .command("destroy")
                    .value(clash.name.as_str())
                    .option("--id", duplicate.as_str())
            ),
            None => format!(
                "`{}` shows what the platform has",
                manifest.command("status").value(clash.name.as_str())
            ),
        };
        let message = format!("two IDs for {name}: the lock has {stands}, this run {candidate}");
        self.error(&message, Some(&help))
    }

    /// Prints the result of a run and, in human format, the remaining manual steps.
    pub fn print_apply_result(&mut self, applied: &AppliedManifests<'_>) -> io::Result<()> {
        if !self.is_human() {
            return self.print_outcomes(applied);
        }
        self.write_result(true, |out| human_outcomes(out, applied))?;
        let unknown = applied.report.instances.iter();
        let unknown = unknown.filter(|instance| instance.outcome == Some(Outcome::Unknown));
        for instance in unknown {
            if let Some(way_out) = &instance.way_out {
                open(writeln!(self.err, "{}: {way_out}", plan::escape(instance.name.as_str())))?;
            }
        }
        Ok(())
    }

    /// Prints the result of a run as an object.
    fn print_outcomes(&mut self, applied: &AppliedManifests<'_>) -> io::Result<()> {
        let AppliedManifests { files: names, report, cost } = *applied;
        let exit = ExitReport::of(&report.classes);
        let files = self.take_files();
        let instances = Rows::new(|| {
            report.instances.iter().map(|instance| outcome_row(names[instance.job], instance))
        });
        let object = self.object(&files, exit).with_instances(instances);
        let summary = match &cost {
            Some(cost) => object.summary.with_cost(cost),
            None => object.summary,
        };
        self.print_object(&Envelope { summary, ..object })
    }

    /// Reports that an outcome that was unknown to an earlier run is now known.
    pub fn print_resolved(&mut self, name: &InstanceName, id: &TaskId) -> io::Result<()> {
        let name = plan::escape(name.as_str());
        self.info(&format!("{name}: its outcome was unknown; the platform lists it as {id}"))
    }

    /// Prints the results of manual resolutions, as the command's result.
    pub fn print_resolutions(&mut self, applied: &AppliedManifests<'_>) -> io::Result<()> {
        if !self.is_human() {
            return self.print_outcomes(applied);
        }
        self.write_result(true, |out| {
            applied.report.instances.iter().try_for_each(|reported| {
                let name = plan::escape(reported.name.as_str());
                // The message says what was recorded.
                let outcome = reported.outcome.filter(|outcome| *outcome != Outcome::Created);
                let word = outcome.map_or(String::new(), |o| format!("{}: ", o.as_str()));
                writeln!(out, "{name}: {word}{}", reported.message.as_deref().unwrap_or_default())
            })
        })
    }
}

/// Writes the results that were not reported during the run, and the summary line.
fn human_outcomes(out: &mut dyn Write, applied: &AppliedManifests<'_>) -> io::Result<()> {
    // Outcomes that settled during the run were reported then; the rest never started.
    let skipped = applied.report.instances.iter();
    let skipped: Vec<&InstanceReport> =
        skipped.filter(|instance| instance.outcome == Some(Outcome::Skipped)).collect();
    for alike in skipped.chunk_by(|one, next| one.message == next.message) {
        // Each reason is printed once, regardless of the number of instances.
        let named = if alike.len() > MAX_SIMILAR { &alike[..1] } else { alike };
        for line in named.iter().filter_map(|instance| plan::outcome(instance)) {
            writeln!(out, "{line}")?;
        }
        if named.len() < alike.len() {
            let more = count(alike.len() - named.len(), "more instance");
            writeln!(out, "{more} skipped for the same reason")?;
        }
    }
    writeln!(out, "{}", plan::summary(applied))
}
