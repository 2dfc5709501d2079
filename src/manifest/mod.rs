//! The user's format: what a manifest may say, as types.
//!
//! These types are what the program decodes into and what the schema is generated from, so the
//! doc comments of their fields are product text: editors show them, and so does the schema.
//! A [`Manifest`] is a checked one; only validation makes it.

mod instance;
mod quantity;

pub use instance::{
    AcceleratorType, ContainerPortInfo, InstanceSpec, MountInfo, MountType, ProtocolType,
    StartScriptActionScope, TaskType,
};
pub use quantity::{ContainerPort, MAX_COUNT, RamSize, RegionId, TimeoutLimit};

use crate::ids::Region;

/// Fields that a platform call requires and that nothing fills in. (`gpuNumber` is required too,
/// unless `acceleratorType` is `cpu`.)
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

/// Keys of a document in the list form, beside `$schema` and those that begin with `x-`.
pub const LIST_KEYS: [&str; 3] = ["region", "defaults", "instances"];

/// Whether a top-level key is there for people and other programs, and ignored here.
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
    /// The region its instances belong to, where it names one.
    pub region: Option<Region>,
    /// Its instances, in the order of the file.
    pub instances: Vec<InstanceSpec>,
}
