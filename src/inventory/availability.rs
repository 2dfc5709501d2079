//! Compares requests with what a region offers. The platform's answers are not authoritative: a
//! mismatch is only a warning, and failed queries are ignored.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use crate::api::client::{ApiError, Client};
use crate::api::endpoints::catalog::NodeLimits;
use crate::api::endpoints::create_task::CreateTask;
use crate::api::endpoints::images::{ImageQuery, ImageReply};
use crate::plan::{AvailabilityWarning, Plan, PlanAction};

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
        if images.complete || !new || found >= MAX_IMAGES {
            return Ok(ImageReply::List(images));
        }
    }
}

/// Adds a warning to each planned creation that requests more than a node has, or whose image is
/// not listed in the client's region.
pub async fn check_availability(plan: &mut Plan, client: &Client) {
    let location = client.location();
    let mut limits: HashMap<(String, String), NodeLimits> = HashMap::new();
    let mut paths = None;
    for item in &mut plan.items {
        let (PlanAction::Create | PlanAction::Changed | PlanAction::Replace, Some(request)) =
            (item.action, &item.request)
        else {
            continue;
        };
        if !location.same_location(&item.location) {
            continue;
        }
        let task = &request.task;
        let group = (task.accelerator_type.as_str().to_owned(), task.resource_group.clone());
        if !limits.contains_key(&group) {
            let data = client.node_limits(&group.0, &group.1).await.unwrap_or_default();
            limits.insert(group.clone(), NodeLimits::read(&data));
        }
        if paths.is_none() {
            paths = Some(image_paths(client).await);
        }
        let mut warnings = exceeded_limits(task, &limits[&group]);
        if let Some(Some(paths)) = &paths
            && !paths.contains(&task.image_path)
        {
            warnings.push(AvailabilityWarning::ImageNotListed);
        }
        item.warnings.extend(warnings);
    }
}

/// Returns the path of every image; `None` if the list is incomplete or shows no paths.
async fn image_paths(client: &Client) -> Option<BTreeSet<String>> {
    let mut paths = BTreeSet::new();
    for access in ["public", "private"] {
        let query = ImageQuery {
            access,
            name: None,
            task_type: None,
            accelerator_type: None,
            start: 0,
            limit: PAGE_SIZE,
        };
        let Ok(ImageReply::List(images)) = list_all_images(client, query).await else {
            return None;
        };
        if !images.complete {
            return None;
        }
        let path = |image: &Value| Some(image.get("path")?.as_str()?.to_owned());
        paths.extend(images.items.iter().filter_map(path));
    }
    (!paths.is_empty()).then_some(paths)
}

/// Lists the fields in which a request exceeds one node of its group.
fn exceeded_limits(task: &CreateTask, limits: &NodeLimits) -> Vec<AvailabilityWarning> {
    let requested = [
        ("cpuNumber", u64::from(task.cpu_number), limits.cpus),
        ("gpuNumber", u64::from(task.gpu_number), limits.cards),
        ("ramSize", u64::from(task.ram_size), limits.memory),
    ];
    requested
        .into_iter()
        .filter_map(|(field, requested, limit)| {
            let limit = limit.filter(|limit| requested > *limit)?;
            Some(AvailabilityWarning::ExceedsNode { field, requested, limit })
        })
        .collect()
}
