//! The platform on loopback: the calls of its HTTP API, for rehearsals and tests, without an
//! account and without cost.
//!
//! - [`server`] reads requests and writes responses;
//! - [`accounts`] issues tokens and addresses, for a login or a password;
//! - [`route`] defines the calls and routes requests to them;
//! - [`handlers`] carries out a call and is strict about its input;
//! - [`fault_injection`] injects requested faults;
//! - [`task`] is one instance and its lifecycle, which depends on the time since its creation;
//! - [`state`] keeps the instances, in memory and in a log on disk;
//! - [`join`] lets several processes use one state.
//!
//! It runs on a separate thread with a separate runtime, so that it can be started from anywhere,
//! even inside a single-threaded runtime, and its disk writes delay nothing else.

mod accounts;
mod error;
mod fault_injection;
mod handle;
mod handlers;
mod join;
mod random;
mod route;
mod server;
mod serving;
mod state;
mod task;

pub use error::SandboxError;
pub use fault_injection::{FaultSpec, InvalidFault};
pub use handle::{Handle, Sandbox};
pub use handlers::CatalogMode;
pub use join::SharedSandbox;
