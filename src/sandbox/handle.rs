//! Start and stop of a sandbox.

use crate::sandbox::accounts::{Accounts, SERVING};
use crate::sandbox::error::SandboxError;
use crate::sandbox::fault_injection::FaultSpec;
use crate::sandbox::handlers::CatalogMode;
use crate::sandbox::random::random_hex;
use crate::sandbox::server;
use crate::sandbox::state::TaskStore;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::thread::JoinHandle;
use tokio::sync::watch;

/// Starts sandboxes.
#[derive(Debug)]
pub struct Sandbox;

/// A sandbox that runs until this is dropped or [stopped](Handle::stop).
#[derive(Debug)]
pub struct Handle {
    address: SocketAddr,
    token: String,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

impl Sandbox {
    /// Starts a sandbox on 127.0.0.1 at `port` (0 = any free port) on a separate thread. Its
    /// instances are kept in the directory `state`, which is created if it is missing and used by
    /// one sandbox at a time; `None` keeps them in memory.
    pub fn start(state: Option<PathBuf>, port: u16) -> Result<Handle, SandboxError> {
        Self::start_with(state, port, Vec::new(), CatalogMode::Open)
    }

    /// Like [`start`](Self::start), with requested faults, and with a catalog that may be strict.
    pub fn start_with(
        state: Option<PathBuf>,
        port: u16,
        faults: Vec<FaultSpec>,
        catalog: CatalogMode,
    ) -> Result<Handle, SandboxError> {
        let listen = |source| SandboxError::Listen { port, source };
        // The first region's instances are in the directory itself, those of other regions in
        // subdirectories.
        let stores = match state {
            Some(folder) => {
                let others: Vec<_> =
                    SERVING[1..].iter().map(|region| folder.join(region)).collect();
                let folders = std::iter::once(folder).chain(others);
                folders.map(TaskStore::open).collect::<Result<_, _>>()?
            }
            None => SERVING.map(|_| TaskStore::in_memory()).into(),
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(listen)?;
        listener.set_nonblocking(true).map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let token = random_hex();
        let (stop, stopped) = watch::channel(false);
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(listen)?;
        let accounts = Accounts::new(address, token.clone());
        let serve = server::Server { stores, accounts, faults, catalog };
        let thread = std::thread::Builder::new()
            .name("sandbox".to_owned())
            .spawn(move || runtime.block_on(serve.run(listener, stopped)))
            .map_err(listen)?;
        Ok(Handle { address, token, stop, thread: Some(thread) })
    }
}

impl Handle {
    /// Returns the address for clients, in the form of the platform's own list of addresses:
    /// `http://127.0.0.1:PORT/ai`.
    pub fn endpoint(&self) -> String {
        format!("http://{}/ai", self.address)
    }

    /// Returns the token that every call must carry; it changes each time a sandbox starts.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Stops accepting requests, finishes those in flight, and returns when everything is written.
    pub fn stop(mut self) {
        self.finish();
    }

    fn finish(&mut self) {
        self.stop.send_replace(true);
        if let Some(thread) = self.thread.take() {
            // A panic of that thread was reported when it happened.
            let _ = thread.join();
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.finish();
    }
}
