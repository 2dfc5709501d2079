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
    Files(FileCall),
}

/// A call of the file service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileCall {
    List,
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
    let is = |expected: &Method, call| {
        if method == expected { Ok(call) } else { Err(RouteError::Method) }
    };
    match path {
        "/api/user/v3/tokens" => return is(&Method::POST, Route::Account(AccountCall::LogIn)),
        "/ac/openapi/v2/tokens" => {
            return is(&Method::POST, Route::Account(AccountCall::LogInByPassword));
        }
        "/ac/openapi/v2/tokens/next" => {
            return is(&Method::POST, Route::Account(AccountCall::Renew));
        }
        "/ac/openapi/v2/tokens/state" => {
            return is(&Method::GET, Route::Account(AccountCall::State));
        }
        "/efile/openapi/v2/file/list" => return is(&Method::GET, Route::Files(FileCall::List)),
        "/efile/openapi/v2/file/download" => {
            return is(&Method::GET, Route::Files(FileCall::Download));
        }
        "/ac/openapi/v2/resources/accelerators" => {
            return is(&Method::GET, Route::Cards);
        }
        "/ac/openapi/v2/center" => return is(&Method::GET, Route::Account(AccountCall::Center)),
        _ => {}
    }
    let is = |expected, call| is(expected, Route::Instances(call));
    let path = path.strip_prefix("/ai/openapi/v2/").ok_or(RouteError::Path)?;
    if path == "image/images" {
        return is(&Method::POST, Operation::Images);
    }
    match path.strip_prefix("instance-service/").ok_or(RouteError::Path)? {
        "task" => match *method {
            Method::POST => Ok(Route::Instances(Operation::Create)),
            Method::GET => Ok(Route::Instances(Operation::List)),
            Method::DELETE => Ok(Route::Instances(Operation::Delete)),
            _ => Err(RouteError::Method),
        },
        "task/list" => is(&Method::GET, Operation::List),
        "task/actions/stop" => is(&Method::POST, Operation::Stop),
        "task/actions/restart" => is(&Method::POST, Operation::Restart),
        "task/actions/execute-script" => is(&Method::POST, Operation::ExecuteScript),
        "resource-spec/actions/update" => is(&Method::POST, Operation::Resize),
        "resources" => is(&Method::GET, Operation::Resources),
        "resource-group" => is(&Method::GET, Operation::ResourceGroups),
        "allowed-mount-dir" => is(&Method::GET, Operation::AllowedMountDirs),
        path => match path.split_once('/') {
            Some((id, "detail")) => is(&Method::GET, Operation::Detail(id.to_owned())),
            Some((id, "url")) => is(&Method::GET, Operation::Url(id.to_owned())),
            _ => Err(RouteError::Path),
        },
    }
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
