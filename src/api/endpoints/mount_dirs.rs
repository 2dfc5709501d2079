//! `GET {ai}/ai/openapi/v2/instance-service/allowed-mount-dir`: the directories that may be
//! mounted.

use hyper::body::Bytes;
use reqwest::Method;
use serde_json::Value;

use crate::api::client::{ApiError, Client};

const PATH: &str = "/ai/openapi/v2/instance-service/allowed-mount-dir";

impl Client {
    /// Queries the mountable directories. The shape of the response is not documented, so it is
    /// returned as received.
    pub async fn allowed_mounts(&self) -> Result<Value, ApiError> {
        self.call_idempotent(Method::GET, &self.inner.access.join(PATH), Bytes::new()).await
    }
}
