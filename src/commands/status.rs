//! `status`: the live state of the instances in the locks. Read-only.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::sync::watch;

use super::error::{CommandError, Exit};
use super::signals::SignalHandler;
use super::workspace::Workspace;
use crate::api::endpoints::detail::Status;
use crate::cli::Status as Args;
use crate::exit_status::ExitClass;
use crate::ids::TaskId;
use crate::interrupts::{Polling, wait_for_signals};
use crate::lifecycle::{
    LiveState, LockedInstance, MissingInstance, Observation, POLL_PAUSES, QueryScope, QueryTargets,
    query,
};
use crate::lockfile::Lockfile;
use crate::output::{CommandProblem, Console, StatusTable, StatusView, WatchDisplay};

/// Long enough for a watch without an end.
const ENDLESS: Duration = Duration::from_hours(24 * 365);

pub(super) fn run(
    args: &Args,
    console: &mut Console,
    signals: &SignalHandler,
) -> Result<Exit, CommandError> {
    if args.watch && !console.is_human() {
        return Err(CommandProblem::WatchPrintsText.into());
    }
    let mut workspace = Workspace::read(&args.read.workspace, &args.read.names, console)?;
    let question = Question::of(&mut workspace)?;
    if args.watch {
        return watch(args, workspace, question, console, &signals.subscribe());
    }
    let asked = question.ask(&workspace, args);
    let found = workspace.platform.runtime.block_on(asked)?;
    console.print_status(&question.table(args, &workspace.files(), &found))?;
    let failed = found.instances.iter().find(|one| one.status() == Some(Status::Failed));
    if let Some(locked) = failed.map(|failed| &failed.locked) {
        let why = locked.manifest.command("why").value(locked.name.as_str());
        console.info(&console.words().failure_hint(&why))?;
    }
    if found.instances.iter().any(|one| matches!(one.live, LiveState::Present(_))) {
        console.verbose(console.words().fixed().address_hint)?;
        console.verbose(console.words().fixed().logs_hint)?;
    }
    Ok(found.classes().into())
}

/// The instances of the manifests and their locks.
struct Question {
    locked: Vec<LockedInstance>,
    missing: Vec<MissingInstance>,
    owned: BTreeSet<TaskId>,
}

impl Question {
    /// Connects to the regions of the instances.
    fn of(workspace: &mut Workspace<Lockfile>) -> Result<Self, CommandError> {
        let (locked, owned) = (workspace.selected_entries(), workspace.owned_ids());
        let missing = workspace.missing().into_iter().map(|(job, name)| {
            let manifest = &workspace.manifests[job];
            let region = manifest.request(&name).and_then(|request| request.region.clone());
            MissingInstance { job, manifest: manifest.args.clone(), name, region }
        });
        let missing: Vec<_> = missing.collect();
        let regions = locked.iter().map(|locked| workspace.region(locked));
        let regions = regions.chain(missing.iter().map(|missing| missing.region.clone())).collect();
        workspace.platform.connect([].into(), &regions)?;
        Ok(Self { locked, missing, owned })
    }

    async fn ask(
        &self,
        workspace: &Workspace<Lockfile>,
        args: &Args,
    ) -> Result<Observation, CommandError> {
        let Self { locked, missing, owned } = self;
        let scope = QueryScope { duplicates: true, usage: true, addresses: args.show_urls };
        let targets = QueryTargets { locked, missing, owned };
        Ok(query(workspace.platform.clients(), targets, scope).await?)
    }

    fn table<'a>(
        &self,
        args: &Args,
        files: &'a [&'a str],
        found: &'a Observation,
    ) -> StatusTable<'a> {
        let view = StatusView { wide: args.wide, urls: args.show_urls };
        StatusTable { files, found, missing: self.missing.len(), view }
    }
}

/// Polls until the first signal. After the first poll, errors other than missing permission are shown
/// and the watch goes on.
fn watch(
    args: &Args,
    mut workspace: Workspace<Lockfile>,
    mut question: Question,
    console: &mut Console,
    interrupts: &watch::Receiver<u8>,
) -> Result<Exit, CommandError> {
    let start = || {
        let (first, growth, max) = POLL_PAUSES;
        Polling::start(ENDLESS, first, growth, max, interrupts.clone())
    };
    let (mut display, mut polling, mut first) = (WatchDisplay::default(), start(), true);
    loop {
        let polled = workspace.platform.runtime.block_on(async {
            tokio::select! {
                found = question.ask(&workspace, args) => Some(found),
                () = wait_for_signals(interrupts.clone(), 1) => None,
            }
        });
        let Some(polled) = polled else { break };
        match polled {
            Ok(found) => {
                let (files, pause) = (workspace.files(), polling.pause());
                let table = question.table(args, &files, &found);
                if console.print_watched(&mut display, &table, pause)? {
                    polling = start();
                }
                first = false;
            }
            Err(error) if first || error.exit() == ExitClass::Denied.into() => return Err(error),
            Err(error) => show(&error, &mut display, console, polling.pause())?,
        }
        if !workspace.platform.runtime.block_on(polling.next_poll(None)) {
            break;
        }
        // Another command may have changed the lock.
        match reread(&mut workspace) {
            Ok(changed) => question = changed,
            Err(error) => show(&error, &mut display, console, polling.pause())?,
        }
    }
    console.end_watch()?;
    Ok(Exit::Done)
}

fn reread(workspace: &mut Workspace<Lockfile>) -> Result<Question, CommandError> {
    workspace.reread()?;
    Question::of(workspace)
}

fn show(
    error: &CommandError,
    display: &mut WatchDisplay,
    console: &mut Console,
    pause: Duration,
) -> Result<(), CommandError> {
    if let Some(message) = error.render(console.words()) {
        console.print_watch_trouble(display, message, pause)?;
    }
    Ok(())
}
