//! Processing of an answer: for its instance, and for the requests that are still waiting.

use tokio::time::Instant;

use super::Run;
use super::reconcile::{UncertainCreate, UnlistedCreate};
use crate::api::client::ApiError;
use crate::apply::create_operation::{CreateCompletion, CreateOperation, NotSentReason};
use crate::apply::delete::DeleteOutcome;
use crate::apply::report::{CreateFailure, CreateFailureKind};
use crate::apply::{AbortReason, CallFault, Event, InstanceNote, Outcome};
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
                let note = InstanceNote::JournalNotWritable;
                return self.emit(ticket.index, Outcome::Skipped, Some(note));
            }
        };
        if let Err(error) = durable {
            if let (Ok(id), Some(writer)) = (&answer, writer) {
                self.write_emergency_record(ticket, id, &records, writer);
            }
            self.lock_failed(ticket.job, error);
        }
        self.update_dispatch(ticket, &answer);
        let CreateFailure { kind, fault } = match answer {
            Ok(id) => {
                self.report.instances[ticket.index].task_id = Some(id.clone());
                self.record_created(ticket, &id);
                return self.emit(ticket.index, Outcome::Created, None);
            }
            Err(failure) => failure,
        };
        self.report.instances[ticket.index].code = fault.code().map(str::to_owned);
        let (outcome, class) = kind.outcome();
        if outcome == Outcome::Unknown && ticket.listed {
            return self.track_uncertain(ticket, kind, fault);
        }
        // A request that a signal prevented is not a failure of the platform.
        let halted = outcome == Outcome::NotSent && *self.interrupts.borrow() > 0;
        self.report.classes.extend((!halted).then_some(class));
        self.emit(ticket.index, outcome, Some(InstanceNote::Failed(fault)));
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

    /// Keeps an uncertain outcome to be reconciled with the list.
    fn track_uncertain(
        &mut self,
        ticket: &CreateOperation,
        kind: CreateFailureKind,
        fault: CallFault,
    ) {
        self.report.instances[ticket.index].outcome = Some(Outcome::Unknown);
        self.uncertain_creates.push(UncertainCreate {
            index: ticket.index,
            job: ticket.job,
            name: ticket.request.name.clone(),
            at: ticket.client.with_token().clone(),
            body: RequestBody::from_value(&ticket.request.task),
            known_ids: ticket.known_ids.clone(),
            list_watermark: ticket.list_watermark.clone(),
            fault,
            denied: kind == CreateFailureKind::Unconfirmed,
            answered: Instant::now(),
            candidates: Vec::new(),
            why: None,
        });
    }

    /// Reports that nothing was created because the instance to be replaced still exists.
    fn on_delete_failed(&mut self, ticket: &CreateOperation, removal: DeleteOutcome) {
        let alone = !self.proven.contains(ticket.client.with_token());
        let (outcome, class, cause) = match removal {
            DeleteOutcome::Failed(failure) => {
                let (outcome, class) = failure.outcome();
                let fault = CallFault::Failed(failure.detail().clone());
                match &failure {
                    ApiError::Denied(_) => self.abort(AbortReason::Denied(fault)),
                    ApiError::Unreachable(_) | ApiError::EndpointMissing(_) if alone => {
                        self.abort(AbortReason::FirstRequestFailed(fault));
                    }
                    _ => {}
                }
                // The create was not sent, whether or not the delete took effect.
                let unknown = outcome == Outcome::Unknown;
                let outcome = if unknown { Outcome::NotSent } else { outcome };
                (outcome, class, Some(failure.into_detail()))
            }
            DeleteOutcome::Cancelled => (Outcome::Skipped, ExitClass::Interrupted, None),
            DeleteOutcome::TimedOut | DeleteOutcome::Gone => {
                (Outcome::Skipped, ExitClass::Unknown, None)
            }
        };
        self.report.classes.insert(class);
        let instance = &mut self.report.instances[ticket.index];
        instance.code = cause.as_ref().and_then(|cause| cause.code.clone());
        self.emit(ticket.index, outcome, Some(InstanceNote::ReplacedStillExists(cause)));
    }

    /// Applies an answer to the requests that are still waiting.
    fn update_dispatch(
        &mut self,
        ticket: &CreateOperation,
        answer: &Result<TaskId, CreateFailure>,
    ) {
        let at = ticket.client.with_token();
        let alone = !self.proven.contains(at);
        let Err(CreateFailure { kind, fault }) = answer else {
            self.proven.insert(at.clone());
            return;
        };
        match kind {
            CreateFailureKind::Denied => self.abort(AbortReason::Denied(fault.clone())),
            CreateFailureKind::EndpointMissing | CreateFailureKind::NotSent if alone => {
                self.abort(AbortReason::FirstRequestFailed(fault.clone()));
            }
            CreateFailureKind::Unconfirmed | CreateFailureKind::Unknown => {
                self.unknown += 1;
                if self.unknown > self.options.max_unknown {
                    self.abort(AbortReason::Unknown(self.unknown));
                }
            }
            CreateFailureKind::Refused
            | CreateFailureKind::EndpointMissing
            | CreateFailureKind::NotSent => {}
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
