//! Output of plans, of the events of a run, and of its results.

use std::io::{self, Write};
use std::time::Duration;

use super::{outcome, plan};
use crate::apply::{ApplyReport, Event, InstanceNote, InstanceReport, NextStep, Outcome};
use crate::cli::Format;
use crate::diagnostics::{escaped, quote};
use crate::ids::{InstanceName, TaskId};
use crate::language::Language;
use crate::lockfile::IdConflict;
use crate::output::console::{Console, open};
use crate::output::json::{CardUsage, CommandFields, EachRow, ExitReport, item_row, outcome_row};
use crate::output::progress_line::ProgressCounts;
use crate::output::{Message, markdown};
use crate::plan::{Cost, Plan, Totals};
use crate::resolve::Remediation;
use crate::text::ManifestArgs;

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
    /// Cost of the instances that were planned to be created, or that were adopted or deleted.
    pub cost: Cost,
    /// Totals of the plan, if one was shown.
    pub totals: Option<Totals>,
}

/// Outcomes that stay unknown.
pub(crate) struct UnknownOutcomes<'a> {
    /// The steps for each of them, without candidates.
    pub(crate) steps: &'a [&'a Remediation],
    /// Their maximum cost, together with that of outcomes that have candidates.
    pub(crate) cost: &'a Cost,
    /// Time for which the platform's lists were searched.
    pub(crate) searched: Option<Duration>,
}

/// If more instances than this were skipped for one reason, only the first is named.
const MAX_SIMILAR: usize = 10;

impl Console {
    /// Prints plans as the command's result.
    pub fn plan(&mut self, planned: &[PlannedManifest<'_>], exit: ExitReport) -> io::Result<()> {
        if self.format == Format::Markdown {
            let text = markdown::plan(planned, exit.message.as_deref(), self.words());
            return self.result(&text);
        }
        self.print_plan(planned, exit, false)
    }

    /// Prints plans and the exact requests that would be sent, as the command's result.
    pub fn dry_run(&mut self, planned: &[PlannedManifest<'_>], exit: ExitReport) -> io::Result<()> {
        self.print_plan(planned, exit, true)
    }

    fn print_plan(
        &mut self,
        planned: &[PlannedManifest<'_>],
        exit: ExitReport,
        requests: bool,
    ) -> io::Result<()> {
        let words = self.words();
        let totals = Totals::of(planned.iter().map(|planned| planned.plan));
        if self.is_human() {
            let (verbose, style) = (self.verbose, self.prose());
            return self.write_result(true, |out| {
                out.write_all(plan::plan(planned, verbose, style, words).as_bytes())?;
                writeln!(out, "{}", plan::totals(&totals, style, words))?;
                let bodies = if requests { plan::requests(planned) } else { String::new() };
                out.write_all(bodies.as_bytes())
            });
        }
        let rows: EachRow<'_> = &|each| {
            for PlannedManifest { file, plan } in planned {
                plan.items.iter().for_each(|item| each(item_row(file, item, requests, words)));
            }
        };
        let usage = CardUsage::limit(&totals.cost);
        self.print_rows(exit, rows, CommandFields { usage, ..CommandFields::default() })
    }

    /// Shows plans before they are executed. The totals follow in the question or the result.
    pub fn show_plan(&mut self, planned: &[PlannedManifest<'_>]) -> io::Result<()> {
        let items = planned.iter().flat_map(|planned| &planned.plan.items);
        self.screen.steps = ProgressCounts {
            total: items.filter(|item| item.has_effect()).count(),
            ..ProgressCounts::default()
        };
        let plan = plan::plan(planned, self.verbose, self.prose(), self.words());
        if plan.is_empty() { Ok(()) } else { self.info(plan.trim_end()) }
    }

    /// Reports an event of a run. If printing fails, nothing is lost: it is in the lock. `manifests` are
    /// the arguments with which the user named the manifests, by job index.
    pub fn event(&mut self, event: &Event<'_>, manifests: &[ManifestArgs]) {
        let human = self.is_human();
        self.step(event);
        let words = self.words();
        let result = match event {
            Event::Settled(instance) => match outcome::outcome(instance, words) {
                Some(line) if human && instance.outcome != Some(Outcome::Skipped) => {
                    self.write_result(true, |out| writeln!(out, "{line}"))
                }
                _ => Ok(()),
            },
            Event::Sending { name, .. } => {
                self.verbose(&words.sending(&plan::escape(name.as_str())))
            }
            // Also with `--quiet`: this line may be the only record of the ID.
            Event::Recovery { lock, name, id } => {
                let (name, lock) = (escaped(name.as_str()), lock.display());
                let _ = self.clear();
                writeln!(self.err, "RECOVERY name={name} id={id} lock={lock}")
            }
            Event::EmergencyWriteFailed { name, error } => {
                self.error(words.not_recorded(name, error))
            }
            Event::NotYetListed { count } => self.info(&words.not_yet_listed(*count)),
            Event::DuplicateInstance(instance) => {
                let name = quote(instance.name.as_str());
                let note = instance.note.as_ref().map(|note| words.instance_note(note));
                let help = instance.next_step.as_ref().map(|step| words.next_step(step));
                let text = words.labelled(&name.to_string(), &note.unwrap_or_default());
                self.error(Message::new(text, help))
            }
            Event::Clash { job, clash } => self.print_id_conflict(clash, &manifests[*job]),
            Event::LockFailed { error, .. } => self.error(words.lock_error(error)),
            Event::Stopping(stop) => self.error(words.stopping(stop)),
        };
        // A closed terminal must not end a run that is creating instances.
        let _ = result.and_then(|()| self.render_counts());
    }

    pub(crate) fn print_id_conflict(
        &mut self,
        clash: &IdConflict,
        manifest: &ManifestArgs,
    ) -> io::Result<()> {
        self.error(self.words().id_conflict(clash, manifest))
    }

    /// Prints the result of a run and, in human format, the remaining manual steps.
    pub fn print_apply_result(&mut self, applied: &AppliedManifests<'_>) -> io::Result<()> {
        if !self.is_human() {
            return self.print_outcomes(applied);
        }
        // The plan has shown what is skipped.
        let (words, shown) = (self.words(), applied.totals.is_some() && !self.quiet);
        self.write_result(true, |out| human_outcomes(out, applied, shown, words))?;
        let unknown = applied.report.instances.iter();
        let unknown = unknown.filter(|instance| instance.outcome == Some(Outcome::Unknown));
        let mut alike = Vec::new();
        for instance in unknown {
            match instance.next_step.as_deref() {
                Some(NextStep::Resolve(steps)) if steps.candidates.is_empty() => alike.push(steps),
                Some(step) => {
                    let name = plan::escape(instance.name.as_str());
                    open(writeln!(self.err, "{}", words.labelled(&name, &words.next_step(step))))?;
                }
                None => {}
            }
        }
        if alike.is_empty() {
            return Ok(());
        }
        let ApplyReport { unknown_cost: cost, searched, .. } = applied.report;
        let unknown = UnknownOutcomes { steps: &alike, cost, searched: *searched };
        open(write!(self.err, "{}", words.unknown_outcomes(&unknown)))
    }

    /// Prints the result of a run as an object.
    fn print_outcomes(&mut self, applied: &AppliedManifests<'_>) -> io::Result<()> {
        let AppliedManifests { files, report, cost, .. } = *applied;
        let words = self.words();
        let rows: EachRow<'_> = &|each| {
            for instance in &report.instances {
                each(outcome_row(files[instance.job], instance, words));
            }
        };
        let fields = CommandFields { usage: CardUsage::limit(&cost), ..CommandFields::default() };
        self.print_rows(ExitReport::of(&report.classes), rows, fields)
    }

    /// Reports that an outcome that was unknown to an earlier run is now known.
    pub fn print_resolved(&mut self, name: &InstanceName, id: &TaskId) -> io::Result<()> {
        self.info(&self.words().resolved(&plan::escape(name.as_str()), id))
    }

    /// Prints the results of manual resolutions, as the command's result.
    pub fn print_resolutions(&mut self, applied: &AppliedManifests<'_>) -> io::Result<()> {
        if !self.is_human() {
            return self.print_outcomes(applied);
        }
        let words = self.words();
        self.write_result(true, |out| {
            applied.report.instances.iter().try_for_each(|reported| {
                let name = plan::escape(reported.name.as_str());
                // The note says what was recorded.
                let outcome = reported.outcome.filter(|outcome| *outcome != Outcome::Created);
                let note = reported.note.as_ref().map(|note| words.instance_note(note));
                let note = note.unwrap_or_default();
                let text = match outcome {
                    Some(outcome) => words.labelled(words.outcome(outcome), &note),
                    None => note.into_owned(),
                };
                writeln!(out, "{}", words.labelled(&name, &text))
            })
        })
    }
}

/// Writes the results that were not reported during the run, and the summary line.
fn human_outcomes(
    out: &mut dyn Write,
    applied: &AppliedManifests<'_>,
    is_plan_shown: bool,
    words: Language,
) -> io::Result<()> {
    // Outcomes that settled during the run were reported then; the rest never started.
    let in_plan =
        |note: &InstanceNote| matches!(note, InstanceNote::Planned(_) | InstanceNote::CannotUpdate);
    let is_shown = |one: &InstanceReport| is_plan_shown && one.note.as_deref().is_some_and(in_plan);
    let skipped = applied.report.instances.iter();
    let skipped: Vec<&InstanceReport> =
        skipped.filter(|one| one.outcome == Some(Outcome::Skipped) && !is_shown(one)).collect();
    for alike in skipped.chunk_by(|one, next| one.note == next.note) {
        // Each reason is printed once, regardless of the number of instances; that of a run that
        // stopped was printed when it did.
        if let Some(InstanceNote::NotStarted(Some(_))) = alike[0].note.as_deref() {
            let names = alike.iter().map(|instance| plan::escape(instance.name.as_str()));
            writeln!(out, "{}", words.not_started(&names.collect::<Vec<_>>()))?;
            continue;
        }
        let named = if alike.len() > MAX_SIMILAR { &alike[..1] } else { alike };
        for line in named.iter().filter_map(|instance| outcome::outcome(instance, words)) {
            writeln!(out, "{line}")?;
        }
        if named.len() < alike.len() {
            writeln!(out, "{}", words.more_skipped(alike.len() - named.len()))?;
        }
    }
    writeln!(out, "{}", outcome::summary(applied, words))
}
