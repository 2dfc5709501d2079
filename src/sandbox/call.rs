//! The calls of the platform's API and the requests that mean them.

use hyper::Method;

/// A call. Each has one handler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Call {
    Create,
    List,
    Delete,
    Stop,
    Restart,
    ExecuteScript,
    Detail(String),
    Url(String),
    Resources,
    ResourceGroups,
    AllowedMountDirs,
    Images,
}

/// Why a request means no call.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoCall {
    /// The path is no call's: 404.
    Path,
    /// The path is a call's, the method is not: 405.
    Method,
}

/// Finds the call that a request means.
pub(super) fn find(method: &Method, path: &str) -> Result<Call, NoCall> {
    let is =
        |expected: &Method, call| if method == expected { Ok(call) } else { Err(NoCall::Method) };
    let Some(path) = path.strip_prefix("/ai/openapi/v2/") else { return Err(NoCall::Path) };
    if path == "image/images" {
        return is(&Method::POST, Call::Images);
    }
    let path = path.strip_prefix("instance-service/").ok_or(NoCall::Path)?;
    match path {
        "task" => match *method {
            Method::POST => Ok(Call::Create),
            Method::GET => Ok(Call::List),
            Method::DELETE => Ok(Call::Delete),
            _ => Err(NoCall::Method),
        },
        "task/list" => is(&Method::GET, Call::List),
        "task/actions/stop" => is(&Method::POST, Call::Stop),
        "task/actions/restart" => is(&Method::POST, Call::Restart),
        "task/actions/execute-script" => is(&Method::POST, Call::ExecuteScript),
        "resources" => is(&Method::GET, Call::Resources),
        "resource-group" => is(&Method::GET, Call::ResourceGroups),
        "allowed-mount-dir" => is(&Method::GET, Call::AllowedMountDirs),
        _ => match path.split_once('/') {
            Some((id, "detail")) => is(&Method::GET, Call::Detail(id.to_owned())),
            Some((id, "url")) => is(&Method::GET, Call::Url(id.to_owned())),
            _ => Err(NoCall::Path),
        },
    }
}

#[cfg(test)]
mod tests {
    use hyper::Method;

    use super::{Call, NoCall, find};

    #[test]
    fn a_request_means_one_call_or_none() {
        let base = "/ai/openapi/v2/instance-service";
        assert_eq!(find(&Method::POST, &format!("{base}/task")), Ok(Call::Create));
        assert_eq!(find(&Method::GET, &format!("{base}/a1/detail")), Ok(Call::Detail("a1".into())));
        assert_eq!(find(&Method::PUT, &format!("{base}/task")), Err(NoCall::Method));
        assert_eq!(find(&Method::GET, "/ai/ai/openapi/v2/task"), Err(NoCall::Path));
        assert_eq!(find(&Method::GET, &format!("{base}/a1/x")), Err(NoCall::Path));
    }
}
