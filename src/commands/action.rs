//! `stop` and `start`: act on the instances in the locks and no others; the locks do not change.

use std::time::Instant;

use super::confirm::{MAX_LIST_AGE, confirm, confirm_changed, require_prompt};
use super::looking::ReadOnlyWorkspace;
use super::{CommandError, Exit};
use crate::cli::Action as Args;
use crate::count::count;
use crate::life::{self, LockedInstance, ObservedInstance};
use crate::report::{ActionReport, Console};

/// The action to perform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Stop,
    Start,
}

pub(super) fn run(args: Args, act: Action, console: &mut Console) -> Result<Exit, CommandError> {
    let format = args.look.format;
    let mut looking = ReadOnlyWorkspace::open(args.look, &args.names, console)?;
    let held = looking.selected_entries();
    if !held.is_empty() {
        let name = |held: &LockedInstance| held.name.as_str().escape_debug().to_string();
        require_prompt(args.yes, || question(act, &held.iter().map(name).collect::<Vec<_>>()))?;
    }
    let seen = confirmed(&mut looking, act, args.yes, console)?;
    let did = match act {
        Action::Stop => looking.runtime.block_on(life::stop(&looking.clients, seen)),
        Action::Start => looking.runtime.block_on(life::start(&looking.clients, seen)),
    };
    let past = if act == Action::Stop { "stopped" } else { "started" };
    let classes = console
        .print_action_results(&ActionReport { files: &looking.files(), did: &did, past }, format)?;
    Ok(classes.into())
}

/// Returns the instances that the user confirmed, rechecked against the locks and the platform after
/// the answer.
fn confirmed(
    looking: &mut ReadOnlyWorkspace,
    act: Action,
    yes: bool,
    console: &mut Console,
) -> Result<Vec<ObservedInstance>, CommandError> {
    let open = match act {
        Action::Stop => life::can_stop,
        Action::Start => life::can_start,
    };
    let names = |seen: &[ObservedInstance]| -> Vec<String> {
        seen.iter().filter(|seen| open(seen)).map(named).collect()
    };
    let mut looked = Instant::now();
    let mut seen = query(looking)?;
    let mut changed = false;
    loop {
        let asked = names(&seen);
        if asked.is_empty() {
            return Ok(seen);
        }
        if changed {
            confirm_changed(&question(act, &asked), console)?;
        } else {
            confirm(yes, &question(act, &asked), console)?;
        }
        if !looking.reread()? && looked.elapsed() <= MAX_LIST_AGE {
            return Ok(seen);
        }
        looked = Instant::now();
        seen = query(looking)?;
        if names(&seen) == asked {
            return Ok(seen);
        }
        changed = true;
    }
}

fn query(looking: &mut ReadOnlyWorkspace) -> Result<Vec<ObservedInstance>, CommandError> {
    if looking.selected_entries().is_empty() { Ok(Vec::new()) } else { looking.query_status(false) }
}

fn named(seen: &ObservedInstance) -> String {
    let id = seen.held.entry.task_id.as_ref().map_or("", |id| id.as_str());
    let cards = match seen.cards() {
        Some(cards) if cards > 0 => format!(" ({})", count(cards, "card")),
        _ => String::new(),
    };
    format!("{} {id}{cards}", seen.held.name.as_str().escape_debug())
}

fn question(act: Action, names: &[String]) -> String {
    let verb = if act == Action::Stop { "stop" } else { "start" };
    format!("{verb} {}: {}", count(names.len(), "instance"), names.join(", "))
}
