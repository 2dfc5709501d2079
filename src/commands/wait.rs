//! `wait`, and what `apply --wait` does at its end: polls until all are there.

use std::time::Duration;

use tokio::runtime::Runtime;

use super::looking::{Looking, held, reach, read_locks};
use super::prepare::{Prepared, select};
use super::reach::Platform;
use super::{Exit, Failure, interrupt};
use crate::api::detail::Status;
use crate::apply::{self, Report};
use crate::cli::{Aim as AimArg, Apply, Wait as Args};
use crate::exit::Class;
use crate::life::{Aim, Held, Tick, Verdict, wait};
use crate::lockfile::State;
use crate::report::{Console, Waits};

pub(super) fn run(args: Args, console: &mut Console, abort: fn() -> !) -> Result<Exit, Failure> {
    let mut looking = match Looking::begin(args.look, &args.names, console)? {
        Ok(looking) => looking,
        Err(exit) => return Ok(exit),
    };
    if let Some((job, name)) = looking.missing().first() {
        let file = &looking.prepared[*job].file;
        let name = name.as_str().escape_debug();
        let message = format!("{name} is not in the lock: nothing becomes of it");
        return Err(Failure::met(Class::Waited, message).with_help(format!(
            "`instancectl apply -f {file}` creates it, with --wait waits too"
        )));
    }
    let mut held = looking.held();
    // What left the manifest is waited for only where it is named.
    held.retain(|held| looking.is_selective() || !held.orphan);
    looking.reach(&held)?;
    let aim = aim(args.status, args.timeout);
    let interrupts = interrupt::listen(abort)?;
    let (files, owned, format) = (looking.files(), looking.owned(), looking.format);
    let waits = Waits { files: &files, aim: &aim, count: held.len() };
    let mut observe = |tick: Tick<'_>| console.tick(&tick, &waits, format);
    let waiting = wait(&looking.sites, held, &owned, &aim, interrupts, &mut observe);
    let waited = looking.runtime.block_on(waiting);
    console.waited(&waited, &waits, format)?;
    let classes = waited.classes;
    Ok(if classes.code() == 0 { Exit::Done } else { Exit::Met(classes) })
}

/// Waits, at the end of an `apply`, until what it is about runs. What did not come to it is entered
/// into the report.
pub(super) fn after_apply(
    args: &Apply,
    prepared: &[Prepared],
    platform: &mut Platform,
    runtime: &Runtime,
    report: &mut Report,
    console: &mut Console,
    abort: fn() -> !,
) -> Result<(), Failure> {
    let locks = read_locks(prepared)?;
    let both: Vec<_> = prepared.iter().zip(&locks).collect();
    let selection = select(&args.selection.names, &both)?;
    let mut held = held(prepared, &locks, &selection);
    let sites = reach(platform, runtime, prepared, &held)?;
    // The rest was reported already.
    let here = |held: &Held| sites.iter().any(|site| site.place.holds(&held.entry));
    held.retain(|held| !held.orphan && held.entry.state == State::Created && here(held));
    let files: Vec<&str> = prepared.iter().map(|manifest| manifest.file.as_str()).collect();
    let (aim, format) = (aim(AimArg::Running, args.timeout), args.selection.format);
    let (owned, interrupts) = (apply::owned(&locks), interrupt::listen(abort)?);
    let waits = Waits { files: &files, aim: &aim, count: held.len() };
    let mut observe = |tick: Tick<'_>| console.tick(&tick, &waits, format);
    let waited = runtime.block_on(wait(&sites, held, &owned, &aim, interrupts, &mut observe));
    for (seen, verdict) in &waited.instances {
        let message = match verdict {
            Verdict::Lost(why) => why.clone(),
            Verdict::OnItsWay => "it did not come to run yet".to_owned(),
            Verdict::There | Verdict::LeftAlone(_) => continue,
        };
        let (job, name) = (seen.held.job, &seen.held.name);
        let mut instances = report.instances.iter_mut();
        if let Some(instance) = instances.find(|one| one.job == job && one.name == *name) {
            instance.message = Some(message);
        }
    }
    report.classes.extend(waited.classes.iter());
    Ok(console.waited_on_the_way(&waited, &waits, format)?)
}

fn aim(status: AimArg, patience: Duration) -> Aim {
    let status = match status {
        AimArg::Waiting => Status::Waiting,
        AimArg::Deploying => Status::Deploying,
        AimArg::Running => Status::Running,
        AimArg::Completed => Status::Completed,
        AimArg::Failed => Status::Failed,
        AimArg::Terminated => Status::Terminated,
    };
    Aim { status, patience }
}
