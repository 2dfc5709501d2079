//! `GET {ai}/ai/openapi/v2/instance-service/{id}/detail`: returns one instance.
//!
//! The shape is known from a faithful copy of the platform's documentation. Fields are added and
//! removed and change between string and number, so they are kept as received.

use hyper::body::Bytes;
use reqwest::Method;
use serde_json::{Map, Value};

use super::access_url::AccessUrl;
use crate::api::client::{ApiError, Client, ErrorMessage};
use crate::api::envelope::task_id;
use crate::ids::TaskId;
use crate::text::is_invisible;

/// Details of an instance; the items of a list have the same shape, possibly with fewer fields.
#[derive(Debug, Clone, PartialEq)]
pub struct Detail {
    id: TaskId,
    fields: Map<String, Value>,
}

/// The fields that are read from an item of a list.
pub(crate) const REQUESTED_FIELDS: [&str; 12] = [
    "id",
    "instanceServiceName",
    "status",
    "createTime",
    "startTime",
    "endTime",
    "duration",
    "remainingTime",
    "timeoutLimit",
    "taskNumber",
    "gpuNumber",
    "containerPortInfoList",
];

/// Address of an opened port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortAddress {
    /// The port inside the container.
    pub port: String,
    /// `HTTP` or `SSH`.
    pub protocol: String,
    /// The address.
    pub url: AccessUrl,
}

/// Status in the lifecycle of an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// Created and queued.
    Waiting,
    /// Being deployed.
    Deploying,
    /// Running, which is billed.
    Running,
    /// Ended by itself or by its time limit.
    Completed,
    /// Ended with a failure.
    Failed,
    /// Stopped by a user.
    Terminated,
    /// A status that the platform does not document.
    Other {
        /// The text without control characters.
        shown: String,
        /// The text as received.
        raw: String,
    },
}

impl Client {
    /// Queries one instance. The response for an instance that no longer exists is not documented:
    /// expect [`ApiError::Refused`] as well as [`ApiError::EndpointMissing`].
    pub async fn detail(&self, id: &TaskId) -> Result<Detail, ApiError> {
        let url = self.url(&format!("/ai/openapi/v2/instance-service/{id}/detail"), []);
        let data = self.call_idempotent(Method::GET, &url, Bytes::new()).await?;
        instance(data)
    }
}

/// Reads one instance from `data`.
pub(crate) fn instance(data: Value) -> Result<Detail, ApiError> {
    let found = if let Value::Object(fields) = data { Detail::from_value(fields) } else { None };
    found.ok_or_else(|| ApiError::EndpointMissing(ErrorMessage::NoInstance.into()))
}

impl Detail {
    /// Reads an instance; `None` if it has no ID.
    pub(crate) fn from_value(fields: Map<String, Value>) -> Option<Self> {
        Some(Self { id: task_id(fields.get("id")?)?, fields })
    }

    /// Returns the instance's ID.
    pub fn id(&self) -> &TaskId {
        &self.id
    }

    /// Returns the instance's name.
    pub fn name(&self) -> Option<&str> {
        self.fields.get("instanceServiceName")?.as_str()
    }

    /// Returns the lifecycle status; `None` if the response has none.
    pub fn status(&self) -> Option<Status> {
        self.fields.get("status")?.as_str().map(Status::from)
    }

    /// Returns the creation time by the platform's clock: `2022-05-11 19:30:34`, without a time
    /// zone.
    pub fn create_time(&self) -> Option<&str> {
        self.fields.get("createTime")?.as_str()
    }

    /// Returns the start time, in the form of [`create_time`](Self::create_time).
    pub fn start_time(&self) -> Option<&str> {
        self.non_placeholder("startTime")
    }

    /// Returns the end time, in the form of [`create_time`](Self::create_time).
    pub fn end_time(&self) -> Option<&str> {
        self.non_placeholder("endTime")
    }

    /// Returns the name of the account that owns it.
    pub fn user_name(&self) -> Option<&str> {
        self.non_placeholder("userName")
    }

    /// Returns the running time in the platform's format, such as `01:02:03`.
    pub fn duration(&self) -> Option<&str> {
        self.non_placeholder("duration")
    }

    /// Returns the remaining time until its time limit, in the platform's format.
    pub fn remaining_time(&self) -> Option<&str> {
        self.non_placeholder("remainingTime")
    }

    /// Returns the time limit: `HH:MM:SS` or `unlimited`.
    pub fn timeout_limit(&self) -> Option<&str> {
        self.non_placeholder("timeoutLimit")
    }

    /// Returns the number of cards of all containers, if the response has the number per container.
    pub fn cards(&self) -> Option<u64> {
        let containers = self.fields.get("taskNumber").and_then(number).unwrap_or(1);
        self.fields.get("gpuNumber").and_then(number)?.checked_mul(containers)
    }

    /// Returns the addresses of the opened ports; those of a running instance have one. `None` if
    /// the response has no ports.
    pub fn addresses(&self) -> Option<Vec<PortAddress>> {
        let ports = self.fields.get("containerPortInfoList")?.as_array()?;
        let text = |port: &Value, key| match port.get(key)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        let address = |port: &Value| {
            Some(PortAddress {
                url: AccessUrl::read(port.get("accessUrl")?)?,
                port: text(port, "containerPort").unwrap_or_default(),
                protocol: text(port, "protocolType").unwrap_or_default(),
            })
        };
        Some(ports.iter().filter_map(address).collect())
    }

    /// Returns a string unless it is a placeholder: the platform writes `--` for a missing value.
    fn non_placeholder(&self, key: &str) -> Option<&str> {
        let text = self.fields.get(key)?.as_str()?.trim();
        (!text.is_empty() && text != "--").then_some(text)
    }

    /// Returns whether the instance may still incur costs: true unless the status is terminal, also
    /// without a status.
    pub fn is_live(&self) -> bool {
        self.status().is_none_or(|status| !status.has_ended())
    }

    /// Returns every field as received; for an item of a list, only those that the other methods
    /// read.
    pub fn fields(&self) -> &Map<String, Value> {
        &self.fields
    }
}

impl Status {
    /// Returns the platform's name of the status, as received.
    pub fn raw(&self) -> &str {
        match self {
            Self::Other { raw, .. } => raw,
            known => known.as_str(),
        }
    }

    /// Returns the platform's name of the status; that of an unknown one without control characters.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Waiting => "Waiting",
            Self::Deploying => "Deploying",
            Self::Running => "Running",
            Self::Completed => "Completed",
            Self::Failed => "Failed",
            Self::Terminated => "Terminated",
            Self::Other { shown, .. } => shown,
        }
    }

    /// Returns whether the status is terminal, so that no further costs arise. An undocumented
    /// status is not terminal.
    pub fn has_ended(&self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Terminated)
    }
}

/// Escapes control and bidirectional characters.
fn escaped_controls(text: &str) -> String {
    let escaped = |char: char| {
        if is_invisible(char) { char.escape_unicode().to_string() } else { char.into() }
    };
    text.chars().map(escaped).collect()
}

impl From<&str> for Status {
    fn from(word: &str) -> Self {
        match word {
            "Waiting" => Self::Waiting,
            "Deploying" => Self::Deploying,
            "Running" => Self::Running,
            "Completed" => Self::Completed,
            "Failed" => Self::Failed,
            "Terminated" => Self::Terminated,
            other => Self::Other { shown: escaped_controls(other), raw: other.to_owned() },
        }
    }
}

/// Reads a number or a string with one: the platform uses both.
pub(crate) fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
}
