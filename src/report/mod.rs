//! What a run has to say, for people and for machines: with `main`, the only place that writes to
//! standard output or standard error.

mod auth;
mod catalog;
mod diff;
mod explain;
mod findings;
mod github;
mod gitlab;
mod human;
mod json;
mod junit;
mod life;
mod life_json;
mod locks;
mod picture;
mod plan;
mod progress;
mod runner;
mod sarif;
mod table;
mod watching;

use std::io::{self, BufRead, IsTerminal, Write};

use crate::apply::{Event, InstanceReport, Outcome, Report, Stop};
use crate::cli::{Color, Format, ReportFormat};
use crate::diagnostic::{Severity, quote};
use crate::exit::Classes;
use crate::ids::{InstanceName, TaskId};
use crate::lockfile::Clash;
use crate::plan::{Action, Item, Plan};
use crate::source::SourceFile;
use crate::validate::{Checked, Edit};

pub use explain::Block;

pub use auth::{AuthProblem, AuthReport, RegionReport};
pub use catalog::Offered;
pub use findings::{Findings, write_findings};
pub use life::Lives;
pub use locks::{RecoveredLock, SeenLock};
pub use watching::{Done, Waits};

/// Standard output and standard error, and how to write to them.
pub struct Console {
    out: Box<dyn Write>,
    err: Box<dyn Write>,
    style: Style,
    /// Columns of the terminal that standard output goes to, where it goes to one.
    out_width: Option<usize>,
    quiet: bool,
    verbose: bool,
    screen: Screen,
}

/// The terminal, where there is one: cells in a line, asked for each time, since windows change.
#[derive(Debug, Default)]
struct Screen {
    /// Whether standard output goes there.
    out: bool,
    /// Whether standard error goes there.
    err: bool,
    /// Cells of the line that shows how a run goes on, where one stands there now.
    drawn: usize,
    /// How often a run that no terminal shows said that it goes on.
    signs: u32,
    /// The counts that it told last.
    counts: String,
    /// What a run has to do, has begun and has done.
    steps: Steps,
}

/// How far a run is, in instances.
#[derive(Debug, Default)]
struct Steps {
    total: usize,
    begun: usize,
    done: usize,
}

/// How text is drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    /// Whether escape sequences for colours are written.
    pub(crate) color: bool,
    /// Width of the terminal in columns.
    pub(crate) width: usize,
}

/// What a refusal for want of permission most often means.
const DENIED: &str = "the token may be over, or not be one of this address's region: `instancectl \
                      auth check` tells";

/// One file and what was found in it.
#[derive(Debug)]
pub struct FileReport {
    /// The file.
    pub source: SourceFile,
    /// What was found.
    pub checked: Checked,
}

/// One manifest and what is planned for it.
#[derive(Debug, Clone, Copy)]
pub struct Planned<'a> {
    /// The manifest as the user named it.
    pub file: &'a str,
    /// What is planned.
    pub plan: &'a Plan,
}

/// What came of the plans of some manifests.
#[derive(Debug, Clone, Copy)]
pub struct Applied<'a> {
    /// The manifests, by the number of their job.
    pub files: &'a [&'a str],
    /// What came of them.
    pub report: &'a Report,
}

impl Console {
    /// The console of this process.
    pub fn of_process(color: Color, quiet: bool, verbose: bool) -> Self {
        let out = io::stdout();
        let color = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                let forbidden = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
                out.is_terminal() && io::stderr().is_terminal() && !forbidden
            }
        };
        let terminal = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        let width = terminal.unwrap_or(100);
        let out_width = terminal.filter(|_| out.is_terminal());
        Self {
            out: Box::new(io::BufWriter::with_capacity(1 << 16, out)),
            err: if runner::reads_commands() {
                Box::new(runner::Harmless::new(io::stderr()))
            } else {
                Box::new(io::stderr())
            },
            style: Style { color, width: width.clamp(40, 120) },
            out_width,
            quiet,
            verbose,
            screen: Screen {
                out: io::stdout().is_terminal(),
                // One that knows no carriage return gets plain lines.
                err: io::stderr().is_terminal()
                    && std::env::var_os("TERM").is_none_or(|t| t != "dumb"),
                ..Screen::default()
            },
        }
    }

    /// Prints what validation found, as the command's result.
    pub fn findings(&mut self, findings: Findings<'_>, format: ReportFormat) -> io::Result<()> {
        let (quiet, style) = (self.quiet, self.style);
        let people = format == ReportFormat::Human;
        self.show(people, |out| findings.write(out, format, style, quiet))
    }

    /// Says in a line what validation found, where every report of it went to a file.
    pub fn found(&mut self, files: &[FileReport]) -> io::Result<()> {
        self.note(&human::summary(files))
    }

    /// Prints what is wrong with manifests that were to be used for something else: for people
    /// beside the result, for machines in its place.
    pub fn invalid(&mut self, files: &[FileReport], format: Format) -> io::Result<()> {
        match format {
            Format::Human => open(human::validation(&mut self.err, files, self.style, false)),
            Format::Json => self.print(|out| json::validation(out, files)),
        }
    }

    /// Prints the warnings of a manifest that is used all the same.
    pub fn warnings(&mut self, file: &FileReport) -> io::Result<()> {
        if self.quiet {
            return Ok(());
        }
        open(human::pictures(&mut self.err, file, self.style, Severity::Warning))
    }

    /// Prints a text as the command's result.
    pub fn result(&mut self, text: &str) -> io::Result<()> {
        self.print(|out| out.write_all(text.as_bytes()))
    }

    /// Prints what edits change in a file, as the command's result.
    pub fn difference(&mut self, name: &str, old: &str, new: &str) -> io::Result<()> {
        let style = self.style;
        self.print(|out| diff::print(out, name, old, new, style))
    }

    /// Tells what a diff would mend, and what would remain.
    pub fn would_fix(&mut self, edits: usize, files: &[FileReport]) -> io::Result<()> {
        self.note(&human::would_fix(edits, files))
    }

    /// Tells what was edited in a file.
    pub fn edits(&mut self, name: &str, edits: &[Edit]) -> io::Result<()> {
        edits.iter().try_for_each(|edit| self.note(&human::edit(name, edit)))
    }

    /// Prints an explanation as the command's result.
    pub fn explanation(&mut self, blocks: &[Block]) -> io::Result<()> {
        let style = self.style;
        self.print(|out| explain::print(out, blocks, style))
    }

    /// Prints plans as the command's result.
    pub fn plan(&mut self, planned: &[Planned<'_>], exit: u8, format: Format) -> io::Result<()> {
        self.print_plan(planned, exit, format, false)
    }

    /// Prints plans and the exact requests that would be sent, as the command's result.
    pub fn dry_run(&mut self, planned: &[Planned<'_>], format: Format) -> io::Result<()> {
        self.print_plan(planned, 0, format, true)
    }

    fn print_plan(
        &mut self,
        planned: &[Planned<'_>],
        exit: u8,
        format: Format,
        requests: bool,
    ) -> io::Result<()> {
        let verbose = self.verbose;
        self.show(format == Format::Human, |out| match format {
            Format::Human => {
                out.write_all(plan::plan(planned, verbose).as_bytes())?;
                let bodies = if requests { plan::requests(planned) } else { String::new() };
                out.write_all(bodies.as_bytes())
            }
            Format::Json => {
                let rows = planned.iter().flat_map(|Planned { file, plan }| {
                    plan.items.iter().map(move |item| json::item(file, item, requests))
                });
                json::instances(out, &rows.collect::<Vec<_>>(), exit, &Classes::default())
            }
        })
    }

    /// Shows plans on the way to carrying them out.
    pub fn show_plan(&mut self, planned: &[Planned<'_>]) -> io::Result<()> {
        let items = planned.iter().flat_map(|planned| &planned.plan.items);
        self.screen.steps =
            Steps { total: items.filter(|item| acts(item)).count(), ..Steps::default() };
        self.note(plan::plan(planned, self.verbose).trim_end())
    }

    /// Asks before something is done. Only `y` and `yes` mean yes.
    pub fn confirm(&mut self, question: &str) -> io::Result<bool> {
        write!(self.err, "{question}. Go on? [y/N] ")?;
        self.err.flush()?;
        let mut answer = String::new();
        io::stdin().lock().read_line(&mut answer)?;
        Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
    }

    /// Tells what happens in a run. What cannot be printed is not lost: it is in the lock.
    pub fn event(&mut self, event: &Event<'_>, format: Format) {
        let human = format == Format::Human;
        self.step(event);
        let result = match event {
            Event::Settled(instance) => match plan::outcome(instance) {
                Some(line) if human && instance.outcome != Some(Outcome::Skipped) => {
                    self.show(true, |out| writeln!(out, "{line}"))
                }
                _ => Ok(()),
            },
            Event::Sending { name, .. } => {
                if self.verbose {
                    self.note(&format!("{}: sending", plan::shown(name.as_str())))
                } else {
                    Ok(())
                }
            }
            // Also when quiet: this line may be the only place where the ID is kept.
            Event::Recovery { lock, name, id } => {
                let name = quote(name.as_str()).to_string();
                let name = name.trim_matches('`');
                let _ = self.clear();
                writeln!(self.err, "RECOVERY name={name} id={id} lock={}", lock.display())
            }
            Event::RescueFailed { name, error } => {
                let message = format!(
                    "the ID of {} is kept nowhere but above: {error}",
                    quote(name.as_str())
                );
                self.error(&message, Some("write it down, with the name"))
            }
            Event::Unseen { count } => self.note(&format!(
                "{count} created and not in the platform's list yet; their IDs are in the lock"
            )),
            Event::Spare(instance) => {
                let name = quote(instance.name.as_str());
                let message = instance.message.as_deref().unwrap_or_default();
                self.error(&format!("{name}: {message}"), instance.way_out.as_deref())
            }
            Event::Clash { clash, .. } => self.clash(clash),
            Event::LockFailed { error, .. } => self.error(&error.to_string(), Some(&error.help())),
            Event::Stopping(stop) => {
                let help = matches!(stop, Stop::Denied(_)).then_some(DENIED);
                self.error(&format!("nothing new is started: {stop}"), help)
            }
        };
        // A terminal that went away must not end a run that is creating instances.
        let _ = result.and_then(|()| self.draw_steps());
    }

    fn clash(&mut self, clash: &Clash) -> io::Result<()> {
        let id = |id: &Option<TaskId>| id.as_ref().map_or("none".to_owned(), ToString::to_string);
        let name = quote(clash.name.as_str());
        let (stands, candidate) = (id(&clash.stands), id(&clash.candidate));
        self.error(
            &format!("two IDs for {name}: the lock has {stands}, this run {candidate}"),
            Some("both are in the lock, the second as a candidate: look at both on the platform"),
        )
    }

    /// Prints what came of a run, as the command's result, and for people what is left to them.
    pub fn applied(&mut self, applied: &Applied<'_>, format: Format) -> io::Result<()> {
        self.outcomes(applied, format)?;
        let unknown = applied.report.instances.iter().filter(|instance| {
            format == Format::Human && instance.outcome == Some(Outcome::Unknown)
        });
        for instance in unknown {
            if let Some(way_out) = &instance.way_out {
                open(writeln!(self.err, "{}: {way_out}", plan::shown(instance.name.as_str())))?;
            }
        }
        Ok(())
    }

    fn outcomes(&mut self, applied: &Applied<'_>, format: Format) -> io::Result<()> {
        self.show(format == Format::Human, |out| match format {
            Format::Human => {
                // What settled while it ran was told then; the rest never started.
                for instance in &applied.report.instances {
                    if instance.outcome == Some(Outcome::Skipped)
                        && let Some(line) = plan::outcome(instance)
                    {
                        writeln!(out, "{line}")?;
                    }
                }
                writeln!(out, "{}", plan::summary(applied))
            }
            Format::Json => {
                let report = applied.report;
                let row = |instance: &InstanceReport| {
                    json::outcome(applied.files[instance.job], instance)
                };
                let rows: Vec<_> = report.instances.iter().map(row).collect();
                json::instances(out, &rows, report.classes.code(), &report.classes)
            }
        })
    }

    /// Tells that an outcome that an earlier run did not learn is known now.
    pub fn settled(&mut self, name: &InstanceName, id: &TaskId) -> io::Result<()> {
        let name = plan::shown(name.as_str());
        self.note(&format!("{name}: its outcome was unknown; the platform's list shows it as {id}"))
    }

    /// Prints what became of a person's word about some instances, as the command's result.
    pub fn told(&mut self, applied: &Applied<'_>, format: Format) -> io::Result<()> {
        match format {
            Format::Human => self.show(true, |out| {
                applied.report.instances.iter().try_for_each(|told| {
                    let name = plan::shown(told.name.as_str());
                    let word = told.outcome.map_or(String::new(), |o| format!("{}: ", o.as_str()));
                    writeln!(out, "{name}: {word}{}", told.message.as_deref().unwrap_or_default())
                })
            }),
            Format::Json => self.outcomes(applied, format),
        }
    }

    /// Prints what was found of the credentials, as the command's result.
    pub fn auth(&mut self, report: &AuthReport, format: Format) -> io::Result<()> {
        self.print(|out| match format {
            Format::Human => auth::human(out, report),
            Format::Json => auth::json(out, report),
        })
    }

    /// Says something on the way, unless asked to be quiet.
    pub fn note(&mut self, text: &str) -> io::Result<()> {
        if self.quiet {
            return Ok(());
        }
        self.clear()?;
        open(writeln!(self.err, "{text}"))
    }

    /// Says something on the way, where more is asked for.
    pub fn remark(&mut self, text: &str) -> io::Result<()> {
        if self.verbose { self.note(text) } else { Ok(()) }
    }

    /// Says why a run cannot go on.
    pub fn error(&mut self, message: &str, help: Option<&str>) -> io::Result<()> {
        self.clear()?;
        open(human::error(&mut self.err, message, help, self.style))
    }

    /// Prints a result; what people read holds no commands for the runner whose log it goes to.
    fn show(
        &mut self,
        people: bool,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        if people && runner::reads_commands() {
            return self.print(|out| write(&mut runner::Harmless::new(out)));
        }
        self.print(write)
    }

    fn print(&mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        self.clear()?;
        open(write(&mut self.out).and_then(|()| self.out.flush()))
    }
}

/// Whether an item of a plan is carried out.
fn acts(item: &Item) -> bool {
    let acts = matches!(item.action, Action::Create | Action::Replace | Action::Prune);
    acts && !item.barred
}

/// Whoever closed our output has read enough: that is no error.
fn open(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}
