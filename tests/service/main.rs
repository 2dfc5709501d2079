//! The service's client and the sandbox, each tested with a real peer: the client with a server
//! that follows a script, the sandbox with requests of the client and handwritten ones.

// Helper functions are test code too.
#![allow(clippy::unwrap_used)]

mod client;
mod credentials;
mod network;
mod repeatable;
mod sandbox;
#[path = "../support/mod.rs"]
mod support;
mod ways;

use std::time::Duration;

use instancectl::api::auth::credentials::TokenCredentials;
use instancectl::api::client::{Client, ClientOptions, CreateError};
use instancectl::api::endpoints::create_task::CreateTask;
use instancectl::ids::TaskId;
use serde_json::{Value, json};

const ID: &str = "530491fa7c8e47348f01de73e627a6a7";
const TOKEN: &str = "eyJ0.secret-part.sig";

/// Returns the sample of the platform's page for the create call.
fn sample() -> Value {
    json!({
        "instanceServiceName": "Instances_2205113838", "description": "", "taskType": "ssh",
        "acceleratorType": "gpu", "version": "jupyter:4.4-py3.7-cpu",
        "imagePath": "10.0.35.26:5000/gpu/admin/base/jupyter:4.4-py3.7-cpu",
        "timeoutLimit": "unlimited", "taskNumber": 1, "resourceGroup": "TeslaM40",
        "useStartScript": false, "startScriptActionScope": "all", "startScriptContent": "",
        "cpuNumber": 3, "ramSize": 15360, "gpuNumber": 1,
        "mountInfoList": [{
            "sourcePath": "/public1/home/lizb0530d/test_mount", "targetPath": "/mnt/test_mount",
            "type": "data",
        }],
        "containerPortInfoList": [{"protocolType": "HTTP", "containerPort": "18888"}],
    })
}

fn task() -> CreateTask {
    serde_json::from_value(sample()).unwrap()
}

fn client(address: &str) -> Client {
    let access = TokenCredentials::new(address, TOKEN, false).unwrap();
    let backoff = Duration::from_millis(1);
    Client::new(access, ClientOptions { backoff, ..ClientOptions::default() }).unwrap()
}

/// Returns the class of an answer: `Created`, or the name of the kind of error.
fn class(answer: &Result<TaskId, CreateError>) -> String {
    answer.as_ref().err().map_or("Created".to_owned(), |error| format!("{:?}", error.kind))
}
