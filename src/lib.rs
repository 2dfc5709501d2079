//! `instancectl`: a declarative applier for AI container instances.

pub mod api;
pub mod apply;
pub mod exit;
pub mod ids;
pub mod lockfile;
pub mod plan;
pub mod request;
pub mod sandbox;
pub mod yaml;
