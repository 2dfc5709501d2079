//! `instancectl`: a declarative applier for AI container instances.

pub mod api;
pub mod ids;
pub mod request;
pub mod sandbox;
