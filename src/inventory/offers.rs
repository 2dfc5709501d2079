//! The offers of a region, and the requests that contradict them. The shapes of the platform's answers are
//! hardly documented: what is not understood or not complete is not compared, since a false warning is
//! worse than none.

use std::collections::{BTreeSet, HashMap};

use futures_util::future::{join, join_all, join5};
use serde_json::{Map, Value};
use tokio::time::timeout;

use super::free_cards::FreeCards;
use super::offer_gap::{CatalogPart, OFFERS_TIMEOUT, OfferGap, OfferGapReason};
use crate::api::client::{ApiError, Client};
use crate::api::endpoints::catalog::NodeLimits;
use crate::api::endpoints::create_task::CreateTask;
use crate::api::endpoints::images::{ImageQuery, ImageReply};
use crate::diagnostics::{CatalogMismatch, DiagnosticKind};

/// Page size of an image list request; pages may be shorter, and the offset advances by the number
/// of images received.
const PAGE_SIZE: u64 = 100;
/// Longest list that is read to its end.
const MAX_IMAGES: usize = 10_000;

/// The images of a region.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ImageList {
    /// The images as received.
    pub items: Vec<Value>,
    /// Whether the list is complete.
    pub complete: bool,
    /// Whether the platform stated how many images there are, and these are all of them.
    pub verified: bool,
}

/// Requests images page by page. An answer that is not a list is returned as received.
pub async fn list_all_images(
    client: &Client,
    mut query: ImageQuery,
) -> Result<ImageReply<ImageList>, ApiError> {
    let mut images = ImageList::default();
    loop {
        (query.start, query.limit) = (images.items.len() as u64, PAGE_SIZE);
        let page = match client.images(&query).await? {
            ImageReply::List(page) => page,
            ImageReply::Other(data) if images.items.is_empty() => {
                return Ok(ImageReply::Other(data));
            }
            ImageReply::Other(_) => return Ok(ImageReply::List(images)),
        };
        // A platform without paging returns the same page again.
        let new = page.items.first().is_some_and(|first| !images.items.contains(first));
        let given = page.items.len();
        if new {
            images.items.extend(page.items);
        }
        let found = images.items.len();
        images.complete = match page.total {
            Some(total) => found as u64 >= total,
            None => given == 0 || !new,
        };
        images.verified = images.complete && page.total.is_some();
        if images.complete || !new || found >= MAX_IMAGES {
            return Ok(ImageReply::List(images));
        }
    }
}

/// Maximum number of similar images in a diagnostic.
const MAX_SIMILAR: usize = 3;

/// The offers of a region, as far as its catalog is understood.
#[derive(Debug, Default)]
pub struct RegionOffers {
    groups: Option<GroupNames>,
    images: Option<BTreeSet<String>>,
    mounts: Option<BTreeSet<String>>,
    /// By accelerator type and group.
    limits: HashMap<(&'static str, String), NodeLimits>,
    /// The free cards of the groups.
    pub cards: FreeCards,
    /// The parts that could not be compared.
    pub gaps: Vec<OfferGap>,
}

impl RegionOffers {
    /// Queries the parts of the catalog that these requests depend on, all at once.
    pub async fn fetch<'t>(
        client: &Client,
        tasks: impl Iterator<Item = &'t CreateTask> + Clone,
    ) -> Self {
        let groups =
            tasks.clone().map(|task| (task.accelerator_type.as_str(), &task.resource_group));
        let groups: BTreeSet<_> = groups.map(|(kind, group)| (kind, group.clone())).collect();
        let limits = groups.into_iter().map(async |key| {
            let (kind, group) = &key;
            let data = in_time(CatalogPart::Limits, client.node_limits(kind, group)).await;
            (key, data)
        });
        let needs_cards = tasks.clone().any(|task| task.gpu_number > 0);
        let mounts = async {
            let mut tasks = tasks;
            let mounts = tasks.any(|task| !task.mount_info_list.is_empty());
            let call = in_time(CatalogPart::Mounts, client.allowed_mounts());
            if mounts { Some(call.await) } else { None }
        };
        let parts = join5(
            in_time(CatalogPart::Groups, client.resource_groups()),
            mounts,
            in_time(CatalogPart::Images, images(client, "public")),
            in_time(CatalogPart::Images, images(client, "private")),
            join_all(limits),
        );
        let cards = async {
            if needs_cards { FreeCards::fetch(client).await } else { FreeCards::NotNeeded }
        };
        let ((groups, mounts, public, private, limits), cards) = join(parts, cards).await;
        let mut offers = Self::default();
        if client.has_open_catalog() {
            return offers;
        }
        offers.cards = cards;
        offers.groups = offers.understood(CatalogPart::Groups, groups, |data| group_names(&data));
        if let Some(mounts) = mounts {
            offers.mounts = offers.understood(CatalogPart::Mounts, mounts, |data| folders(&data));
        }
        let both = public.and_then(|public| Ok((public, private?)));
        offers.images = offers.understood(CatalogPart::Images, both, |(public, private)| {
            let images: BTreeSet<_> = public?.into_iter().chain(private?).collect();
            Some(images).filter(|images| !images.is_empty())
        });
        for (key, data) in limits {
            // The platform has no nodes of a group that does not exist.
            if offers.groups.as_ref().is_some_and(|groups| !groups.known.contains(&key.1)) {
                continue;
            }
            let limits = |data: Value| Some(NodeLimits::read(&data));
            if let Some(limits) = offers.understood(CatalogPart::Limits, data, limits) {
                offers.limits.insert(key, limits);
            }
        }
        offers
    }

    /// Returns the first error if no call was answered.
    pub fn unanswered(&self) -> Option<&OfferGapReason> {
        let known = self.groups.is_some() || self.images.is_some() || self.mounts.is_some();
        let odd = self.gaps.iter().any(|gap| gap.why == OfferGapReason::NotUnderstood);
        let first = self.gaps.first().map(|gap| &gap.why);
        first.filter(|_| !known && !odd && self.limits.is_empty())
    }

    /// Reads an answer, and records a gap if it cannot be used.
    fn understood<T, U>(
        &mut self,
        part: CatalogPart,
        answer: Result<T, OfferGap>,
        read: impl FnOnce(T) -> Option<U>,
    ) -> Option<U> {
        let unknown = OfferGap { part, why: OfferGapReason::NotUnderstood };
        let found = answer.and_then(|data| read(data).ok_or(unknown));
        found.map_err(|gap| self.gaps.push(gap)).ok()
    }

    /// Returns the fields of a request that contradict the offers.
    pub fn mismatches(&self, task: &CreateTask) -> Vec<CatalogMismatch> {
        let problems = [self.group_mismatch(task), self.image_mismatch(task)];
        let problems = problems.into_iter().flatten().chain(self.exceeded_limits(task));
        let mut found: Vec<_> =
            problems.map(|problem| CatalogMismatch { problem, mount: None }).collect();
        let Some(allowed) = &self.mounts else { return found };
        for (index, mount) in task.mount_info_list.iter().enumerate() {
            let path = normalized(&mount.source_path);
            if !allowed.iter().any(|folder| is_below(&path, folder)) {
                let (path, allowed) =
                    (mount.source_path.clone(), allowed.iter().cloned().collect());
                let problem = DiagnosticKind::MountNotAllowed { path, allowed };
                found.push(CatalogMismatch { problem, mount: Some(index) });
            }
        }
        found
    }

    fn group_mismatch(&self, task: &CreateTask) -> Option<DiagnosticKind> {
        let (offered, group) = (self.groups.as_ref()?, &task.resource_group);
        (!offered.known.contains(group)).then(|| DiagnosticKind::GroupNotOffered {
            group: group.clone(),
            offered: offered.shown.iter().cloned().collect(),
        })
    }

    /// An image of another registry than those of the catalog may exist.
    fn image_mismatch(&self, task: &CreateTask) -> Option<DiagnosticKind> {
        let (offered, image) = (self.images.as_ref()?, &task.image_path);
        let registry = |image: &str| image.split_once('/').map(|(registry, _)| registry.to_owned());
        let own = registry(image)?;
        let is_known = offered.iter().any(|other| registry(other).as_ref() == Some(&own));
        if offered.contains(image) || !is_known {
            return None;
        }
        let same = offered.iter().filter(|other| repository(other) == repository(image));
        let similar = same.take(MAX_SIMILAR).cloned().collect();
        Some(DiagnosticKind::ImageNotOffered { image: image.clone(), similar })
    }

    /// Returns the resources of one node of the group of a request, if they are known.
    pub fn node_limits(&self, task: &CreateTask) -> Option<&NodeLimits> {
        self.limits.get(&(task.accelerator_type.as_str(), task.resource_group.clone()))
    }

    /// Lists the sizes that exceed one node of the group.
    fn exceeded_limits(&self, task: &CreateTask) -> impl Iterator<Item = DiagnosticKind> {
        let group = task.resource_group.clone();
        let NodeLimits { cpus, cards, memory } =
            self.node_limits(task).cloned().unwrap_or_default();
        let requested = [
            ("cpuNumber", task.cpu_number, cpus),
            ("gpuNumber", task.gpu_number, cards),
            ("ramSize", task.ram_size, memory),
        ];
        requested.into_iter().filter_map(move |(field, requested, limit)| {
            let requested = u64::from(requested);
            let (limit, group) = (limit.filter(|limit| requested > *limit)?, group.clone());
            Some(DiagnosticKind::OverNodeLimit { field, requested, limit, group })
        })
    }
}

/// Returns the answer to a call, if it arrives in time.
async fn in_time<T>(
    part: CatalogPart,
    call: impl Future<Output = Result<T, ApiError>>,
) -> Result<T, OfferGap> {
    match timeout(OFFERS_TIMEOUT, call).await {
        Ok(answer) => answer.map_err(|error| OfferGap { part, why: OfferGapReason::Failed(error) }),
        Err(_) => Err(OfferGap { part, why: OfferGapReason::TimedOut }),
    }
}

/// Returns the paths of all images with this visibility; `None` if they are not all known.
async fn images(client: &Client, access: &'static str) -> Result<Option<Vec<String>>, ApiError> {
    let (name, task_type, accelerator_type) = (None, None, None);
    let query =
        ImageQuery { access, name, task_type, accelerator_type, start: 0, limit: PAGE_SIZE };
    Ok(match list_all_images(client, query).await? {
        ImageReply::List(ImageList { items, verified: true, .. }) => {
            let path = |image: &Value| Some(image.get("path")?.as_str()?.to_owned());
            items.iter().map(path).collect()
        }
        _ => None,
    })
}

/// Returns an image without its tag.
fn repository(image: &str) -> &str {
    let name = image.rfind('/').map_or(0, |slash| slash + 1);
    image[name..].find(':').map_or(image, |colon| &image[..name + colon])
}

/// Returns the items of an answer that is a list, or the whole page of one.
fn items(data: &Value) -> Option<&Vec<Value>> {
    let key = ["data", "items", "records", "list"].into_iter().find(|key| data.get(key).is_some());
    let items = key.map_or(data, |key| &data[key]).as_array().filter(|items| !items.is_empty())?;
    let total = data.get("total").and_then(Value::as_u64);
    total.is_none_or(|total| total <= items.len() as u64).then_some(items)
}

/// Keys with the name of a resource group.
const GROUP_KEYS: [&str; 5] =
    ["resourceGroup", "resourceGroupCode", "resourceGroupName", "groupName", "name"];

/// Names of resource groups.
#[derive(Debug, Default)]
struct GroupNames {
    /// The names to show.
    shown: BTreeSet<String>,
    /// Every text that may be a name.
    known: BTreeSet<String>,
}

/// Returns the names of resource groups; which of several texts a request must have is not documented.
fn group_names(data: &Value) -> Option<GroupNames> {
    let mut names = GroupNames::default();
    for item in items(data)? {
        let name = match item {
            Value::String(name) => name,
            item => GROUP_KEYS.iter().find_map(|key| item.get(key)?.as_str())?,
        };
        names.shown.insert(name.to_owned());
        let texts = item.as_object().into_iter().flat_map(Map::values).filter_map(Value::as_str);
        names.known.extend(texts.chain([name]).map(str::to_owned));
    }
    names.shown.iter().all(|name| !has_pattern(name)).then_some(names)
}

/// Returns the directories that may be mounted: each item has one or more absolute paths.
fn folders(data: &Value) -> Option<BTreeSet<String>> {
    let mut folders = BTreeSet::new();
    for item in items(data)? {
        let texts: Vec<&str> = match item {
            Value::String(path) => vec![path],
            item => item.as_object()?.values().filter_map(Value::as_str).collect(),
        };
        let paths: Vec<_> = texts.into_iter().filter(|text| text.starts_with('/')).collect();
        if paths.is_empty() || paths.iter().any(|path| has_pattern(path)) {
            return None;
        }
        folders.extend(paths.into_iter().map(normalized));
    }
    Some(folders)
}

/// Checks whether a name may be a pattern for several.
fn has_pattern(name: &str) -> bool {
    name.contains(['*', '?', '$', '{', '<', '%'])
}

/// Returns an absolute path without empty parts, `.` and `..`.
fn normalized(path: &str) -> String {
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => _ = parts.pop(),
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// Checks whether a path is a directory or below it; both are normalized.
fn is_below(path: &str, folder: &str) -> bool {
    let rest = path.strip_prefix(folder);
    folder == "/" || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{folders, group_names, is_below, normalized, repository};

    #[test]
    fn paths_are_compared_by_their_parts() {
        assert_eq!(normalized("/a//b/./c/../d/"), "/a/b/d");
        assert!(is_below("/a/b", "/a") && is_below("/a", "/a") && is_below("/a", "/"));
        assert!(!is_below("/ab", "/a") && !is_below(&normalized("/a/../b"), "/a"));
    }

    #[test]
    fn answers_of_an_unknown_form_say_nothing() {
        let names = |data| group_names(&data).map(|names| Vec::from_iter(names.shown));
        assert_eq!(names(json!(["b", "a"])).unwrap(), ["a", "b"]);
        assert_eq!(names(json!({"data": [{"resourceGroup": "a", "x": 1}]})).unwrap(), ["a"]);
        for odd in [
            json!(null),
            json!([]),
            json!("a"),
            json!({"a": ["b"]}),
            json!(["a", 1]),
            json!([{"queue": "a"}]),
            json!(["a*"]),
            json!({"total": 2, "data": ["a"]}),
        ] {
            assert_eq!(names(odd.clone()), None, "{odd}");
        }
        let paths = |data| folders(&data).map(Vec::from_iter);
        assert_eq!(paths(json!(["/b/", {"dir": "/a", "id": "x"}])).unwrap(), ["/a", "/b"]);
        for odd in [json!([{"dir": "a"}]), json!(["a"]), json!(["/home/${user}"]), json!(5)] {
            assert_eq!(paths(odd.clone()), None, "{odd}");
        }
    }

    #[test]
    fn image_without_its_tag_is_its_repository() {
        assert_eq!(repository("h:5000/a/b:1"), "h:5000/a/b");
        assert_eq!(repository("h:5000/a/b"), "h:5000/a/b");
    }
}
