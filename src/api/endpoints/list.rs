//! `GET {ai}/ai/openapi/v2/instance-service/task` with a JSON body: lists instances; and its second
//! form, `GET {ai}/ai/openapi/v2/instance-service/task/list?..`.
//!
//! The request of the first form is documented; the second form is known from public clients and
//! reported to work live. The responses of both are undocumented.

use std::fmt;

use hyper::body::Bytes;
use reqwest::{Method, Url};
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::create_task::TASK_PATH;
use super::detail::{Detail, REQUESTED_FIELDS, number};
use crate::api::client::{ApiError, Client, ErrorDetail, ErrorMessage, json};
use crate::api::http_exchange::MAX_LIST_BYTES;

const PATH_V2: &str = "/ai/openapi/v2/instance-service/task/list";

/// Filter and page of a list query. Omitted fields do not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListQuery {
    /// Only instances with this status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Only instances with this name; whether the match is exact or partial is not documented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_service_name: Option<String>,
    /// Only instances of this `taskType`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_type: Option<String>,
    /// Number of items to skip.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<u64>,
    /// Maximum number of items; the platform may return fewer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// Sort order; its values are not documented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ListPage {
    /// Total number of instances, if the service states it.
    pub total: Option<u64>,
    /// The instances of this page, each with an ID.
    pub items: Vec<Detail>,
}

impl Client {
    /// Queries one page of a list, in the form that this platform supports. Until one form has
    /// succeeded, both are tried: gateways refuse a `GET` with a body in many ways, and only a
    /// documented permission error stops early. [`ApiError::EndpointMissing`] means that the platform has
    /// neither.
    pub async fn list(&self, query: &ListQuery) -> Result<ListPage, ApiError> {
        let has_second_form = &self.inner.list_has_second_form;
        match has_second_form.get() {
            Some(false) => return self.list_v1(query).await,
            Some(true) => return self.list_v2(query).await,
            None => {}
        }
        let first = match self.list_v1(query).await {
            Ok(page) => {
                let _ = has_second_form.set(false);
                return Ok(page);
            }
            Err(failure @ ApiError::Denied(ErrorDetail { code: Some(_), .. })) => {
                return Err(failure);
            }
            Err(failure) => failure,
        };
        match (self.list_v2(query).await, first) {
            (Ok(page), _) => {
                let _ = has_second_form.set(true);
                Ok(page)
            }
            (Err(ApiError::EndpointMissing(_)), first) => Err(first),
            (Err(second), ApiError::EndpointMissing(_)) => Err(second),
            (Err(_), first) => Err(first),
        }
    }

    async fn list_v1(&self, query: &ListQuery) -> Result<ListPage, ApiError> {
        self.fetch_page(&self.url(TASK_PATH, []), json(query)).await
    }

    async fn list_v2(&self, query: &ListQuery) -> Result<ListPage, ApiError> {
        let ListQuery { status, instance_service_name, task_type, start, limit, sort } = query;
        let (start, limit) = (start.map(|n| n.to_string()), limit.map(|n| n.to_string()));
        let pairs = [
            ("start", &start),
            ("limit", &limit),
            ("sort", sort),
            ("status", status),
            ("taskType", task_type),
            ("instanceServiceName", instance_service_name),
        ];
        let pairs = pairs.into_iter().filter_map(|(key, value)| Some((key, value.as_deref()?)));
        self.fetch_page(&self.url(PATH_V2, pairs), Bytes::new()).await
    }

    /// Queries one page. JSON without an envelope counts as a missing endpoint; HTML does not,
    /// since it does not come from the platform.
    async fn fetch_page(&self, url: &Url, body: Bytes) -> Result<ListPage, ApiError> {
        let answer =
            self.call_idempotent_up_to::<Box<RawValue>>(MAX_LIST_BYTES, Method::GET, url, body);
        match answer.await {
            Err(ApiError::Unreachable(cause)) if cause.json => {
                Err(ApiError::EndpointMissing(cause))
            }
            answer => page(&answer?),
        }
    }
}

/// Reads a list from `data`: an array, or an object with `data`, `items` or `records`. If an item
/// has no ID, the whole list is rejected, since that item could be the one that is searched for.
///
/// Only the needed fields of each item are read, directly from the text: as values, a long list
/// takes three times the memory and twice the time.
pub(crate) fn page(data: &RawValue) -> Result<ListPage, ApiError> {
    let text = data.get();
    let (total, items) = if text.starts_with('[') {
        (None, serde_json::from_str::<Vec<Item>>(text).ok())
    } else {
        let ListShape { total, data, items, records } =
            serde_json::from_str(text).unwrap_or_default();
        (total.as_ref().and_then(number), data.or(items).or(records))
    };
    let read = |items: Vec<Item>| {
        items.into_iter().map(|Item(fields)| Detail::from_value(fields)).collect()
    };
    match items.and_then(read) {
        Some(items) => Ok(ListPage { total, items }),
        None => Err(ApiError::EndpointMissing(ErrorMessage::NotAnInstanceList.into())),
    }
}

/// The list shapes inside an object that clients have seen.
#[derive(Default, Deserialize)]
struct ListShape {
    total: Option<Value>,
    data: Option<Vec<Item>>,
    items: Option<Vec<Item>>,
    records: Option<Vec<Item>>,
}

/// The needed fields of an item.
struct Item(Map<String, Value>);

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Fields;

        impl<'de> Visitor<'de> for Fields {
            type Value = Item;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an instance")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Item, A::Error> {
                let mut fields = Map::new();
                while let Some(key) = map.next_key::<String>()? {
                    if REQUESTED_FIELDS.contains(&key.as_str()) {
                        fields.insert(key, map.next_value()?);
                    } else {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(Item(fields))
            }
        }

        from.deserialize_map(Fields)
    }
}

/// Returns the stated total and the items of a response, in every shape that clients have seen; a
/// response without items is returned unchanged as the error.
pub(crate) fn items(mut data: Value) -> (Option<u64>, Result<Vec<Value>, Value>) {
    let total = data.get("total").and_then(number);
    let key = ["data", "items", "records"].into_iter().find(|key| data.get(key).is_some());
    let items = match key.and_then(|key| data.get_mut(key)) {
        Some(items) => items,
        None => &mut data,
    };
    match items.take() {
        Value::Array(items) => (total, Ok(items)),
        other => {
            *items = other;
            (total, Err(data))
        }
    }
}
