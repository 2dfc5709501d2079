//! `stop` and `start`: what the locks hold and nothing else; the locks stay as they are.

use std::io::{self, IsTerminal};

use super::looking::Looking;
use super::{Exit, Failure};
use crate::cli::Action as Args;
use crate::exit::{Class, Classes};
use crate::life::{self, Seen};
use crate::report::{Console, Done};

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    Stop,
    Start,
}

pub(super) fn run(args: Args, act: Act, console: &mut Console) -> Result<Exit, Failure> {
    let format = args.look.format;
    let mut looking = match Looking::begin(args.look, &args.names, console)? {
        Ok(looking) => looking,
        Err(exit) => return Ok(exit),
    };
    let verb = if act == Act::Stop { "stop" } else { "start" };
    let held = looking.held();
    if !args.yes && !io::stdin().is_terminal() && !held.is_empty() {
        let names = held.iter().map(|held| held.name.as_str().escape_debug().to_string());
        return Err(nobody_to_ask(&question(verb, &names.collect::<Vec<_>>())));
    }
    let seen = if held.is_empty() { Vec::new() } else { looking.look(false)? };
    let open = match act {
        Act::Stop => life::can_stop,
        Act::Start => life::can_start,
    };
    let named: Vec<String> = seen.iter().filter(|seen| open(seen)).map(named).collect();
    if !named.is_empty() {
        let question = question(verb, &named);
        if args.yes {
            console.note(&question)?;
        } else if !console.confirm(&question)? {
            console.note("nothing was sent")?;
            return Ok(Exit::Met(Classes::from_iter([Class::Guarded])));
        }
    }
    let did = match act {
        Act::Stop => looking.runtime.block_on(life::stop(&looking.sites, seen)),
        Act::Start => looking.runtime.block_on(life::start(&looking.sites, seen)),
    };
    let past = if act == Act::Stop { "stopped" } else { "started" };
    let classes = console.did(&Done { files: &looking.files(), did: &did, past }, format)?;
    Ok(if classes.code() == 0 { Exit::Done } else { Exit::Met(classes) })
}

fn named(seen: &Seen) -> String {
    let id = seen.held.entry.task_id.as_ref().map_or("", |id| id.as_str());
    let cards = match seen.cards() {
        Some(cards) if cards > 0 => format!(" ({cards} card{})", if cards == 1 { "" } else { "s" }),
        _ => String::new(),
    };
    format!("{} {id}{cards}", seen.held.name.as_str().escape_debug())
}

fn question(verb: &str, names: &[String]) -> String {
    let s = if names.len() == 1 { "" } else { "s" };
    format!("{verb} {} instance{s}: {}", names.len(), names.join(", "))
}

fn nobody_to_ask(question: &str) -> Failure {
    Failure::met(Class::Guarded, format!("not confirmed: {question}"))
        .with_help("standard input is no terminal: give --yes to go on without a question")
}
