//! `GET {ai}/ai/openapi/v2/instance-service/{id}/detail`: one instance as the platform has it.
//!
//! The shape is known from a faithful copy of the platform's page. Fields come and go and change
//! between text and number, so they are kept as they came.

use hyper::body::Bytes;
use reqwest::Method;
use serde_json::{Map, Value};

use super::client::{ApiError, Client, ErrorDetail};
use super::envelope::task_id;
use super::url::AccessUrl;
use crate::ids::TaskId;

/// What a detail says of an instance; the items of a list are the same, perhaps with fewer fields.
#[derive(Debug, Clone, PartialEq)]
pub struct Detail {
    id: TaskId,
    fields: Map<String, Value>,
}

/// What is asked of an item of a list.
pub(super) const REQUESTED_FIELDS: [&str; 12] = [
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

/// Where an opened port is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortAddress {
    /// The port inside the container.
    pub port: String,
    /// `HTTP` or `SSH`.
    pub protocol: String,
    /// The address.
    pub url: AccessUrl,
}

/// Where an instance is in its life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// Created and queued.
    Waiting,
    /// Being set up.
    Deploying,
    /// Running; this is what costs.
    Running,
    /// Ended by itself or by its time limit.
    Completed,
    /// Ended by a failure.
    Failed,
    /// Ended by a person.
    Terminated,
    /// A word that the platform does not document.
    Other(String),
}

impl Client {
    /// Asks for one instance. How the platform answers for one that is gone is not documented:
    /// expect [`Failure::Refused`] as well as [`Failure::NoService`].
    pub async fn detail(&self, id: &TaskId) -> Result<Detail, ApiError> {
        let url = self.inner.access.join(&format!("/ai/openapi/v2/instance-service/{id}/detail"));
        let data = self.call_idempotent(Method::GET, &url, Bytes::new()).await?;
        instance(data)
    }
}

/// Reads one instance out of `data`.
pub(super) fn instance(data: Value) -> Result<Detail, ApiError> {
    let found = if let Value::Object(fields) = data { Detail::from_value(fields) } else { None };
    found.ok_or_else(|| {
        ApiError::NoService(ErrorDetail {
            message: "the answer to the detail call is no instance with an ID".to_owned(),
            ..ErrorDetail::default()
        })
    })
}

impl Detail {
    /// Reads an instance; `None` where it has no ID.
    pub(super) fn from_value(fields: Map<String, Value>) -> Option<Self> {
        Some(Self { id: task_id(fields.get("id")?)?, fields })
    }

    /// The instance's ID.
    pub fn id(&self) -> &TaskId {
        &self.id
    }

    /// The instance's name.
    pub fn name(&self) -> Option<&str> {
        self.fields.get("instanceServiceName")?.as_str()
    }

    /// Where the instance is in its life; `None` where the answer does not say.
    pub fn status(&self) -> Option<Status> {
        self.fields.get("status")?.as_str().map(Status::from)
    }

    /// When the instance was created, by the platform's clock: `2022-05-11 19:30:34`, without zone.
    pub fn create_time(&self) -> Option<&str> {
        self.fields.get("createTime")?.as_str()
    }

    /// When it began to run, in the form of [`create_time`](Self::create_time).
    pub fn start_time(&self) -> Option<&str> {
        self.non_placeholder("startTime")
    }

    /// When it ended, in the form of [`create_time`](Self::create_time).
    pub fn end_time(&self) -> Option<&str> {
        self.non_placeholder("endTime")
    }

    /// How long it has run, in the platform's words, such as `01:02:03`.
    pub fn duration(&self) -> Option<&str> {
        self.non_placeholder("duration")
    }

    /// How long it runs on until its time limit ends it, in the platform's words.
    pub fn remaining_time(&self) -> Option<&str> {
        self.non_placeholder("remainingTime")
    }

    /// Its time limit: `HH:MM:SS` or `unlimited`.
    pub fn timeout_limit(&self) -> Option<&str> {
        self.non_placeholder("timeoutLimit")
    }

    /// The cards of all its containers, where the answer says how many each has.
    pub fn cards(&self) -> Option<u64> {
        let containers = self.fields.get("taskNumber").and_then(number).unwrap_or(1);
        self.fields.get("gpuNumber").and_then(number)?.checked_mul(containers)
    }

    /// Where its opened ports are reached: those of a running instance carry an address. `None`
    /// where the answer says nothing of ports.
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

    /// A text that says something: the platform writes `--` where it has nothing to say.
    fn non_placeholder(&self, key: &str) -> Option<&str> {
        let text = self.fields.get(key)?.as_str()?.trim();
        (!text.is_empty() && text != "--").then_some(text)
    }

    /// Whether it may still cost something: any status but those of an end, none among them.
    pub fn is_live(&self) -> bool {
        self.status().is_none_or(|status| !status.has_ended())
    }

    /// Every field as it came; of an item of a list, those that the other methods read.
    pub fn fields(&self) -> &Map<String, Value> {
        &self.fields
    }
}

impl Status {
    /// The platform's word for it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Waiting => "Waiting",
            Self::Deploying => "Deploying",
            Self::Running => "Running",
            Self::Completed => "Completed",
            Self::Failed => "Failed",
            Self::Terminated => "Terminated",
            Self::Other(word) => word,
        }
    }

    /// Whether the instance is over and costs nothing more. An undocumented status is not.
    pub fn has_ended(&self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Terminated)
    }
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
            other => Self::Other(other.to_owned()),
        }
    }
}

/// A number, or the text of one: the platform changes between them.
pub(super) fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Detail;

    fn detail(mut fields: Value) -> Detail {
        fields["id"] = json!("a1");
        super::instance(fields).unwrap()
    }

    #[test]
    fn numbers_come_as_numbers_and_as_text_and_two_dashes_say_nothing() {
        let found = detail(json!({"gpuNumber": "2", "taskNumber": 3, "duration": "--"}));
        assert_eq!((found.cards(), found.duration()), (Some(6), None));
        let found = detail(json!({"gpuNumber": 2, "remainingTime": "00:10:00", "status": null}));
        assert_eq!((found.cards(), found.remaining_time()), (Some(2), Some("00:10:00")));
        assert_eq!((found.status(), found.addresses()), (None, None));
    }

    #[test]
    fn only_ports_with_an_address_have_one() {
        let found = detail(json!({"containerPortInfoList": [
            {"containerPort": 8888, "protocolType": "HTTP", "accessUrl": "https://h/a"},
            {"containerPort": "22", "protocolType": "SSH", "accessUrl": null},
            {"containerPort": "23"}, "odd",
        ]}));
        let addresses = found.addresses().unwrap();
        assert_eq!(addresses.len(), 1);
        assert_eq!(
            (addresses[0].port.as_str(), addresses[0].url.expose()),
            ("8888", "https://h/a")
        );
    }
}
