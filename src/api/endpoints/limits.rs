//! `GET {ai}/ai/openapi/v2/instance-service/resources?acceleratorType=..&resourceGroup=..`: the
//! resources of one node of a group.

use hyper::body::Bytes;
use reqwest::Method;
use serde_json::Value;

use super::detail::number;
use crate::api::client::{ApiError, Client};

const PATH: &str = "/ai/openapi/v2/instance-service/resources";

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
    /// Queries the limits of a group's nodes, returned as received.
    pub async fn node_limits(&self, accelerator: &str, group: &str) -> Result<Value, ApiError> {
        let mut url = self.inner.access.join(PATH);
        let pairs = [("acceleratorType", accelerator), ("resourceGroup", group)];
        url.query_pairs_mut().extend_pairs(pairs);
        self.call_idempotent(Method::GET, &url, Bytes::new()).await
    }
}

impl NodeLimits {
    /// Reads limits; 0 is treated like a missing field.
    pub fn read(data: &Value) -> Self {
        let limit = |key| data.get(key).and_then(number).filter(|limit| *limit > 0);
        Self { cpus: limit("cpuNumber"), cards: limit("gpuNumber"), memory: limit("memorySize") }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::NodeLimits;

    #[test]
    fn limits_may_be_strings_and_zero_means_none() {
        let data = json!({"cpuNumber": "32", "gpuNumber": 0, "memorySize": null, "dcuLimits": 0});
        assert_eq!(
            NodeLimits::read(&data),
            NodeLimits { cpus: Some(32), cards: None, memory: None }
        );
        assert_eq!(NodeLimits::read(&json!("none")), NodeLimits::default());
    }
}
