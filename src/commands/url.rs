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

pub(super) fn run(args: Args, console: &mut Console) -> Result<Exit, CommandError> {
    let name = args.name;
    let mut workspace = ReadOnlyWorkspace::open(args.look, std::slice::from_ref(&name), console)?;
    let entries = workspace.selected_entries();
    let [locked] = &entries[..] else {
        if entries.is_empty() {
            let apply = workspace.prepared[0].args.command("apply");
            return Err(CommandError::usage(format!("no lock contains {name}"))
                .with_help(format!("`{apply}` creates what is not in the lock yet")));
        }
        return Err(CommandError::usage(format!("several entries are named {name}"))
            .with_help("specify one instance, and its manifest with -f"));
    };
    // The name that a glob matched.
    let (name, file) = (&locked.name, workspace.prepared[locked.job].file.clone());
    let Some(id) = &locked.entry.task_id else {
        let message = format!("{name}: outcome unknown");
        return Err(CommandError::with_class(ExitClass::Unknown, message)
            .with_help(console.words().remediation(&locked.resolve())));
    };
    workspace.connect(&entries)?;
    let target = |client: &&Client| inventory::location(client).matches_entry(&locked.entry);
    let Some(client) = workspace.clients.iter().find(target) else {
        let message = format!("{name}: recorded for endpoint `{}`", locked.entry.endpoint);
        return Err(CommandError::with_class(ExitClass::Blocked, message));
    };
    let cause = match workspace.runtime.block_on(client.access_url(id)) {
        Ok(Some(url)) => {
            console.address(&file, locked, &url)?;
            return Ok(Exit::Done);
        }
        Ok(None) => None,
        Err(CallFailure::Refused(cause)) => Some(cause),
        Err(failure) => return Err(query_failed(failure)),
    };
    let reason = cause.map(|cause| console.words().error_detail(&cause));
    let reason = reason.map_or_else(String::new, |reason| format!(": {reason}"));
    let failure = CommandError::with_class(
        ExitClass::Refused,
        format!("{name} has no access address now{reason}"),
    );
    Err(failure.with_help(workspace.runtime.block_on(next_step(client, locked, id))))
}

/// Returns the next step towards an access address for an instance that has none.
async fn next_step(client: &Client, locked: &LockedInstance, id: &TaskId) -> String {
    let command = |name: &str| locked.manifest.command(name).value(locked.name.as_str());
    let wait = command("wait");
    match client.detail(id).await.map(|detail| detail.status()) {
        Ok(Some(Status::Running)) => {
            "it is Running: does its manifest open a port (`containerPortInfoList`)?".to_owned()
        }
        Ok(Some(status)) if status.has_ended() => format!(
            "it ended ({}): `{}` starts it again, then `{wait}` waits until it runs",
            status.as_str(),
            command("start")
        ),
        Ok(Some(status)) => {
            format!("it is {}: `{wait}` waits until it runs", status.as_str())
        }
        Ok(None) | Err(_) => format!("`{}` shows its status", command("status")),
    }
}
