//! The calls of the platform's API, and the routing of requests to them.

use hyper::Method;

use super::accounts::AccountCall;

/// The call that a request addresses.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Route {
    Account(AccountCall),
    /// The free cards of the groups.
    Cards,
    Instances(Operation),
    /// A list of the file service.
    ListFiles,
    /// A part of a file of the file service.
    Download,
}

/// A call about instances. Each has one handler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Operation {
    Create,
    List,
    Delete,
    Stop,
    Restart,
    ExecuteScript,
    Resize,
    Detail(String),
    Url(String),
    Resources,
    ResourceGroups,
    AllowedMountDirs,
    Images,
}

/// The reason that a request matches no call.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum RouteError {
    /// The path belongs to no call: 404.
    Path,
    /// The path belongs to a call but the method does not: 405.
    Method,
}

/// Finds the call that a request addresses.
pub(super) fn route(method: &Method, path: &str) -> Result<Route, RouteError> {
    let (expected, call) = match path {
        "/api/user/v3/tokens" => (Method::POST, Route::Account(AccountCall::LogIn)),
        "/ac/openapi/v2/tokens" => (Method::POST, Route::Account(AccountCall::LogInByPassword)),
        "/ac/openapi/v2/tokens/next" => (Method::POST, Route::Account(AccountCall::Renew)),
        "/ac/openapi/v2/tokens/state" => (Method::GET, Route::Account(AccountCall::State)),
        "/ac/openapi/v2/center" => (Method::GET, Route::Account(AccountCall::Center)),
        "/ac/openapi/v2/resources/accelerators" => (Method::GET, Route::Cards),
        "/efile/openapi/v2/file/list" => (Method::GET, Route::ListFiles),
        "/efile/openapi/v2/file/download" => (Method::GET, Route::Download),
        _ => {
            let path = path.strip_prefix("/ai/openapi/v2/").ok_or(RouteError::Path)?;
            let (expected, call) = instance_call(method, path).ok_or(RouteError::Path)?;
            (expected, Route::Instances(call))
        }
    };
    if *method == expected { Ok(call) } else { Err(RouteError::Method) }
}

fn instance_call(method: &Method, path: &str) -> Option<(Method, Operation)> {
    if path == "image/images" {
        return Some((Method::POST, Operation::Images));
    }
    Some(match path.strip_prefix("instance-service/")? {
        "task" if method == Method::POST => (Method::POST, Operation::Create),
        "task" if method == Method::DELETE => (Method::DELETE, Operation::Delete),
        "task" | "task/list" => (Method::GET, Operation::List),
        "task/actions/stop" => (Method::POST, Operation::Stop),
        "task/actions/restart" => (Method::POST, Operation::Restart),
        "task/actions/execute-script" => (Method::POST, Operation::ExecuteScript),
        "resource-spec/actions/update" => (Method::POST, Operation::Resize),
        "resources" => (Method::GET, Operation::Resources),
        "resource-group" => (Method::GET, Operation::ResourceGroups),
        "allowed-mount-dir" => (Method::GET, Operation::AllowedMountDirs),
        path => match path.split_once('/')? {
            (id, "detail") => (Method::GET, Operation::Detail(id.to_owned())),
            (id, "url") => (Method::GET, Operation::Url(id.to_owned())),
            _ => return None,
        },
    })
}

#[cfg(test)]
mod tests {
    use hyper::Method;

    use super::{Operation, Route, RouteError, route};

    #[test]
    fn request_routes_to_one_operation_or_none() {
        let base = "/ai/openapi/v2/instance-service";
        let is = |call| Ok(Route::Instances(call));
        assert_eq!(route(&Method::POST, &format!("{base}/task")), is(Operation::Create));
        let detail = route(&Method::GET, &format!("{base}/a1/detail"));
        assert_eq!(detail, is(Operation::Detail("a1".into())));
        assert_eq!(route(&Method::PUT, &format!("{base}/task")), Err(RouteError::Method));
        assert_eq!(route(&Method::GET, "/ai/ai/openapi/v2/task"), Err(RouteError::Path));
        assert_eq!(route(&Method::GET, &format!("{base}/a1/x")), Err(RouteError::Path));
    }
}
