//! One instance as written in a manifest. Field names are the platform's.

use schemars::JsonSchema;
use serde::Deserialize;

use super::quantity::{ContainerPort, RamSize, TimeoutLimit};

/// One container instance: one create call, one task ID in the lock.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InstanceSpec {
    /// Name and identity of the instance: unique in a file, and the key of its entry in the lock.
    #[schemars(length(min = 1), example = &"train-a")]
    pub instance_service_name: String,
    /// Free text shown on the platform. Default: empty.
    #[serde(default)]
    pub description: String,
    /// Service in the containers that gives access to them.
    pub task_type: TaskType,
    /// Type of accelerator cards, or `cpu` for none.
    pub accelerator_type: AcceleratorType,
    /// Image name as the platform lists it, such as `jupyter:4.4-py3.7-cpu`.
    /// Default: the last path segment of `imagePath`.
    #[serde(default)]
    #[schemars(with = "String", length(min = 1), example = &"pytorch:2.3.0-py3.10-dtk24.04.3")]
    pub version: Option<String>,
    /// Image path with registry and tag.
    #[schemars(
        length(min = 1),
        regex(pattern = "[^/]$"),
        extend("patternErrorMessage" = "The image name after the last `/` is missing."),
        example = &"image.ac.com:5000/dcu/admin/base/pytorch:2.3.0-py3.10-dtk24.04.3"
    )]
    pub image_path: String,
    /// Time until the platform stops the instance: `"HH:MM:SS"` (in quotes; hours may exceed 24,
    /// `"360:00:00"` is fifteen days), or `unlimited`. Must be set explicitly: an instance is
    /// billed until it stops.
    #[schemars(extend("x-unit" = "hours:minutes:seconds"))]
    pub timeout_limit: TimeoutLimit,
    /// Containers of this instance. Default: 1. Each gets `gpuNumber` cards, `cpuNumber` cores and
    /// `ramSize` memory.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 2_147_483_647), extend("x-unit" = "containers"))]
    pub task_number: u32,
    /// Resource group (queue) of the region, such as `kshdnormal` or `TeslaM40`.
    #[schemars(length(min = 1), example = &"kshdnormal")]
    pub resource_group: String,
    /// Whether the start script runs. Default: `true` if there is a `startScriptContent`.
    #[serde(default)]
    #[schemars(with = "bool")]
    pub use_start_script: Option<bool>,
    /// Containers in which the start script runs. Default: `all`.
    #[serde(default)]
    #[schemars(extend("default" = "all"))]
    pub start_script_action_scope: StartScriptActionScope,
    /// Shell script that runs when the containers start. Write it as a block scalar: `|`, then the
    /// indented lines; without the `|`, YAML joins them into one line, which is one command to the
    /// shell. Keep secrets out of it: it is stored by the platform and in the lock. Default: empty.
    #[serde(default)]
    pub start_script_content: String,
    /// CPU cores of each container.
    #[schemars(range(min = 1, max = 2_147_483_647), example = 8, extend("x-unit" = "cores"))]
    pub cpu_number: u32,
    /// Memory of each container: a number of MB (`15360`), or text with a unit (`15GiB`). 1024 MB
    /// are 1 GiB; `G`, `GB` and `GiB` mean the same, as on the platform's own pages.
    #[schemars(extend("x-unit" = "MB, or the given unit"))]
    pub ram_size: RamSize,
    /// Accelerator cards of each container; billed by the hour. Optional if `acceleratorType` is
    /// `cpu`, which implies 0.
    #[serde(default)]
    #[schemars(with = "u32", range(min = 0, max = 2_147_483_647), example = 1, extend("x-unit" = "cards"))]
    pub gpu_number: Option<u32>,
    /// Directories of the region's storage mounted in the containers. Default: none.
    #[serde(default)]
    pub mount_info_list: Vec<MountInfo>,
    /// Ports of the containers that are reachable from outside. Default: none.
    #[serde(default)]
    pub container_port_info_list: Vec<ContainerPortInfo>,
}

/// Message of editors about a path without a leading slash.
const ABSOLUTE: &str = "The path must be absolute: it begins with `/`.";

fn one() -> u32 {
    1
}

/// Service in the containers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TaskType {
    /// SSH: a shell.
    Ssh,
    /// JupyterLab in the browser.
    Jupyter,
    /// VS Code (code-server) in the browser.
    Codeserver,
    /// RStudio Server in the browser.
    Rstudio,
}

/// Type of accelerator cards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AcceleratorType {
    /// Cambricon MLU cards.
    Mlu,
    /// Hygon DCU cards.
    Dcu,
    /// NVIDIA GPU cards.
    Gpu,
    /// No cards: CPU only.
    Cpu,
}

/// Containers in which the start script runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum StartScriptActionScope {
    /// In every container.
    #[default]
    All,
    /// In the first container only.
    Header,
}

/// A directory of the region's storage mounted in the containers.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MountInfo {
    /// Absolute path of a directory on the region's storage: `/public/home/<user>/data`.
    #[schemars(
        regex(pattern = r"^/"),
        extend("patternErrorMessage" = ABSOLUTE),
        example = &"/public/home/alice/data"
    )]
    pub source_path: String,
    /// Absolute path in the containers: `/mnt/data`. Unique within an instance.
    #[schemars(
        regex(pattern = r"^/"),
        extend("patternErrorMessage" = ABSOLUTE),
        example = &"/mnt/data"
    )]
    pub target_path: String,
    /// Type of the mounted directory.
    #[serde(rename = "type")]
    pub kind: MountType,
}

/// Type of the mounted directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum MountType {
    /// A data set.
    Data,
    /// Your own directory.
    Path,
}

/// A port of the containers that is reachable from outside.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContainerPortInfo {
    /// Port in the container, 1 to 65535. Unique within an instance.
    pub container_port: ContainerPort,
    /// Protocol of the port.
    pub protocol_type: ProtocolType,
}

/// Protocol of a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum ProtocolType {
    /// HTTP: the platform provides an address to open in the browser.
    Http,
    /// SSH.
    Ssh,
}

impl InstanceSpec {
    /// Returns `useStartScript`, or whether there is a script if it is not set.
    pub fn resolved_use_start_script(&self) -> bool {
        self.use_start_script.unwrap_or(!self.start_script_content.is_empty())
    }

    /// Returns `version`, or the last path segment of `imagePath`.
    pub fn resolved_version(&self) -> &str {
        let image = || self.image_path.rsplit('/').next().unwrap_or_default();
        self.version.as_deref().unwrap_or_else(image)
    }

    /// Returns `gpuNumber`, or 0.
    pub fn resolved_gpu_number(&self) -> u32 {
        self.gpu_number.unwrap_or(0)
    }
}
