//! Executes a [`Plan`](crate::plan::Plan): intent, request, outcome, and finally the lock. Prints
//! nothing.
//!
//! - `execute`: runs the plans of several manifests as one
//! - `report`: the result of a run per instance, and what a failed call means for it
//! - `event`: the events emitted while it runs
//! - `note`: what is notable about the result of an instance
//! - `dispatch`: when requests start, and when no more are started
//! - `create_operation`: one create between two durable records
//! - `resize`: changes the sizes of instances
//! - `delete`: deletes one instance; `delete_batch`: deletes many and removes them from their locks

mod create_operation;
mod delete;
mod delete_batch;
mod dispatch;
mod event;
mod execute;
mod note;
mod report;
mod resize;

pub use delete_batch::{DeleteOptions, DeleteTarget, remove_all};
pub use event::Event;
pub use execute::{ApplyOptions, ApplyUnit, execute};
pub use note::{InstanceNote, NextStep};
pub use report::{AbortReason, ApplyReport, InstanceReport, Outcome};
pub use resize::{ResizeTarget, resize_all};
