//! `GET {ai}/ai/openapi/v2/instance-service/{id}/detail`: one instance as the platform has it.
//!
//! The shape is known from a faithful copy of the platform's page. Fields come and go and change
//! between text and number, so they are kept as they came.

use hyper::body::Bytes;
use reqwest::Method;
use serde_json::{Map, Value};

use super::client::{Client, Failure, Fault};
use super::envelope::task_id;
use crate::ids::TaskId;

/// What a detail says of an instance; the items of a list are the same, perhaps with fewer fields.
#[derive(Debug, Clone, PartialEq)]
pub struct Detail {
    id: TaskId,
    fields: Map<String, Value>,
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
    pub async fn detail(&self, id: &TaskId) -> Result<Detail, Failure> {
        let url = self.inner.access.join(&format!("/ai/openapi/v2/instance-service/{id}/detail"));
        let data = self.repeatable(Method::GET, &url, Bytes::new()).await?;
        instance(data)
    }
}

/// Reads one instance out of `data`.
pub(super) fn instance(data: Value) -> Result<Detail, Failure> {
    Detail::read(data).ok_or_else(|| {
        Failure::NoService(Fault {
            code: None,
            status: None,
            message: "the answer to the detail call is no instance with an ID".to_owned(),
        })
    })
}

impl Detail {
    /// Reads an instance; `None` where it is no object with an ID.
    pub(super) fn read(value: Value) -> Option<Self> {
        let Value::Object(fields) = value else { return None };
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

    /// Every field as it came.
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
    pub fn is_over(&self) -> bool {
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
