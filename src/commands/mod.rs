//! One file per command: each connects the stages and passes its result to the console.

mod adopt;
mod apply;
mod atomic_write;
mod auth;
mod catalog;
mod completions;
mod confirm;
mod destroy;
mod error;
mod error_text;
mod explain;
mod git_root;
mod init;
mod inputs;
mod load;
mod lock;
mod locked_workspace;
mod plan;
mod planning;
mod platform;
mod read_only_workspace;
mod resolve;
mod run;
mod runtime;
mod sandbox;
mod signals;
mod start_stop;
mod status;
mod url;
mod validate;
mod wait;

pub use completions::answer;

pub use error::Exit;
pub use run::run;
