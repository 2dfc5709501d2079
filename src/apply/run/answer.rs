//! What an answer means: for its instance, and for those that are still waiting.

use tokio::time::Instant;

use super::Run;
use super::settle::{Doubt, Fresh};
use crate::api::client::CreateResult;
use crate::apply::create::{Answered, Ticket, Unsent, meaning};
use crate::apply::remove::Removal;
use crate::apply::{Event, Outcome, Stop};
use crate::exit::Class;
use crate::ids::TaskId;
use crate::lockfile::{JournalHandle, Record, RequestBody};

impl Run<'_> {
    /// Takes in what came of a request: recorded, judged, told, or kept in doubt.
    pub(super) fn answered(
        &mut self,
        ticket: &Ticket,
        came: Result<Box<Answered>, Unsent>,
        writer: Option<&JournalHandle>,
    ) {
        let Answered { answer, records, durable, _slot } = match came {
            Ok(answered) => *answered,
            Err(Unsent::NotRemoved(removal)) => return self.not_removed(ticket, removal),
            Err(Unsent::Lock(error)) => {
                self.lock_failed(ticket.job, error);
                let message =
                    "nothing was sent, because the lock's journal takes no records".into();
                return self.tell(ticket.index, Outcome::Skipped, Some(message));
            }
        };
        if let Err(error) = durable {
            if let (CreateResult::Created(id), Some(writer)) = (&answer, writer) {
                self.rescue(ticket, id, &records, writer);
            }
            self.lock_failed(ticket.job, error);
        }
        self.judge(ticket, &answer);
        if ticket.listed && self.doubt(ticket, &answer) {
            return;
        }
        let (outcome, class, fault) = meaning(&answer);
        // What a signal kept from being sent is no fault of the platform.
        let halted = outcome == Outcome::NotSent && *self.interrupts.borrow() > 0;
        self.report.classes.extend(class.filter(|_| !halted));
        let instance = &mut self.report.instances[ticket.index];
        if let CreateResult::Created(id) = &answer {
            instance.task_id = Some(id.clone());
            self.note_created(ticket, id);
        }
        let instance = &mut self.report.instances[ticket.index];
        instance.code = fault.and_then(|fault| fault.code.clone());
        self.tell(ticket.index, outcome, fault.map(|fault| fault.message.clone()));
    }

    fn note_created(&mut self, ticket: &Ticket, id: &TaskId) {
        let at = ticket.client.with_token();
        self.owned.insert(id.clone());
        self.created.entry(at.clone()).or_default().push(id.clone());
        if ticket.listed {
            let (name, id, at) = (ticket.request.name.clone(), id.clone(), at.clone());
            self.fresh.push(Fresh { index: ticket.index, job: ticket.job, name, at, id });
        }
    }

    /// Keeps what the answer did not tell, for the list to settle; false where it told.
    fn doubt(&mut self, ticket: &Ticket, answer: &CreateResult) -> bool {
        let (fault, denied) = match answer {
            CreateResult::Unconfirmed(fault) => (fault, true),
            CreateResult::Unknown(fault) => (fault, false),
            _ => return false,
        };
        let instance = &mut self.report.instances[ticket.index];
        instance.outcome = Some(Outcome::Unknown);
        instance.code.clone_from(&fault.code);
        self.doubts.push(Doubt {
            index: ticket.index,
            job: ticket.job,
            name: ticket.request.name.clone(),
            at: ticket.client.with_token().clone(),
            body: RequestBody::from_value(&ticket.request.task),
            known_ids: ticket.known_ids.clone(),
            list_watermark: ticket.list_watermark.clone(),
            fault: fault.clone(),
            denied,
            answered: Instant::now(),
            candidates: Vec::new(),
            why: None,
        });
        true
    }

    /// Nothing was created, because what it replaces is still there.
    fn not_removed(&mut self, ticket: &Ticket, removal: Removal) {
        let alone = !self.proven.contains(ticket.client.with_token());
        let still = "what it replaces is still there";
        let (outcome, class, fault) = match removal {
            Removal::Refused(fault) => (Outcome::Refused, Class::Refused, Some(fault)),
            Removal::Denied(fault) => {
                self.stop(Stop::Denied(fault.message.clone()));
                (Outcome::Refused, Class::Denied, Some(fault))
            }
            Removal::Unreachable(fault) | Removal::NotTaken(fault) => {
                if alone {
                    self.stop(Stop::Hopeless(fault.message.clone()));
                }
                (Outcome::NotSent, Class::Unreachable, Some(fault))
            }
            Removal::NotStarted => (Outcome::Skipped, Class::Interrupted, None),
            Removal::StillThere | Removal::Gone => (Outcome::Skipped, Class::Unknown, None),
        };
        self.report.classes.insert(class);
        let instance = &mut self.report.instances[ticket.index];
        instance.code = fault.as_ref().and_then(|fault| fault.code.clone());
        let message = fault.map_or(still.to_owned(), |fault| format!("{still}: {}", fault.message));
        self.tell(ticket.index, outcome, Some(message));
    }

    /// What an answer means for those that are still waiting.
    fn judge(&mut self, ticket: &Ticket, answer: &CreateResult) {
        let at = ticket.client.with_token();
        let alone = !self.proven.contains(at);
        match answer {
            CreateResult::Created(_) => {
                self.proven.insert(at.clone());
            }
            CreateResult::Denied(fault) => self.stop(Stop::Denied(fault.message.clone())),
            CreateResult::EndpointMissing(fault) | CreateResult::NotSent(fault) if alone => {
                self.stop(Stop::Hopeless(fault.message.clone()));
            }
            CreateResult::Unconfirmed(_) | CreateResult::Unknown(_) => {
                self.unknown += 1;
                if self.unknown > self.options.max_unknown {
                    self.stop(Stop::Unknown(self.unknown));
                }
            }
            CreateResult::Refused(_)
            | CreateResult::EndpointMissing(_)
            | CreateResult::NotSent(_) => {}
        }
    }

    /// An ID that the journal cannot take: a person hears of it before anything else can fail.
    fn rescue(
        &mut self,
        ticket: &Ticket,
        id: &TaskId,
        records: &[Record; 2],
        writer: &JournalHandle,
    ) {
        let name = &ticket.request.name;
        (self.observe)(Event::Recovery { lock: writer.path(), name, id });
        if let Err(error) = writer.rescue(ticket.planned(), records) {
            (self.observe)(Event::RescueFailed { name, error: &error });
        }
    }
}
