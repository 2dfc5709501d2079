//! `POST {ai}/ai/openapi/v2/instance-service/task/actions/restart?instanceServiceId=ID`: queues one
//! instance again, under the same ID.

use hyper::body::Bytes;
use reqwest::Method;
use serde::de::IgnoredAny;

use crate::api::client::{ApiError, Client};
use crate::ids::TaskId;

const PATH: &str = "/ai/openapi/v2/instance-service/task/actions/restart";

impl Client {
    /// Restarts an instance that has ended. Repeating the call after a lost response does not
    /// create a second instance, but it may interrupt a running one, so check its status first.
    pub async fn restart(&self, id: &TaskId) -> Result<(), ApiError> {
        let mut url = self.inner.access.join(PATH);
        url.query_pairs_mut().append_pair("instanceServiceId", id.as_str());
        self.call_idempotent::<IgnoredAny>(Method::POST, &url, Bytes::new()).await.map(drop)
    }
}
