//! Processing of an answer: for its instance, and for the requests that are still waiting.

use tokio::time::Instant;

use super::Run;
use super::reconcile::{UncertainCreate, UnlistedCreate};
use crate::api::client::CreateResult;
use crate::apply::create_operation::{CreateCompletion, CreateOperation, NotSentReason, classify};
use crate::apply::delete::DeleteOutcome;
use crate::apply::{AbortReason, Event, Outcome};
use crate::exit_status::ExitClass;
use crate::ids::TaskId;
use crate::lockfile::{JournalHandle, Record, RequestBody};

impl Run<'_> {
    /// Processes the result of a request: recorded, classified, reported, or kept as uncertain.
    pub(super) fn on_response(
        &mut self,
        ticket: &CreateOperation,
        outcome: Result<Box<CreateCompletion>, NotSentReason>,
        writer: Option<&JournalHandle>,
    ) {
        let CreateCompletion { answer, records, durable, _slot } = match outcome {
            Ok(answered) => *answered,
            Err(NotSentReason::NotRemoved(removal)) => {
                return self.on_delete_failed(ticket, removal);
            }
            Err(NotSentReason::Lock(error)) => {
                self.lock_failed(ticket.job, error);
                let message = "nothing was sent: the lock's journal cannot be written".into();
                return self.emit(ticket.index, Outcome::Skipped, Some(message));
            }
        };
        if let Err(error) = durable {
            if let (CreateResult::Created(id), Some(writer)) = (&answer, writer) {
                self.write_emergency_record(ticket, id, &records, writer);
            }
            self.lock_failed(ticket.job, error);
        }
        self.update_dispatch(ticket, &answer);
        if ticket.listed && self.track_uncertain(ticket, &answer) {
            return;
        }
        let (outcome, class, cause) = classify(&answer);
        // A request that a signal prevented is not a failure of the platform.
        let halted = outcome == Outcome::NotSent && *self.interrupts.borrow() > 0;
        self.report.classes.extend(class.filter(|_| !halted));
        let instance = &mut self.report.instances[ticket.index];
        if let CreateResult::Created(id) = &answer {
            instance.task_id = Some(id.clone());
            self.record_created(ticket, id);
        }
        let instance = &mut self.report.instances[ticket.index];
        instance.code = cause.and_then(|cause| cause.code.clone());
        let message = cause.map(|cause| (self.options.describe)(&cause.message));
        self.emit(ticket.index, outcome, message);
    }

    fn record_created(&mut self, ticket: &CreateOperation, id: &TaskId) {
        let at = ticket.client.with_token();
        self.owned.insert(id.clone());
        self.created.entry(at.clone()).or_default().push(id.clone());
        if ticket.listed {
            let (name, id, at) = (ticket.request.name.clone(), id.clone(), at.clone());
            self.fresh.push(UnlistedCreate { index: ticket.index, job: ticket.job, name, at, id });
        }
    }

    /// Keeps an uncertain outcome to be reconciled with the list; returns false if the answer is
    /// conclusive.
    fn track_uncertain(&mut self, ticket: &CreateOperation, answer: &CreateResult) -> bool {
        let (cause, denied) = match answer {
            CreateResult::Unconfirmed(cause) => (cause, true),
            CreateResult::Unknown(cause) => (cause, false),
            _ => return false,
        };
        let instance = &mut self.report.instances[ticket.index];
        instance.outcome = Some(Outcome::Unknown);
        instance.code.clone_from(&cause.code);
        self.uncertain_creates.push(UncertainCreate {
            index: ticket.index,
            job: ticket.job,
            name: ticket.request.name.clone(),
            at: ticket.client.with_token().clone(),
            body: RequestBody::from_value(&ticket.request.task),
            known_ids: ticket.known_ids.clone(),
            list_watermark: ticket.list_watermark.clone(),
            cause: cause.clone(),
            denied,
            answered: Instant::now(),
            candidates: Vec::new(),
            why: None,
        });
        true
    }

    /// Reports that nothing was created because the instance to be replaced still exists.
    fn on_delete_failed(&mut self, ticket: &CreateOperation, removal: DeleteOutcome) {
        let alone = !self.proven.contains(ticket.client.with_token());
        let describe = self.options.describe;
        let still = "the instance that it replaces still exists";
        let (outcome, class, cause) = match removal {
            DeleteOutcome::Refused(cause) => (Outcome::Refused, ExitClass::Refused, Some(cause)),
            DeleteOutcome::Denied(cause) => {
                self.abort(AbortReason::Denied(describe(&cause.message)));
                (Outcome::Refused, ExitClass::Denied, Some(cause))
            }
            DeleteOutcome::Unreachable(cause) | DeleteOutcome::Unsupported(cause) => {
                if alone {
                    self.abort(AbortReason::FirstRequestFailed(describe(&cause.message)));
                }
                (Outcome::NotSent, ExitClass::Unreachable, Some(cause))
            }
            DeleteOutcome::Cancelled => (Outcome::Skipped, ExitClass::Interrupted, None),
            DeleteOutcome::TimedOut | DeleteOutcome::Gone => {
                (Outcome::Skipped, ExitClass::Unknown, None)
            }
        };
        self.report.classes.insert(class);
        let instance = &mut self.report.instances[ticket.index];
        instance.code = cause.as_ref().and_then(|cause| cause.code.clone());
        let message = cause.map(|cause| format!("{still}: {}", describe(&cause.message)));
        let message = message.unwrap_or_else(|| still.to_owned());
        self.emit(ticket.index, outcome, Some(message));
    }

    /// Applies an answer to the requests that are still waiting.
    fn update_dispatch(&mut self, ticket: &CreateOperation, answer: &CreateResult) {
        let at = ticket.client.with_token();
        let (alone, describe) = (!self.proven.contains(at), self.options.describe);
        match answer {
            CreateResult::Created(_) => {
                self.proven.insert(at.clone());
            }
            CreateResult::Denied(cause) => {
                self.abort(AbortReason::Denied(describe(&cause.message)));
            }
            CreateResult::EndpointMissing(cause) | CreateResult::NotSent(cause) if alone => {
                self.abort(AbortReason::FirstRequestFailed(describe(&cause.message)));
            }
            CreateResult::Unconfirmed(_) | CreateResult::Unknown(_) => {
                self.unknown += 1;
                if self.unknown > self.options.max_unknown {
                    self.abort(AbortReason::Unknown(self.unknown));
                }
            }
            CreateResult::Refused(_)
            | CreateResult::EndpointMissing(_)
            | CreateResult::NotSent(_) => {}
        }
    }

    /// Reports an ID that the journal cannot record to the user, before anything else can fail.
    fn write_emergency_record(
        &mut self,
        ticket: &CreateOperation,
        id: &TaskId,
        records: &[Record; 2],
        writer: &JournalHandle,
    ) {
        let name = &ticket.request.name;
        (self.observe)(Event::Recovery { lock: writer.path(), name, id });
        if let Err(error) = writer.rescue(ticket.pending_create(), records) {
            (self.observe)(Event::EmergencyWriteFailed { name, error: &error });
        }
    }
}
