//! `GET {ai}/ai/openapi/v2/instance-service/resource-group`: the groups that the account may use.

use hyper::body::Bytes;
use reqwest::Method;
use serde_json::Value;

use super::client::{ApiError, Client};

const PATH: &str = "/ai/openapi/v2/instance-service/resource-group";

impl Client {
    /// Asks for the resource groups. The answer's shape is not documented: it is given as it came.
    pub async fn resource_groups(&self) -> Result<Value, ApiError> {
        self.call_idempotent(Method::GET, &self.inner.access.join(PATH), Bytes::new()).await
    }
}
