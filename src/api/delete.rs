//! `DELETE {ai}/ai/openapi/v2/instance-service/task?ids=A&ids=B`: ends instances and removes them.

use hyper::body::Bytes;
use reqwest::Method;
use serde::de::IgnoredAny;

use super::client::{ApiError, Client};
use super::create_task::PATH;
use crate::ids::TaskId;

impl Client {
    /// Deletes instances. It may be sent again without harm; what the platform answers for one
    /// that is already gone is not documented, so ask for its detail then.
    pub async fn delete(&self, ids: &[TaskId]) -> Result<(), ApiError> {
        let mut url = self.inner.access.join(PATH);
        url.query_pairs_mut().extend_pairs(ids.iter().map(|id| ("ids", id.as_str())));
        self.call_idempotent::<IgnoredAny>(Method::DELETE, &url, Bytes::new()).await.map(drop)
    }
}
