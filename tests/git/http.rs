//! An HTTP server for the remote, which may fail in any way.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::remote::Remote;
use crate::support::{Received, Reply, Service};

/// User and password of the server, as in its address.
pub(crate) const LOGIN: &str = "user:s3cret";

/// Request to the repository that is not answered yet.
pub(crate) struct Pending {
    pub(crate) received: Received,
    folder: PathBuf,
}

impl Pending {
    /// Checks whether the request carries out a push.
    pub(crate) fn is_push(&self) -> bool {
        self.received.method == "POST" && self.received.path.ends_with("/git-receive-pack")
    }

    /// Answers as a git server does that demands a password.
    pub(crate) fn answer(&self) -> Reply {
        let wanted = format!("Basic {}", STANDARD.encode(LOGIN));
        if self.received.header("authorization") == Some(&wanted) {
            return self.carry_out();
        }
        let reply = Reply::with(401, "text/plain", "who are you?");
        reply.header("www-authenticate", "Basic realm=\"git\"")
    }

    /// Passes the request to `git http-backend`.
    pub(crate) fn carry_out(&self) -> Reply {
        let asked = &self.received;
        let (path, query) = asked.path.split_once('?').unwrap_or((&asked.path, ""));
        let header = |name: &str| asked.header(name).unwrap_or_default().to_owned();
        let mut child = Command::new("git")
            .arg("http-backend")
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_PROJECT_ROOT", &self.folder)
            .env("GIT_HTTP_EXPORT_ALL", "1")
            .env("REMOTE_USER", "user")
            .env("PATH_INFO", path)
            .env("QUERY_STRING", query)
            .env("REQUEST_METHOD", &asked.method)
            .env("CONTENT_TYPE", header("content-type"))
            .env("HTTP_CONTENT_ENCODING", header("content-encoding"))
            .env("CONTENT_LENGTH", asked.body.len().to_string())
            .env("GIT_PROTOCOL", header("git-protocol"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        // It may answer without reading everything.
        let _ = child.stdin.take().unwrap().write_all(&asked.body);
        let answer = child.wait_with_output().unwrap().stdout;
        let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(answer[..end].to_vec()).unwrap();
        let field = |name: &str| head.lines().find_map(|line| line.strip_prefix(name));
        let status = field("Status: ").map_or(200, |text| text[..3].parse().unwrap());
        Reply::with(status, field("Content-Type: ").unwrap(), &answer[end + 4..])
    }
}

/// Serves the folder of a remote, with these answers, and makes it the origin of the clone `a`.
pub(crate) fn serve(
    remote: &Remote,
    answer: impl Fn(&Pending) -> Reply + Send + Sync + 'static,
) -> Service {
    remote.run("remote.git", "git config http.receivepack true");
    let folder = remote.path("");
    let service = Service::each(move |received| {
        answer(&Pending { received: received.clone(), folder: folder.clone() })
    });
    let address = address(&service, LOGIN);
    remote.run("a", &format!("git remote set-url origin {address}"));
    service
}

/// Returns the address of the repository, with a login.
pub(crate) fn address(service: &Service, login: &str) -> String {
    service.url().replace("http://", &format!("http://{login}@")) + "/remote.git"
}
