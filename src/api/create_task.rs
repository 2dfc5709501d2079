//! `POST {ai}/ai/openapi/v2/instance-service/task`: creates one instance.
//!
//! The platform's page for this call is complete; fields stand here in the order of its sample.

use std::future::{Future, ready};
use std::pin::pin;

use reqwest::Method;
use serde::{Deserialize, Serialize};

use super::client::{Client, CreateResult, ErrorDetail, json};
use super::outcome::classify_create;
use super::session::TokenLease;
use super::transport::MAX_BODY_BYTES;
use super::wire::HttpRequest;

/// The path of this call, and of list and delete, which differ by the method.
pub(crate) const PATH: &str = "/ai/openapi/v2/instance-service/task";

/// The body of the create call. It is sent whole: no field is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateTask {
    /// Name of the instance. The platform does not require it to be unique.
    pub instance_service_name: String,
    /// Free text, may be empty.
    #[serde(default)]
    pub description: String,
    /// What serves in the containers.
    pub task_type: TaskType,
    /// Kind of accelerator cards.
    pub accelerator_type: AcceleratorType,
    /// Image name, such as `jupyter:4.4-py3.7-cpu`.
    pub version: String,
    /// Image path, such as `10.0.35.26:5000/gpu/admin/base/jupyter:4.4-py3.7-cpu`.
    pub image_path: String,
    /// Time until the automatic stop: `HH:MM:SS` (hours may pass 24) or `unlimited`.
    pub timeout_limit: String,
    /// Containers of this instance, 1 or more.
    pub task_number: u32,
    /// Resource group, such as `TeslaM40`.
    pub resource_group: String,
    /// Whether the start script is run.
    pub use_start_script: bool,
    /// Where the start script runs.
    pub start_script_action_scope: StartScriptActionScope,
    /// The start script; empty when there is none.
    #[serde(default)]
    pub start_script_content: String,
    /// CPU cores, 1 or more.
    pub cpu_number: u32,
    /// Memory in MB, 1024 to the G that the platform displays.
    pub ram_size: u32,
    /// Accelerator cards of each container; 0 for `cpu`.
    pub gpu_number: u32,
    /// Folders mounted into the containers.
    #[serde(default)]
    pub mount_info_list: Vec<MountInfo>,
    /// Ports opened on the containers.
    #[serde(default)]
    pub container_port_info_list: Vec<ContainerPortInfo>,
}

impl Client {
    /// Creates one instance. What was provably not sent or was answered 429 is tried up to 4 times,
    /// after a random pause or the one that `Retry-After` asks for; what was refused for want of
    /// permission, and so not carried out, is sent once more after a new login where one is possible;
    /// anything else is sent once. Once `halt` is ready no further attempt is made; a request on its
    /// way is always awaited.
    ///
    /// The call is not idempotent and the service offers no key that would make it so: never drop
    /// the future while it runs, or what it created is lost.
    pub async fn create(&self, task: &CreateTask, halt: impl Future<Output = ()>) -> CreateResult {
        let mut halt = pin!(halt);
        let grant = self.current_token();
        let fault = match self.create_with(&grant, task, halt.as_mut()).await {
            CreateResult::Denied(fault) => fault,
            answer => return answer,
        };
        tokio::select! {
            biased;
            () = &mut halt => return CreateResult::Denied(fault),
            () = ready(()) => {}
        }
        match self.refreshed_token(&grant, fault).await {
            Ok(grant) => self.create_with(&grant, task, halt).await,
            Err(fault) => CreateResult::Denied(fault),
        }
    }

    async fn create_with(
        &self,
        grant: &TokenLease,
        task: &CreateTask,
        halt: impl Future<Output = ()>,
    ) -> CreateResult {
        let (url, headers) = (&self.inner.create_url, grant.token.header());
        let most = MAX_BODY_BYTES;
        let call = HttpRequest {
            method: Method::POST,
            url,
            headers,
            body: json(task),
            most,
            creates: true,
        };
        let judge = |came| classify_create(came, &grant.secrets);
        let answer = self.inner.wire.send_with_retry(call, halt, judge).await;
        match answer.unwrap_or_else(CreateResult::NotSent) {
            CreateResult::EndpointMissing(fault) => {
                CreateResult::EndpointMissing(self.without_service(fault))
            }
            answer => answer,
        }
    }

    /// Says of a gateway's 404 or 405 what it most often means.
    fn without_service(&self, fault: ErrorDetail) -> ErrorDetail {
        let region = self.region().map_or(String::new(), |region| format!(" (region {region})"));
        let (address, said) = (self.address(), &fault.message);
        let check = if self.uses_login() { "the region" } else { "`INSTANCECTL_ENDPOINT`" };
        let message = format!("there is no AI service at {address}{region}, check {check}: {said}");
        ErrorDetail { message, ..fault }
    }
}

/// What serves in the containers: `taskType`.
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
    /// The platform's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ssh => "ssh",
            Self::Jupyter => "jupyter",
            Self::Codeserver => "codeserver",
            Self::Rstudio => "rstudio",
        }
    }
}

/// Kind of accelerator cards: `acceleratorType`.
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
    /// The platform's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mlu => "mlu",
            Self::Dcu => "dcu",
            Self::Gpu => "gpu",
            Self::Cpu => "cpu",
        }
    }
}

/// Where the start script runs: `startScriptActionScope`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StartScriptActionScope {
    /// In every container.
    All,
    /// In the first container.
    Header,
}

/// One mounted folder: an item of `mountInfoList`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MountInfo {
    /// Absolute path on the platform's storage.
    pub source_path: String,
    /// Absolute path in the container.
    pub target_path: String,
    /// What is mounted.
    #[serde(rename = "type")]
    pub kind: MountType,
}

/// What is mounted: `type` of a mount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MountType {
    /// A data set.
    Data,
    /// A folder.
    Path,
}

/// One opened port: an item of `containerPortInfoList`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContainerPortInfo {
    /// Protocol of the port.
    pub protocol_type: ProtocolType,
    /// Port, 1 to 65535. The platform's table says integer, every one of its samples sends text,
    /// so text goes out and both are read.
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

/// A port: text on the wire, integer or text when read.
mod port_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

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
        if port == 0 { Err(D::Error::custom("a port is 1 to 65535")) } else { Ok(port) }
    }
}
