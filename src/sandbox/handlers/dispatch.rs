//! Routes a call to its handler.

use crate::sandbox::handlers::reply::{ErrorReply, ParsedRequest, find_task};
use crate::sandbox::handlers::{CatalogMode, catalog, instances, lifecycle};
use crate::sandbox::route::Operation;
use crate::sandbox::state::TaskStore;
use crate::sandbox::task::now;
use serde_json::{Value, json};

/// Carries out a call and returns the `data` of its response.
pub(in crate::sandbox) async fn handle(
    store: &TaskStore,
    call: &Operation,
    requested: &ParsedRequest,
    mode: CatalogMode,
) -> Result<Value, ErrorReply> {
    match call {
        Operation::Create => instances::create(store, requested, mode).await,
        Operation::List => instances::list(store, requested),
        Operation::Detail(id) => find_task(store, id).map(|task| task.detail(now())),
        Operation::Delete => instances::delete(store, requested).await,
        Operation::Url(id) => find_task(store, id).map(|task| json!(task.access_url(now()))),
        Operation::Stop => lifecycle::stop(store, requested).await,
        Operation::Restart => lifecycle::restart(store, requested).await,
        Operation::Resize => lifecycle::resize(store, requested, mode).await,
        Operation::ExecuteScript => lifecycle::execute_script(store, requested),
        Operation::Resources => catalog::resources(requested),
        Operation::ResourceGroups => Ok(catalog::groups()),
        Operation::AllowedMountDirs => Ok(catalog::mounts()),
        Operation::Images => catalog::images(requested),
    }
}
