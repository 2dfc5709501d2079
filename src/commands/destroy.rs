//! `destroy`: deletes what the locks hold and nothing else.

use std::io::{self, IsTerminal};

use super::holding::Holding;
use super::prepare::select;
use super::{Exit, Failure, interrupt};
use crate::apply::{self, Event, InstanceReport, Outcome, Pace, Report, Target};
use crate::cli::Destroy as Args;
use crate::exit::{Class, Classes};
use crate::ids::{InstanceName, TaskId};
use crate::lockfile::{Entry, State, Store};
use crate::plan::{Action, Selection};
use crate::report::{Applied, Console};

pub(super) fn run(args: Args, console: &mut Console, abort: fn() -> !) -> Result<Exit, Failure> {
    let id = args.id.as_deref().map(str::parse::<TaskId>).transpose();
    let id = id.map_err(|error| Failure::usage(error.to_string()))?;
    let format = args.place.format;
    let mut held = match Holding::take(args.place, console)? {
        Ok(held) => held,
        Err(exit) => return Ok(exit),
    };
    let targets = targets(&mut held, &args.names, id.as_ref())?;
    if !targets.is_empty() && !confirmed(args.yes, &targets, console)? {
        return Ok(Exit::Met(Classes::from_iter([Class::Guarded])));
    }
    let pace = Pace { parallel: usize::from(args.parallel), patience: args.settle };
    let interrupts = interrupt::listen(abort)?;
    let mut observe = |event: Event<'_>| console.event(&event, format);
    let mut report = Report::default();
    for (client, targets) in held.platform.by_client(&held.stores, targets) {
        let interrupts = interrupts.clone();
        let remove =
            apply::remove_all(&mut held.stores, targets, &client, pace, interrupts, &mut observe);
        report.join(held.runtime.block_on(remove));
    }
    report.join(held.report);
    let files: Vec<&str> = held.prepared.iter().map(|manifest| manifest.file.as_str()).collect();
    console.applied(&Applied { files: &files, report: &report }, format)?;
    Ok(if report.classes.code() == 0 { Exit::Done } else { Exit::Met(report.classes) })
}

/// What is to be deleted; what cannot be is entered into the report.
fn targets(
    held: &mut Holding,
    names: &[String],
    id: Option<&TaskId>,
) -> Result<Vec<Target>, Failure> {
    let locks: Vec<_> = held.prepared.iter().zip(held.stores.iter().map(Store::lock)).collect();
    let selection: Selection = select(names, &locks)?;
    let mut chosen = Vec::new();
    for (job, (_, lock)) in locks.iter().enumerate() {
        let names = lock.instances.keys().filter(|name| selection.holds(name));
        chosen.extend(names.map(|name| (job, name.clone())));
    }
    held.reach(&chosen)?;
    let mut targets = Vec::new();
    let mut left = Vec::new();
    for (job, name) in chosen {
        let entry = &held.stores[job].lock().instances[&name];
        let twin = id.is_some_and(|id| is_twin(held, entry, &name, id));
        match target(entry, id, held.platform.client_of(entry).is_some(), twin) {
            Ok(id) => targets.push(Target { job, name, id }),
            Err((class, message)) => left.push((job, name, class, message)),
        }
    }
    if id.is_some() && targets.len() + left.len() != 1 {
        return Err(Failure::usage("--id names one instance: give one NAME that the lock has"));
    }
    for (job, name, class, message) in left {
        held.report.classes.insert(class);
        held.report.instances.push(left_alone(job, name, message));
    }
    Ok(targets)
}

/// Whether the platform shows an instance of just this name that no lock at hand owns: a candidate that
/// `status` found, and no lock knows yet.
fn is_twin(held: &Holding, entry: &Entry, name: &InstanceName, id: &TaskId) -> bool {
    let (Some(client), false) = (held.platform.client_of(entry), held.owned().contains(id)) else {
        return false;
    };
    let detail = held.runtime.block_on(client.detail(id));
    detail.is_ok_and(|detail| detail.id() == id && detail.name() == Some(name.as_str()))
}

/// The instance to delete for an entry, or why it is left alone.
fn target(
    entry: &Entry,
    id: Option<&TaskId>,
    here: bool,
    twin: bool,
) -> Result<TaskId, (Class, String)> {
    if !here {
        return Err((Class::Guarded, format!("the lock has it at `{}`", entry.endpoint)));
    }
    match (id, &entry.task_id) {
        (Some(id), own) if twin || entry.candidates.contains(id) || own.as_ref() == Some(id) => {
            Ok(id.clone())
        }
        (Some(id), _) => Err((
            Class::Guarded,
            format!(
                "the lock names `{id}` neither as its instance nor as a candidate, and the platform \
                 shows no such instance of its name"
            ),
        )),
        (None, Some(own)) => Ok(own.clone()),
        (None, None) => {
            debug_assert_eq!(entry.state, State::Unknown);
            Err((Class::Unknown, "its outcome is unknown: `instancectl resolve` first".to_owned()))
        }
    }
}

fn left_alone(job: usize, name: InstanceName, message: String) -> InstanceReport {
    InstanceReport {
        job,
        name,
        action: Action::Prune,
        outcome: Some(Outcome::Skipped),
        task_id: None,
        code: None,
        message: Some(message),
        way_out: None,
        changes: Vec::new(),
    }
}

/// Whether a person, or `--yes`, agrees to what is deleted, name by name.
fn confirmed(yes: bool, targets: &[Target], console: &mut Console) -> Result<bool, Failure> {
    let names: Vec<String> = targets
        .iter()
        .map(|target| format!("{} {}", target.name.as_str().escape_debug(), target.id))
        .collect();
    let s = if targets.len() == 1 { "" } else { "s" };
    let question = format!("delete {} instance{s}: {}", targets.len(), names.join(", "));
    if yes {
        console.note(&question)?;
        return Ok(true);
    }
    if !io::stdin().is_terminal() {
        return Err(Failure::met(Class::Guarded, format!("not confirmed: {question}"))
            .with_help("standard input is no terminal: give --yes to go on without a question"));
    }
    let agreed = console.confirm(&question)?;
    if !agreed {
        console.note("nothing was sent")?;
    }
    Ok(agreed)
}
