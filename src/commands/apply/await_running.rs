//! The last step of `apply --wait`: waits until the instances run.

use super::ApplyContext;
use crate::apply::{ApplyReport, InstanceNote};
use crate::cli::WaitStatus as AimArg;
use crate::commands::error::CommandError;
use crate::commands::load::files;
use crate::commands::platform::Platform;
use crate::commands::read_only_workspace::{reach, read_locks, selected_entries};
use crate::commands::wait::aim;
use crate::inventory;
use crate::lifecycle::{WaitEnd, WaitEvent, WaitProgress, WaitResult, WaitTargets, wait};
use crate::lockfile::EntryState;
use crate::output::{Console, WaitReport};

impl ApplyContext<'_> {
    /// Waits, at the end of an `apply`, until its instances run. Those that did not reach the status, or
    /// could not be waited for, are added to the report: created instances are reported in any case.
    pub(super) fn await_running(
        &self,
        platform: &mut Platform,
        report: &mut ApplyReport,
        console: &mut Console,
    ) {
        let waited = self.created(platform).map(|targets| {
            let files = files(self.planning.prepared);
            let aim = aim(AimArg::Running, self.args.timeout);
            let waits = WaitReport { files: &files, aim: &aim, count: targets.locked.len() };
            let mut observe = |tick: WaitEvent<'_>| console.on_wait_event(&tick, &waits);
            let waiting = wait(targets, &aim, self.signals.subscribe(), &mut observe);
            let waited = self.runtime.block_on(waiting);
            // A closed terminal must not prevent the report.
            let _ = console.print_wait_note(&waited, &waits);
            waited
        });
        match waited {
            Ok(waited) => merge_into_report(&waited, report),
            Err(failure) => report.classes.extend(failure.report_and_continue(console).iter()),
        }
    }

    /// Returns the instances to wait for.
    fn created(&self, platform: &mut Platform) -> Result<WaitTargets, CommandError> {
        let locks = read_locks(self.planning.prepared)?;
        let mut locked = selected_entries(self.planning.prepared, &locks, self.planning.selection);
        // The others were already reported.
        locked.retain(|locked| !locked.orphan && locked.entry.state == EntryState::Created);
        let clients = reach(platform, self.runtime, self.planning.prepared, &locked)?;
        locked.retain(|locked| {
            clients.iter().any(|client| inventory::location(client).matches_entry(&locked.entry))
        });
        Ok(WaitTargets { clients, locked, owned: inventory::owned_ids(&locks) })
    }
}

/// Merges the result of a wait into the report of its run.
fn merge_into_report(waited: &WaitResult, report: &mut ApplyReport) {
    let cause = match &waited.end {
        WaitEnd::Denied(cause) | WaitEnd::Unreachable(cause) => Some(cause),
        _ => None,
    };
    for (observed, verdict) in &waited.instances {
        let note = match verdict {
            WaitProgress::Failed(why) => InstanceNote::WaitFailed(why.clone()),
            WaitProgress::Pending => InstanceNote::NotRunningYet(cause.cloned()),
            WaitProgress::Reached | WaitProgress::LeftAlone(_) => continue,
        };
        let (job, name) = (observed.locked.job, &observed.locked.name);
        let mut instances = report.instances.iter_mut();
        if let Some(instance) = instances.find(|one| one.job == job && one.name == *name) {
            instance.note = Some(note.into());
        }
    }
    report.classes.extend(waited.classes.iter());
}
