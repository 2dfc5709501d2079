//! The run folders of instances in the user's home, where the platform writes their output.
//!
//! A container instance is a Slurm job. Users at two sites saw its folder at
//! `<home>/SothisAI/instance/<taskType>/<instanceServiceName>_<run>_<container>/`, with the run and the
//! container counted from 0. In it, `<jobid>.out` is the output, `<jobid>_PULL.log` the pull of the
//! image, and `task.message` the reason of the end. Another file contains a password: only files that
//! are named here are opened.
//!
//! - `home`: reads the home folder through the file service, or on this machine
//! - `folders`: finds the folders of an instance and the files in them
//! - `reader`: reads a file that may grow, part by part
//! - `lines`: turns bytes into readable lines
//! - `problem`: why the output of an instance cannot be read

mod folders;
mod home;
mod lines;
mod problem;
mod reader;

pub use folders::{LogFile, LogKind, RunFiles, RunFolder, is_older, newest_run, run_folders};
pub use home::HomeFolder;
pub use lines::{Lines, readable};
pub use problem::{LogsProblem, ReadError};
pub use reader::FileReader;
