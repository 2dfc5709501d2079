//! `GET {ai}/ai/openapi/v2/instance-service/allowed-mount-dir`: the folders that may be mounted.

use hyper::body::Bytes;
use reqwest::Method;
use serde_json::Value;

use super::client::{ApiError, Client};

const PATH: &str = "/ai/openapi/v2/instance-service/allowed-mount-dir";

impl Client {
    /// Asks for the mountable folders. The answer's shape is not documented: it is given as it came.
    pub async fn allowed_mounts(&self) -> Result<Value, ApiError> {
        self.call_idempotent(Method::GET, &self.inner.access.join(PATH), Bytes::new()).await
    }
}
