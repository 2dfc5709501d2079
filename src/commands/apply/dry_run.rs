//! `apply --dry-run`: shows the plan and the requests.

use crate::cli::Apply as Args;
use crate::commands::check::lint_levels;
use crate::commands::error::{CommandError, Exit};
use crate::commands::planning::{Planner, planned, question, would_refuse};
use crate::commands::workspace::Workspace;
use crate::output::{Console, ExitReport};

/// Prints the plan and the exact requests: no client is built and nothing is written.
pub(super) fn run(args: &Args, console: &mut Console) -> Result<Exit, CommandError> {
    let levels = lint_levels(&args.target.lint)?;
    let workspace = Workspace::offline(&args.target.workspace, &levels, &args.names, console)?;
    let planner = Planner::new(&workspace.manifests, &args.changes, args.refresh)?;
    let plans = planner.offline(&workspace);
    let over = planner.over_limit(&plans).map(|over| would_refuse(&over, console));
    let report = ExitReport::default().because(over.clone());
    console.dry_run(&planned(&workspace.files(), &plans), report)?;
    if console.is_human() {
        console.info(&console.words().dry_run(&question(&plans, console)))?;
    }
    if args.changes.replace_all {
        console.info(console.words().fixed().ended_not_known)?;
    }
    if let Some(over) = over {
        console.caution(&over.text)?;
    }
    Ok(Exit::Done)
}
