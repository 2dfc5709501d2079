//! `GET {ai}/ai/openapi/v2/instance-service/resource-group`: the resource groups that the account
//! may use.

use hyper::body::Bytes;
use reqwest::Method;
use serde_json::Value;

use crate::api::client::{ApiError, Client};

const PATH: &str = "/ai/openapi/v2/instance-service/resource-group";

impl Client {
    /// Queries the resource groups. The shape of the response is not documented, so it is returned
    /// as received.
    pub async fn resource_groups(&self) -> Result<Value, ApiError> {
        self.call_idempotent(Method::GET, &self.inner.access.join(PATH), Bytes::new()).await
    }
}
