//! `DELETE {ai}/ai/openapi/v2/instance-service/task?ids=A&ids=B`: stops and removes instances.

use hyper::body::Bytes;
use reqwest::Method;
use serde::de::IgnoredAny;

use super::paths::TASK_PATH;
use crate::api::client::{ApiError, Client};
use crate::ids::TaskId;

impl Client {
    /// Deletes instances. Repeating the call is harmless; the response for an instance that no
    /// longer exists is not documented, so query its details in that case.
    pub async fn delete(&self, ids: &[TaskId]) -> Result<(), ApiError> {
        let mut url = self.inner.access.join(TASK_PATH);
        url.query_pairs_mut().extend_pairs(ids.iter().map(|id| ("ids", id.as_str())));
        self.call_idempotent::<IgnoredAny>(Method::DELETE, &url, Bytes::new()).await.map(drop)
    }
}
