//! `url`: prints an instance's access address, to standard output only.

use super::error::{CommandError, Exit};
use super::workspace::Workspace;
use crate::api::client::{ApiError, Client};
use crate::api::endpoints::detail::Status;
use crate::cli::Url as Args;
use crate::ids::TaskId;
use crate::lifecycle::LockedInstance;
use crate::output::{AddressStep, CommandProblem, Console};

pub(super) fn run(args: &Args, console: &mut Console) -> Result<Exit, CommandError> {
    let mut workspace = Workspace::read(&args.workspace, args.name.as_slice(), console)?;
    let name = match &args.name {
        Some(name) => name.clone(),
        None => workspace.select_only()?,
    };
    let (locked, id, client) = workspace.single(&name)?;
    let reason = match workspace.platform.runtime.block_on(client.access_url(&id)) {
        Ok(Some(url)) => {
            console.address(&locked, &url)?;
            return Ok(Exit::Done);
        }
        Ok(None) => None,
        Err(ApiError::Refused(cause)) => Some(cause),
        Err(failure) => return Err(failure.into()),
    };
    let next = workspace.platform.runtime.block_on(next_step(&client, &locked, &id));
    Err(CommandProblem::NoAddress { name: locked.name, reason, next }.into())
}

/// Returns the next step towards an access address for an instance that has none.
async fn next_step(client: &Client, locked: &LockedInstance, id: &TaskId) -> AddressStep {
    let command = |name: &str| locked.manifest.command(name).value(locked.name.as_str());
    let wait = command("wait");
    match client.detail(id).await.map(|detail| detail.status()) {
        Ok(Some(Status::Running)) => AddressStep::OpenPort,
        Ok(Some(status)) if status.has_ended() => {
            AddressStep::Start { status, start: command("start"), wait }
        }
        Ok(Some(status)) => AddressStep::Wait { status, wait },
        Ok(None) | Err(_) => AddressStep::QueryStatus(command("status")),
    }
}
