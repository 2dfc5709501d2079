//! The manifest format, as types.
//!
//! Manifests are decoded into these types, and the schema is generated from them, so the doc
//! comments of their fields are user-facing text: editors show them, and so does the schema. A
//! [`Manifest`] has been checked; only validation creates one.

pub mod document;
mod instance;
mod quantity;
pub mod schema;

pub use instance::{
    AcceleratorType, ContainerPortInfo, InstanceSpec, MountInfo, MountType, ProtocolType,
    StartScriptActionScope, TaskType,
};
pub use quantity::{ContainerPort, MAX_COUNT, RamSize, RegionId, TimeoutLimit};

use crate::ids::Region;

/// Fields that the create call requires and that are not filled in automatically. (`gpuNumber` is
/// required too, unless `acceleratorType` is `cpu`.)
pub const REQUIRED: [&str; 8] = [
    "instanceServiceName",
    "taskType",
    "acceleratorType",
    "resourceGroup",
    "imagePath",
    "timeoutLimit",
    "cpuNumber",
    "ramSize",
];

/// Every field of an instance.
pub const INSTANCE_FIELDS: [&str; 17] = [
    "instanceServiceName",
    "description",
    "taskType",
    "acceleratorType",
    "version",
    "imagePath",
    "timeoutLimit",
    "taskNumber",
    "resourceGroup",
    "useStartScript",
    "startScriptActionScope",
    "startScriptContent",
    "cpuNumber",
    "ramSize",
    "gpuNumber",
    "mountInfoList",
    "containerPortInfoList",
];

/// Every field of an item of `mountInfoList`.
pub const MOUNT_FIELDS: [&str; 3] = ["sourcePath", "targetPath", "type"];

/// Every field of an item of `containerPortInfoList`.
pub const PORT_FIELDS: [&str; 2] = ["containerPort", "protocolType"];

/// Keys of a document in the list form, except `$schema` and keys that begin with `x-`.
pub const LIST_KEYS: [&str; 3] = ["region", "defaults", "instances"];

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
