//! `POST {ai}/ai/openapi/v2/instance-service/task/actions/stop?ids=A&ids=B`: stops instances and
//! keeps them. Known from public clients, reported to work live.

use hyper::body::Bytes;
use reqwest::Method;
use serde::de::IgnoredAny;

use crate::api::client::{ApiError, Client};
use crate::ids::TaskId;

const PATH: &str = "/ai/openapi/v2/instance-service/task/actions/stop";

impl Client {
    /// Stops instances. Repeating the call is harmless; the response for an instance that has ended
    /// or no longer exists is not documented, so query its details in that case.
    pub async fn stop(&self, ids: &[TaskId]) -> Result<(), ApiError> {
        let mut url = self.inner.access.join(PATH);
        url.query_pairs_mut().extend_pairs(ids.iter().map(|id| ("ids", id.as_str())));
        self.call_idempotent::<IgnoredAny>(Method::POST, &url, Bytes::new()).await.map(drop)
    }
}
