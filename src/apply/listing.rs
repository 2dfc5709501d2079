//! What the platform shows of its instances: its list, walked to the end.

use std::collections::HashMap;

use crate::api::client::{Client, Failure};
use crate::api::detail::Detail;
use crate::api::list::ListQuery;
use crate::ids::TaskId;

/// Items asked for at once; the platform may give fewer, and the walk goes by what it gave.
const PAGE: u64 = 100;
/// A list that is longer than this is not walked to its end.
const LONGEST: usize = 1_000_000;
/// So many known instances are asked for one by one, where a list shows none of them.
const PROBES: usize = 3;

/// The instances at one address, as a list showed them.
#[derive(Debug, Default)]
pub struct Listing {
    items: Vec<Detail>,
    places: HashMap<TaskId, usize>,
    names: HashMap<String, Vec<usize>>,
    newest: Option<String>,
    fault: Option<&'static str>,
}

impl Listing {
    /// Walks the list, unfiltered. It is whole where it came to the stated total or to an empty part,
    /// each part with something new, and showed one of the `known` instances, or their detail says
    /// that they are gone. [`Failure::NoService`] means that this platform cannot list.
    pub async fn walk(client: &Client, known: &[TaskId]) -> Result<Self, Failure> {
        let mut listing = Self::default();
        listing.fault = listing.collect(client).await?;
        if listing.fault.is_none() && !listing.knows(client, known).await {
            listing.fault = Some("it shows none of the instances that are known to be there");
        }
        Ok(listing)
    }

    /// Takes in part after part, and gives why the list is not whole, where it is not.
    async fn collect(&mut self, client: &Client) -> Result<Option<&'static str>, Failure> {
        let mut stated = None;
        loop {
            let start = Some(self.items.len() as u64);
            let query = ListQuery { start, limit: Some(PAGE), ..ListQuery::default() };
            let page = client.list(&query).await?;
            if stated.is_some() && stated != Some(page.total) {
                return Ok(Some("its stated total changed while it was read"));
            }
            stated = Some(page.total);
            let (before, given) = (self.items.len(), page.items.len());
            page.items.into_iter().for_each(|item| self.add(item));
            let found = self.items.len();
            let complete = page.total.is_some_and(|total| found as u64 >= total);
            match (given, page.total) {
                _ if complete => return Ok(None),
                (0, None) => return Ok(None),
                (0, Some(_)) => return Ok(Some("it ended before its stated total")),
                _ if found < before + given => return Ok(Some("a part of it came twice")),
                _ if found >= LONGEST => return Ok(Some("it is too long")),
                _ => {}
            }
        }
    }

    fn add(&mut self, item: Detail) {
        if self.places.contains_key(item.id()) {
            return;
        }
        let place = self.items.len();
        self.places.insert(item.id().clone(), place);
        if let Some(name) = item.name() {
            self.names.entry(name.to_owned()).or_default().push(place);
        }
        if let Some(time) = item.create_time()
            && self.newest.as_deref().is_none_or(|newest| newest < time)
        {
            self.newest = Some(time.to_owned());
        }
        self.items.push(item);
    }

    /// Whether the list is that of the place where the known instances are.
    async fn knows(&self, client: &Client, known: &[TaskId]) -> bool {
        if known.is_empty() || known.iter().any(|id| self.shows(id)) {
            return true;
        }
        for id in known.iter().take(PROBES) {
            match client.detail(id).await {
                Err(Failure::Refused(_)) => {}
                Err(Failure::NoService(fault)) if fault.code.is_some() => {}
                _ => return false,
            }
        }
        true
    }

    /// Why it is not the whole list, where it is not.
    pub fn fault(&self) -> Option<&'static str> {
        self.fault
    }

    /// Whether what it does not show is not there.
    pub fn is_whole(&self) -> bool {
        self.fault.is_none()
    }

    /// Whether it shows this instance.
    pub fn shows(&self, id: &TaskId) -> bool {
        self.places.contains_key(id)
    }

    /// This instance, where it shows it.
    pub fn get(&self, id: &TaskId) -> Option<&Detail> {
        self.places.get(id).map(|&place| &self.items[place])
    }

    /// The instances of exactly this name.
    pub fn named(&self, name: &str) -> Vec<&Detail> {
        let places = self.names.get(name).map(Vec::as_slice).unwrap_or_default();
        places.iter().map(|&place| &self.items[place]).collect()
    }

    /// The newest creation time that it shows, by the platform's clock.
    pub fn newest(&self) -> Option<&str> {
        self.newest.as_deref()
    }
}
