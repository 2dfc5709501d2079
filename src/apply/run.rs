//! What starts when. One request goes alone until one instance was created at its address; then as
//! many as allowed are in flight, until the plan is done or something ends it early.

mod settle;

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use super::create::{Answered, Claims, Ticket, Unsent, interrupted, meaning};
use super::remove::Removal;
use super::report::way_out;
use super::survey::{self, Site};
use super::{Event, InstanceReport, Job, Options, Outcome, Report, Stop};
use crate::api::client::{At, CreateAnswer};
use crate::exit::Class;
use crate::ids::TaskId;
use crate::lockfile::{
    Body, Change, Clash, Folded, LockError, Lockfile, Planned, Record, Store, Writer,
};
use crate::plan::{Action, Item, Plan};
use settle::{Doubt, Fresh};

/// A run under way.
pub(super) struct Run<'a> {
    options: Options,
    interrupts: watch::Receiver<u8>,
    observe: &'a mut dyn FnMut(Event<'_>),
    report: Report,
    /// Addresses at which an instance was created.
    proven: HashSet<At>,
    unknown: usize,
    /// The manifests, by the number of their job.
    files: Vec<String>,
    /// IDs that the locks at hand hold as their own, and those created in this run.
    owned: BTreeSet<TaskId>,
    claims: Claims,
    /// What was created in this run, by address.
    created: HashMap<At, Vec<TaskId>>,
    fresh: Vec<Fresh>,
    doubts: Vec<Doubt>,
}

/// The locks of all jobs.
struct Held {
    /// A journal for each job that creates something.
    writers: Vec<Option<Writer>>,
    /// Those of the others, held until the run ends.
    idle: Vec<Store>,
}

impl<'a> Run<'a> {
    pub(super) fn new(
        options: Options,
        interrupts: watch::Receiver<u8>,
        observe: &'a mut dyn FnMut(Event<'_>),
    ) -> Self {
        Self {
            options,
            interrupts,
            observe,
            report: Report::default(),
            proven: HashSet::new(),
            unknown: 0,
            files: Vec::new(),
            owned: BTreeSet::new(),
            claims: Claims::default(),
            created: HashMap::new(),
            fresh: Vec::new(),
            doubts: Vec::new(),
        }
    }

    pub(super) async fn carry_out(mut self, jobs: Vec<Job>, sites: &[Site]) -> Report {
        let mut queue = Vec::new();
        let mut stores = Vec::new();
        self.owned = survey::owned(jobs.iter().map(|job| job.store.lock()));
        self.claims = Claims::of(jobs.iter().map(|job| job.store.lock()));
        for (job, Job { file, store, plan }) in jobs.into_iter().enumerate() {
            self.files.push(file);
            for clash in store.clashes() {
                self.clash(job, clash);
            }
            let adopted = self.take_in(job, plan, store.lock(), sites, &mut queue);
            stores.push(self.adopt(job, store, adopted));
        }
        // Address by address, so that each is proven by one request before the next begins.
        queue.sort_by(|a, b| a.client.at().cmp(b.client.at()));
        let held = self.hold(stores, &queue);
        let rest = self.create_all(queue.into(), &held.writers).await;
        if *self.interrupts.borrow() > 0 {
            self.report.classes.insert(Class::Interrupted);
            self.stop(Stop::Interrupted);
        }
        self.skip(rest);
        if !(self.doubts.is_empty() && self.fresh.is_empty()) {
            // What is known now is in the lock before anything is waited for.
            self.fold(&held.writers).await;
            self.settle_all(sites, &held.writers).await;
        }
        for (job, writer) in held.writers.into_iter().enumerate() {
            if let Some(writer) = writer {
                let folded = writer.finish().await;
                self.folded(job, folded);
            }
        }
        self.report
    }

    /// Begins a journal for every job that creates something. Where one fails, nothing starts.
    fn hold(&mut self, stores: Vec<Store>, queue: &[Ticket]) -> Held {
        let mut plans: Vec<Vec<Planned>> = stores.iter().map(|_| Vec::new()).collect();
        for ticket in queue {
            plans[ticket.job].push(ticket.planned());
        }
        let mut held = Held { writers: Vec::with_capacity(stores.len()), idle: Vec::new() };
        for (job, (store, plan)) in stores.into_iter().zip(plans).enumerate() {
            let mut writer = None;
            if plan.is_empty() {
                held.idle.push(store);
            } else if self.report.stop.is_none() {
                match store.begin(plan) {
                    Ok(begun) => writer = Some(begun),
                    Err(error) => self.lock_failed(job, error),
                }
            }
            held.writers.push(writer);
        }
        held
    }

    /// Enters a plan into the report, and what it creates into the queue.
    fn take_in(
        &mut self,
        job: usize,
        plan: Plan,
        lock: &Lockfile,
        sites: &[Site],
        queue: &mut Vec<Ticket>,
    ) -> Vec<(usize, Change)> {
        let mut adopted = Vec::new();
        for item in plan.items {
            let index = self.report.instances.len();
            let (instance, class) = InstanceReport::before(job, &self.files[job], &item);
            self.report.classes.extend(class);
            self.report.instances.push(instance);
            adopted.extend(survey::adoption(&item).map(|change| (index, change)));
            let replaces = matches!(item.action, Action::Replace);
            if item.barred || !(replaces || item.action == Action::Create) {
                continue;
            }
            let Item { request: Some(request), place, .. } = item else { continue };
            if let Some(site) = sites.iter().find(|site| site.serves(&place)) {
                let entry = lock.instances.get(&request.name).filter(|_| replaces);
                let replaces = entry.cloned().map(Box::new);
                let ticket = Ticket::new(index, job, request, place, site);
                queue.push(Ticket { replaces, ..ticket });
            } else {
                let instance = &mut self.report.instances[index];
                instance.outcome = Some(Outcome::NotSent);
                instance.message = Some("no address is known for its region".into());
                self.report.classes.insert(Class::Unreachable);
            }
        }
        adopted
    }

    /// Writes what is taken over into the lock.
    fn adopt(&mut self, job: usize, mut store: Store, adopted: Vec<(usize, Change)>) -> Store {
        if adopted.is_empty() {
            return store;
        }
        let (indices, changes): (Vec<usize>, Vec<Change>) = adopted.into_iter().unzip();
        match store.save(changes) {
            Ok(clashes) => clashes.iter().for_each(|clash| self.clash(job, clash)),
            Err(error) => return self.not_adopted(job, store, &indices, error),
        }
        for index in indices {
            self.tell(index, Outcome::Created, Some("taken over; it was there already".into()));
        }
        store
    }

    fn not_adopted(
        &mut self,
        job: usize,
        store: Store,
        indices: &[usize],
        error: LockError,
    ) -> Store {
        self.lock_failed(job, error);
        for &index in indices {
            self.tell(index, Outcome::Skipped, Some("the lock cannot be written".into()));
        }
        store
    }

    /// Sends what is queued, and gives back what was not started.
    async fn create_all(
        &mut self,
        mut queue: VecDeque<Ticket>,
        writers: &[Option<Writer>],
    ) -> VecDeque<Ticket> {
        let slots = Arc::new(Semaphore::new(self.options.parallel));
        let mut flight = JoinSet::new();
        let every = self.options.fold_every;
        let mut folds = interval_at(Instant::now() + every, every);
        folds.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut signalled = false;
        loop {
            let starts = self.may_start(queue.front(), flight.is_empty());
            if !starts && flight.is_empty() {
                return queue;
            }
            tokio::select! {
                slot = slots.clone().acquire_owned(), if starts => {
                    let slot = slot.expect("nobody closes the slots");
                    let ticket = queue.pop_front().expect("only what is there may start");
                    let writer = writers[ticket.job].as_ref().expect("what is queued has a journal");
                    (self.observe)(Event::Sending { job: ticket.job, name: &ticket.request.name });
                    let (interrupts, patience) = (self.interrupts.clone(), self.options.settle);
                    let claims = self.claims.clone();
                    let sent = ticket.send(writer.appender(), slot, interrupts, patience, claims);
                    flight.spawn_local(sent);
                }
                Some(done) = flight.join_next() => {
                    let (ticket, came) = done.expect("a create call neither panics nor is aborted");
                    self.settle(&ticket, came, writers[ticket.job].as_ref());
                }
                () = interrupted(self.interrupts.clone(), 1), if !signalled => {
                    signalled = true;
                    self.report.classes.insert(Class::Interrupted);
                    self.stop(Stop::Interrupted);
                    self.fold(writers).await;
                }
                _ = folds.tick() => self.fold(writers).await,
            }
        }
    }

    /// Whether the next may start: one goes alone until its address is proven.
    fn may_start(&self, next: Option<&Ticket>, alone: bool) -> bool {
        let halted = self.report.stop.is_some() || *self.interrupts.borrow() > 0;
        next.is_some_and(|next| alone || self.proven.contains(next.client.at())) && !halted
    }

    fn settle(
        &mut self,
        ticket: &Ticket,
        came: Result<Box<Answered>, Unsent>,
        writer: Option<&Writer>,
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
            if let (CreateAnswer::Created(id), Some(writer)) = (&answer, writer) {
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
        if let CreateAnswer::Created(id) = &answer {
            instance.task_id = Some(id.clone());
            self.note_created(ticket, id);
        }
        let instance = &mut self.report.instances[ticket.index];
        instance.code = fault.and_then(|fault| fault.code.clone());
        self.tell(ticket.index, outcome, fault.map(|fault| fault.message.clone()));
    }

    fn note_created(&mut self, ticket: &Ticket, id: &TaskId) {
        let at = ticket.client.at();
        self.owned.insert(id.clone());
        self.created.entry(at.clone()).or_default().push(id.clone());
        if ticket.listed {
            let (name, id, at) = (ticket.request.name.clone(), id.clone(), at.clone());
            self.fresh.push(Fresh { index: ticket.index, job: ticket.job, name, at, id });
        }
    }

    /// Keeps what the answer did not tell, for the list to settle; false where it told.
    fn doubt(&mut self, ticket: &Ticket, answer: &CreateAnswer) -> bool {
        let (fault, denied) = match answer {
            CreateAnswer::Doubted(fault) => (fault, true),
            CreateAnswer::Unknown(fault) => (fault, false),
            _ => return false,
        };
        let instance = &mut self.report.instances[ticket.index];
        instance.outcome = Some(Outcome::Unknown);
        instance.code.clone_from(&fault.code);
        self.doubts.push(Doubt {
            index: ticket.index,
            job: ticket.job,
            name: ticket.request.name.clone(),
            at: ticket.client.at().clone(),
            body: Body::of(&ticket.request.task),
            before: ticket.before.clone(),
            newest: ticket.newest.clone(),
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
        let alone = !self.proven.contains(ticket.client.at());
        let still = "what it replaces is still there";
        let (outcome, class, fault) = match removal {
            Removal::Refused(fault) => (Outcome::Refused, Class::Refused, Some(fault)),
            Removal::Denied(fault) => {
                self.stop(Stop::Denied(fault.message.clone()));
                (Outcome::Refused, Class::Denied, Some(fault))
            }
            Removal::Unreachable(fault) => {
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
    fn judge(&mut self, ticket: &Ticket, answer: &CreateAnswer) {
        let at = ticket.client.at();
        let alone = !self.proven.contains(at);
        match answer {
            CreateAnswer::Created(_) => {
                self.proven.insert(at.clone());
            }
            CreateAnswer::Denied(fault) => self.stop(Stop::Denied(fault.message.clone())),
            CreateAnswer::NoService(fault) | CreateAnswer::NotSent(fault) if alone => {
                self.stop(Stop::Hopeless(fault.message.clone()));
            }
            CreateAnswer::Doubted(_) | CreateAnswer::Unknown(_) => {
                self.unknown += 1;
                if self.unknown > self.options.max_unknown {
                    self.stop(Stop::Unknown(self.unknown));
                }
            }
            CreateAnswer::Refused(_) | CreateAnswer::NoService(_) | CreateAnswer::NotSent(_) => {}
        }
    }

    /// An ID that the journal cannot take: a person hears of it before anything else can fail.
    fn rescue(&mut self, ticket: &Ticket, id: &TaskId, records: &[Record; 2], writer: &Writer) {
        let name = &ticket.request.name;
        (self.observe)(Event::Recovery { lock: writer.path(), name, id });
        if let Err(error) = writer.rescue(ticket.planned(), records) {
            (self.observe)(Event::RescueFailed { name, error: &error });
        }
    }

    fn tell(&mut self, index: usize, outcome: Outcome, message: Option<String>) {
        let instance = &mut self.report.instances[index];
        instance.outcome = Some(outcome);
        instance.message = message;
        if outcome == Outcome::Unknown {
            instance.way_out = Some(way_out(&self.files[instance.job], &instance.name));
        }
        (self.observe)(Event::Settled(instance));
    }

    fn stop(&mut self, why: Stop) {
        if self.report.stop.is_none() {
            (self.observe)(Event::Stopping(&why));
            self.report.stop = Some(why);
        }
    }

    fn skip(&mut self, rest: impl IntoIterator<Item = Ticket>) {
        let why = self.report.stop.as_ref().map(|why| format!("not started: {why}"));
        for ticket in rest {
            self.tell(ticket.index, Outcome::Skipped, why.clone());
        }
    }

    async fn fold(&mut self, writers: &[Option<Writer>]) {
        for (job, writer) in writers.iter().enumerate() {
            if let Some(writer) = writer {
                let folded = writer.fold().await;
                self.folded(job, folded);
            }
        }
    }

    fn folded(&mut self, job: usize, folded: Result<Folded, LockError>) {
        match folded {
            Ok(Folded { clashes, .. }) => clashes.iter().for_each(|clash| self.clash(job, clash)),
            Err(error) => self.lock_failed(job, error),
        }
    }

    fn clash(&mut self, job: usize, clash: &Clash) {
        self.report.classes.insert(Class::Unknown);
        (self.observe)(Event::Clash { job, clash });
    }

    fn lock_failed(&mut self, job: usize, error: LockError) {
        self.report.classes.insert(Class::Lock);
        (self.observe)(Event::LockFailed { job, error: &error });
        self.report.errors.push(error);
        self.stop(Stop::Lock);
    }
}
