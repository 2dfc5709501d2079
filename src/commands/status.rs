//! `status`: the live state of the instances in the locks. Read-only.

use super::read_only_workspace::ReadOnlyWorkspace;
use crate::api::endpoints::detail::Status;
use crate::cli::Status as Args;
use crate::commands::error::{CommandError, Exit};
use crate::lifecycle::{LiveState, classes};
use crate::output::{Console, StatusTable};

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
        console.info(console.words().logs_hint())?;
    }
    if observed.iter().any(|observed| matches!(observed.live, LiveState::Present(_))) {
        console.verbose(console.words().address_hint())?;
        console.verbose(console.words().logs_hint())?;
    }
    Ok(classes(&observed).into())
}
