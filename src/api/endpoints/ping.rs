//! Checks whether a token is accepted at an address, with read-only calls.

use hyper::body::Bytes;
use reqwest::Method;
use serde::de::IgnoredAny;

use super::list::ListQuery;
use crate::api::client::{ApiError, Client};

/// A call that does not depend on the list call.
const RESOURCE_GROUPS: &str = "/ai/openapi/v2/instance-service/resource-group";

impl Client {
    /// Queries a list of one instance and, if the service cannot list, the resource groups.
    /// [`ApiError::EndpointMissing`] means that there is no AI service at the address.
    pub async fn probe(&self) -> Result<(), ApiError> {
        let query = ListQuery { start: Some(0), limit: Some(1), ..ListQuery::default() };
        match self.list(&query).await {
            Err(ApiError::EndpointMissing(_)) => {}
            listed => return listed.map(drop),
        }
        let url = self.inner.access.join(RESOURCE_GROUPS);
        self.call_idempotent::<IgnoredAny>(Method::GET, &url, Bytes::new()).await.map(drop)
    }
}
