//! `status`: the live state of the instances in the locks. Read-only.

use super::looking::ReadOnlyWorkspace;
use super::{CommandError, Exit};
use crate::api::detail::Status;
use crate::cli::Status as Args;
use crate::life::{LiveState, classes};
use crate::report::{Console, StatusTable};

/// The platform has no call for logs, events or monitoring.
const LOGS: &str = "logs: the platform has no call for them; let the script write to a mounted folder \
    (`python train.py > /mnt/data/train.log 2>&1`), or look on the platform's page of the instance";

pub(super) fn run(args: Args, console: &mut Console) -> Result<Exit, CommandError> {
    let mut looking = ReadOnlyWorkspace::open(args.look, &args.names, console)?;
    let seen = if looking.selected_entries().is_empty() {
        Vec::new()
    } else {
        looking.query_status(true)?
    };
    let files = looking.files();
    let missing = looking.missing().len();
    console.print_status(&StatusTable { files: &files, seen: &seen, missing }, looking.format)?;
    if seen.iter().any(|seen| seen.status() == Some(Status::Failed)) {
        console.info(LOGS)?;
    }
    if seen.iter().any(|seen| matches!(seen.live, LiveState::Present(_))) {
        console.verbose("`instancectl url -f PATH NAME` prints an instance's own address")?;
        console.verbose(LOGS)?;
    }
    Ok(classes(&seen).into())
}
