//! The region's resource groups, limits, directories and images. One fictitious centre, with the
//! groups and images of the examples, so that they can be tried against it.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::endpoints::create_task::CreateTask;
use crate::api::endpoints::detail::Status;
use crate::sandbox::accounts::SERVING;
use crate::sandbox::handlers::reply::{ErrorReply, ParsedRequest};
use crate::sandbox::state::TaskStore;
use crate::sandbox::task::now;

/// Group, accelerator, and the cards, cores and MB of memory of one node.
type NodeGroup = (&'static str, &'static str, u32, u32, u32);

const GROUPS: [NodeGroup; 4] = [
    ("kshdnormal", "dcu", 4, 32, 112_640),
    ("kshcnormal", "cpu", 0, 64, 262_144),
    ("TeslaM40", "gpu", 8, 64, 524_288),
    ("sandbox", "dcu", 8, 64, 524_288),
];

/// Nodes of each group.
const NODES: u32 = 16;

/// A group that others use, and the cards that they leave free.
const CROWDED: (&str, u32) = ("TeslaM40", 2);

/// The images of the region: accelerator, path without the tag, tag and task type.
const IMAGES: [(&str, &str, &str, &str); 5] = [
    (
        "dcu",
        "image.ac.com:5000/dcu/admin/base/pytorch",
        "2.3.0-py3.10-dtk24.04.3-ubuntu20.04",
        "jupyter",
    ),
    ("dcu", "image.ac.com:5000/dcu/admin/base/pytorch", "2.1.0-py3.10-dtk24.04.2", "jupyter"),
    ("cpu", "image.ac.com:5000/cpu/admin/base/jupyter", "4.4-py3.7-cpu", "jupyter"),
    ("cpu", "image.ac.com:5000/cpu/admin/base/ubuntu", "22.04", "ssh"),
    ("gpu", "10.0.35.26:5000/gpu/admin/base/jupyter", "4.4-py3.7-cpu", "jupyter"),
];

/// Whether requests must match the catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CatalogMode {
    /// Any group, image and size is accepted.
    Open,
    /// Only groups, images and sizes of the catalog are accepted.
    Strict,
}

impl CatalogMode {
    /// Refuses a request that does not match a strict catalog.
    pub(super) fn check(self, task: &CreateTask) -> Result<(), ErrorReply> {
        if self == Self::Open {
            return Ok(());
        }
        let (kind, group) = (task.accelerator_type.as_str(), &task.resource_group);
        let (_, _, cards, cores, memory) = nodes(group, kind)?;
        let image = |(_, path, tag, _): &(&str, &str, &str, &str)| {
            task.image_path == format!("{path}:{tag}")
        };
        if !IMAGES.iter().any(image) {
            let message = format!("image `{}` does not exist", task.image_path);
            return Err(ErrorReply::invalid(&message));
        }
        for (field, requested, limit) in [
            ("cpuNumber", task.cpu_number, *cores),
            ("gpuNumber", task.gpu_number, *cards),
            ("ramSize", task.ram_size, *memory),
        ] {
            if requested > limit {
                let message = format!("`{field}` is {requested}, a node of `{group}` has {limit}");
                return Err(ErrorReply::invalid(&message));
            }
        }
        Ok(())
    }
}

fn nodes(group: &str, kind: &str) -> Result<&'static NodeGroup, ErrorReply> {
    let found = GROUPS.iter().find(|known| (known.0, known.1) == (group, kind));
    found.ok_or_else(|| ErrorReply::invalid(&format!("no `{kind}` nodes in group `{group}`")))
}

/// Default number of items in a list of images.
const PAGE_SIZE: u64 = 10;

/// Body of the images call.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ImageQuery {
    access: ImageVisibility,
    #[serde(rename = "orderBy")]
    _order_by: Option<String>,
    #[serde(rename = "sort")]
    _sort: Option<String>,
    start: Option<u64>,
    limit: Option<u64>,
    name: Option<String>,
    r#type: Option<String>,
    accelerator_type: Option<String>,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum ImageVisibility {
    Public,
    Private,
}

pub(super) fn resources(requested: &ParsedRequest) -> Result<Value, ErrorReply> {
    for field in ["acceleratorType", "resourceGroup"] {
        if requested.values(field).next().is_none_or(str::is_empty) {
            return Err(ErrorReply::incomplete(&format!("`{field}` must not be empty")));
        }
    }
    let value = |field| requested.values(field).next().unwrap_or_default();
    let (kind, group) = (value("acceleratorType"), value("resourceGroup"));
    let (_, _, cards, cores, memory) = nodes(group, kind)?;
    Ok(json!({"cpuNumber": cores, "gpuNumber": cards, "memorySize": memory, "nodeNumber": NODES,
              "maxTime": "unlimited", "mluLimits": 0, "dcuLimits": 0, "nvLimits": 0}))
}

pub(super) fn groups() -> Value {
    let group =
        |(name, kind, ..): &NodeGroup| json!({"resourceGroup": name, "acceleratorType": kind});
    GROUPS.iter().map(group).collect()
}

/// Returns the cards of the groups of some regions, by default of the token's own. An instance that waits
/// uses no card.
pub(in crate::sandbox) fn free_cards(
    stores: &[TaskStore],
    own: usize,
    requested: &ParsedRequest,
) -> Result<Value, ErrorReply> {
    let regions: Vec<&str> = match requested.values("clusterIds").next() {
        Some(regions) => regions.split(',').collect(),
        None => vec![SERVING[own]],
    };
    let now = now();
    let mut found = Vec::new();
    for region in regions {
        let store = SERVING.iter().position(|served| *served == region);
        let Some(store) = store.and_then(|at| stores.get(at)) else {
            return Err(ErrorReply::invalid(&format!("unknown region `{region}`")));
        };
        let tasks = store.tasks();
        for (group, kind, cards, ..) in GROUPS.iter().filter(|group| group.2 > 0) {
            let here = tasks.iter().filter(|task| task.request.resource_group == *group);
            let here =
                here.filter(|task| matches!(task.status(now), Status::Deploying | Status::Running));
            let used: u32 =
                here.map(|task| task.request.gpu_number * task.request.task_number).sum();
            let all = cards * NODES;
            let free = if *group == CROWDED.0 { CROWDED.1 } else { all };
            found.push(json!({
                "resourceGroupCode": group, "resourceGroupName": group, "clusterId": region,
                "clusterName": region, "acceleratorType": kind, "maxNum": all,
                "maxFreeNum": free.saturating_sub(used),
            }));
        }
    }
    Ok(json!(found))
}

pub(super) fn mounts() -> Value {
    json!(["/public/home/sandbox", "/public/share"])
}

pub(super) fn images(requested: &ParsedRequest) -> Result<Value, ErrorReply> {
    let query: ImageQuery = requested.json()?;
    let fits = |expected: &Option<String>, found: &str| {
        expected.as_deref().is_none_or(|expected| expected == found)
    };
    let found: Vec<Value> = IMAGES
        .iter()
        // The sandbox has no private images.
        .filter(|_| query.access == ImageVisibility::Public)
        .filter(|(accelerator, path, _, task)| {
            query.name.as_deref().is_none_or(|part| path.contains(part))
                && fits(&query.r#type, task)
                && fits(&query.accelerator_type, accelerator)
        })
        .map(|(accelerator, path, tag, task)| {
            let name = path.rsplit('/').next().unwrap_or_default();
            json!({"name": name, "tag": tag, "path": format!("{path}:{tag}"),
                   "version": format!("{name}:{tag}"), "type": task,
                   "acceleratorType": accelerator, "status": "Success"})
        })
        .collect();
    let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let (start, limit) = (count(query.start.unwrap_or(0)), count(query.limit.unwrap_or(PAGE_SIZE)));
    let part: Vec<&Value> = found.iter().skip(start).take(limit).collect();
    Ok(json!({"total": found.len(), "data": part}))
}
