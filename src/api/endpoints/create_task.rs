//! `POST {ai}/ai/openapi/v2/instance-service/task`: creates one instance.
//!
//! The platform documents this call completely; the fields are in the order of its sample.

use serde::{Deserialize, Serialize};

use crate::api::client::{Client, CreateError, CreateErrorKind, ErrorDetail, ErrorMessage, json};
use crate::api::response::classify_create;
use crate::ids::TaskId;

/// Path of the create call, the delete call, and the first form of the list call.
pub(crate) const TASK_PATH: &str = "/ai/openapi/v2/instance-service/task";

/// Body of the create call. It is always sent complete: no field is omitted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateTask {
    /// Name of the instance. The platform does not require it to be unique.
    pub instance_service_name: String,
    /// Free text, may be empty.
    #[serde(default)]
    pub description: String,
    /// Service that runs in the containers.
    pub task_type: TaskType,
    /// Type of accelerator card.
    pub accelerator_type: AcceleratorType,
    /// Image name, such as `jupyter:4.4-py3.7-cpu`.
    pub version: String,
    /// Image path, such as `10.0.35.26:5000/gpu/admin/base/jupyter:4.4-py3.7-cpu`.
    pub image_path: String,
    /// Time until the automatic stop: `HH:MM:SS` (hours may exceed 24) or `unlimited`.
    pub timeout_limit: String,
    /// Number of containers of this instance, 1 or more.
    pub task_number: u32,
    /// Resource group, such as `TeslaM40`.
    pub resource_group: String,
    /// Whether the start script is run.
    pub use_start_script: bool,
    /// Containers that run the start script.
    pub start_script_action_scope: StartScriptActionScope,
    /// The start script; may be empty.
    #[serde(default)]
    pub start_script_content: String,
    /// CPU cores, 1 or more.
    pub cpu_number: u32,
    /// Memory in MB; the platform displays 1024 MB as 1 G.
    pub ram_size: u32,
    /// Accelerator cards per container; 0 for `cpu`.
    pub gpu_number: u32,
    /// Directories mounted into the containers.
    #[serde(default)]
    pub mount_info_list: Vec<MountInfo>,
    /// Ports opened on the containers.
    #[serde(default)]
    pub container_port_info_list: Vec<ContainerPortInfo>,
}

impl Client {
    /// Creates one instance; a request is repeated only if it was provably not carried out. Once `halt`
    /// is ready, no further attempt is made; a request in flight is always awaited.
    ///
    /// The call is not idempotent and the service offers no idempotency key: never drop the future
    /// while it runs, or the created instance is lost.
    pub async fn create(
        &self,
        task: &CreateTask,
        halt: impl Future<Output = ()>,
    ) -> Result<TaskId, CreateError> {
        let url = self.url(TASK_PATH, []);
        let answer = self.call_once(&url, json(task), halt, classify_create).await;
        answer.map_err(|error| match error.kind {
            CreateErrorKind::EndpointMissing => {
                CreateError { detail: self.without_service(error.detail), ..error }
            }
            _ => error,
        })
    }

    /// Adds the most likely cause to a gateway's 404 or 405.
    fn without_service(&self, cause: ErrorDetail) -> ErrorDetail {
        let (address, region, login) = (self.address(), self.region(), self.uses_login());
        cause.wrap(|cause| ErrorMessage::NoService { address, region, login, cause })
    }
}

/// Service that runs in the containers: `taskType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TaskType {
    /// An SSH server.
    Ssh,
    /// JupyterLab.
    Jupyter,
    /// code-server.
    Codeserver,
    /// RStudio Server.
    Rstudio,
}

impl TaskType {
    /// Returns the platform's name for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ssh => "ssh",
            Self::Jupyter => "jupyter",
            Self::Codeserver => "codeserver",
            Self::Rstudio => "rstudio",
        }
    }
}

/// Type of accelerator card: `acceleratorType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AcceleratorType {
    /// Cambricon MLU.
    Mlu,
    /// Hygon DCU.
    Dcu,
    /// NVIDIA GPU.
    Gpu,
    /// No accelerator.
    Cpu,
}

impl AcceleratorType {
    /// Returns the platform's name for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mlu => "mlu",
            Self::Dcu => "dcu",
            Self::Gpu => "gpu",
            Self::Cpu => "cpu",
        }
    }
}

/// Containers that run the start script: `startScriptActionScope`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StartScriptActionScope {
    /// In every container.
    All,
    /// In the first container.
    Header,
}

/// One mounted directory: an item of `mountInfoList`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MountInfo {
    /// Absolute path on the platform's storage.
    pub source_path: String,
    /// Absolute path in the container.
    pub target_path: String,
    /// Type of the mount.
    #[serde(rename = "type")]
    pub kind: MountType,
}

/// Type of a mount: `type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MountType {
    /// A data set.
    Data,
    /// A directory.
    Path,
}

impl MountType {
    /// Returns the platform's name for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Path => "path",
        }
    }
}

/// One opened port: an item of `containerPortInfoList`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContainerPortInfo {
    /// Protocol of the port.
    pub protocol_type: ProtocolType,
    /// Port, 1 to 65535. The platform's table says integer, but all of its samples send a string,
    /// so a string is sent and both are accepted.
    #[serde(with = "port_text")]
    pub container_port: u16,
}

/// Protocol of an opened port: `protocolType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ProtocolType {
    /// SSH.
    Ssh,
    /// HTTP.
    Http,
}

impl ProtocolType {
    /// Returns the platform's name for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ssh => "SSH",
            Self::Http => "HTTP",
        }
    }
}

/// Serializes a port as a string and reads it from an integer or a string.
mod port_text {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Number(u16),
        Text(String),
    }

    // serde's `with` passes a reference.
    #[allow(clippy::trivially_copy_pass_by_ref)]
    pub(super) fn serialize<S: Serializer>(port: &u16, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(port)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u16, D::Error> {
        let port = match Either::deserialize(from)? {
            Either::Number(port) => port,
            Either::Text(text) => text.parse().map_err(D::Error::custom)?,
        };
        if port == 0 { Err(D::Error::custom("expected a port from 1 to 65535")) } else { Ok(port) }
    }
}
