//! `status`: the live state of the instances in the locks. Read-only.

use super::read_only_workspace::ReadOnlyWorkspace;
use crate::api::endpoints::detail::Status;
use crate::cli::Status as Args;
use crate::commands::error::{CommandError, Exit};
use crate::lifecycle::{LiveState, classes};
use crate::output::{Console, StatusTable};

/// The platform has no call for logs, events or monitoring.
const LOGS: &str = "logs: the platform has no call for them; let the script write to a mounted \
                    directory (`python train.py > /mnt/data/train.log 2>&1`), or open the \
                    instance's page on the platform";

pub(super) fn run(args: Args, console: &mut Console) -> Result<Exit, CommandError> {
    let mut workspace = ReadOnlyWorkspace::open(args.look, &args.names, console)?;
    let observed = if workspace.selected_entries().is_empty() {
        Vec::new()
    } else {
        workspace.query_status(true)?
    };
    let files = workspace.files();
    let missing = workspace.missing().len();
    console.print_status(&StatusTable { files: &files, observed: &observed, missing })?;
    if observed.iter().any(|observed| observed.status() == Some(Status::Failed)) {
        console.info(LOGS)?;
    }
    if observed.iter().any(|observed| matches!(observed.live, LiveState::Present(_))) {
        console
            .verbose("`instancectl url -f PATH NAME` prints the access address of an instance")?;
        console.verbose(LOGS)?;
    }
    Ok(classes(&observed).into())
}
