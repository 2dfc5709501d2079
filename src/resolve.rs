//! Manual resolution of an instance: accepted unless the platform contradicts it.

use std::collections::BTreeSet;

use crate::api::client::{ApiError, ErrorDetail, ErrorMessage};
use crate::api::endpoints::detail::Detail;
use crate::ids::{InstanceName, TaskId, listed};
use crate::inventory::RegionInventory;
use crate::lockfile::{
    Entry, EntryChange, EntryState, IdSource, LockError, LockStore, RequestBody,
};
use crate::plan::{FieldChange, Location, differences};
use crate::text::ManifestArgs;

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
    pub notes: Vec<String>,
    /// Whether the lock changed.
    pub changed: bool,
}

/// Reason why a manual resolution was rejected. The lock is unchanged.
#[derive(Debug)]
pub enum ResolveError {
    /// The lock or the platform contradicts it.
    Conflict(String),
    /// The platform does not confirm that the instance is gone.
    NotGone {
        /// The instance.
        id: TaskId,
        /// The platform's answer.
        cause: ErrorMessage,
    },
    /// The platform does not have the instance.
    NotListed {
        /// The instance.
        id: TaskId,
        /// The platform's answer.
        cause: Box<ErrorDetail>,
    },
    /// The platform could not be queried.
    QueryFailed(ApiError),
    /// The lock cannot be written.
    Lock(LockError),
}

impl From<LockError> for ResolveError {
    fn from(error: LockError) -> Self {
        Self::Lock(error)
    }
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
        return Err(ResolveError::Conflict("it is not in the lock".to_owned()));
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
                let message = format!("`{id}` belongs to another entry of the given locks");
                return Err(ResolveError::Conflict(message));
            }
            if let Some(detail) = fetch_named_detail(name, id, site, &mut reported).await? {
                reported.differs(id, &differences(&entry.request, detail.fields()));
            }
            Some(entry.resolved_as(id.clone(), IdSource::Manual))
        }
        (Resolution::TaskId(id), _) if entry.task_id.as_ref() == Some(id) => {
            return Ok(Resolved::default());
        }
        (Resolution::TaskId(_), _) => {
            let has = entry.task_id.as_ref().map_or("another", TaskId::as_str);
            return Err(ResolveError::Conflict(format!("the lock already records it as `{has}`")));
        }
    };
    store.save(&[EntryChange { name: name.clone(), base: Some(entry), ours }])?;
    Ok(reported)
}

/// Adds an instance to the lock under a name that has no entry, with its body from the manifest, or
/// binds an entry of the same ID to the current endpoint.
pub async fn adopt(
    store: &mut LockStore,
    name: &InstanceName,
    id: &TaskId,
    body: Option<&RequestBody>,
    location: &Location,
    (site, owned): (&RegionInventory, &BTreeSet<TaskId>),
) -> Result<Resolved, ResolveError> {
    let contradicted = |message: String| Err(ResolveError::Conflict(message));
    let base = store.lock().instances.get(name).cloned();
    let endpoint = site.client.endpoint().clone();
    let bound = |entry: &Entry| location.matches_entry(entry) && entry.endpoint == endpoint;
    match &base {
        Some(entry) if entry.task_id.as_ref() == Some(id) && bound(entry) => {
            return Ok(Resolved::default());
        }
        Some(Entry { task_id: Some(other), .. }) if other != id => {
            return contradicted(format!("the lock already records it as `{other}`"));
        }
        Some(Entry { state: EntryState::Unknown, .. }) => {
            return contradicted("outcome unknown; run `instancectl resolve` first".into());
        }
        None if owned.contains(id) => {
            return contradicted(format!("`{id}` belongs to another entry of the given locks"));
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
            Entry::adopted(
                id.clone(),
                IdSource::Manual,
                (region, endpoint),
                body_from_detail(body, changes),
            )
        }
        (None, None) => return contradicted("it is not in the manifest".to_owned()),
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
        reported
            .notes
            .push("this platform cannot list instances: the command is not checked".to_owned());
        return Ok(());
    };
    if let Some(cause) = listing.incomplete_reason() {
        reported.notes.push(format!("the platform's list is incomplete: {cause}"));
    }
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
            return Err(ResolveError::Conflict(format!(
                "the platform lists `{id}` with this name, and it matches the request that was \
                 sent: use `--id {id}`"
            )));
        }
        reported.differs(id, &differing);
    }
    Ok(())
}

/// Fails if the platform still shows an instance.
async fn ensure_gone(id: &TaskId, site: &RegionInventory) -> Result<(), ResolveError> {
    let there = |word: &str| {
        Err(ResolveError::Conflict(format!("the platform still lists `{id}`: {word}")))
    };
    match site.client.detail(id).await {
        Ok(detail) => there(detail.status().as_ref().map_or("no status", |status| status.as_str())),
        Err(ApiError::Refused(reason) | ApiError::EndpointMissing(reason)) => {
            match site.displayed.as_ref() {
                Some(listing) if listing.contains(id) => there("it is in the list"),
                // Not confirmed as gone by either the list or the detail.
                listing
                    if !reason.means_not_found() && listing.is_none_or(|l| !l.is_complete()) =>
                {
                    Err(ResolveError::NotGone { id: id.clone(), cause: reason.message })
                }
                _ => Ok(()),
            }
        }
        Err(failure) => Err(ResolveError::QueryFailed(failure)),
    }
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
                let message = format!("the platform does not list `{id}`");
                return Err(ResolveError::Conflict(message));
            }
            reported.notes.push(format!(
                "the platform shows no detail of `{id}`: the ID is not \
                                     checked"
            ));
            return Ok(None);
        }
        Err(ApiError::Refused(cause) | ApiError::EndpointMissing(cause)) => {
            let cause = Box::new(cause);
            return Err(ResolveError::NotListed { id: id.clone(), cause });
        }
        Err(failure) => return Err(ResolveError::QueryFailed(failure)),
    };
    if detail.name() != Some(name.as_str()) {
        let found = detail.name().unwrap_or_default().escape_debug().to_string();
        let message = format!("`{id}` is named `{found}` on the platform");
        return Err(ResolveError::Conflict(message));
    }
    if !detail.is_live() {
        reported.notes.push(format!("`{id}` has ended on the platform"));
    }
    Ok(Some(detail))
}

impl Resolved {
    fn differs(&mut self, id: &TaskId, changes: &[FieldChange]) {
        if !changes.is_empty() {
            let fields: Vec<_> = changes.iter().map(|change| change.field.as_str()).collect();
            self.notes.push(format!("`{id}` differs on the platform in {}", fields.join(", ")));
        }
    }
}

/// Returns the manual steps for an outcome that stays unknown. `candidates` are the live instances
/// that it may be.
pub fn remediation(manifest: &ManifestArgs, name: &InstanceName, candidates: &[TaskId]) -> String {
    let resolve = || manifest.command("resolve").value(name.as_str());
    let absent = resolve().flag("--absent");
    let is = |id: &str| format!("`{}`", resolve().option("--id", id));
    if candidates.is_empty() {
        return format!(
            "look on the platform for an instance named `{}`: if it exists, {}; if not, \
             `{absent}`",
            name.as_str().escape_debug(),
            is("TASK_ID"),
        );
    }
    let each: Vec<String> = candidates.iter().map(|id| is(id.as_str())).collect();
    format!(
        "check {} on the platform: {} if it is the instance; `{absent}` if none of them is",
        listed(candidates),
        each.join(" or ")
    )
}
