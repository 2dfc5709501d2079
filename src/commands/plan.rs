//! `plan`: shows what apply would do, compared with the lock. No client is built without `--refresh` or
//! `--replace-all`.

use super::check::lint_levels;
use super::error::{CommandError, Exit};
use super::following::following;
use super::online::check_plans;
use super::planning::{Planner, finishes_deletions, planned, would_refuse};
use super::workspace::Workspace;
use crate::cli::Plan as Args;
use crate::output::{Console, ExitReport};
use crate::plan::PlanItem;
use crate::text::CommandLine;

pub(super) fn run(args: &Args, console: &mut Console) -> Result<Exit, CommandError> {
    let levels = lint_levels(&args.lint)?;
    let mut workspace =
        Workspace::at_remote(&args.read.workspace, &levels, &args.read.names, console)?;
    let planner = Planner::new(&workspace.manifests, &args.changes, args.refresh)?;
    let offline = planner.offline(&workspace);
    // `apply` compares the limits before it queries the platform, and again with what it found.
    let refused = planner.over_limit(&offline);
    let finishes = refused.is_none() && finishes_deletions(&workspace);
    let (plans, query_failed) = if planner.refreshes() {
        workspace.set_up_client(args.read.workspace.connection)?;
        // Read-only: the unknown outcomes that `apply` would resolve are not written.
        let checked = planner.online(&mut workspace, console, |_, _| Ok(()))?;
        if !args.online.no_online_check {
            check_plans(&workspace, &checked, &levels, console)?;
        }
        (checked.plans, checked.query_failed)
    } else {
        (offline, None)
    };
    let stopped = refused.or_else(|| planner.over_limit(&plans));
    let stopped = stopped.map(|stopped| would_refuse(&stopped, console));
    let sends = |item: &PlanItem| item.creates() || item.deletes();
    let changes = stopped.is_none() && plans.iter().flat_map(|plan| &plan.items).any(sends);
    let changes = changes || finishes;
    let failure = query_failed.map(CommandError::from);
    let report = match &failure {
        Some(failure) => failure.report(console.words()),
        None if changes && args.detailed_exitcode => Exit::Changes.report(),
        None => ExitReport::default().because(stopped.clone()),
    };
    let detailed = report.code == Exit::Changes.code();
    console.plan(&planned(&workspace.files(), &plans), report)?;
    if let Some(stopped) = &stopped {
        console.caution(&stopped.text)?;
    }
    if changes && failure.is_none() {
        let apply = following(&workspace.manifests, &["apply"]).into_iter();
        let with_names = |apply| {
            args.read.names.iter().fold(apply, |apply: CommandLine, name| apply.value(name))
        };
        let apply: Vec<_> = apply.map(|apply| args.changes.on(with_names(apply))).collect();
        console.next_commands(&apply)?;
    }
    match failure {
        Some(failure) => {
            failure.print(console);
            Ok(failure.exit())
        }
        None => Ok(if detailed { Exit::Changes } else { Exit::Done }),
    }
}
