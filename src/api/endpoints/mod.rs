//! The calls of the platform: their types, their paths and their tests.

pub mod access_url;
pub mod actions;
pub mod catalog;
pub mod create_task;
pub mod detail;
pub mod execute_script;
pub mod file_list;
pub mod files;
pub mod free_cards;
pub mod images;
pub mod list;
pub mod ssh_address;
