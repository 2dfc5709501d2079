//! `lock`: operations on locks without the platform.

mod list;
mod merge;
mod recover;
mod run;
mod selection;
mod verify;

pub(super) use run::run;
