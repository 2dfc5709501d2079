//! The manifest format, as types.
//!
//! Manifests are decoded into these types, and the schema is generated from them, so the doc
//! comments of their fields are user-facing text: editors show them, and so does the schema. A
//! [`Manifest`] has been checked; only validation creates one.

pub mod document;
mod fields;
mod instance;
mod quantity;
pub mod schema;

pub use fields::{
    FIELDS, FieldKind, FieldSpec, INSTANCE_FIELDS, LIST_KEYS, MOUNT_FIELDS, PORT_FIELDS, Parent,
    REQUIRED, Required,
};
pub use instance::{
    AcceleratorType, ContainerPortInfo, InstanceSpec, MountInfo, MountType, ProtocolType,
    StartScriptActionScope, TaskType,
};
pub use quantity::{ContainerPort, MAX_COUNT, RamSize, RegionId, TimeoutLimit};

use crate::ids::Region;

/// Checks whether a top-level key is ignored here because it is for readers or other programs.
pub fn is_ignored_key(key: &str) -> bool {
    key == "$schema" || key.starts_with("x-")
}

/// A checked manifest: every document of one file, every instance merged with its defaults.
#[derive(Debug, Clone, PartialEq)]
pub struct Manifest {
    /// The documents, in the order of the file.
    pub documents: Vec<ManifestDocument>,
}

/// One document of a checked manifest.
#[derive(Debug, Clone, PartialEq)]
pub struct ManifestDocument {
    /// Region of its instances, if set.
    pub region: Option<Region>,
    /// Its instances, in the order of the file.
    pub instances: Vec<InstanceSpec>,
}
