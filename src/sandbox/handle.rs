//! Start and stop of a sandbox.

use crate::sandbox::accounts::{Accounts, SERVING};
use crate::sandbox::error::SandboxError;
use crate::sandbox::fault_injection::FaultSpec;
use crate::sandbox::handlers::CatalogMode;
use crate::sandbox::random::random_hex;
use crate::sandbox::server;
use crate::sandbox::serving::Serving;
use crate::sandbox::state::TaskStore;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::thread::JoinHandle;
use tokio::sync::watch;

/// Starts sandboxes.
#[derive(Debug)]
pub struct Sandbox;

/// A sandbox that runs until this is dropped or [stopped](Handle::stop).
#[derive(Debug)]
pub struct Handle {
    serving: Serving,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

impl Sandbox {
    /// Starts a sandbox on 127.0.0.1 at `port` (0 = the port of the last sandbox with this state,
    /// otherwise any free port) on a separate thread. Its instances are kept in the directory `state`,
    /// which is created if it is missing and used by one sandbox at a time; `None` keeps them in
    /// memory.
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
        let stores = match &state {
            Some(folder) => {
                let others = SERVING[1..].iter().map(|region| folder.join(region));
                let folders = std::iter::once(folder.clone()).chain(others);
                folders.map(TaskStore::open).collect::<Result<_, _>>()?
            }
            None => SERVING.map(|_| TaskStore::in_memory()).into(),
        };
        let bind = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
        let earlier = state.as_deref().and_then(Serving::read).filter(|_| port == 0);
        let again =
            earlier.and_then(|serving| Some((bind(serving.address.port()).ok()?, serving.token)));
        let (listener, token) = match again {
            Some(again) => again,
            None => (bind(port).map_err(listen)?, random_hex()),
        };
        listener.set_nonblocking(true).map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let serving = Serving { address, token: token.clone() };
        state.map_or(Ok(()), |folder| serving.write(&folder))?;
        let (stop, stopped) = watch::channel(false);
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(listen)?;
        let accounts = Accounts::new(address, token);
        let serve = server::Server { stores, accounts, faults, catalog };
        let thread = std::thread::Builder::new()
            .name("sandbox".to_owned())
            .spawn(move || runtime.block_on(serve.run(listener, stopped)))
            .map_err(listen)?;
        Ok(Handle { serving, stop, thread: Some(thread) })
    }
}

impl Handle {
    /// Returns the address for clients, in the form of the platform's own list of addresses:
    /// `http://127.0.0.1:PORT/ai`.
    pub fn endpoint(&self) -> String {
        self.serving.endpoint()
    }

    /// Returns the token that every call must carry; it is kept with the state.
    pub fn token(&self) -> &str {
        &self.serving.token
    }

    pub(super) fn serving(&self) -> Serving {
        self.serving.clone()
    }

    /// Stops accepting requests, finishes those in flight, and returns when everything is written.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if let Some(thread) = self.thread.take() {
            // A panic of that thread was reported when it happened.
            let _ = thread.join();
        }
    }
}
