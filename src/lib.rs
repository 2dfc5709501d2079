//! `instancectl`: a declarative applier for AI container instances.

pub mod api;
pub mod cli;
pub mod commands;
pub mod diagnostic;
pub mod document;
pub mod exit;
pub mod ids;
pub mod manifest;
pub mod report;
pub mod request;
pub mod schema;
pub mod source;
pub mod validate;
pub mod yaml;
