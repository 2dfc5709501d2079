//! One create call: the intent is durable before the request is sent, the outcome before it is
//! reported.

use std::cell::RefCell;
use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, watch};

use super::ApplyOptions;
use super::delete::{DeleteOutcome, remove};
use crate::api::client::{Client, CreateError, CreateErrorKind, ErrorMessage};
use crate::api::endpoints::create_task::CreateTask;
use crate::api::endpoints::detail::Detail;
use crate::ids::{Endpoint, Region, TaskId};
use crate::interrupts::wait_for_signals;
use crate::inventory::{InstanceList, RegionInventory};
use crate::lockfile::{
    Entry, EntryChange, EntryState, JournalSender, LockError, Lockfile, PendingCreate, Record,
    RequestBody,
};
use crate::request::Request;

/// An instance to create.
pub(super) struct CreateOperation {
    /// Its index in the report.
    pub(super) index: usize,
    pub(super) job: usize,
    pub(super) create: PendingCreate,
    pub(super) task: Arc<CreateTask>,
    pub(super) client: Client,
    /// Whether its endpoint can list instances.
    pub(super) listed: bool,
    /// The entry whose instance is deleted first.
    pub(super) replaces: Option<Box<Entry>>,
}

/// Task IDs owned by entries, by endpoint. IDs are unique: if the platform answers with one of
/// these, it is unknown which instance it created.
#[derive(Clone, Default)]
pub(super) struct TaskIdRegistry(Rc<RefCell<HashSet<(Endpoint, TaskId)>>>);

impl TaskIdRegistry {
    /// Collects the IDs that the locks own.
    pub(super) fn new<'a>(locks: impl IntoIterator<Item = &'a Lockfile>) -> Self {
        let entries = locks.into_iter().flat_map(|lock| lock.instances.values());
        let claim = |entry: &Entry| Some((entry.endpoint.clone(), entry.task_id.clone()?));
        Self(Rc::new(RefCell::new(entries.filter_map(claim).collect())))
    }

    /// Releases the ID of a deleted instance.
    fn release(&self, endpoint: &Endpoint, id: &TaskId) {
        self.0.borrow_mut().remove(&(endpoint.clone(), id.clone()));
    }

    /// Claims the ID of a created instance, unless it is already claimed: then it is unknown what
    /// was created.
    fn claim(&self, endpoint: &Endpoint, id: TaskId) -> Result<TaskId, CreateError> {
        if self.0.borrow_mut().insert((endpoint.clone(), id.clone())) {
            return Ok(id);
        }
        Err(error(CreateErrorKind::Unknown, ErrorMessage::IdOfAnotherEntry(id)))
    }
}

/// Reason why a request was not sent.
pub(super) enum NotSentReason {
    /// The intent could not be recorded.
    Lock(LockError),
    /// The instance to be replaced still exists.
    NotRemoved(DeleteOutcome),
}

/// Result of a create call.
pub(super) struct CreateCompletion {
    pub(super) answer: Result<TaskId, CreateError>,
    /// Intent and outcome, as passed to the journal.
    pub(super) records: [Record; 2],
    /// Whether the outcome is durable.
    pub(super) durable: Result<(), LockError>,
    /// Concurrency slot, kept if no new request may start before this answer is processed.
    pub(super) _slot: Option<OwnedSemaphorePermit>,
}

impl CreateOperation {
    /// Creates the operation for an endpoint, with the instances of that name from its list.
    pub(super) fn new(
        index: usize,
        job: usize,
        Request { name, task, .. }: Request,
        region: Option<Region>,
        site: &RegionInventory,
    ) -> Self {
        let client = site.client.clone();
        let body = RequestBody::from_value(&*task);
        let complete = site.displayed.as_ref().filter(|listing| listing.is_complete());
        let ids = |listing: &InstanceList| {
            listing.named(name.as_str()).into_iter().map(Detail::id).cloned().collect()
        };
        let newest = complete.and_then(|listing| listing.newest_creation());
        let create = PendingCreate {
            known_ids: complete.map(ids),
            list_watermark: newest.map(str::to_owned),
            ..PendingCreate::new(name.clone(), region, client.endpoint().clone(), body)
        };
        let listed = site.displayed.is_some();
        Self { index, job, create, task, client, listed, replaces: None }
    }

    /// Deletes the replaced instance, records the intent, sends the request and records the
    /// outcome. An error means that nothing was sent.
    pub(super) async fn send(
        self,
        journal: JournalSender,
        slot: OwnedSemaphorePermit,
        interrupts: watch::Receiver<u8>,
        options: ApplyOptions,
        claims: TaskIdRegistry,
    ) -> (Self, Result<Box<CreateCompletion>, NotSentReason>) {
        if let Err(unsent) = self.delete_replaced(&journal, &interrupts, options.settle).await {
            return (self, Err(unsent));
        }
        if let Some(Entry { task_id: Some(gone), endpoint, .. }) = self.replaces.as_deref() {
            claims.release(endpoint, gone);
        }
        let intent = if cfg!(feature = "without-intent") {
            Ok(Record::intent(self.create.name.clone()))
        } else {
            journal.intend(&self.create).await
        };
        let intent = match intent {
            Ok(intent) => intent,
            Err(error) => return (self, Err(NotSentReason::Lock(error))),
        };
        let answer = if *interrupts.borrow() > 0 {
            Err(error(CreateErrorKind::NotSent, ErrorMessage::InterruptedBeforeRequest))
        } else {
            let halt = wait_for_signals(interrupts.clone(), 1);
            tokio::select! {
                // An answer that has arrived counts, even if a signal has arrived as well.
                biased;
                answer = self.client.create(&self.task, halt) => answer,
                () = wait_for_signals(interrupts.clone(), 2) => {
                    Err(error(CreateErrorKind::Unknown, ErrorMessage::InterruptedBeforeResponse))
                }
            }
        };
        let answer = answer.and_then(|id| claims.claim(self.client.endpoint(), id));
        // A created instance frees its slot before its record is durable; that record is queued
        // before the next intent. Any other answer may stop the run, so it keeps its slot.
        let slot = if answer.is_ok() { None } else { Some(slot) };
        let outcome = self.outcome(&answer, options.describe);
        let durable = journal.append(outcome.clone()).await;
        let records = [intent, outcome];
        (self, Ok(Box::new(CreateCompletion { answer, records, durable, _slot: slot })))
    }

    /// Deletes the replaced instance: it is marked in the lock before the delete is sent and
    /// removed once it is gone, so that an interrupted run can be continued by the next one.
    async fn delete_replaced(
        &self,
        journal: &JournalSender,
        interrupts: &watch::Receiver<u8>,
        timeout: Duration,
    ) -> Result<(), NotSentReason> {
        let Some(old) = self.replaces.as_deref() else { return Ok(()) };
        let Some(id) = &old.task_id else { return Ok(()) };
        let deleting = Entry { state: EntryState::Deleting, ..old.clone() };
        let save = async |base: &Entry, ours: Option<Entry>| {
            let name = self.create.name.clone();
            let change = EntryChange { name, base: Some(base.clone()), ours };
            journal.save(vec![change]).await.map(drop).map_err(NotSentReason::Lock)
        };
        save(old, Some(deleting.clone())).await?;
        match remove(&self.client, id, timeout, interrupts.clone()).await {
            DeleteOutcome::Gone => save(&deleting, None).await,
            removal => {
                // Otherwise the deletion may be in progress: the next run queries it again.
                if removal.is_kept() {
                    save(&deleting, Some(old.clone())).await?;
                }
                Err(NotSentReason::NotRemoved(removal))
            }
        }
    }

    /// Returns the record of an answer.
    fn outcome(
        &self,
        answer: &Result<TaskId, CreateError>,
        describe: fn(&ErrorMessage) -> String,
    ) -> Record {
        let name = self.create.name.clone();
        let CreateError { kind, detail } = match answer {
            Ok(id) => return Record::Created { name, id: id.clone(), how: None },
            Err(failure) => failure,
        };
        let code = detail.code.clone();
        match kind {
            CreateErrorKind::Refused
            | CreateErrorKind::Denied
            | CreateErrorKind::EndpointMissing => Record::Refused { name, code },
            CreateErrorKind::NotSent => Record::NotSent { name },
            CreateErrorKind::Unconfirmed | CreateErrorKind::Unknown => {
                Record::Uncertain { name, code, why: describe(&detail.message) }
            }
        }
    }
}

fn error(kind: CreateErrorKind, message: ErrorMessage) -> CreateError {
    CreateError { kind, detail: message.into() }
}
