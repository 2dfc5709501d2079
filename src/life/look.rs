//! Queries the state of entries: one list for many, and details only if the list is not sufficient.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use tokio::task::JoinSet;

use super::{LiveState, LockedInstance, ObservedInstance, RelatedInstance};
use crate::api::client::{ApiError, Client};
use crate::api::detail::{Detail, Status};
use crate::apply::{InstanceList, location};
use crate::ids::TaskId;
use crate::lockfile::EntryState;

/// Maximum concurrent detail requests.
const MAX_CONCURRENT_DETAILS: usize = 8;
/// Up to this many entries are queried one by one if nothing else is needed.
const DETAIL_THRESHOLD: usize = 3;

/// Queries entries, in their order. `owned` are the IDs of all loaded locks: if `twins` is set,
/// live instances with the name of an entry and none of these IDs are reported with it. Fails only
/// if the platform refuses the caller or cannot be reached.
pub async fn query(
    clients: &[Client],
    held: &[LockedInstance],
    owned: &BTreeSet<TaskId>,
    twins: bool,
) -> Result<Vec<ObservedInstance>, ApiError> {
    let mut seen: Vec<Option<ObservedInstance>> = held.iter().map(|_| None).collect();
    for client in clients {
        let place = location(client);
        let here: Vec<usize> = (0..held.len())
            .filter(|&at| seen[at].is_none() && place.matches_entry(&held[at].entry))
            .collect();
        if here.is_empty() {
            continue;
        }
        let listing =
            if twins || here.len() > DETAIL_THRESHOLD { list(client).await? } else { None };
        let entries: Vec<&LockedInstance> = here.iter().map(|&at| &held[at]).collect();
        let found = find(client, &entries, listing.as_ref()).await?;
        let now = client.service_time().unwrap_or_else(SystemTime::now);
        for (at, live) in here.into_iter().zip(found) {
            let mut others = related_instances(&held[at], listing.as_ref(), owned);
            fetch_candidates(client, &mut others).await;
            let age = age(&held[at], now);
            seen[at] = Some(ObservedInstance { held: held[at].clone(), live, others, age });
        }
    }
    let elsewhere = |held: &LockedInstance| ObservedInstance {
        held: held.clone(),
        live: LiveState::OtherRegion,
        others: Vec::new(),
        age: None,
    };
    let all = seen.into_iter().zip(held);
    Ok(all.map(|(seen, held)| seen.unwrap_or_else(|| elsewhere(held))).collect())
}

/// Returns the list, if this platform has one that can be read.
async fn list(client: &Client) -> Result<Option<InstanceList>, ApiError> {
    match InstanceList::fetch_all(client, &[]).await {
        Ok(listing) => Ok(Some(listing)),
        Err(ApiError::NoService(_) | ApiError::Refused(_)) => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// Returns the state of each entry of one location.
pub(super) async fn find(
    client: &Client,
    held: &[&LockedInstance],
    listing: Option<&InstanceList>,
) -> Result<Vec<LiveState>, ApiError> {
    let mut found: Vec<Option<LiveState>> = Vec::with_capacity(held.len());
    let mut open = Vec::new();
    // A list that shows none of our instances may belong to another location.
    let proves_absence = listing.is_some_and(|listing| {
        let mut ids = held.iter().filter_map(|held| held.entry.task_id.as_ref());
        listing.is_complete() && ids.any(|id| listing.contains(id))
    });
    for (at, held) in held.iter().enumerate() {
        let Some(id) = &held.entry.task_id else {
            found.push(Some(LiveState::Unknown));
            continue;
        };
        let item = listing.and_then(|listing| listing.get(id));
        match item {
            Some(item) if is_sufficient(item, held) => {
                found.push(Some(LiveState::Present(Box::new(item.clone()))));
            }
            _ => {
                found.push(None);
                open.push((at, id.clone(), item.cloned()));
            }
        }
    }
    for (at, live) in fetch_details(client, open, proves_absence).await? {
        found[at] = Some(live);
    }
    Ok(found.into_iter().map(|live| live.expect("each was listed or asked for")).collect())
}

/// Returns whether a list item is complete: it has a status and, if it is running and opens ports,
/// their access URLs.
fn is_sufficient(item: &Detail, held: &LockedInstance) -> bool {
    let opens_ports = || {
        let fields = held.entry.request.fields();
        let ports = fields.get("containerPortInfoList").and_then(|ports| ports.as_array());
        ports.is_some_and(|ports| !ports.is_empty())
    };
    match item.status() {
        None => false,
        Some(Status::Running) => item.addresses().is_some() || !opens_ports(),
        Some(_) => true,
    }
}

type PendingDetail = (usize, TaskId, Option<Detail>);

/// Requests details, several at a time. If a detail is not available, the list item is used.
async fn fetch_details(
    client: &Client,
    open: Vec<PendingDetail>,
    proves_absence: bool,
) -> Result<Vec<(usize, LiveState)>, ApiError> {
    let mut waiting = open.into_iter();
    let mut flight = JoinSet::new();
    let mut found = Vec::new();
    loop {
        while flight.len() < MAX_CONCURRENT_DETAILS
            && let Some((at, id, item)) = waiting.next()
        {
            let client = client.clone();
            flight.spawn(async move { (at, item, client.detail(&id).await) });
        }
        let Some(done) = flight.join_next().await else { return Ok(found) };
        let (at, item, answer) = done.expect("a detail call neither panics nor is aborted");
        let live = match (answer, item) {
            (Ok(detail), _) => LiveState::Present(Box::new(detail)),
            (Err(_), Some(item)) => LiveState::Present(Box::new(item)),
            (Err(failure), None) => absent(failure, proves_absence)?,
        };
        found.push((at, live));
    }
}

/// Returns the state of an instance from an answer that does not contain it.
pub(super) fn absent(failure: ApiError, proves_absence: bool) -> Result<LiveState, ApiError> {
    match failure {
        ApiError::Refused(said) | ApiError::NoService(said)
            if proves_absence || said.means_not_found() =>
        {
            Ok(LiveState::Gone)
        }
        ApiError::Refused(said) | ApiError::NoService(said) => {
            Ok(LiveState::QueryFailed(said.to_string()))
        }
        failure => Err(failure),
    }
}

/// Returns the lock's candidates, and live instances of the same name that no loaded lock owns.
fn related_instances(
    held: &LockedInstance,
    listing: Option<&InstanceList>,
    owned: &BTreeSet<TaskId>,
) -> Vec<RelatedInstance> {
    let shown = |id: &TaskId| listing.and_then(|listing| listing.get(id));
    let known = held.entry.candidates.iter().filter(|id| !owned.contains(*id));
    let mut others: Vec<RelatedInstance> = known
        .map(|id| {
            let detail = shown(id);
            let created = detail.and_then(Detail::create_time).map(str::to_owned);
            RelatedInstance { id: id.clone(), status: detail.and_then(Detail::status), created }
        })
        .collect();
    let named = listing.map(|listing| listing.named(held.name.as_str())).unwrap_or_default();
    for twin in named {
        let new = !owned.contains(twin.id()) && others.iter().all(|other| other.id != *twin.id());
        if twin.is_live() && new {
            // An instance of unknown status may be live.
            let status = twin.status().unwrap_or_else(|| Status::Other("unknown".to_owned()));
            let created = twin.create_time().map(str::to_owned);
            others.push(RelatedInstance { id: twin.id().clone(), status: Some(status), created });
        }
    }
    others.sort_by(|one, other| one.id.cmp(&other.id));
    others
}

/// Requests the details of candidates that no list shows.
async fn fetch_candidates(client: &Client, others: &mut [RelatedInstance]) {
    for other in others.iter_mut().filter(|other| other.status.is_none()) {
        if let Ok(detail) = client.detail(&other.id).await {
            let status = detail.status().unwrap_or_else(|| Status::Other("unknown".to_owned()));
            other.status = Some(status);
            other.created = detail.create_time().map(str::to_owned);
        }
    }
}

/// Returns the time since the request was sent. Both clocks are used for display only; no decision
/// depends on them.
fn age(held: &LockedInstance, now: SystemTime) -> Option<Duration> {
    if held.entry.state == EntryState::Unknown {
        return None;
    }
    let then = humantime::parse_rfc3339(held.entry.submitted_at.as_deref()?).ok()?;
    // With a small clock skew the age is zero rather than wrong.
    Some(now.duration_since(then).unwrap_or_default())
}
