//! `POST {ai}/ai/openapi/v2/image/images`: the region's images, part by part.

use reqwest::Method;
use serde::Serialize;
use serde_json::Value;

use super::client::{ApiError, Client, json};
use super::list::items;

const PATH: &str = "/ai/openapi/v2/image/images";

/// Which images, and which part of them. What is left out does not filter.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageQuery {
    /// `public`, or `private` for the account's own.
    pub access: &'static str,
    /// Only images of this name; whether exactly or in part is not documented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Only images for this `taskType`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub task_type: Option<String>,
    /// Only images for this accelerator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accelerator_type: Option<String>,
    /// Items to pass over, 0 for none.
    pub start: u64,
    /// Items wanted; the platform may give fewer.
    pub limit: u64,
}

/// One part of the images.
#[derive(Debug, Clone, PartialEq)]
pub struct ImagePage {
    /// How many there are in all, where the service says so.
    pub total: Option<u64>,
    /// The images as they came; `path` is a manifest's `imagePath`, `version` its `version`.
    pub items: Vec<Value>,
}

/// The body as it is sent: the query, and the order that the platform's own pages ask for.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ImageRequest<'a> {
    #[serde(flatten)]
    query: &'a ImageQuery,
    order_by: &'static str,
    sort: &'static str,
}

impl Client {
    /// Asks for one part of the images. An answer that is no list is given back as it came.
    pub async fn images(&self, query: &ImageQuery) -> Result<Result<ImagePage, Value>, ApiError> {
        let asked = ImageRequest { query, order_by: "create_time", sort: "DESC" };
        let url = self.inner.access.join(PATH);
        let data = self.call_idempotent(Method::POST, &url, json(&asked)).await?;
        let (total, found) = items(data);
        Ok(found.map(|items| ImagePage { total, items }))
    }
}
