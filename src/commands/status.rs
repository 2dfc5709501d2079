//! `status`: the live state of the instances in the locks. Read-only.

use super::error::{CommandError, Exit};
use super::workspace::Workspace;
use crate::api::endpoints::detail::Status;
use crate::cli::ReadArgs as Args;
use crate::lifecycle::{LiveState, classes};
use crate::output::{Console, StatusTable};

pub(super) fn run(args: &Args, console: &mut Console) -> Result<Exit, CommandError> {
    let mut workspace = Workspace::read(&args.workspace, &args.names, console)?;
    let observed = workspace.query_status(true)?;
    let (files, missing) = (&workspace.files(), workspace.missing().len());
    console.print_status(&StatusTable { files, observed: &observed, missing })?;
    if observed.iter().any(|observed| observed.status() == Some(Status::Failed)) {
        console.info(console.words().fixed().logs_hint)?;
    }
    if observed.iter().any(|observed| matches!(observed.live, LiveState::Present(_))) {
        console.verbose(console.words().fixed().address_hint)?;
        console.verbose(console.words().fixed().logs_hint)?;
    }
    Ok(classes(&observed).into())
}
