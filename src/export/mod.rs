//! From live instances to a manifest.
//!
//! - `instance`: the fields of a manifest that an instance's detail gives, and remarks on those that it
//!   does not give
//! - `render`: the text of a manifest

mod instance;
mod render;

pub use instance::{ExportedInstance, FieldRemark, InstanceRemark};
pub use render::{ExportedDocument, Remark, render};
