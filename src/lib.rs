//! `instancectl`: a declarative applier for AI container instances.

pub mod api;
pub mod apply;
pub mod cli;
pub mod commands;
pub mod diagnostic;
pub mod document;
pub mod exit;
pub mod ids;
pub mod lockfile;
pub mod manifest;
pub mod plan;
pub mod report;
pub mod request;
pub mod sandbox;
pub mod schema;
pub mod source;
pub mod validate;
pub mod yaml;
