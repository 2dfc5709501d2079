//! `url`: prints an instance's access address, to standard output only.

use super::platform::query_failed;
use super::read_only_workspace::ReadOnlyWorkspace;
use crate::api::client::{ApiError as CallFailure, Client};
use crate::api::endpoints::detail::Status;
use crate::cli::Url as Args;
use crate::commands::error::{CommandError, Exit};
use crate::exit_status::ExitClass;
use crate::ids::TaskId;
use crate::inventory;
use crate::lifecycle::LockedInstance;
use crate::output::Console;
use crate::output::{AddressStep, CommandProblem};

pub(super) fn run(args: Args, console: &mut Console) -> Result<Exit, CommandError> {
    let name = args.name;
    let mut workspace = ReadOnlyWorkspace::open(args.look, std::slice::from_ref(&name), console)?;
    let entries = workspace.selected_entries();
    let [locked] = &entries[..] else {
        if entries.is_empty() {
            let apply = workspace.prepared[0].args.command("apply");
            return Err(CommandError::usage(CommandProblem::NotInLocks {
                name: name.into(),
                apply,
            }));
        }
        return Err(CommandError::usage(CommandProblem::SeveralEntries { name: name.into() }));
    };
    // The name that a glob matched.
    let (name, file) = (&locked.name, workspace.prepared[locked.job].file.clone());
    let Some(id) = &locked.entry.task_id else {
        let problem =
            CommandProblem::OutcomeUnknown { name: name.clone(), steps: locked.resolve() };
        return Err(CommandError::with_class(ExitClass::Unknown, problem));
    };
    workspace.connect(&entries)?;
    let target = |client: &&Client| inventory::location(client).matches_entry(&locked.entry);
    let Some(client) = workspace.clients.iter().find(target) else {
        let endpoint = locked.entry.endpoint.clone();
        let problem = CommandProblem::OtherEndpoint { name: name.clone(), endpoint };
        return Err(CommandError::with_class(ExitClass::Blocked, problem));
    };
    let reason = match workspace.runtime.block_on(client.access_url(id)) {
        Ok(Some(url)) => {
            console.address(&file, locked, &url)?;
            return Ok(Exit::Done);
        }
        Ok(None) => None,
        Err(CallFailure::Refused(cause)) => Some(cause),
        Err(failure) => return Err(query_failed(failure)),
    };
    let next = workspace.runtime.block_on(next_step(client, locked, id));
    let problem = CommandProblem::NoAddress { name: name.clone(), reason, next };
    Err(CommandError::with_class(ExitClass::Refused, problem))
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
