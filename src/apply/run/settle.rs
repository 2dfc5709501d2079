//! After creating: lists until what was created is seen and what is in doubt is settled, or the time
//! for it is over. No clock but a monotonic one decides.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::{Run, Site};
use crate::api::client::{ApiError, ErrorDetail, ServiceId};
use crate::apply::create::interrupted;
use crate::apply::listing::Listing;
use crate::apply::search::{Found, Wanted, search};
use crate::apply::{Creation, Event, Outcome, Stop, end_spare, way_out};
use crate::exit::Class;
use crate::ids::{InstanceName, TaskId, listed};
use crate::lockfile::{IdSource, JournalHandle, Record, RequestBody};

/// The pause after the first list; each one after it is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// No pause is longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// A list that is younger than this after an answer may not show yet what was created all the same.
const LATENESS: Duration = Duration::from_secs(5);

/// A request whose outcome the answer did not tell.
#[derive(Debug)]
pub(super) struct Doubt {
    pub(super) index: usize,
    pub(super) job: usize,
    pub(super) name: InstanceName,
    pub(super) at: ServiceId,
    pub(super) body: RequestBody,
    pub(super) known_ids: Option<Vec<TaskId>>,
    pub(super) list_watermark: Option<String>,
    pub(super) fault: ErrorDetail,
    /// Whether the platform said that it failed.
    pub(super) denied: bool,
    pub(super) answered: Instant,
    pub(super) candidates: Vec<TaskId>,
    pub(super) why: Option<String>,
}

/// What was created and not yet seen in a list.
#[derive(Debug)]
pub(super) struct Fresh {
    pub(super) index: usize,
    pub(super) job: usize,
    pub(super) name: InstanceName,
    pub(super) at: ServiceId,
    pub(super) id: TaskId,
}

/// One list, and when it was asked for.
struct Look {
    listing: Listing,
    begun: Instant,
    last: bool,
}

impl Run<'_> {
    /// Settles at every address what is open there. A signal ends it: what is open stays unknown.
    pub(super) async fn settle_all(&mut self, sites: &[Site], writers: &[Option<JournalHandle>]) {
        let broken = self.report.stop == Some(Stop::Lock);
        for site in sites.iter().filter(|site| site.shown.is_some() && !broken) {
            self.settle_at(site, writers).await;
        }
        for doubt in std::mem::take(&mut self.doubts) {
            self.stays_unknown(doubt, writers).await;
        }
        if !self.fresh.is_empty() && !broken && *self.interrupts.borrow() == 0 {
            (self.observe)(Event::Unseen { count: self.fresh.len() });
        }
    }

    async fn settle_at(&mut self, site: &Site, writers: &[Option<JournalHandle>]) {
        let deadline = Instant::now() + self.options.settle;
        let mut pause = FIRST_PAUSE;
        while self.is_open_at(site.client.with_token()) && *self.interrupts.borrow() == 0 {
            let begun = Instant::now();
            let last = begun >= deadline;
            let known = self.seen_at(site.client.with_token());
            let walked = tokio::select! {
                walked = Listing::walk(&site.client, &known) => walked,
                () = interrupted(self.interrupts.clone(), 1) => return,
            };
            match walked {
                Ok(listing) => {
                    self.take_in_look(site, &Look { listing, begun, last }, writers).await;
                }
                Err(ApiError::NoService(_) | ApiError::Denied(_)) => return,
                Err(ApiError::Refused(_) | ApiError::Unreachable(_)) => {}
            }
            if last {
                return;
            }
            let next = self.next_look(begun, pause).min(deadline);
            pause = (pause * 2).min(LONGEST_PAUSE);
            tokio::select! {
                () = sleep_until(next) => {}
                () = interrupted(self.interrupts.clone(), 1) => return,
            }
        }
    }

    /// When to look again: after the pause, or as soon as a doubt may be decided.
    fn next_look(&self, begun: Instant, pause: Duration) -> Instant {
        let decided = self.doubts.iter().filter(|doubt| doubt.denied);
        let decided = decided.map(|doubt| doubt.answered + LATENESS).filter(|at| *at > begun);
        decided.chain([Instant::now() + pause]).min().expect("there is at least the pause")
    }

    fn is_open_at(&self, at: &ServiceId) -> bool {
        self.doubts.iter().any(|doubt| doubt.at == *at)
            || self.fresh.iter().any(|fresh| fresh.at == *at)
    }

    /// Instances that a whole list of this address shows at least one of.
    fn seen_at(&self, at: &ServiceId) -> Vec<TaskId> {
        self.created.get(at).cloned().unwrap_or_default()
    }

    async fn take_in_look(&mut self, site: &Site, look: &Look, writers: &[Option<JournalHandle>]) {
        let here = site.client.with_token();
        let mut unseen = Vec::new();
        for fresh in std::mem::take(&mut self.fresh) {
            if fresh.at == *here && look.listing.shows(&fresh.id) {
                self.check_spare(&fresh, &look.listing, writers).await;
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
                // Of two requests for one name nobody can tell which one an instance came from.
                self.doubts.push(doubt);
                continue;
            }
            let wanted = Wanted {
                name: &doubt.name,
                body: &doubt.body,
                known_ids: doubt.known_ids.as_deref(),
                list_watermark: doubt.list_watermark.as_deref(),
            };
            match search(&site.client, &look.listing, &self.owned, wanted).await {
                Found::It(id) => self.was_created(doubt, id, writers).await,
                Found::None if look.proves_absent(&doubt) => self.was_refused(doubt, writers).await,
                Found::None => self.doubts.push(doubt),
                Found::Unclear { candidates, why } => {
                    doubt.candidates = candidates;
                    doubt.why = Some(why);
                    self.doubts.push(doubt);
                }
            }
        }
    }

    async fn was_created(&mut self, doubt: Doubt, id: TaskId, writers: &[Option<JournalHandle>]) {
        let name = doubt.name.clone();
        let record = Record::Created { name, id: id.clone(), how: Some(IdSource::Listed) };
        if self.record(doubt.job, record, writers).await {
            self.owned.insert(id.clone());
            self.report.instances[doubt.index].task_id = Some(id);
            let message = "its answer was lost; the platform's list shows it".to_owned();
            self.tell(doubt.index, Outcome::Created, Some(message));
        } else {
            self.say_unknown(&doubt);
        }
    }

    async fn was_refused(&mut self, doubt: Doubt, writers: &[Option<JournalHandle>]) {
        let record = Record::Refused { name: doubt.name.clone(), code: doubt.fault.code.clone() };
        if self.record(doubt.job, record, writers).await {
            self.report.classes.insert(Class::Refused);
            self.tell(doubt.index, Outcome::Refused, Some(doubt.fault.message));
        } else {
            self.say_unknown(&doubt);
        }
    }

    async fn stays_unknown(&mut self, doubt: Doubt, writers: &[Option<JournalHandle>]) {
        if !doubt.candidates.is_empty() {
            let record =
                Record::CandidatesSeen { name: doubt.name.clone(), ids: doubt.candidates.clone() };
            self.record(doubt.job, record, writers).await;
        }
        self.say_unknown(&doubt);
    }

    fn say_unknown(&mut self, doubt: &Doubt) {
        self.report.classes.insert(Class::Unknown);
        let mut message = doubt.fault.message.clone();
        if let Some(why) = &doubt.why {
            message = format!("{message}; {why}");
            if !doubt.candidates.is_empty() {
                message = format!("{message}: {}", listed(&doubt.candidates));
            }
        }
        let instance = &mut self.report.instances[doubt.index];
        let manifest = &self.manifests[doubt.job];
        instance.way_out = Some(way_out(manifest, &doubt.name, &doubt.candidates));
        self.tell(doubt.index, Outcome::Unknown, Some(message));
    }

    /// Another live instance of its name that no lock owns may be one too many. It is kept as a
    /// candidate and reported, never deleted unasked.
    async fn check_spare(
        &mut self,
        fresh: &Fresh,
        listing: &Listing,
        writers: &[Option<JournalHandle>],
    ) {
        let others = listing.named(fresh.name.as_str()).into_iter().filter(|other| {
            other.is_live() && other.id() != &fresh.id && !self.owned.contains(other.id())
        });
        let mut others: Vec<Creation<'_>> = others.map(Creation::from).collect();
        others.sort();
        let Some(own) = listing.get(&fresh.id).filter(|_| !others.is_empty()) else { return };
        let ids: Vec<TaskId> = others.iter().map(|other| other.id.clone()).collect();
        let way_out = end_spare(&self.manifests[fresh.job], &fresh.name, own.into(), &others);
        let record = Record::CandidatesSeen { name: fresh.name.clone(), ids: ids.clone() };
        self.record(fresh.job, record, writers).await;
        self.report.classes.insert(Class::Unknown);
        let instance = &mut self.report.instances[fresh.index];
        instance.message = Some(format!("another live instance has its name: {}", listed(&ids)));
        instance.way_out = Some(way_out);
        (self.observe)(Event::Spare(instance));
    }

    /// Makes a record durable; where that fails the lock is said to be in trouble.
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

impl Look {
    /// Whether what the platform said it did not create, and this list does not show, is not there.
    fn proves_absent(&self, doubt: &Doubt) -> bool {
        let late = self.last || self.begun >= doubt.answered + LATENESS;
        doubt.denied && late && self.listing.is_whole()
    }
}
