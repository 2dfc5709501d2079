//! What commands begin with that speak of single entries: the locks held, the platform listed.

use std::collections::BTreeSet;

use tokio::runtime::Runtime;

use super::plan::place as place_of;
use super::prepare::{Prepared, open, prepare};
use super::reach::{client, met, reach};
use super::{Exit, Failure, runtime};
use crate::api::client::Client;
use crate::apply::{self, InstanceReport, NotTold, Outcome, Report, Site, Told};
use crate::cli::{Format, Place as Args, Selection};
use crate::exit::Class;
use crate::ids::{InstanceName, TaskId};
use crate::lockfile::Store;
use crate::plan::{Action, Place};
use crate::report::{Applied, Console};
use crate::sandbox::Handle;

/// Locks held for writing, and the platform.
pub(super) struct Holding {
    pub(super) prepared: Vec<Prepared>,
    pub(super) stores: Vec<Store>,
    pub(super) place: Place,
    pub(super) client: Client,
    pub(super) runtime: Runtime,
    pub(super) report: Report,
    format: Format,
    _sandbox: Option<Handle>,
}

impl Holding {
    /// Reads the manifests, takes their locks, and sets the client up; nothing is sent.
    pub(super) fn take(args: Args, console: &mut Console) -> Result<Result<Self, Exit>, Failure> {
        let Args { files, recursive, lock, strictness, sandbox, format, reach: how } = args;
        let names = Vec::new();
        let selection = Selection { files, names, recursive, lock, strictness, sandbox, format };
        let prepared = match prepare(&selection, console)? {
            Ok(prepared) => prepared,
            Err(exit) => return Ok(Err(exit)),
        };
        let (access, sandbox) = reach(sandbox, how.allow_http, &prepared)?;
        let place = place_of(&access);
        let stores = open(&prepared, how.no_guard)?;
        let client = client(access, how.request_timeout)?;
        let runtime = runtime()?;
        let report = Report::default();
        let held =
            Self { prepared, stores, place, client, runtime, report, format, _sandbox: sandbox };
        Ok(Ok(held))
    }

    /// Lists what is there.
    pub(super) fn survey(&self) -> Result<Site, Failure> {
        let locks: Vec<_> = self.stores.iter().map(Store::lock).collect();
        let survey = Site::survey(self.client.clone(), &self.place, &locks);
        self.runtime.block_on(survey).map_err(|failure| {
            let (class, fault) = met(failure);
            Failure::met(class, format!("the platform could not be asked: {fault}"))
                .with_help("nothing was changed")
        })
    }

    /// The IDs that the locks hold as their own.
    pub(super) fn owned(&self) -> BTreeSet<TaskId> {
        apply::owned(self.stores.iter().map(Store::lock))
    }

    /// Enters what came of a person's word about one instance. What was taken is `outcome`.
    pub(super) fn enter(
        &mut self,
        (job, name): (usize, &InstanceName),
        (action, id): (Action, Option<TaskId>),
        told: Result<Told, NotTold>,
        console: &mut Console,
    ) -> Result<(), Failure> {
        let (outcome, message) = match told {
            Ok(Told { notes, changed }) => {
                for note in notes {
                    console.note(&note)?;
                }
                let word = match (changed, action) {
                    (false, _) => "nothing to do",
                    (true, Action::Adopt) => "taken into the lock",
                    (true, _) => "taken out of the lock",
                };
                (None, word.to_owned())
            }
            Err(NotTold::Lock(error)) => return Err(error.into()),
            Err(NotTold::Unasked(failure)) => {
                let (class, fault) = met(failure);
                self.report.classes.insert(class);
                let message = format!("the platform could not be asked: {fault}");
                (Some(Outcome::Skipped), message)
            }
            Err(NotTold::Contradicted(message)) => {
                self.report.classes.insert(Class::Guarded);
                (Some(Outcome::Skipped), message)
            }
        };
        self.report.instances.push(InstanceReport {
            job,
            name: name.clone(),
            action,
            outcome,
            task_id: id,
            code: None,
            message: Some(message),
            way_out: None,
            changes: Vec::new(),
        });
        Ok(())
    }

    /// Prints what came of it all and gives the exit status.
    pub(super) fn finish(self, console: &mut Console) -> Result<Exit, Failure> {
        let files: Vec<&str> =
            self.prepared.iter().map(|manifest| manifest.file.as_str()).collect();
        console.told(&Applied { files: &files, report: &self.report }, self.format)?;
        let classes = self.report.classes;
        Ok(if classes.code() == 0 { Exit::Done } else { Exit::Met(classes) })
    }
}
