//! One file for each call of the platform: its types, its path and its tests.

pub mod access_url;
pub mod create_task;
pub mod delete;
pub mod detail;
pub mod images;
pub mod limits;
pub mod list;
pub mod mount_dirs;
pub(crate) mod paths;
pub(crate) mod ping;
pub mod resource_groups;
pub mod restart;
pub mod stop;
