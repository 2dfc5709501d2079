//! `apply --dry-run`: shows the plan and the requests.

use crate::cli::Apply as Args;
use crate::commands::check::lint_levels;
use crate::commands::error::{CommandError, Exit};
use crate::commands::planning::{Planner, planned, question, report_limit};
use crate::commands::workspace::Workspace;
use crate::output::Console;

/// Prints the plan and the exact requests: no client is built and nothing is written.
pub(super) fn run(args: &Args, console: &mut Console) -> Result<Exit, CommandError> {
    let levels = lint_levels(&args.target.lint)?;
    let workspace = Workspace::offline(&args.target.workspace, &levels, &args.names, console)?;
    let planner = Planner::new(&workspace.manifests, &args.changes, args.refresh)?;
    let plans = planner.offline(&workspace);
    console.dry_run(&planned(&workspace.files(), &plans))?;
    if console.is_human() {
        console.info(&console.words().dry_run(&question(&plans, console)))?;
    }
    report_limit(planner.over_limit(&plans).as_ref(), console)?;
    Ok(Exit::Done)
}
