//! `ssh-config`: prints the SSH servers of the instances for the configuration of `ssh`. Read-only.

use super::error::{CommandError, Exit};
use super::workspace::Workspace;
use crate::cli::ReadArgs as Args;
use crate::lifecycle::{QueryScope, ssh_hosts};
use crate::output::Console;

pub(super) fn run(args: &Args, console: &mut Console) -> Result<Exit, CommandError> {
    let mut workspace = Workspace::read(&args.workspace, &args.names, console)?;
    let scope = QueryScope { addresses: true, ..QueryScope::default() };
    let observed = workspace.query_status(scope)?;
    let missing = workspace.missing();
    let clients = workspace.platform.clients();
    let is_secret = |text: &str| clients.iter().any(|client| client.redact(text) != text);
    let hosts = ssh_hosts(&observed, &is_secret);
    Ok(console.print_ssh_config(&observed, &hosts, &missing)?.into())
}
