//! `stop` and `start`: what the locks hold and nothing else; the locks stay as they are.

use super::confirm::{can_ask, confirm};
use super::looking::Looking;
use super::{Exit, Failure};
use crate::cli::Action as Args;
use crate::count::count;
use crate::life::{self, Held, Seen};
use crate::report::{Console, Done};

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    Stop,
    Start,
}

pub(super) fn run(args: Args, act: Act, console: &mut Console) -> Result<Exit, Failure> {
    let format = args.look.format;
    let mut looking = Looking::begin(args.look, &args.names, console)?;
    let verb = if act == Act::Stop { "stop" } else { "start" };
    let held = looking.held();
    if !held.is_empty() {
        let name = |held: &Held| held.name.as_str().escape_debug().to_string();
        can_ask(args.yes, || question(verb, &held.iter().map(name).collect::<Vec<_>>()))?;
    }
    let seen = if held.is_empty() { Vec::new() } else { looking.look(false)? };
    let open = match act {
        Act::Stop => life::can_stop,
        Act::Start => life::can_start,
    };
    let named: Vec<String> = seen.iter().filter(|seen| open(seen)).map(named).collect();
    if !named.is_empty() {
        confirm(args.yes, &question(verb, &named), console)?;
    }
    let did = match act {
        Act::Stop => looking.runtime.block_on(life::stop(&looking.clients, seen)),
        Act::Start => looking.runtime.block_on(life::start(&looking.clients, seen)),
    };
    let past = if act == Act::Stop { "stopped" } else { "started" };
    let classes = console.did(&Done { files: &looking.files(), did: &did, past }, format)?;
    Ok(classes.into())
}

fn named(seen: &Seen) -> String {
    let id = seen.held.entry.task_id.as_ref().map_or("", |id| id.as_str());
    let cards = match seen.cards() {
        Some(cards) if cards > 0 => format!(" ({})", count(cards, "card")),
        _ => String::new(),
    };
    format!("{} {id}{cards}", seen.held.name.as_str().escape_debug())
}

fn question(verb: &str, names: &[String]) -> String {
    format!("{verb} {}: {}", count(names.len(), "instance"), names.join(", "))
}
