//! Calls about what a region offers. The shapes of their responses are not documented, so they are
//! returned as received.

use hyper::body::Bytes;
use reqwest::Method;
use serde_json::Value;

use super::detail::number;
use super::list::ListQuery;
use crate::api::client::{ApiError, Client};

const LIMITS_PATH: &str = "/ai/openapi/v2/instance-service/resources";
const GROUPS_PATH: &str = "/ai/openapi/v2/instance-service/resource-group";
const MOUNTS_PATH: &str = "/ai/openapi/v2/instance-service/allowed-mount-dir";

/// Resources of one node, as far as the response states them. `mluLimits`, `dcuLimits` and
/// `nvLimits` are 0 in the platform's own sample of a node with two cards, so they are not used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NodeLimits {
    /// CPU cores.
    pub cpus: Option<u64>,
    /// Accelerator cards.
    pub cards: Option<u64>,
    /// Memory in MB.
    pub memory: Option<u64>,
}

impl Client {
    /// `GET ../resources?acceleratorType=..&resourceGroup=..`: the resources of one node of a group.
    pub async fn node_limits(&self, accelerator: &str, group: &str) -> Result<Value, ApiError> {
        let pairs = [("acceleratorType", accelerator), ("resourceGroup", group)];
        self.get(LIMITS_PATH, pairs).await
    }

    /// `GET ../resource-group`: the resource groups that the account may use.
    pub async fn resource_groups(&self) -> Result<Value, ApiError> {
        self.get(GROUPS_PATH, []).await
    }

    /// `GET ../allowed-mount-dir`: the directories that may be mounted.
    pub async fn allowed_mounts(&self) -> Result<Value, ApiError> {
        self.get(MOUNTS_PATH, []).await
    }

    /// Checks whether the token is accepted at the address: queries a list of one instance and, if
    /// the service cannot list, the resource groups. [`ApiError::EndpointMissing`] means that the
    /// address has no AI service.
    pub async fn probe(&self) -> Result<(), ApiError> {
        let query = ListQuery { start: Some(0), limit: Some(1), ..ListQuery::default() };
        match self.list(&query).await {
            Err(ApiError::EndpointMissing(_)) => self.resource_groups().await.map(drop),
            listed => listed.map(drop),
        }
    }

    async fn get<'a>(
        &self,
        path: &str,
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Value, ApiError> {
        self.call_idempotent(Method::GET, &self.url(path, pairs), Bytes::new()).await
    }
}

impl NodeLimits {
    /// Reads limits; 0 is treated like a missing field.
    pub fn read(data: &Value) -> Self {
        let limit = |key| data.get(key).and_then(number).filter(|limit| *limit > 0);
        Self { cpus: limit("cpuNumber"), cards: limit("gpuNumber"), memory: limit("memorySize") }
    }
}
