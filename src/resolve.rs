//! Manual resolution of an instance: accepted unless the platform contradicts it.

mod contradiction;
mod remediation;

use std::collections::BTreeSet;

use crate::api::client::ApiError;
use crate::api::endpoints::detail::Detail;
use crate::ids::{InstanceName, TaskId};
use crate::inventory::RegionInventory;
use crate::lockfile::{
    Entry, EntryChange, EntryState, IdSource, LockStore, PendingCreate, RequestBody,
};
use crate::plan::{FieldChange, Location, differences};

pub use contradiction::{Contradiction, Presence, ResolveError, ResolveNote};
pub use remediation::{Remediation, remediation};

/// Manual resolution of an unknown outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// It was not created or no longer exists.
    Absent,
    /// It is this instance.
    TaskId(TaskId),
}

/// Result of a manual resolution.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resolved {
    /// Differences on the platform, or details it does not show: not contradictions, but reported.
    pub notes: Vec<ResolveNote>,
    /// Whether the lock changed.
    pub changed: bool,
}

/// Resolves an unknown outcome, or removes an instance that is gone from the lock.
pub async fn resolve(
    store: &mut LockStore,
    name: &InstanceName,
    word: &Resolution,
    site: &RegionInventory,
    owned: &BTreeSet<TaskId>,
) -> Result<Resolved, ResolveError> {
    let Some(entry) = store.lock().instances.get(name).cloned() else {
        return Err(Contradiction::NotInLock.into());
    };
    let mut reported = Resolved { changed: true, ..Resolved::default() };
    let ours = match (word, entry.state) {
        (Resolution::Absent, EntryState::Unknown) => {
            ensure_absent(name, &entry, site, owned, &mut reported).await?;
            None
        }
        (Resolution::Absent, EntryState::Created | EntryState::Deleting) => {
            if let Some(id) = &entry.task_id {
                ensure_gone(id, site).await?;
            }
            None
        }
        (Resolution::TaskId(id), EntryState::Unknown) => {
            if owned.contains(id) {
                return Err(Contradiction::OwnedByAnotherEntry(id.clone()).into());
            }
            if let Some(detail) = fetch_named_detail(name, id, site, &mut reported).await? {
                reported.differs(id, &differences(&entry.request, detail.fields()));
            }
            Some(entry.clone().resolved_as(id.clone(), Some(IdSource::Manual)))
        }
        (Resolution::TaskId(id), _) if entry.task_id.as_ref() == Some(id) => {
            return Ok(Resolved::default());
        }
        (Resolution::TaskId(_), _) => {
            return Err(Contradiction::AlreadyRecorded(entry.task_id).into());
        }
    };
    store.save(&[EntryChange { name: name.clone(), base: Some(entry), ours }])?;
    Ok(reported)
}

/// An instance to add to a lock.
#[derive(Debug, Clone, Copy)]
pub struct Adoption<'a> {
    /// The name of its entry.
    pub name: &'a InstanceName,
    /// Its ID.
    pub id: &'a TaskId,
    /// Its body in the manifest, if it is there.
    pub body: Option<&'a RequestBody>,
    /// The location that the manifest or the lock has for it.
    pub location: &'a Location,
}

/// Adds an instance to the lock under a name that has no entry, with its body from the manifest, or
/// binds an entry of the same ID to the current endpoint. `owned` are the IDs that the locks record
/// as their own.
pub async fn adopt(
    store: &mut LockStore,
    Adoption { name, id, body, location }: Adoption<'_>,
    site: &RegionInventory,
    owned: &BTreeSet<TaskId>,
) -> Result<Resolved, ResolveError> {
    let base = store.lock().instances.get(name).cloned();
    let endpoint = site.client.endpoint().clone();
    let bound = |entry: &Entry| location.matches_entry(entry) && entry.endpoint == endpoint;
    match &base {
        Some(entry) if entry.task_id.as_ref() == Some(id) && bound(entry) => {
            return Ok(Resolved::default());
        }
        Some(Entry { task_id: Some(other), .. }) if other != id => {
            return Err(Contradiction::AlreadyRecorded(Some(other.clone())).into());
        }
        Some(Entry { state: EntryState::Unknown, .. }) => {
            return Err(Contradiction::OutcomeUnknown.into());
        }
        None if owned.contains(id) => {
            return Err(Contradiction::OwnedByAnotherEntry(id.clone()).into());
        }
        _ => {}
    }
    let mut reported = Resolved { changed: true, ..Resolved::default() };
    let detail = fetch_named_detail(name, id, site, &mut reported).await?;
    let region = location.region.clone();
    let ours = match (&base, body) {
        (Some(entry), _) => {
            Entry { endpoint, region: region.or(entry.region.clone()), ..entry.clone() }
        }
        (None, Some(body)) => {
            let changes = detail.map(|detail| differences(body, detail.fields()));
            let changes = changes.unwrap_or_default();
            reported.differs(id, &changes);
            let body = body_from_detail(body, changes);
            let entry = PendingCreate::new(name.clone(), region, endpoint, body).entry();
            entry.resolved_as(id.clone(), Some(IdSource::Manual))
        }
        (None, None) => return Err(Contradiction::NotInManifest.into()),
    };
    store.save(&[EntryChange { name: name.clone(), base, ours: Some(ours) }])?;
    Ok(reported)
}

/// Returns the body that the platform shows: the manifest's body with the differing fields
/// replaced.
fn body_from_detail(body: &RequestBody, changes: Vec<FieldChange>) -> RequestBody {
    let mut fields = body.fields();
    for FieldChange { field, old, .. } in changes {
        fields.insert(field, old);
    }
    RequestBody::from_value(&fields)
}

/// Fails if the platform shows an instance that the request may have created.
async fn ensure_absent(
    name: &InstanceName,
    entry: &Entry,
    site: &RegionInventory,
    owned: &BTreeSet<TaskId>,
    reported: &mut Resolved,
) -> Result<(), ResolveError> {
    let Some(listing) = &site.displayed else {
        reported.notes.push(ResolveNote::CannotList);
        return Ok(());
    };
    reported.notes.extend(listing.gap().map(ResolveNote::ListIncomplete));
    for found in listing.named(name.as_str()) {
        let id = found.id();
        let old = match &entry.known_ids {
            Some(before) => before.contains(id),
            None => !found.is_live(),
        };
        if old || owned.contains(id) {
            continue;
        }
        let differing = match site.client.detail(id).await {
            Ok(detail) => differences(&entry.request, detail.fields()),
            Err(_) => Vec::new(),
        };
        if differing.is_empty() {
            return Err(Contradiction::Listed(id.clone()).into());
        }
        reported.differs(id, &differing);
    }
    Ok(())
}

/// Fails if the platform still shows an instance.
async fn ensure_gone(id: &TaskId, site: &RegionInventory) -> Result<(), ResolveError> {
    let presence = match site.client.detail(id).await {
        Ok(detail) => Presence::Status(detail.status().map(|status| status.as_str().to_owned())),
        Err(ApiError::Refused(reason) | ApiError::EndpointMissing(reason)) => {
            match site.displayed.as_ref() {
                Some(listing) if listing.contains(id) => Presence::InList,
                listing
                    if !reason.means_not_found() && listing.is_none_or(|l| !l.is_complete()) =>
                {
                    Presence::NotConfirmedGone(reason)
                }
                _ => return Ok(()),
            }
        }
        Err(failure) => return Err(ResolveError::QueryFailed(failure)),
    };
    Err(Contradiction::StillExists(id.clone(), presence).into())
}

/// Returns the detail of the given instance, which must have this name; `None` if this platform
/// shows no details and its list does not contradict.
async fn fetch_named_detail(
    name: &InstanceName,
    id: &TaskId,
    site: &RegionInventory,
    reported: &mut Resolved,
) -> Result<Option<Detail>, ResolveError> {
    let detail = match site.client.detail(id).await {
        Ok(detail) => detail,
        Err(ApiError::EndpointMissing(cause)) if cause.code.is_none() => {
            if site.displayed.as_ref().is_some_and(|list| list.is_complete() && !list.contains(id))
            {
                return Err(Contradiction::NotOnPlatform(id.clone(), None).into());
            }
            reported.notes.push(ResolveNote::NoDetail(id.clone()));
            return Ok(None);
        }
        Err(ApiError::Refused(reason) | ApiError::EndpointMissing(reason)) => {
            return Err(Contradiction::NotOnPlatform(id.clone(), Some(reason)).into());
        }
        Err(failure) => return Err(ResolveError::QueryFailed(failure)),
    };
    if detail.name() != Some(name.as_str()) {
        let found = detail.name().unwrap_or_default().to_owned();
        return Err(Contradiction::OtherName(id.clone(), found).into());
    }
    if !detail.is_live() {
        reported.notes.push(ResolveNote::Ended(id.clone()));
    }
    Ok(Some(detail))
}

impl Resolved {
    fn differs(&mut self, id: &TaskId, changes: &[FieldChange]) {
        if !changes.is_empty() {
            let fields = changes.iter().map(|change| change.field.clone()).collect();
            self.notes.push(ResolveNote::Differs { id: id.clone(), fields });
        }
    }
}
