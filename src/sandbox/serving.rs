//! Address and token of the sandbox that serves a state directory, kept in a file there.

use std::fs::{self, File, Permissions};
use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use super::error::SandboxError;
use crate::atomic_file;

/// Name of the file with the address and the token.
const SERVING: &str = "serving";
/// Timeout of the request that checks a server.
const CHECK_TIMEOUT: Duration = Duration::from_secs(2);

/// Address and token of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Serving {
    pub(super) address: SocketAddr,
    pub(super) token: String,
}

impl Serving {
    /// Returns the address for clients, in the form of the platform's own list of addresses.
    pub(super) fn endpoint(&self) -> String {
        format!("http://{}/ai", self.address)
    }

    /// Returns what the last server of a state directory wrote, if it can be read.
    pub(super) fn read(folder: &Path) -> Option<Self> {
        let text = fs::read_to_string(folder.join(SERVING)).ok()?;
        let (address, token) = text.trim_end().split_once('\n')?;
        Some(Self { address: address.parse().ok()?, token: token.to_owned() })
    }

    /// Writes the file, which is private to its owner.
    pub(super) fn write(&self, folder: &Path) -> Result<(), SandboxError> {
        let path = folder.join(SERVING);
        let write = |file: &mut File| {
            file.set_permissions(Permissions::from_mode(0o600))?;
            writeln!(file, "{}\n{}", self.address, self.token)
        };
        let written =
            atomic_file::replace(&path, folder.join(".serving.new"), write, || Ok(true)).map(drop);
        written.map_err(|source| SandboxError::State { path, source })
    }

    /// Checks whether the server is there and accepts the token; the address may belong to another
    /// program by now.
    pub(super) fn responds(&self) -> bool {
        let ask = || -> io::Result<bool> {
            let mut stream = TcpStream::connect_timeout(&self.address, CHECK_TIMEOUT)?;
            stream.set_read_timeout(Some(CHECK_TIMEOUT))?;
            write!(
                stream,
                "GET /ac/openapi/v2/tokens/state HTTP/1.1\r\nhost: {}\r\ntoken: {}\r\n\
                 connection: close\r\n\r\n",
                self.address, self.token
            )?;
            let mut status = String::new();
            BufReader::new(stream).read_line(&mut status)?;
            Ok(status.split(' ').nth(1) == Some("200"))
        };
        ask().unwrap_or(false)
    }
}
