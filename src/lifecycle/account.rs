//! All instances of the account in a region, and the locks that have them.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use futures_util::{StreamExt, stream};

use super::usage::age;
use crate::api::client::{ApiError, Client};
use crate::api::endpoints::detail::{Detail, Status};
use crate::ids::{InstanceName, TaskId};
use crate::inventory::{InstanceList, ListGap, created_ids};
use crate::lockfile::{EntryState, Lockfile};

/// Maximum concurrent detail requests.
const MAX_CONCURRENT_DETAILS: usize = 8;

/// An instance of the account.
#[derive(Debug, Clone)]
pub struct AccountInstance {
    /// Its state as the platform shows it.
    pub detail: Detail,
    /// Time since its creation.
    pub age: Option<Duration>,
    /// The lock that has it.
    pub holder: Holder,
}

/// The lock that has an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    /// The lock with this index records it.
    Lock(usize),
    /// The lock with this index has its name with an unknown outcome, or as a candidate.
    Undecided(usize),
    /// None of the locks.
    None,
}

/// The instances of the account in one region.
#[derive(Debug)]
pub struct AccountRegion {
    /// The client of the region.
    pub client: Client,
    /// The instances: in the order of their locks, then by name.
    pub instances: Vec<AccountInstance>,
    /// Reason why the list is incomplete, if it is.
    pub gap: Option<ListGap>,
}

/// The owners of IDs and the names with an unknown outcome in locks.
#[derive(Debug)]
pub struct Holders<'a> {
    owners: HashMap<&'a TaskId, usize>,
    undecided: HashMap<&'a InstanceName, usize>,
    candidates: HashMap<&'a TaskId, usize>,
}

impl<'a> Holders<'a> {
    /// Reads the entries of locks.
    pub fn new(locks: &[&'a Lockfile]) -> Self {
        let entries = || {
            let all = locks.iter().enumerate();
            all.flat_map(|(job, lock)| lock.instances.iter().map(move |entry| (job, entry)))
        };
        let unknown = |(_, (_, entry)): &(_, (_, &crate::lockfile::Entry))| {
            entry.state == EntryState::Unknown
        };
        Self {
            owners: entries()
                .filter_map(|(job, (_, it))| Some((it.task_id.as_ref()?, job)))
                .collect(),
            undecided: entries().filter(unknown).map(|(job, (name, _))| (name, job)).collect(),
            candidates: entries()
                .flat_map(|(job, (_, entry))| entry.candidates.iter().map(move |id| (id, job)))
                .collect(),
        }
    }

    /// Returns the lock that has the instance with this ID and name.
    pub fn holder_of(&self, id: &TaskId, name: Option<&str>) -> Holder {
        if let Some(job) = self.owners.get(id) {
            return Holder::Lock(*job);
        }
        let undecided = || self.undecided.get(&InstanceName::from(name?));
        let job = self.candidates.get(id).or_else(undecided);
        job.map_or(Holder::None, |job| Holder::Undecided(*job))
    }
}

/// Lists the instances of a region that `filter` selects. Details are requested only for those whose
/// list item lacks what is shown. [`ApiError::EndpointMissing`] means that the platform cannot list.
pub async fn list_account(
    client: &Client,
    locks: &[&Lockfile],
    filter: impl Fn(&Detail) -> bool,
) -> Result<AccountRegion, ApiError> {
    let holders = Holders::new(locks);
    let listing = InstanceList::fetch_all(client, &created_ids(locks, client.location())).await?;
    let now = client.service_time().unwrap_or_else(SystemTime::now);
    let complete = async |item: &Detail| {
        let shown = if is_sufficient(item) { None } else { client.detail(item.id()).await.ok() };
        let detail = shown.unwrap_or_else(|| item.clone());
        AccountInstance {
            age: age(&detail, now),
            holder: holders.holder_of(detail.id(), detail.name()),
            detail,
        }
    };
    let selected = listing.items().iter().filter(|item| filter(item));
    let details = stream::iter(selected.map(complete));
    let mut instances: Vec<_> = details.buffered(MAX_CONCURRENT_DETAILS).collect().await;
    let key = |one: &AccountInstance| {
        (one.holder, one.detail.name().map(str::to_owned), one.detail.id().clone())
    };
    instances.sort_by_cached_key(key);
    Ok(AccountRegion { client: client.clone(), instances, gap: listing.gap() })
}

/// Returns whether a list item has its status, its cards and, if it is running, its running time.
fn is_sufficient(item: &Detail) -> bool {
    let running = item.status() == Some(Status::Running);
    item.status().is_some()
        && item.cards().is_some()
        && (!running || item.fields().contains_key("duration"))
}
