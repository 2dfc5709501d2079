//! `POST {ai}/ai/openapi/v2/image/images`: the region's images, page by page.

use reqwest::Method;
use serde::Serialize;
use serde_json::Value;

use super::list::items;
use crate::api::client::{ApiError, Client, json};

const PATH: &str = "/ai/openapi/v2/image/images";

/// Filter and page of an image query. Omitted fields do not filter.
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
    /// Number of items to skip.
    pub start: u64,
    /// Maximum number of items; the platform may return fewer.
    pub limit: u64,
}

/// One page of the images.
#[derive(Debug, Clone, PartialEq)]
pub struct ImagePage {
    /// Total number of images, if the service states it.
    pub total: Option<u64>,
    /// The images as received; `path` is a manifest's `imagePath`, `version` its `version`.
    pub items: Vec<Value>,
}

/// The body as sent: the query, and the sort order that the platform's web pages use.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ImageRequest<'a> {
    #[serde(flatten)]
    query: &'a ImageQuery,
    order_by: &'static str,
    sort: &'static str,
}

/// Answer to a request for images.
#[derive(Debug, Clone, PartialEq)]
pub enum ImageReply<T> {
    /// The images.
    List(T),
    /// The data as received; it is not a list.
    Other(Value),
}

impl Client {
    /// Queries one page of the images. A response that is not a list is returned as received.
    pub async fn images(&self, query: &ImageQuery) -> Result<ImageReply<ImagePage>, ApiError> {
        let requested = ImageRequest { query, order_by: "create_time", sort: "DESC" };
        let url = self.url(PATH, []);
        let data = self.call_idempotent(Method::POST, &url, json(&requested)).await?;
        let (total, found) = items(data);
        Ok(match found {
            Ok(items) => ImageReply::List(ImagePage { total, items }),
            Err(_) if total == Some(0) => ImageReply::List(ImagePage { total, items: Vec::new() }),
            Err(data) => ImageReply::Other(data),
        })
    }
}
