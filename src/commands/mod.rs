//! One file per command: each connects the stages and passes its result to the console.

mod adopt;
mod apply;
mod atomic_write;
mod auth;
mod catalog;
mod check;
mod completions;
mod confirm;
mod delete;
mod destroy;
mod error;
mod exec;
mod explain;
mod init;
mod inputs;
mod list;
mod load;
mod lock;
mod online;
mod plan;
mod planning;
mod platform;
mod remote;
mod resolve;
mod run;
mod sandbox;
mod signals;
mod start_stop;
mod status;
mod url;
mod validate;
mod wait;
mod workspace;

pub use completions::complete;
pub use error::Exit;
pub use run::{refuse, run};
