//! Converts a checked manifest to the bodies of the create call: the only module that uses the
//! types of both sides.

use std::sync::Arc;

use crate::api::endpoints::create_task as api;
use crate::ids::{InstanceName, Region};
use crate::manifest::{self, InstanceSpec, Manifest};

/// One resolved instance of a manifest: the body of its create call, its name and its region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The instance's identity in its manifest and in the lock.
    pub name: InstanceName,
    /// Region of its document, if set.
    pub region: Option<Region>,
    /// The body of the create call, shared by the plans and their execution.
    pub task: Arc<api::CreateTask>,
}

/// Returns every request of a manifest, in order, with derived values filled in.
pub fn requests(manifest: Manifest) -> Vec<Request> {
    let document = |document: manifest::ManifestDocument| {
        let region = document.region;
        document.instances.into_iter().map(move |instance| Request {
            name: InstanceName::from(instance.instance_service_name.as_str()),
            region: region.clone(),
            task: create_task(instance).into(),
        })
    };
    manifest.documents.into_iter().flat_map(document).collect()
}

/// Builds the body for one instance. Both types are destructured completely, so that a new field in
/// either of them does not compile until it is handled here.
fn create_task(instance: InstanceSpec) -> api::CreateTask {
    let version = instance.resolved_version().to_owned();
    let use_start_script = instance.resolved_use_start_script();
    let gpu_number = instance.resolved_gpu_number();
    let InstanceSpec {
        instance_service_name,
        description,
        task_type,
        accelerator_type,
        version: _,
        image_path,
        timeout_limit: manifest::TimeoutLimit(timeout_limit),
        task_number,
        resource_group,
        use_start_script: _,
        start_script_action_scope,
        start_script_content,
        cpu_number,
        ram_size: manifest::RamSize(ram_size),
        gpu_number: _,
        mount_info_list,
        container_port_info_list,
    } = instance;
    api::CreateTask {
        instance_service_name,
        description,
        task_type: task_type.into(),
        accelerator_type: accelerator_type.into(),
        version,
        image_path,
        timeout_limit,
        task_number,
        resource_group,
        use_start_script,
        start_script_action_scope: start_script_action_scope.into(),
        start_script_content,
        cpu_number,
        ram_size,
        gpu_number,
        mount_info_list: mount_info_list.into_iter().map(Into::into).collect(),
        container_port_info_list: container_port_info_list.into_iter().map(Into::into).collect(),
    }
}

impl From<manifest::MountInfo> for api::MountInfo {
    fn from(mount: manifest::MountInfo) -> Self {
        let manifest::MountInfo { source_path, target_path, kind } = mount;
        Self { source_path, target_path, kind: kind.into() }
    }
}

impl From<manifest::ContainerPortInfo> for api::ContainerPortInfo {
    fn from(port: manifest::ContainerPortInfo) -> Self {
        let manifest::ContainerPortInfo { container_port, protocol_type } = port;
        Self { container_port: container_port.0, protocol_type: protocol_type.into() }
    }
}

/// Converts between two enums with the same variants, one on each side.
macro_rules! same_words {
    ($name:ident { $($word:ident),+ }) => {
        impl From<manifest::$name> for api::$name {
            fn from(word: manifest::$name) -> Self {
                match word {
                    $(manifest::$name::$word => Self::$word,)+
                }
            }
        }
    };
}
same_words!(TaskType { Ssh, Jupyter, Codeserver, Rstudio });
same_words!(AcceleratorType { Mlu, Dcu, Gpu, Cpu });
same_words!(StartScriptActionScope { All, Header });
same_words!(MountType { Data, Path });
same_words!(ProtocolType { Ssh, Http });
