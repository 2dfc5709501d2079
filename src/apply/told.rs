//! What a person says of an instance: taken where the platform does not contradict it.

use std::collections::BTreeSet;

use super::survey::Site;
use crate::api::client::ApiError;
use crate::api::detail::Detail;
use crate::ids::{InstanceName, TaskId};
use crate::lockfile::{
    Entry, EntryChange, EntryState, IdSource, LockError, LockStore, RequestBody,
};
use crate::plan::{FieldChange, Location, differences};

/// What a person says of an unknown outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// It was not created, or is no longer there.
    Absent,
    /// It is this instance.
    Is(TaskId),
}

/// What was taken from a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// What the platform shows that differs, or does not show: no contradiction, but worth a look.
    pub notes: Vec<String>,
    /// Whether the lock changed.
    pub changed: bool,
}

/// Why a person's word was not taken. The lock is as it was.
#[derive(Debug, thiserror::Error)]
pub enum NotTold {
    /// The lock or the platform contradicts it.
    #[error("{0}")]
    Contradicted(String),
    /// The platform could not be asked.
    #[error("the platform could not be asked, so nothing was changed")]
    Unasked(ApiError),
    /// The lock cannot be written.
    #[error(transparent)]
    Lock(#[from] LockError),
}

/// Ends an unknown outcome, or takes an instance that is gone out of the lock.
pub async fn resolve(
    store: &mut LockStore,
    name: &InstanceName,
    word: &Word,
    site: &Site,
    owned: &BTreeSet<TaskId>,
) -> Result<Told, NotTold> {
    let Some(entry) = store.lock().instances.get(name).cloned() else {
        return Err(NotTold::Contradicted("the lock does not have it".to_owned()));
    };
    let mut told = Told { changed: true, ..Told::default() };
    let ours = match (word, entry.state) {
        (Word::Absent, EntryState::Unknown) => {
            absent(name, &entry, site, owned, &mut told).await?;
            None
        }
        (Word::Absent, EntryState::Created | EntryState::Deleting) => {
            if let Some(id) = &entry.task_id {
                gone(id, site).await?;
            }
            None
        }
        (Word::Is(id), EntryState::Unknown) => {
            if owned.contains(id) {
                let message = format!("`{id}` belongs to another entry of the locks at hand");
                return Err(NotTold::Contradicted(message));
            }
            if let Some(detail) = shown(name, id, site, &mut told).await? {
                told.differs(id, &differences(&entry.request, detail.fields()));
            }
            Some(entry.resolved_as(id.clone(), IdSource::Manual))
        }
        (Word::Is(id), _) if entry.task_id.as_ref() == Some(id) => {
            return Ok(Told::default());
        }
        (Word::Is(_), _) => {
            let has = entry.task_id.as_ref().map_or("another", TaskId::as_str);
            return Err(NotTold::Contradicted(format!("the lock has it as `{has}` already")));
        }
    };
    store.save(&[EntryChange { name: name.clone(), base: Some(entry), ours }])?;
    Ok(told)
}

/// Takes an instance into the lock under a name that has no entry, with the body that the manifest has
/// for it, or binds an entry of the same ID to the address at hand.
pub async fn adopt(
    store: &mut LockStore,
    name: &InstanceName,
    id: &TaskId,
    body: Option<&RequestBody>,
    place: &Location,
    (site, owned): (&Site, &BTreeSet<TaskId>),
) -> Result<Told, NotTold> {
    let contradicted = |message: String| Err(NotTold::Contradicted(message));
    let base = store.lock().instances.get(name).cloned();
    let endpoint = site.client.endpoint().clone();
    let bound = |entry: &Entry| place.matches_entry(entry) && entry.endpoint == endpoint;
    match &base {
        Some(entry) if entry.task_id.as_ref() == Some(id) && bound(entry) => {
            return Ok(Told::default());
        }
        Some(Entry { task_id: Some(other), .. }) if other != id => {
            return contradicted(format!("the lock has it as `{other}` already"));
        }
        Some(Entry { state: EntryState::Unknown, .. }) => {
            return contradicted("its outcome is unknown: `instancectl resolve` ends that".into());
        }
        None if owned.contains(id) => {
            return contradicted(format!("`{id}` belongs to another entry of the locks at hand"));
        }
        _ => {}
    }
    let mut told = Told { changed: true, ..Told::default() };
    let detail = shown(name, id, site, &mut told).await?;
    let region = place.region.clone();
    let ours = match (&base, body) {
        (Some(entry), _) => {
            Entry { endpoint, region: region.or(entry.region.clone()), ..entry.clone() }
        }
        (None, Some(body)) => {
            let changes = detail.map(|detail| differences(body, detail.fields()));
            let changes = changes.unwrap_or_default();
            told.differs(id, &changes);
            Entry::adopted(
                id.clone(),
                IdSource::Manual,
                (region, endpoint),
                as_shown(body, changes),
            )
        }
        (None, None) => return contradicted("the manifest does not have it".to_owned()),
    };
    store.save(&[EntryChange { name: name.clone(), base, ours: Some(ours) }])?;
    Ok(told)
}

/// The body that the platform shows: the manifest's, with what differs as it is shown.
fn as_shown(body: &RequestBody, changes: Vec<FieldChange>) -> RequestBody {
    let mut fields = body.fields();
    for FieldChange { field, old, .. } in changes {
        fields.insert(field, old);
    }
    RequestBody::from_value(&fields)
}

/// Fails where the platform shows what the request may have created.
async fn absent(
    name: &InstanceName,
    entry: &Entry,
    site: &Site,
    owned: &BTreeSet<TaskId>,
    told: &mut Told,
) -> Result<(), NotTold> {
    let Some(listing) = &site.shown else {
        told.notes.push("this platform cannot list instances: your word alone counts".to_owned());
        return Ok(());
    };
    if let Some(fault) = listing.fault() {
        told.notes.push(format!("the platform's list is not whole: {fault}"));
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
            return Err(NotTold::Contradicted(format!(
                "the platform shows `{id}` under this name, and nothing in it differs from what was \
                 sent: give `--id {id}`"
            )));
        }
        told.differs(id, &differing);
    }
    Ok(())
}

/// Fails where the platform still shows an instance.
async fn gone(id: &TaskId, site: &Site) -> Result<(), NotTold> {
    let there =
        |word: &str| Err(NotTold::Contradicted(format!("the platform still shows `{id}`: {word}")));
    match site.client.detail(id).await {
        Ok(detail) => there(detail.status().as_ref().map_or("no status", |status| status.as_str())),
        Err(ApiError::Refused(said) | ApiError::NoService(said)) => {
            match site.shown.as_ref() {
                Some(listing) if listing.shows(id) => there("it is in the list"),
                // Neither the list nor the detail says that it is gone.
                listing if !said.means_not_found() && listing.is_none_or(|l| !l.is_whole()) => {
                    there(&said.message)
                }
                _ => Ok(()),
            }
        }
        Err(failure) => Err(NotTold::Unasked(failure)),
    }
}

/// The detail of the instance that a person names, which must bear the name; `None` where this
/// platform shows no details and its list does not speak against it.
async fn shown(
    name: &InstanceName,
    id: &TaskId,
    site: &Site,
    told: &mut Told,
) -> Result<Option<Detail>, NotTold> {
    let detail = match site.client.detail(id).await {
        Ok(detail) => detail,
        Err(ApiError::NoService(fault)) if fault.code.is_none() => {
            if site.shown.as_ref().is_some_and(|list| list.is_whole() && !list.shows(id)) {
                let message = format!("the platform does not show `{id}`");
                return Err(NotTold::Contradicted(message));
            }
            told.notes.push(format!("the platform shows no detail of `{id}`: your word counts"));
            return Ok(None);
        }
        Err(ApiError::Refused(said) | ApiError::NoService(said)) => {
            let message = format!("the platform does not show `{id}`: {said}");
            return Err(NotTold::Contradicted(message));
        }
        Err(failure) => return Err(NotTold::Unasked(failure)),
    };
    if detail.name() != Some(name.as_str()) {
        let found = detail.name().unwrap_or_default().escape_debug().to_string();
        let message = format!("`{id}` is named `{found}` on the platform");
        return Err(NotTold::Contradicted(message));
    }
    if !detail.is_live() {
        told.notes.push(format!("`{id}` is over on the platform"));
    }
    Ok(Some(detail))
}

impl Told {
    fn differs(&mut self, id: &TaskId, changes: &[FieldChange]) {
        if !changes.is_empty() {
            let fields: Vec<_> = changes.iter().map(|change| change.field.as_str()).collect();
            self.notes.push(format!("`{id}` differs on the platform in {}", fields.join(", ")));
        }
    }
}
