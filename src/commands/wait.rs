//! `wait`, and what `apply --wait` does at its end: polls until all are there.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::runtime::Runtime;

use super::apply::Scope;
use super::interrupt::Signals;
use super::looking::{Looking, held, reach, read_locks};
use super::prepare::files;
use super::reach::Platform;
use super::{Exit, Failure};
use crate::api::client::Client;
use crate::api::detail::Status;
use crate::apply::{self, ApplyReport};
use crate::cli::{Aim as AimArg, Wait as Args};
use crate::exit::Class;
use crate::ids::TaskId;
use crate::life::{LockedInstance, WaitEnd, WaitEvent, WaitGoal, WaitProgress, WaitResult, wait};
use crate::lockfile::EntryState;
use crate::report::{Console, Waits};

pub(super) fn run(args: Args, console: &mut Console, signals: &Signals) -> Result<Exit, Failure> {
    let mut looking = Looking::begin(args.look, &args.names, console)?;
    if let Some((job, name)) = looking.missing().first() {
        let apply = looking.prepared[*job].args.command("apply");
        let name = name.as_str().escape_debug();
        let message = format!("{name} is not in the lock: nothing becomes of it");
        return Err(Failure::met(Class::Waited, message)
            .with_help(format!("`{apply}` creates it, and waits too with --wait")));
    }
    let mut held = looking.held();
    // What left the manifest is waited for only where it is named.
    held.retain(|held| looking.is_selective() || !held.orphan);
    looking.reach(&held)?;
    let aim = aim(args.status, args.timeout);
    let interrupts = signals.listen();
    let (files, owned, format) = (looking.files(), looking.owned(), looking.format);
    let waits = Waits { files: &files, aim: &aim, count: held.len() };
    let mut observe = |tick: WaitEvent<'_>| console.tick(&tick, &waits, format);
    let waiting = wait(&looking.clients, held, &owned, &aim, interrupts, &mut observe);
    let waited = looking.runtime.block_on(waiting);
    console.waited(&waited, &waits, format)?;
    Ok(waited.classes.into())
}

/// Waits, at the end of an `apply`, until what it is about runs. What did not come to it, or could not
/// be waited for, is entered into the report: what was created is told whatever happens here.
pub(super) fn after_apply(
    scope: &Scope<'_>,
    platform: &mut Platform,
    runtime: &Runtime,
    report: &mut ApplyReport,
    console: &mut Console,
    signals: &Signals,
) {
    let waited = begin(scope, platform, runtime).map(|Begun { clients, held, owned }| {
        let files = files(scope.planning.prepared);
        let (aim, format) = (aim(AimArg::Running, scope.args.timeout), scope.args.selection.format);
        let waits = Waits { files: &files, aim: &aim, count: held.len() };
        let mut observe = |tick: WaitEvent<'_>| console.tick(&tick, &waits, format);
        let waiting = wait(&clients, held, &owned, &aim, signals.listen(), &mut observe);
        let waited = runtime.block_on(waiting);
        // A terminal that went away does not keep the report from being given.
        let _ = console.waited_on_the_way(&waited, &waits, format);
        waited
    });
    match waited {
        Ok(waited) => enter(&waited, report),
        Err(failure) => report.classes.extend(failure.tell(console).iter()),
    }
}

/// What an `apply` waits for.
struct Begun {
    clients: Vec<Client>,
    held: Vec<LockedInstance>,
    owned: BTreeSet<TaskId>,
}

fn begin(scope: &Scope<'_>, platform: &mut Platform, runtime: &Runtime) -> Result<Begun, Failure> {
    let locks = read_locks(scope.planning.prepared)?;
    let mut held = held(scope.planning.prepared, &locks, scope.planning.selection);
    // The rest was reported already.
    held.retain(|held| !held.orphan && held.entry.state == EntryState::Created);
    let clients = reach(platform, runtime, scope.planning.prepared, &held)?;
    held.retain(|held| {
        clients.iter().any(|client| apply::location(client).matches_entry(&held.entry))
    });
    Ok(Begun { clients, held, owned: apply::owned_ids(&locks) })
}

/// Enters what a wait came to into the report of its run.
fn enter(waited: &WaitResult, report: &mut ApplyReport) {
    let not_yet = match &waited.end {
        WaitEnd::Denied(fault) | WaitEnd::Unreachable(fault) => {
            format!("it did not come to run yet, and the platform could not be asked: {fault}")
        }
        _ => "it did not come to run yet".to_owned(),
    };
    for (seen, verdict) in &waited.instances {
        let message = match verdict {
            WaitProgress::Failed(why) => why,
            WaitProgress::Pending => &not_yet,
            WaitProgress::Reached | WaitProgress::LeftAlone(_) => continue,
        };
        let (job, name) = (seen.held.job, &seen.held.name);
        let mut instances = report.instances.iter_mut();
        if let Some(instance) = instances.find(|one| one.job == job && one.name == *name) {
            instance.message = Some(message.clone());
        }
    }
    report.classes.extend(waited.classes.iter());
}

fn aim(status: AimArg, patience: Duration) -> WaitGoal {
    let status = match status {
        AimArg::Waiting => Status::Waiting,
        AimArg::Deploying => Status::Deploying,
        AimArg::Running => Status::Running,
        AimArg::Completed => Status::Completed,
        AimArg::Failed => Status::Failed,
        AimArg::Terminated => Status::Terminated,
    };
    WaitGoal { status, patience }
}
