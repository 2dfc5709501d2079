//! `POST ../instance-service/task/actions/execute-script`: runs a script in a running instance. Nothing
//! that the script prints comes back.

use serde::Serialize;

use super::create_task::StartScriptActionScope;
use crate::api::client::{Client, CreateError, json};
use crate::api::response::classify_script;
use crate::ids::TaskId;

const PATH: &str = "/ai/openapi/v2/instance-service/task/actions/execute-script";

/// A script, and the containers that run it.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Script<'a> {
    /// Its text.
    pub start_script_content: &'a str,
    /// The containers.
    pub start_script_action_scope: StartScriptActionScope,
}

#[derive(Serialize)]
struct ScriptRequest<'a> {
    id: &'a TaskId,
    #[serde(flatten)]
    script: Script<'a>,
}

impl Client {
    /// Runs a script in an instance. The call is not idempotent; it is repeated only if it was provably
    /// not carried out. Once `halt` is ready, no further attempt is made.
    pub async fn execute_script(
        &self,
        id: &TaskId,
        script: Script<'_>,
        halt: impl Future<Output = ()>,
    ) -> Result<(), CreateError> {
        let body = json(&ScriptRequest { id, script });
        self.call_once(&self.url(PATH, []), body, halt, classify_script).await
    }
}
