//! Reconciliation after creating: polls the list until all created instances are listed and all
//! uncertain outcomes are known, or the time is over. All decisions use a monotonic clock.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::{RegionInventory, Run};
use crate::api::client::{ApiError, ErrorDetail, ServiceId};
use crate::apply::create::wait_for_signals;
use crate::apply::listing::InstanceList;
use crate::apply::search::{MatchCriteria, MatchResult, match_instance};
use crate::apply::{AbortReason, Creation, Event, Outcome, destroy_duplicate, remediation};
use crate::exit::ExitClass;
use crate::ids::{InstanceName, TaskId, listed};
use crate::lockfile::{IdSource, JournalHandle, Record, RequestBody};

/// Pause after the first poll; each following one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// Maximum pause.
const MAX_PAUSE: Duration = Duration::from_secs(10);
/// A list requested earlier than this after an answer may not yet show an instance that was created
/// despite that answer.
const LIST_CONSISTENCY_DELAY: Duration = Duration::from_secs(5);

/// A request with an uncertain outcome.
#[derive(Debug)]
pub(super) struct UncertainCreate {
    pub(super) index: usize,
    pub(super) job: usize,
    pub(super) name: InstanceName,
    pub(super) at: ServiceId,
    pub(super) body: RequestBody,
    pub(super) known_ids: Option<Vec<TaskId>>,
    pub(super) list_watermark: Option<String>,
    pub(super) fault: ErrorDetail,
    /// Whether the platform reported a failure.
    pub(super) denied: bool,
    pub(super) answered: Instant,
    pub(super) candidates: Vec<TaskId>,
    pub(super) why: Option<String>,
}

/// A created instance not yet seen in a list.
#[derive(Debug)]
pub(super) struct UnlistedCreate {
    pub(super) index: usize,
    pub(super) job: usize,
    pub(super) name: InstanceName,
    pub(super) at: ServiceId,
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
    pub(super) async fn reconcile_all(
        &mut self,
        sites: &[RegionInventory],
        writers: &[Option<JournalHandle>],
    ) {
        let broken = self.report.stop == Some(AbortReason::Lock);
        for site in sites.iter().filter(|site| site.shown.is_some() && !broken) {
            self.settle_deadline(site, writers).await;
        }
        for doubt in std::mem::take(&mut self.doubts) {
            self.stays_unknown(doubt, writers).await;
        }
        if !self.fresh.is_empty() && !broken && *self.interrupts.borrow() == 0 {
            (self.observe)(Event::NotYetListed { count: self.fresh.len() });
        }
    }

    async fn settle_deadline(&mut self, site: &RegionInventory, writers: &[Option<JournalHandle>]) {
        let deadline = Instant::now() + self.options.settle;
        let mut pause = FIRST_PAUSE;
        while self.is_pending_at(site.client.with_token()) && *self.interrupts.borrow() == 0 {
            let begun = Instant::now();
            let last = begun >= deadline;
            let known = self.listed_at(site.client.with_token());
            let walked = tokio::select! {
                walked = InstanceList::fetch_all(&site.client, &known) => walked,
                () = wait_for_signals(self.interrupts.clone(), 1) => return,
            };
            match walked {
                Ok(listing) => {
                    self.process_listing(site, &Poll { listing, begun, last }, writers).await;
                }
                Err(ApiError::NoService(_) | ApiError::Denied(_)) => return,
                Err(ApiError::Refused(_) | ApiError::Unreachable(_)) => {}
            }
            if last {
                return;
            }
            let next = self.next_poll(begun, pause).min(deadline);
            pause = (pause * 2).min(MAX_PAUSE);
            tokio::select! {
                () = sleep_until(next) => {}
                () = wait_for_signals(self.interrupts.clone(), 1) => return,
            }
        }
    }

    /// Returns the time of the next poll: after the pause, or as soon as an uncertain outcome can
    /// be decided.
    fn next_poll(&self, begun: Instant, pause: Duration) -> Instant {
        let decided = self.doubts.iter().filter(|doubt| doubt.denied);
        let decided =
            decided.map(|doubt| doubt.answered + LIST_CONSISTENCY_DELAY).filter(|at| *at > begun);
        decided.chain([Instant::now() + pause]).min().expect("there is at least the pause")
    }

    fn is_pending_at(&self, at: &ServiceId) -> bool {
        self.doubts.iter().any(|doubt| doubt.at == *at)
            || self.fresh.iter().any(|fresh| fresh.at == *at)
    }

    /// Returns instances of which a complete list of this endpoint shows at least one.
    fn listed_at(&self, at: &ServiceId) -> Vec<TaskId> {
        self.created.get(at).cloned().unwrap_or_default()
    }

    async fn process_listing(
        &mut self,
        site: &RegionInventory,
        look: &Poll,
        writers: &[Option<JournalHandle>],
    ) {
        let here = site.client.with_token();
        let mut unseen = Vec::new();
        for fresh in std::mem::take(&mut self.fresh) {
            if fresh.at == *here && look.listing.contains(&fresh.id) {
                self.report_duplicate(&fresh, &look.listing, writers).await;
            } else {
                unseen.push(fresh);
            }
        }
        self.fresh = unseen;
        let doubts = std::mem::take(&mut self.doubts);
        let mut requests: BTreeMap<_, usize> = BTreeMap::new();
        for doubt in &doubts {
            *requests.entry((doubt.at.clone(), doubt.name.clone())).or_default() += 1;
        }
        for mut doubt in doubts {
            let alone = requests[&(doubt.at.clone(), doubt.name.clone())] == 1;
            if doubt.at != *here || !alone {
                // With two requests for one name, an instance cannot be attributed to either of
                // them.
                self.doubts.push(doubt);
                continue;
            }
            let wanted = MatchCriteria {
                name: &doubt.name,
                body: &doubt.body,
                known_ids: doubt.known_ids.as_deref(),
                list_watermark: doubt.list_watermark.as_deref(),
            };
            match match_instance(&site.client, &look.listing, &self.owned, wanted).await {
                MatchResult::Unique(id) => self.was_created(doubt, id, writers).await,
                MatchResult::None if look.confirms_absence(&doubt) => {
                    self.was_refused(doubt, writers).await
                }
                MatchResult::None => self.doubts.push(doubt),
                MatchResult::Ambiguous { candidates, why } => {
                    doubt.candidates = candidates;
                    doubt.why = Some(why);
                    self.doubts.push(doubt);
                }
            }
        }
    }

    async fn was_created(
        &mut self,
        doubt: UncertainCreate,
        id: TaskId,
        writers: &[Option<JournalHandle>],
    ) {
        let name = doubt.name.clone();
        let record = Record::Created { name, id: id.clone(), how: Some(IdSource::Listed) };
        if self.record(doubt.job, record, writers).await {
            self.owned.insert(id.clone());
            self.report.instances[doubt.index].task_id = Some(id);
            let message = "its answer was lost; the platform's list shows it".to_owned();
            self.emit(doubt.index, Outcome::Created, Some(message));
        } else {
            self.report_unknown(&doubt);
        }
    }

    async fn was_refused(&mut self, doubt: UncertainCreate, writers: &[Option<JournalHandle>]) {
        let record = Record::Refused { name: doubt.name.clone(), code: doubt.fault.code.clone() };
        if self.record(doubt.job, record, writers).await {
            self.report.classes.insert(ExitClass::Refused);
            self.emit(doubt.index, Outcome::Refused, Some(doubt.fault.message));
        } else {
            self.report_unknown(&doubt);
        }
    }

    async fn stays_unknown(&mut self, doubt: UncertainCreate, writers: &[Option<JournalHandle>]) {
        if !doubt.candidates.is_empty() {
            let record =
                Record::CandidatesSeen { name: doubt.name.clone(), ids: doubt.candidates.clone() };
            self.record(doubt.job, record, writers).await;
        }
        self.report_unknown(&doubt);
    }

    fn report_unknown(&mut self, doubt: &UncertainCreate) {
        self.report.classes.insert(ExitClass::Unknown);
        let mut message = doubt.fault.message.clone();
        if let Some(why) = &doubt.why {
            message = format!("{message}; {why}");
            if !doubt.candidates.is_empty() {
                message = format!("{message}: {}", listed(&doubt.candidates));
            }
        }
        let instance = &mut self.report.instances[doubt.index];
        let manifest = &self.manifests[doubt.job];
        instance.way_out = Some(remediation(manifest, &doubt.name, &doubt.candidates));
        self.emit(doubt.index, Outcome::Unknown, Some(message));
    }

    /// Checks for other live instances of the same name that no lock owns. They may be duplicates:
    /// they are recorded as candidates and reported, never deleted automatically.
    async fn report_duplicate(
        &mut self,
        fresh: &UnlistedCreate,
        listing: &InstanceList,
        writers: &[Option<JournalHandle>],
    ) {
        let others = listing.named(fresh.name.as_str()).into_iter().filter(|other| {
            other.is_live() && other.id() != &fresh.id && !self.owned.contains(other.id())
        });
        let mut others: Vec<Creation<'_>> = others.map(Creation::from).collect();
        others.sort();
        let Some(own) = listing.get(&fresh.id).filter(|_| !others.is_empty()) else { return };
        let ids: Vec<TaskId> = others.iter().map(|other| other.id.clone()).collect();
        let way_out =
            destroy_duplicate(&self.manifests[fresh.job], &fresh.name, own.into(), &others);
        let record = Record::CandidatesSeen { name: fresh.name.clone(), ids: ids.clone() };
        self.record(fresh.job, record, writers).await;
        self.report.classes.insert(ExitClass::Unknown);
        let instance = &mut self.report.instances[fresh.index];
        instance.message = Some(format!("another live instance has its name: {}", listed(&ids)));
        instance.way_out = Some(way_out);
        (self.observe)(Event::DuplicateInstance(instance));
    }

    /// Makes a record durable; on failure, reports a lock error.
    async fn record(
        &mut self,
        job: usize,
        record: Record,
        writers: &[Option<JournalHandle>],
    ) -> bool {
        let writer = writers[job].as_ref().expect("what was sent has a journal");
        match writer.appender().append(record).await {
            Ok(()) => true,
            Err(error) => {
                self.lock_failed(job, error);
                false
            }
        }
    }
}

impl Poll {
    /// Returns whether this list proves that an instance does not exist: the platform reported a
    /// failed creation and the list does not show it.
    fn confirms_absence(&self, doubt: &UncertainCreate) -> bool {
        let late = self.last || self.begun >= doubt.answered + LIST_CONSISTENCY_DELAY;
        doubt.denied && late && self.listing.is_complete()
    }
}
