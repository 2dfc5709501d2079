//! `url`: prints an instance's access address, on standard output alone.

use super::looking::Looking;
use super::reach::{met, unasked};
use super::{Exit, Failure};
use crate::api::client::{Client, Failure as CallFailure};
use crate::apply;
use crate::cli::Url as Args;
use crate::exit::Class;
use crate::report::Console;

pub(super) fn run(args: Args, console: &mut Console) -> Result<Exit, Failure> {
    let name = args.name;
    let mut looking = Looking::begin(args.look, std::slice::from_ref(&name), console)?;
    let entries = looking.held();
    let [held] = &entries[..] else {
        let (message, way_out) = if entries.is_empty() {
            ("no lock holds", "`instancectl apply` creates it")
        } else {
            ("several entries are named", "name one instance, and its manifest with -f")
        };
        return Err(Failure::usage(format!("{message} {name}")).with_help(way_out));
    };
    // The one that a glob named.
    let (name, file) = (&held.name, looking.prepared[held.job].file.clone());
    let Some(id) = &held.entry.task_id else {
        return Err(Failure::met(Class::Unknown, format!("{name}: its outcome is unknown"))
            .with_help(apply::way_out(&held.manifest, name, &held.entry.candidates)));
    };
    looking.reach(&entries)?;
    let here = |client: &&Client| apply::place(client).holds(&held.entry);
    let Some(client) = looking.clients.iter().find(here) else {
        let message = format!("{name}: the lock has it at `{}`", held.entry.endpoint);
        return Err(Failure::met(Class::Guarded, message));
    };
    match looking.runtime.block_on(client.access_url(id)) {
        Ok(Some(url)) => {
            console.address(&file, held, &url, looking.format)?;
            Ok(Exit::Done)
        }
        Ok(None) => Err(Failure::met(Class::Refused, format!("{name} has no access address now"))
            .with_help(format!("`instancectl wait -f {file} {name}` waits until it runs"))),
        Err(failure @ CallFailure::Refused(_)) => {
            let (_, fault) = met(failure);
            Err(Failure::met(Class::Refused, format!("{name}: no access address: {fault}"))
                .with_help(format!("`instancectl status -f {file} {name}` says whether it runs")))
        }
        Err(failure) => Err(unasked(failure)),
    }
}
