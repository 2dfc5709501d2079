//! Reconciliation after creating: polls the list until all created instances are listed and all
//! uncertain outcomes are known, or the settle time has passed. All decisions use a monotonic clock.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use super::{RegionInventory, Run};
use crate::api::client::{ApiError, ErrorDetail};
use crate::apply::create_operation::CreateOperation;
use crate::apply::{AbortReason, Event, InstanceNote, NextStep, Outcome};
use crate::exit_status::ExitClass;
use crate::ids::{InstanceName, Location, TaskId};
use crate::interrupts::{Polling, wait_for_signals};
use crate::inventory::{
    Ambiguity, Creation, InstanceList, MatchResult, destroy_duplicate, match_instance,
};
use crate::lockfile::{IdSource, Record};
use crate::resolve::remediation;

/// Pause after the first poll; each following one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// Maximum pause.
const MAX_PAUSE: Duration = Duration::from_secs(10);
/// A list requested earlier than this after an answer may not yet show an instance that was created
/// despite that answer.
const LIST_CONSISTENCY_DELAY: Duration = Duration::from_secs(5);

/// A request with an uncertain outcome.
pub(super) struct UncertainCreate {
    pub(super) operation: CreateOperation,
    pub(super) cause: ErrorDetail,
    /// Whether the platform reported a failure.
    pub(super) denied: bool,
    pub(super) answered: Instant,
    pub(super) candidates: Vec<TaskId>,
    pub(super) why: Option<Ambiguity>,
}

/// A created instance not yet seen in a list.
pub(super) struct UnlistedCreate {
    pub(super) index: usize,
    pub(super) job: usize,
    pub(super) name: InstanceName,
    pub(super) at: Location,
    pub(super) id: TaskId,
}

/// One list and the time at which it was requested.
struct Poll {
    listing: InstanceList,
    begun: Instant,
    last: bool,
}

impl Run<'_> {
    /// Reconciles all open outcomes at every endpoint. A signal stops it; the remaining ones stay
    /// unknown.
    pub(super) async fn reconcile_all(&mut self, sites: &[RegionInventory]) {
        let broken = self.report.stop == Some(AbortReason::Lock);
        let begun = Instant::now();
        for site in sites.iter().filter(|site| site.displayed.is_some() && !broken) {
            self.settle_deadline(site).await;
            let searched = Duration::from_secs(begun.elapsed().as_secs());
            self.report.searched = Some(searched).filter(|searched| !searched.is_zero());
        }
        for uncertain in std::mem::take(&mut self.uncertain_creates) {
            self.stays_unknown(uncertain).await;
        }
        if !self.fresh.is_empty() && !broken && *self.interrupts.borrow() == 0 {
            (self.observe)(Event::NotYetListed { count: self.fresh.len() });
        }
    }

    async fn settle_deadline(&mut self, site: &RegionInventory) {
        let interrupts = self.interrupts.clone();
        let mut polling =
            Polling::start(self.options.settle, FIRST_PAUSE, 2.0, MAX_PAUSE, interrupts);
        while self.is_pending_at(site.client.location()) && *self.interrupts.borrow() == 0 {
            let (begun, last) = (Instant::now(), polling.is_last());
            let known = self.listed_at(site.client.location());
            let walked = tokio::select! {
                walked = InstanceList::fetch_all(&site.client, &known) => walked,
                () = wait_for_signals(self.interrupts.clone(), 1) => return,
            };
            match walked {
                Ok(listing) => {
                    self.process_listing(site, &Poll { listing, begun, last }).await;
                }
                Err(ApiError::EndpointMissing(_) | ApiError::Denied(_)) => return,
                Err(ApiError::Refused(_) | ApiError::Unreachable(_)) => {}
            }
            let done = last || !self.is_pending_at(site.client.location());
            if done || !polling.next_poll(self.next_decision(begun)).await {
                return;
            }
        }
    }

    /// Returns the next time at which an uncertain outcome can be decided.
    fn next_decision(&self, begun: Instant) -> Option<Instant> {
        let decided = self.uncertain_creates.iter().filter(|uncertain| uncertain.denied);
        let decided = decided.map(|uncertain| uncertain.answered + LIST_CONSISTENCY_DELAY);
        decided.filter(|at| *at > begun).min()
    }

    fn is_pending_at(&self, at: &Location) -> bool {
        self.uncertain_creates.iter().any(|uncertain| uncertain.at() == at)
            || self.fresh.iter().any(|fresh| fresh.at == *at)
    }

    /// Returns instances of which a complete list of this endpoint shows at least one.
    fn listed_at(&self, at: &Location) -> Vec<TaskId> {
        self.created.get(at).cloned().unwrap_or_default()
    }

    async fn process_listing(&mut self, site: &RegionInventory, look: &Poll) {
        let target = site.client.location();
        let mut unseen = Vec::new();
        for fresh in std::mem::take(&mut self.fresh) {
            if fresh.at == *target && look.listing.contains(&fresh.id) {
                self.report_duplicate(&fresh, &look.listing).await;
            } else {
                unseen.push(fresh);
            }
        }
        self.fresh = unseen;
        let uncertain_creates = std::mem::take(&mut self.uncertain_creates);
        let mut requests: BTreeMap<_, usize> = BTreeMap::new();
        for uncertain in &uncertain_creates {
            *requests.entry(uncertain.key()).or_default() += 1;
        }
        for mut uncertain in uncertain_creates {
            let alone = requests[&uncertain.key()] == 1;
            if uncertain.at() != target || !alone {
                // With two requests for one name, an instance cannot be attributed to either of
                // them.
                self.uncertain_creates.push(uncertain);
                continue;
            }
            let expected = &uncertain.operation.create;
            match match_instance(&site.client, &look.listing, &self.owned, expected).await {
                MatchResult::Unique(id) => self.was_created(uncertain, id).await,
                MatchResult::None if look.confirms_absence(&uncertain) => {
                    self.was_refused(uncertain).await;
                }
                MatchResult::None => self.uncertain_creates.push(uncertain),
                MatchResult::Ambiguous { candidates, why } => {
                    uncertain.candidates = candidates;
                    uncertain.why = Some(why);
                    self.uncertain_creates.push(uncertain);
                }
            }
        }
    }

    async fn was_created(&mut self, uncertain: UncertainCreate, id: TaskId) {
        let CreateOperation { index, job, create, .. } = &uncertain.operation;
        let name = create.name.clone();
        let record = Record::Created { name, id: id.clone(), how: Some(IdSource::Listed) };
        if self.record(*job, record).await {
            self.owned.insert(id.clone());
            self.report.instances[*index].task_id = Some(id);
            self.emit(*index, Outcome::Created, Some(InstanceNote::FoundInList));
        } else {
            self.report_unknown(&uncertain);
        }
    }

    async fn was_refused(&mut self, uncertain: UncertainCreate) {
        let CreateOperation { index, job, create, .. } = &uncertain.operation;
        let code = uncertain.cause.code.clone();
        let record = Record::Refused { name: create.name.clone(), code };
        if self.record(*job, record).await {
            self.report.classes.insert(ExitClass::Refused);
            let note = InstanceNote::Failed(uncertain.cause);
            self.emit(*index, Outcome::Refused, Some(note));
        } else {
            self.report_unknown(&uncertain);
        }
    }

    async fn stays_unknown(&mut self, uncertain: UncertainCreate) {
        if !uncertain.candidates.is_empty() {
            let (name, ids) =
                (uncertain.operation.create.name.clone(), uncertain.candidates.clone());
            let record = Record::CandidatesSeen { name, ids };
            self.record(uncertain.operation.job, record).await;
        }
        self.report_unknown(&uncertain);
    }

    fn report_unknown(&mut self, uncertain: &UncertainCreate) {
        self.report.classes.insert(ExitClass::Unknown);
        let UncertainCreate { operation, cause, candidates, why, .. } = uncertain;
        self.report.count_unknown(&operation.create);
        let steps = remediation(&self.manifests[operation.job], &operation.create.name, candidates);
        self.report.instances[operation.index].next_step = Some(NextStep::Resolve(steps).into());
        let (cause, why, candidates) = (cause.clone(), why.clone(), candidates.clone());
        let note = InstanceNote::Uncertain { cause, why, candidates };
        self.emit(operation.index, Outcome::Unknown, Some(note));
    }

    /// Checks for other live instances of the same name that no lock owns. They may be duplicates:
    /// they are recorded as candidates and reported, never deleted automatically.
    async fn report_duplicate(&mut self, fresh: &UnlistedCreate, listing: &InstanceList) {
        let others = listing.named(fresh.name.as_str()).into_iter().filter(|other| {
            other.is_live() && other.id() != &fresh.id && !self.owned.contains(other.id())
        });
        let mut others: Vec<Creation<'_>> = others.map(Creation::from).collect();
        others.sort();
        let Some(own) = listing.get(&fresh.id).filter(|_| !others.is_empty()) else { return };
        let ids: Vec<TaskId> = others.iter().map(|other| other.id.clone()).collect();
        let removal =
            destroy_duplicate(&self.manifests[fresh.job], &fresh.name, own.into(), &others);
        let record = Record::CandidatesSeen { name: fresh.name.clone(), ids: ids.clone() };
        self.record(fresh.job, record).await;
        self.report.classes.insert(ExitClass::Unknown);
        let instance = &mut self.report.instances[fresh.index];
        instance.note = Some(InstanceNote::Duplicates(ids).into());
        instance.next_step = Some(NextStep::DeleteDuplicates(removal).into());
        (self.observe)(Event::DuplicateInstance(instance));
    }

    /// Makes a record durable; on failure, reports a lock error.
    async fn record(&mut self, job: usize, record: Record) -> bool {
        match self.journal(job).appender().append(record).await {
            Ok(()) => true,
            Err(error) => {
                self.lock_failed(job, error);
                false
            }
        }
    }
}

impl UncertainCreate {
    fn at(&self) -> &Location {
        self.operation.client.location()
    }

    fn key(&self) -> (Location, InstanceName) {
        (self.at().clone(), self.operation.create.name.clone())
    }
}

impl Poll {
    /// Returns whether this list proves that an instance does not exist: the platform reported a
    /// failed creation and the list does not show it.
    fn confirms_absence(&self, uncertain: &UncertainCreate) -> bool {
        let late = self.last || self.begun >= uncertain.answered + LIST_CONSISTENCY_DELAY;
        uncertain.denied && late && self.listing.is_complete()
    }
}
