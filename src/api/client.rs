//! The transport.

use std::future::Future;

use super::create_task::CreateTask;
use crate::ids::{Endpoint, TaskId};

/// The service at one address.
#[derive(Debug, Clone)]
pub struct Client {
    endpoint: Endpoint,
}

/// What came of one create call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CreateAnswer {
    /// Created under this ID.
    Created(TaskId),
    /// The platform refused this body.
    Refused(Fault),
    /// Refused, unless it was created all the same.
    Doubted(Fault),
    /// No permission: nothing else will be taken either.
    Denied(Fault),
    /// The gateway has no such service.
    NoService(Fault),
    /// Provably not taken.
    NotSent(Fault),
    /// Nobody can tell.
    Unknown(Fault),
}

/// What went wrong, as people may read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The platform's code.
    pub code: Option<String>,
    /// The HTTP status.
    pub status: Option<u16>,
    /// What was found, escaped and free of secrets.
    pub message: String,
}

impl Client {
    /// Creates one instance.
    pub async fn create(&self, _task: &CreateTask, halt: impl Future<Output = ()>) -> CreateAnswer {
        halt.await;
        CreateAnswer::NotSent(Fault { code: None, status: None, message: String::new() })
    }

    /// Where the service is.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }
}
