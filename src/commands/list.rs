//! `list`: the instances of the account, whether or not a lock has them. Read-only.

use std::path::Path;

use super::error::{CommandError, Exit};
use super::platform::Regions;
use super::workspace::Workspace;
use crate::api::endpoints::detail::Detail;
use crate::cli::{List as Args, WorkspaceArgs};
use crate::lifecycle::{AccountRegion, list_account};
use crate::lockfile::Lockfile;
use crate::output::{AccountTable, CommandProblem, Console};
use crate::text::CommandLine;

pub(super) fn run(args: &Args, console: &mut Console) -> Result<Exit, CommandError> {
    let mut workspace = Workspace::with_any_manifests(&args.workspace, console)?;
    connect_account(&mut workspace)?;
    let regions = list_regions(&workspace, |detail| args.all || detail.is_live())?;
    let locks: Vec<String> = workspace.manifests.iter().map(|one| lock_name(&one.lock)).collect();
    let export = export_command(&args.workspace);
    console.print_account(&AccountTable {
        files: &workspace.files(),
        locks: &locks,
        regions: &regions,
        wide: args.wide,
        export,
    })?;
    Ok(Exit::Done)
}

/// Returns the command that exports instances of the same regions.
fn export_command(WorkspaceArgs { manifests, connection, .. }: &WorkspaceArgs) -> CommandLine {
    let mut export = CommandLine::new("export");
    for file in &manifests.files {
        export = export.option("-f", &file.to_string_lossy());
    }
    let flags = [
        ("-R", manifests.recursive),
        ("--sandbox", connection.sandbox),
        ("--allow-http", connection.allow_http),
    ];
    let flags = flags.into_iter().filter(|(_, given)| *given);
    flags.fold(export, |export, (flag, _)| export.flag(flag))
}

/// Connects to the regions of the manifests and their locks, or to the default region.
pub(super) fn connect_account(workspace: &mut Workspace<Lockfile>) -> Result<(), CommandError> {
    let requests = workspace.manifests.iter().flat_map(|manifest| &manifest.requests);
    let mut needed: Regions = requests.map(|request| request.region.clone()).collect();
    if needed.is_empty() {
        needed.insert(None);
    }
    let entries = workspace.locks.iter().flat_map(|lock| lock.instances.values());
    let optional = entries.map(|entry| entry.region.clone()).collect();
    workspace.platform.connect(needed, &optional)
}

/// Lists the instances that `filter` selects in the regions that the workspace is connected to.
fn list_regions(
    workspace: &Workspace<Lockfile>,
    filter: impl Fn(&Detail) -> bool + Copy,
) -> Result<Vec<AccountRegion>, CommandError> {
    let locks = workspace.lockfiles();
    let list = |client| {
        let listed = list_account(client, &locks, filter);
        let listed = workspace.platform.runtime.block_on(listed);
        listed.map_err(|failure| CommandProblem::of_list(failure).into())
    };
    workspace.platform.clients().iter().map(list).collect()
}

/// Returns the path of a lock without `.lock`, which all of them have.
fn lock_name(lock: &Path) -> String {
    let path = lock.display().to_string();
    path.strip_suffix(".lock").map(str::to_owned).unwrap_or(path)
}
