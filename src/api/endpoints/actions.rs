//! Calls that end or restart instances. Repeating any of them is harmless, except that a restart may
//! interrupt a running instance. Responses for instances that no longer exist are not documented:
//! query their details in that case.

use hyper::body::Bytes;
use reqwest::Method;
use serde::de::IgnoredAny;

use super::create_task::TASK_PATH;
use crate::api::client::{ApiError, Client};
use crate::ids::TaskId;

/// Known from public clients, reported to work live.
const STOP_PATH: &str = "/ai/openapi/v2/instance-service/task/actions/stop";
const RESTART_PATH: &str = "/ai/openapi/v2/instance-service/task/actions/restart";

impl Client {
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
