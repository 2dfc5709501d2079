//! `POST {ai}/ai/openapi/v2/instance-service/task/actions/stop?ids=A&ids=B`: ends instances and
//! keeps them. Known from public clients, said to work live.

use hyper::body::Bytes;
use reqwest::Method;
use serde::de::IgnoredAny;

use super::client::{ApiError, Client};
use crate::ids::TaskId;

const PATH: &str = "/ai/openapi/v2/instance-service/task/actions/stop";

impl Client {
    /// Stops instances. It may be sent again without harm; what the platform answers for one that
    /// is over or gone is not documented, so ask for its detail then.
    pub async fn stop(&self, ids: &[TaskId]) -> Result<(), ApiError> {
        let mut url = self.inner.access.join(PATH);
        url.query_pairs_mut().extend_pairs(ids.iter().map(|id| ("ids", id.as_str())));
        self.call_idempotent::<IgnoredAny>(Method::POST, &url, Bytes::new()).await.map(drop)
    }
}
