//! Calls that end, restart or resize instances. Repeating any of them is harmless, except that a restart may
//! interrupt a running instance. Responses for instances that no longer exist are not documented:
//! query their details in that case.

use hyper::body::Bytes;
use reqwest::Method;
use serde::Serialize;
use serde::de::IgnoredAny;

use super::create_task::TASK_PATH;
use crate::api::client::{ApiError, Client, json};
use crate::ids::TaskId;

/// Known from public clients, reported to work live.
const STOP_PATH: &str = "/ai/openapi/v2/instance-service/task/actions/stop";
/// Known from public clients; which status it requires is not known.
pub(crate) const RESIZE_PATH: &str = "/ai/openapi/v2/instance-service/resource-spec/actions/update";
const RESTART_PATH: &str = "/ai/openapi/v2/instance-service/task/actions/restart";

/// Body of the call that changes the sizes of an instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Resize {
    /// The instance.
    pub id: TaskId,
    /// CPU cores of each container.
    pub cpu_number: u32,
    /// Cards of each container.
    pub gpu_number: u32,
    /// Memory of each container, in MB.
    pub ram_size: u32,
}

impl Client {
    /// `POST ../resource-spec/actions/update`: changes the sizes of an instance. Only its detail shows
    /// whether they changed. [`ApiError::EndpointMissing`] means that the platform has no such call.
    pub async fn resize(&self, sizes: &Resize) -> Result<(), ApiError> {
        let url = self.url(RESIZE_PATH, []);
        self.call_idempotent::<IgnoredAny>(Method::POST, &url, json(sizes)).await.map(drop)
    }

    /// `DELETE ../task?ids=A&ids=B`: stops and removes instances.
    pub async fn delete(&self, ids: &[TaskId]) -> Result<(), ApiError> {
        self.act(Method::DELETE, TASK_PATH, "ids", ids).await
    }

    /// `POST ../stop?ids=A&ids=B`: stops instances and keeps them.
    pub async fn stop(&self, ids: &[TaskId]) -> Result<(), ApiError> {
        self.act(Method::POST, STOP_PATH, "ids", ids).await
    }

    /// `POST ../restart?instanceServiceId=ID`: queues an instance that has ended again, under the
    /// same ID. Check its status first.
    pub async fn restart(&self, id: &TaskId) -> Result<(), ApiError> {
        let ids = std::slice::from_ref(id);
        self.act(Method::POST, RESTART_PATH, "instanceServiceId", ids).await
    }

    async fn act(
        &self,
        method: Method,
        path: &str,
        key: &str,
        ids: &[TaskId],
    ) -> Result<(), ApiError> {
        let url = self.url(path, ids.iter().map(|id| (key, id.as_str())));
        self.call_idempotent::<IgnoredAny>(method, &url, Bytes::new()).await.map(drop)
    }
}
