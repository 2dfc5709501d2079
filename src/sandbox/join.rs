//! Several processes on one state: the first one serves, the others use its server, and one of them
//! goes on when it ends.
//!
//! The process that has the lock of the state directory serves, and keeps its address and token in a
//! file there. The next one to serve uses the same address and token, so that the clients of all the
//! others only have to connect again.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use super::error::SandboxError;
use super::handle::{Handle, Sandbox};
use super::serving::Serving;
use super::state::LOCK;

/// How long to wait for a server that starts or ends.
const PATIENCE: Duration = Duration::from_secs(10);
/// Pause between two attempts to reach it.
const PAUSE: Duration = Duration::from_millis(10);

/// A sandbox that this process uses: its own, or that of another process with the same state.
#[derive(Debug)]
pub struct SharedSandbox {
    serving: Serving,
    server: Arc<Mutex<Server>>,
}

/// The server of this process.
#[derive(Debug)]
struct Server {
    /// `None` while another process serves.
    own: Option<Handle>,
    /// Whether this process no longer needs one.
    closed: bool,
}

impl SharedSandbox {
    /// Starts a sandbox, or joins the one that another process runs on the same state. When that
    /// process ends, this one or another one that joined goes on at the same address.
    pub fn start_or_join(state: Option<&Path>) -> Result<Self, SandboxError> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let failure = match Sandbox::start(state.map(Path::to_owned), 0) {
                Ok(handle) => return Ok(Self::new(handle.serving(), Some(handle))),
                Err(failure @ SandboxError::InUse { .. }) => failure,
                Err(failure) => return Err(failure),
            };
            let folder = state.unwrap_or(Path::new(""));
            if let Some(serving) = Serving::read(folder).filter(Serving::responds) {
                let joined = Self::new(serving, None);
                joined.stand_by(folder.to_owned());
                return Ok(joined);
            }
            // It is starting or ending.
            if Instant::now() >= deadline {
                return Err(failure);
            }
            thread::sleep(PAUSE);
        }
    }

    fn new(serving: Serving, own: Option<Handle>) -> Self {
        Self { serving, server: Arc::new(Mutex::new(Server { own, closed: false })) }
    }

    /// Returns the address for clients.
    pub fn endpoint(&self) -> String {
        self.serving.endpoint()
    }

    /// Returns the token that every call must carry.
    pub fn token(&self) -> &str {
        &self.serving.token
    }

    /// Serves from this process as soon as no other one does. Without a thread for it, requests fail
    /// when the other process ends.
    fn stand_by(&self, folder: PathBuf) {
        let (serving, server) = (self.serving.clone(), Arc::clone(&self.server));
        let stand_by = move || {
            while wait_until_free(&folder).is_ok() {
                let mut server = server.lock().expect("no thread panics while holding the lock");
                if server.closed {
                    return;
                }
                match Sandbox::start(Some(folder.clone()), 0) {
                    // At another address it is of no use to this process.
                    Ok(handle) if handle.serving() != serving => return,
                    Ok(handle) => {
                        server.own = Some(handle);
                        return;
                    }
                    Err(SandboxError::InUse { .. }) => {}
                    Err(_) => return,
                }
                drop(server);
                thread::sleep(PAUSE);
            }
        };
        let _ = thread::Builder::new().name("sandbox-standby".to_owned()).spawn(stand_by);
    }
}

impl Drop for SharedSandbox {
    fn drop(&mut self) {
        if let Ok(mut server) = self.server.lock() {
            server.closed = true;
            // It finishes the requests in flight.
            drop(server.own.take());
        }
    }
}

/// Waits until no process has the lock of a state directory.
fn wait_until_free(folder: &Path) -> io::Result<()> {
    File::open(folder.join(LOCK))?.lock()
}
