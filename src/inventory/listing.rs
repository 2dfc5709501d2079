//! The platform's list of instances, read to the end.

use std::collections::HashMap;

use futures_util::{Stream, StreamExt, stream};
use tokio::time::Instant;

use crate::api::client::{ApiError, Client};
use crate::api::endpoints::detail::Detail;
use crate::api::endpoints::list::{ListPage, ListQuery};
use crate::ids::TaskId;

/// Page size of a list request, reduced if the platform refuses it. Pages may be shorter; the
/// offset advances by the number of items received.
const PAGE_SIZE: u64 = 1000;
/// Maximum number of pages requested at once: ten pages at 50 ms of latency take 0.2 s in place of 0.5 s.
const PAGES_AT_ONCE: u32 = 4;
/// Longest list that is read to its end.
const MAX_INSTANCES: usize = 1_000_000;
/// Maximum number of known instances queried one by one if a list shows none of them.
const PROBES: usize = 3;
/// Maximum number of passes over a list that changes while it is read.
const WALKS: usize = 3;

/// The listed instances of one endpoint.
#[derive(Debug, Default)]
pub struct InstanceList {
    items: Vec<Detail>,
    locations: HashMap<TaskId, usize>,
    names: HashMap<String, Vec<usize>>,
    newest: Option<String>,
    gap: Option<ListGap>,
}

/// Reason why a list is incomplete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListGap {
    /// It contains none of the instances that are known to exist.
    KnownMissing,
    /// It is too long to be read.
    TooLong,
    /// Its stated total changed while it was read.
    TotalChanged,
    /// It ended before its stated total.
    EndedEarly,
    /// Its pages do not continue each other.
    PagesDoNotContinue,
    /// A page was repeated.
    PageRepeated,
}

impl InstanceList {
    /// Reads the unfiltered list. It is complete if the stated total or an empty page was reached,
    /// each page had new items, the page offset was verified, and the list shows one of the `known`
    /// instances or their details say that they are gone. [`ApiError::EndpointMissing`] means that this
    /// platform cannot list.
    pub async fn fetch_all(client: &Client, known: &[TaskId]) -> Result<Self, ApiError> {
        let mut limit = PAGE_SIZE;
        for left in (0..WALKS).rev() {
            let mut listing = Self::default();
            listing.gap = match listing.collect(client, &mut limit).await? {
                None if listing.contains_known(client, known).await => None,
                None => Some(ListGap::KnownMissing),
                Some(ListGap::TooLong) => Some(ListGap::TooLong),
                // The list may have changed while it was read.
                Some(_) if left > 0 => continue,
                gap => gap,
            };
            return Ok(listing);
        }
        unreachable!("the last walk gives its listing")
    }

    /// Reads page after page. Returns the reason why it stopped before the end, if it did.
    async fn collect(
        &mut self,
        client: &Client,
        limit: &mut u64,
    ) -> Result<Option<ListGap>, ApiError> {
        let mut stated = None;
        let mut ahead = stream::empty().boxed_local();
        let mut size = 0;
        loop {
            let (start, begun) = (self.items.len(), Instant::now());
            // A page requested ahead counts only if it continues the items that came before it.
            let page = match ahead.next().await {
                Some((at, Ok(page))) if at == start => page,
                _ => {
                    ahead = stream::empty().boxed_local();
                    page_at(client, start, limit).await?
                }
            };
            if stated.is_some() && stated != Some(page.total) {
                return Ok(Some(ListGap::TotalChanged));
            }
            stated = Some(page.total);
            let given = page.items.len();
            if start == 0 {
                size = given;
                // A service that answers one request after the other must answer all of them in time.
                let is_quick = begun.elapsed() * 4 * PAGES_AT_ONCE < client.request_timeout();
                if let Some(total) = page.total.filter(|_| is_quick) {
                    ahead = pages_ahead(client, given, *limit, total).boxed_local();
                }
            } else if given != size {
                ahead = stream::empty().boxed_local();
            }
            page.items.into_iter().for_each(|item| self.add(item));
            let found = self.items.len();
            let complete = page.total.is_some_and(|total| found as u64 >= total);
            match (given, page.total) {
                (0, Some(_)) if !complete => return Ok(Some(ListGap::EndedEarly)),
                _ if complete || given == 0 => match self.step_is_consistent(client).await? {
                    Step::Holds => return Ok(None),
                    Step::Broken => return Ok(Some(ListGap::PagesDoNotContinue)),
                    // The stated total was that of a page.
                    Step::GoesOn => stated = None,
                },
                _ if found < start + given => return Ok(Some(ListGap::PageRepeated)),
                _ if found >= MAX_INSTANCES => return Ok(Some(ListGap::TooLong)),
                _ => {}
            }
        }
    }

    /// Requests the page that starts at the last item: if `start` counts items, that item comes
    /// first and nothing follows. A list of one item needs no check.
    async fn step_is_consistent(&mut self, client: &Client) -> Result<Step, ApiError> {
        let (Some(last), 2..) = (self.items.last().map(|item| item.id().clone()), self.items.len())
        else {
            return Ok(Step::Holds);
        };
        let start = self.items.len() - 1;
        let page = match page_at(client, start, &mut 2).await {
            Ok(page) => page,
            Err(ApiError::Refused(_)) => return Ok(Step::Broken),
            Err(failure) => return Err(failure),
        };
        let mut items = page.items.into_iter();
        if items.next().is_none_or(|first| *first.id() != last) {
            return Ok(Step::Broken);
        }
        items.for_each(|item| self.add(item));
        Ok(if self.items.len() > start + 1 { Step::GoesOn } else { Step::Holds })
    }

    fn add(&mut self, item: Detail) {
        if self.locations.contains_key(item.id()) {
            return;
        }
        let location = self.items.len();
        self.locations.insert(item.id().clone(), location);
        if let Some(name) = item.name() {
            self.names.entry(name.to_owned()).or_default().push(location);
        }
        if let Some(time) = item.create_time()
            && self.newest.as_deref().is_none_or(|newest| newest < time)
        {
            self.newest = Some(time.to_owned());
        }
        self.items.push(item);
    }

    /// Returns whether the list belongs to the location of the known instances.
    async fn contains_known(&self, client: &Client, known: &[TaskId]) -> bool {
        if known.is_empty() || known.iter().any(|id| self.contains(id)) {
            return true;
        }
        for id in known.iter().take(PROBES) {
            match client.detail(id).await {
                Err(ApiError::Refused(_)) => {}
                Err(ApiError::EndpointMissing(cause)) if cause.code.is_some() => {}
                _ => return false,
            }
        }
        true
    }

    /// Returns the reason why the list is incomplete, if it is.
    pub fn gap(&self) -> Option<ListGap> {
        self.gap
    }

    /// Returns whether an instance that is not listed does not exist.
    pub fn is_complete(&self) -> bool {
        self.gap.is_none()
    }

    /// Returns whether the list contains this instance.
    pub fn contains(&self, id: &TaskId) -> bool {
        self.locations.contains_key(id)
    }

    /// Returns this instance, if it is listed.
    pub fn get(&self, id: &TaskId) -> Option<&Detail> {
        self.locations.get(id).map(|&location| &self.items[location])
    }

    /// Returns all listed instances.
    pub fn items(&self) -> &[Detail] {
        &self.items
    }

    /// Returns the instances with exactly this name.
    pub fn named(&self, name: &str) -> Vec<&Detail> {
        let locations = self.names.get(name).map(Vec::as_slice).unwrap_or_default();
        locations.iter().map(|&location| &self.items[location]).collect()
    }

    /// Returns the newest listed creation time, by the platform's clock.
    pub fn newest_creation(&self) -> Option<&str> {
        self.newest.as_deref()
    }
}

/// Content of the page that starts at the last item.
enum Step {
    /// Only that item.
    Holds,
    /// That item and more.
    GoesOn,
    /// Something else.
    Broken,
}

/// Requests the pages that follow a first page of `given` items, several at once, each with its start.
fn pages_ahead(
    client: &Client,
    given: usize,
    limit: u64,
    total: u64,
) -> impl Stream<Item = (usize, Result<ListPage, ApiError>)> {
    let total = usize::try_from(total).unwrap_or(usize::MAX).min(MAX_INSTANCES);
    let starts = (given..total).step_by(given.max(1)).filter(move |_| given > 0);
    let page = move |start| async move { (start, client.list(&query(start, limit)).await) };
    stream::iter(starts).map(page).buffered(PAGES_AT_ONCE as usize)
}

/// Requests one page of the list. If the platform refuses the page size or the response exceeds the
/// size limit, smaller pages are requested from then on.
async fn page_at(client: &Client, start: usize, limit: &mut u64) -> Result<ListPage, ApiError> {
    loop {
        match client.list(&query(start, *limit)).await {
            Err(ApiError::Refused(_)) if *limit > 10 => *limit /= 10,
            Err(ApiError::Unreachable(cause)) if cause.is_too_large() && *limit > 1 => *limit /= 2,
            answer => return answer,
        }
    }
}

fn query(start: usize, limit: u64) -> ListQuery {
    ListQuery { start: Some(start as u64), limit: Some(limit), ..ListQuery::default() }
}
