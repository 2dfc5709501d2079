//! Processing of an answer: for its instance, and for the requests that are still waiting.

use tokio::time::Instant;

use super::Run;
use super::reconcile::{UncertainCreate, UnlistedCreate};
use crate::api::client::{ApiError, CreateError, CreateErrorKind};
use crate::apply::create_operation::{CreateCompletion, CreateOperation, NotSentReason};
use crate::apply::delete::DeleteOutcome;
use crate::apply::{AbortReason, Event, InstanceNote, Outcome};
use crate::exit_status::ExitClass;
use crate::ids::TaskId;
use crate::lockfile::Record;

impl Run<'_> {
    /// Processes the result of a request: recorded, classified, reported, or kept as uncertain.
    pub(super) fn on_response(
        &mut self,
        operation: CreateOperation,
        outcome: Result<Box<CreateCompletion>, NotSentReason>,
    ) {
        let CreateCompletion { answer, records, durable, _slot } = match outcome {
            Ok(answered) => *answered,
            Err(NotSentReason::NotRemoved(removal)) => {
                return self.on_delete_failed(&operation, removal);
            }
            Err(NotSentReason::Lock(error)) => {
                self.lock_failed(operation.job, error);
                let note = InstanceNote::JournalNotWritable;
                return self.emit(operation.index, Outcome::Skipped, Some(note));
            }
        };
        if let Err(error) = durable {
            if let Ok(id) = &answer {
                self.write_emergency_record(&operation, id, &records);
            }
            self.lock_failed(operation.job, error);
        }
        self.update_dispatch(&operation, &answer);
        let CreateError { kind, detail } = match answer {
            Ok(id) => {
                self.report.instances[operation.index].task_id = Some(id.clone());
                self.record_created(&operation, &id);
                return self.emit(operation.index, Outcome::Created, None);
            }
            Err(failure) => failure,
        };
        self.report.instances[operation.index].code.clone_from(&detail.code);
        let (outcome, class) = kind.outcome();
        if outcome == Outcome::Unknown && operation.listed {
            self.report.instances[operation.index].outcome = Some(Outcome::Unknown);
            let denied = kind == CreateErrorKind::Unconfirmed;
            // To be reconciled with the list.
            self.uncertain_creates.push(UncertainCreate {
                operation,
                cause: detail,
                denied,
                answered: Instant::now(),
                candidates: Vec::new(),
                why: None,
            });
            return;
        }
        if outcome == Outcome::Unknown {
            self.report.count_unknown(&operation.create);
        }
        // A request that a signal prevented is not a failure of the platform.
        let halted = outcome == Outcome::NotSent && *self.interrupts.borrow() > 0;
        self.report.classes.extend((!halted).then_some(class));
        self.emit(operation.index, outcome, Some(InstanceNote::Failed(detail)));
    }

    fn record_created(&mut self, operation: &CreateOperation, id: &TaskId) {
        let at = operation.client.location();
        self.owned.insert(id.clone());
        self.created.entry(at.clone()).or_default().push(id.clone());
        if operation.listed {
            let (name, id, at) = (operation.create.name.clone(), id.clone(), at.clone());
            self.fresh.push(UnlistedCreate {
                index: operation.index,
                job: operation.job,
                name,
                at,
                id,
            });
        }
    }

    /// Reports that nothing was created because the instance to be replaced still exists.
    fn on_delete_failed(&mut self, operation: &CreateOperation, removal: DeleteOutcome) {
        let alone = !self.proven.contains(operation.client.location());
        let (outcome, class, cause) = match removal {
            DeleteOutcome::Failed(failure) => {
                let (outcome, class) = failure.outcome();
                match &failure {
                    ApiError::Denied(cause) => self.abort(AbortReason::Denied(cause.clone())),
                    ApiError::Unreachable(cause) | ApiError::EndpointMissing(cause) if alone => {
                        self.abort(AbortReason::FirstRequestFailed(cause.clone()));
                    }
                    _ => {}
                }
                // The create was not sent, whether or not the delete took effect.
                let unknown = outcome == Outcome::Unknown;
                let outcome = if unknown { Outcome::NotSent } else { outcome };
                (outcome, class, Some(failure.into_detail()))
            }
            DeleteOutcome::Cancelled => (Outcome::Skipped, ExitClass::Interrupted, None),
            DeleteOutcome::TimedOut | DeleteOutcome::Gone | DeleteOutcome::ClaimLost => {
                (Outcome::Skipped, ExitClass::Unknown, None)
            }
        };
        self.report.classes.insert(class);
        let instance = &mut self.report.instances[operation.index];
        instance.code = cause.as_ref().and_then(|cause| cause.code.clone());
        self.emit(operation.index, outcome, Some(InstanceNote::ReplacedStillExists(cause)));
    }

    /// Applies an answer to the requests that are still waiting.
    fn update_dispatch(
        &mut self,
        operation: &CreateOperation,
        answer: &Result<TaskId, CreateError>,
    ) {
        let at = operation.client.location();
        let alone = !self.proven.contains(at);
        let Err(CreateError { kind, detail }) = answer else {
            self.proven.insert(at.clone());
            return;
        };
        match kind {
            CreateErrorKind::Denied => self.abort(AbortReason::Denied(detail.clone())),
            CreateErrorKind::EndpointMissing | CreateErrorKind::NotSent if alone => {
                self.abort(AbortReason::FirstRequestFailed(detail.clone()));
            }
            CreateErrorKind::Unconfirmed | CreateErrorKind::Unknown => {
                self.unknown += 1;
                if self.unknown > self.options.max_unknown {
                    self.abort(AbortReason::Unknown(self.unknown));
                }
            }
            CreateErrorKind::Refused
            | CreateErrorKind::EndpointMissing
            | CreateErrorKind::NotSent => {}
        }
    }

    /// Reports an ID that the journal cannot record to the user, before anything else can fail.
    fn write_emergency_record(
        &mut self,
        operation: &CreateOperation,
        id: &TaskId,
        records: &[Record; 2],
    ) {
        let name = &operation.create.name;
        let journal = self.journals[operation.job].as_ref();
        let journal = journal.expect("a job that creates something has a journal");
        (self.observe)(Event::Recovery { lock: journal.path(), name, id });
        if let Err(error) = journal.rescue(operation.create.clone(), records) {
            (self.observe)(Event::EmergencyWriteFailed { name, error: &error });
        }
    }
}
