//! `ssh-config`: prints the SSH servers of the instances for the configuration of `ssh`. Read-only.

use super::error::{CommandError, Exit};
use super::workspace::Workspace;
use crate::cli::SshConfig as Args;
use crate::lifecycle::{QueryScope, ssh_hosts};
use crate::output::{Console, SshConfigReport};

pub(super) fn run(args: &Args, console: &mut Console) -> Result<Exit, CommandError> {
    let mut workspace = Workspace::read(&args.read.workspace, &args.read.names, console)?;
    let scope = QueryScope { addresses: true, ..QueryScope::default() };
    let observed = workspace.query_status(scope)?;
    let missing = workspace.missing();
    let clients = workspace.platform.clients();
    let is_secret = |text: &str| clients.iter().any(|client| client.redact(text) != text);
    let report = SshConfigReport {
        files: &workspace.files(),
        observed: &observed,
        hosts: &ssh_hosts(&observed, &is_secret),
        missing: &missing.iter().map(|(_, name)| name).collect::<Vec<_>>(),
    };
    Ok(console.print_ssh_config(&report)?.into())
}
