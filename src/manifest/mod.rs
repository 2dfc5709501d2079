//! The manifest format, as types.
//!
//! Manifests are decoded into these types, and the schema is generated from them, so the doc
//! comments of their fields are user-facing text: editors show them, and so does the schema. A
//! [`Manifest`] has been checked; only validation creates one.

mod checked;
pub mod document;
mod fields;
mod instance;
mod limits;
mod quantity;
pub mod schema;

pub use fields::{
    FIELDS, FORM_KEYS, FieldKind, FieldSpec, INSTANCE_FIELDS, LIMIT_FIELDS, LIST_KEYS,
    MOUNT_FIELDS, PORT_FIELDS, Parent, REQUIRED, Required,
};
pub use instance::{
    AcceleratorType, ContainerPortInfo, InstanceSpec, MountInfo, MountType, ProtocolType,
    StartScriptActionScope, TaskType,
};
pub use limits::{FileLimits, Limit, Limits};
pub use quantity::{ContainerPort, MAX_COUNT, MAX_REGION, RamSize, RegionId, TimeoutLimit};

pub use checked::{Manifest, ManifestDocument, is_ignored_key};
