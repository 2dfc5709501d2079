//! The platform on loopback: the calls of its HTTP API, for rehearsals and tests, without an
//! account and without cost.
//!
//! - [`http`] takes requests off the wire and puts answers on it;
//! - [`accounts`] gives tokens and addresses, by a login or for a password;
//! - [`call`] names the calls and finds the one a request means;
//! - [`handlers`] carries a call out, strict on what it accepts;
//! - [`fault`] says what goes wrong on demand;
//! - [`task`] is one instance and its life, which is a matter of the time since its creation;
//! - [`store`] keeps the instances, in memory and in a log on disk.
//!
//! It runs on a thread of its own with a runtime of its own, so that it can be started from
//! anywhere, inside a single-threaded runtime too, and its disk writes delay nobody.

mod accounts;
mod call;
mod fault;
mod handlers;
mod http;
mod store;
mod task;

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::thread::JoinHandle;

use tokio::sync::watch;

use accounts::{Accounts, SERVING};
use store::TaskStore;

pub use fault::{FaultSpec, ParseFaultError};

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

/// Why a sandbox cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SandboxError {
    /// The port cannot be had.
    #[error("the sandbox cannot listen on 127.0.0.1:{port}: {source}")]
    Listen {
        /// The port that was asked for; 0 = any.
        port: u16,
        /// What the system said.
        source: io::Error,
    },
    /// Another process serves from the same state folder.
    #[error("another sandbox uses `{}`", folder.display())]
    InUse {
        /// The state folder.
        folder: PathBuf,
    },
    /// The state cannot be read or written.
    #[error("the sandbox's state `{}`: {source}", path.display())]
    State {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A line of the state that is none of the sandbox's.
    #[error("the sandbox's state `{}` is damaged in line {line}: {problem}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Its line, from 1.
        line: usize,
        /// What is wrong with it.
        problem: String,
    },
}

impl Sandbox {
    /// Starts a sandbox on 127.0.0.1 at `port` (0 = any that is free) on a thread of its own.
    /// Its instances are kept in the folder `state`, which is made where it is missing and used
    /// by one sandbox at a time; `None` keeps them in memory.
    pub fn start(state: Option<PathBuf>, port: u16) -> Result<Handle, SandboxError> {
        Self::start_with(state, port, Vec::new())
    }

    /// Like [`start`](Self::start), with faults on demand.
    pub fn start_with(
        state: Option<PathBuf>,
        port: u16,
        faults: Vec<FaultSpec>,
    ) -> Result<Handle, SandboxError> {
        let listen = |source| SandboxError::Listen { port, source };
        // The first region's instances are those of the folder itself; others have a folder in it.
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
        let serve = http::Server { stores, accounts, faults };
        let thread = std::thread::Builder::new()
            .name("sandbox".to_owned())
            .spawn(move || runtime.block_on(serve.run(listener, stopped)))
            .map_err(listen)?;
        Ok(Handle { address, token, stop, thread: Some(thread) })
    }
}

impl Handle {
    /// The address that a client is given, in the form of the platform's own list of addresses:
    /// `http://127.0.0.1:PORT/ai`.
    pub fn endpoint(&self) -> String {
        format!("http://{}/ai", self.address)
    }

    /// The token that every call must carry, another one each time a sandbox starts.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Takes no more requests, finishes those under way, and returns when all is written.
    pub fn stop(mut self) {
        self.finish();
    }

    fn finish(&mut self) {
        self.stop.send_replace(true);
        if let Some(thread) = self.thread.take() {
            // A panic of that thread was reported when it happened; there is nothing to add.
            let _ = thread.join();
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.finish();
    }
}

/// 32 random hex digits, from the standard library's own source of entropy.
fn random_hex() -> String {
    let keys = RandomState::new();
    format!("{:016x}{:016x}", keys.hash_one(0), keys.hash_one(1))
}
