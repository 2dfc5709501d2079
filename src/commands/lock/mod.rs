//! `lock`: operations on locks without the platform.

mod list;
mod merge;
mod recover;
mod selection;
mod verify;

pub(super) use list::run as list;
pub(super) use merge::run as merge;
pub(super) use recover::run as recover;
pub(super) use verify::run as verify;
