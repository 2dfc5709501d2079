//! Queries the state of entries: one list for many, and details only if the list is not sufficient.
//! The same list shows live instances of names that no lock has.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use futures_util::{StreamExt, TryStreamExt, stream};

use crate::api::client::{ApiError, Client};
use crate::api::endpoints::detail::{Detail, Status};
use crate::exit_status::{ExitClass, ExitClasses};
use crate::ids::TaskId;
use crate::inventory::InstanceList;
use crate::lifecycle::instance::{
    LiveState, LockedInstance, ObservedInstance, RelatedInstance, classes,
};
use crate::lifecycle::unrecorded::{MissingInstance, UnrecordedInstance};
use crate::lifecycle::usage;
use crate::lockfile::EntryState;

/// Maximum concurrent detail requests.
const MAX_CONCURRENT_DETAILS: usize = 8;
/// Up to this many entries are queried one by one if nothing else is needed.
const DETAIL_THRESHOLD: usize = 3;

/// Subject of a query.
#[derive(Debug, Clone, Copy)]
pub struct QueryTargets<'a> {
    /// The entries.
    pub locked: &'a [LockedInstance],
    /// Instances of manifests that no lock has.
    pub missing: &'a [MissingInstance],
    /// The IDs of all loaded locks.
    pub owned: &'a BTreeSet<TaskId>,
}

/// Data that a query collects in addition to the status of each entry.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QueryScope {
    /// Other live instances of the same names that no loaded lock owns.
    pub duplicates: bool,
    /// The running time.
    pub usage: bool,
    /// The access addresses of running instances.
    pub addresses: bool,
}

/// Result of a query.
#[derive(Debug, Clone, Default)]
pub struct Observation {
    /// The entries, in their order.
    pub instances: Vec<ObservedInstance>,
    /// Live instances with the names of missing ones; without duplicates in the scope, none.
    pub unrecorded: Vec<UnrecordedInstance>,
}

impl Observation {
    /// Returns the exit status classes of everything that was found.
    pub fn classes(&self) -> ExitClasses {
        let unrecorded = self.unrecorded.iter().map(|_| ExitClass::Blocked);
        classes(&self.instances).iter().chain(unrecorded).collect()
    }
}

/// Queries entries. Fails only if the platform refuses the caller or cannot be reached.
pub async fn query(
    clients: &[Client],
    QueryTargets { locked, missing, owned }: QueryTargets<'_>,
    scope: QueryScope,
) -> Result<Observation, ApiError> {
    let mut observed: Vec<Option<ObservedInstance>> = locked.iter().map(|_| None).collect();
    let mut unrecorded = Vec::new();
    for client in clients {
        let location = client.location();
        let target: Vec<usize> = (0..locked.len())
            .filter(|&at| observed[at].is_none() && location.matches_entry(&locked[at].entry))
            .collect();
        let mut missing = missing.iter().filter(|missing| missing.is_at(location)).peekable();
        let compares = scope.duplicates && missing.peek().is_some();
        if target.is_empty() && !compares {
            continue;
        }
        let needs_list = scope.duplicates || target.len() > DETAIL_THRESHOLD;
        let listing = if needs_list { list(client).await? } else { None };
        let now = client.service_time().unwrap_or_else(SystemTime::now);
        if let Some(listing) = listing.as_ref().filter(|_| compares) {
            unrecorded.extend(missing.filter_map(|missing| missing.find(listing, owned, now)));
        }
        let entries: Vec<&LockedInstance> = target.iter().map(|&at| &locked[at]).collect();
        let found = find(client, &entries, listing.as_ref(), scope).await?;
        for (at, live) in target.into_iter().zip(found) {
            let mut others = related_instances(&locked[at], listing.as_ref(), owned);
            fetch_candidates(client, &mut others).await;
            // An adopted instance has no time of its request.
            let created = || usage::age(live.detail()?, now);
            let age = age(&locked[at], now).or_else(created);
            observed[at] = Some(ObservedInstance { locked: locked[at].clone(), live, others, age });
        }
    }
    let other_region = |locked: &LockedInstance| ObservedInstance {
        locked: locked.clone(),
        live: LiveState::OtherRegion,
        others: Vec::new(),
        age: None,
    };
    let all = observed.into_iter().zip(locked);
    let instances =
        all.map(|(observed, locked)| observed.unwrap_or_else(|| other_region(locked))).collect();
    Ok(Observation { instances, unrecorded })
}

/// Returns the list, if this platform has one that can be read.
async fn list(client: &Client) -> Result<Option<InstanceList>, ApiError> {
    match InstanceList::fetch_all(client, &[]).await {
        Ok(listing) => Ok(Some(listing)),
        Err(ApiError::EndpointMissing(_) | ApiError::Refused(_)) => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// Returns the state of each entry of one location. Details are requested several at a time; if one is not
/// available, the list item is used.
async fn find(
    client: &Client,
    locked: &[&LockedInstance],
    listing: Option<&InstanceList>,
    scope: QueryScope,
) -> Result<Vec<LiveState>, ApiError> {
    // A list that shows none of our instances may belong to another location.
    let proves_absence = listing.is_some_and(|listing| {
        let mut ids = locked.iter().filter_map(|locked| locked.entry.task_id.as_ref());
        listing.is_complete() && ids.any(|id| listing.contains(id))
    });
    let state = async |locked: &LockedInstance| {
        let Some(id) = &locked.entry.task_id else { return Ok(LiveState::Unknown) };
        let item = listing.and_then(|listing| listing.get(id));
        let detail = match item {
            Some(item) if is_sufficient(item, locked, scope) => Ok(item.clone()),
            _ => client.detail(id).await,
        };
        match (detail, item) {
            (Ok(detail), _) => Ok(LiveState::Present(Box::new(detail))),
            (Err(_), Some(item)) => Ok(LiveState::Present(Box::new(item.clone()))),
            (Err(failure), None) => absent(failure, proves_absence),
        }
    };
    let states = stream::iter(locked.iter().map(|locked| state(locked)));
    states.buffered(MAX_CONCURRENT_DETAILS).try_collect().await
}

/// Returns whether a list item has what the scope needs: a status and, if it is running, the running
/// time and the access URLs of the ports that it opens.
fn is_sufficient(item: &Detail, locked: &LockedInstance, scope: QueryScope) -> bool {
    let opens_ports = || {
        let fields = locked.entry.request.fields();
        let ports = fields.get("containerPortInfoList").and_then(|ports| ports.as_array());
        ports.is_some_and(|ports| !ports.is_empty())
    };
    match item.status() {
        None => false,
        Some(Status::Running) => {
            (!scope.usage || item.fields().contains_key("duration"))
                && (!scope.addresses || item.addresses().is_some() || !opens_ports())
        }
        Some(_) => true,
    }
}

/// Returns the state of an instance from an answer that does not contain it.
pub fn absent(failure: ApiError, proves_absence: bool) -> Result<LiveState, ApiError> {
    match failure {
        ApiError::Refused(reason) | ApiError::EndpointMissing(reason)
            if proves_absence || reason.means_not_found() =>
        {
            Ok(LiveState::Gone)
        }
        ApiError::Refused(reason) | ApiError::EndpointMissing(reason) => {
            Ok(LiveState::QueryFailed(reason))
        }
        failure => Err(failure),
    }
}

/// Returns the lock's candidates, and live instances of the same name that no loaded lock owns.
fn related_instances(
    locked: &LockedInstance,
    listing: Option<&InstanceList>,
    owned: &BTreeSet<TaskId>,
) -> Vec<RelatedInstance> {
    let displayed = |id: &TaskId| listing.and_then(|listing| listing.get(id));
    let known = locked.entry.candidates.iter().filter(|id| !owned.contains(*id));
    let mut others: Vec<RelatedInstance> = known
        .map(|id| {
            let detail = displayed(id);
            let created = detail.and_then(Detail::create_time).map(str::to_owned);
            RelatedInstance { id: id.clone(), status: detail.and_then(Detail::status), created }
        })
        .collect();
    let named = listing.map(|listing| listing.named(locked.name.as_str())).unwrap_or_default();
    for duplicate in named {
        let new = !owned.contains(duplicate.id())
            && others.iter().all(|other| other.id != *duplicate.id());
        if duplicate.is_live() && new {
            others.push(RelatedInstance::live(duplicate));
        }
    }
    others.sort_by(|one, other| one.id.cmp(&other.id));
    others
}

/// Requests the details of candidates that no list shows.
async fn fetch_candidates(client: &Client, others: &mut [RelatedInstance]) {
    for other in others.iter_mut().filter(|other| other.status.is_none()) {
        if let Ok(detail) = client.detail(&other.id).await {
            let status = detail.status().unwrap_or_else(|| Status::from("unknown"));
            other.status = Some(status);
            other.created = detail.create_time().map(str::to_owned);
        }
    }
}

/// Returns the time since the request was sent. Both clocks are used for display only; no decision
/// depends on them.
fn age(locked: &LockedInstance, now: SystemTime) -> Option<Duration> {
    if locked.entry.state == EntryState::Unknown {
        return None;
    }
    let then = humantime::parse_rfc3339(locked.entry.submitted_at.as_deref()?).ok()?;
    // With a small clock skew the age is zero rather than wrong.
    Some(now.duration_since(then).unwrap_or_default())
}
