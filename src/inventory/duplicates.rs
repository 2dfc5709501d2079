//! Duplicates among several live instances of one name.
//!
//! Two clones that apply the same manifest at the same time may create two instances, and each sees
//! the other's. Both must reach the same conclusion without access to the other's lock, or each
//! would delete the other's instance. Therefore the instance that the platform created first stays.

use std::collections::BTreeSet;

use super::preflight::RegionInventory;
use crate::api::endpoints::detail::Detail;
use crate::ids::{InstanceName, TaskId};
use crate::lockfile::RequestBody;
use crate::plan::differences;
use crate::text::{CommandLine, ManifestArgs};

/// A live instance, ordered by creation time on the platform's clock, then by ID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Creation<'a> {
    /// The platform's `createTime`, if it shows one.
    pub time: Option<&'a str>,
    /// The instance.
    pub id: &'a TaskId,
}

impl<'a> From<&'a Detail> for Creation<'a> {
    fn from(instance: &'a Detail) -> Self {
        Self { time: instance.create_time(), id: instance.id() }
    }
}

/// Returns the live instance of a name that was created first, if no loaded lock owns it and it
/// equals `body`.
pub async fn equal_duplicate(
    site: &RegionInventory,
    owned: &BTreeSet<TaskId>,
    name: &InstanceName,
    body: &RequestBody,
) -> Option<TaskId> {
    let named = site.displayed.as_ref()?.named(name.as_str()).into_iter();
    let duplicates =
        named.filter(|duplicate| duplicate.is_live() && !owned.contains(duplicate.id()));
    let first = duplicates.map(Creation::from).min()?;
    let detail = site.client.detail(first.id).await.ok()?;
    differences(body, detail.fields()).is_empty().then(|| first.id.clone())
}

/// The commands that delete the duplicates of a name: all but the instance created first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuplicateRemoval {
    /// The commands that delete the other instances that were not created first.
    pub others: Vec<CommandLine>,
    /// The removal of the lock's own instance, if another one was created before it.
    pub own: Option<LaterInstance>,
}

/// The lock's own instance, which was created after another one of its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaterInstance {
    /// The instance that was created first.
    pub first: TaskId,
    /// The lock's own instance.
    pub own: TaskId,
    /// The command that deletes the lock's own instance.
    pub destroy: CommandLine,
}

/// Returns the commands that delete the duplicates of a name: all but the instance created first.
/// `own` is the instance of the lock's entry, `others` are live too.
pub fn destroy_duplicate(
    manifest: &ManifestArgs,
    name: &InstanceName,
    own: Creation<'_>,
    others: &[Creation<'_>],
) -> DuplicateRemoval {
    let destroy =
        |id: &TaskId| manifest.command("destroy").value(name.as_str()).option("--id", id.as_str());
    let first = others.iter().copied().fold(own, Ord::min);
    let later = others.iter().filter(|other| **other != first);
    DuplicateRemoval {
        others: later.map(|other| destroy(other.id)).collect(),
        own: (own != first).then(|| LaterInstance {
            first: first.id.clone(),
            own: own.id.clone(),
            destroy: destroy(own.id),
        }),
    }
}
