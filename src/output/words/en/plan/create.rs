//! English texts about instances to create.

use crate::api::endpoints::create_task::{
    AcceleratorType, CreateTask, MountInfo, StartScriptActionScope,
};
use crate::diagnostics::{escape_for_terminal, escaped};
use crate::output::words::en::En;
use crate::output::words::shared::{manifest_memory, port};
use crate::text::plural::count;

impl En {
    /// Returns the lines that describe an instance to create.
    pub(crate) fn create_details(task: &CreateTask) -> Vec<String> {
        let list = |items: Vec<String>| items.join(", ");
        let mounts =
            task.mount_info_list.iter().map(|mount| format!("mount {}", Self::mount(mount)));
        let ports: Vec<String> = task.container_port_info_list.iter().map(port).collect();
        let mut details = vec![Self::size(task), escape_for_terminal(task.image_path.chars())];
        details.extend(mounts);
        if !ports.is_empty() {
            let noun = if ports.len() == 1 { "port" } else { "ports" };
            details.push(format!("{noun} {}", list(ports)));
        }
        details.extend(script(task));
        details
    }

    fn size(task: &CreateTask) -> String {
        let cards = match task.accelerator_type {
            AcceleratorType::Cpu => "no cards".to_owned(),
            kind => count(task.gpu_number, &format!("{} card", kind.as_str())),
        };
        let each = match task.task_number {
            1 => String::new(),
            number => format!("{number} containers, each "),
        };
        let end = match task.timeout_limit.as_str() {
            "unlimited" => "no time limit".to_owned(),
            limit => format!("stops after {limit}"),
        };
        let (kind, cpus) = (task.task_type.as_str(), task.cpu_number);
        let (memory, group) =
            (manifest_memory(task.ram_size.into()), escaped(&task.resource_group));
        format!("{kind}, {each}{cards}, {cpus} CPU, {memory}, group {group}, {end}")
    }

    pub(crate) fn mount(MountInfo { source_path, target_path, kind }: &MountInfo) -> String {
        let [source, target] =
            [source_path, target_path].map(|path| escape_for_terminal(path.chars()));
        format!("{source} at {target} ({})", kind.as_str())
    }
}

/// Returns the length of the start script, and the containers that run it.
fn script(task: &CreateTask) -> Option<String> {
    let lines = task.start_script_content.lines().count();
    let header =
        task.task_number > 1 && task.start_script_action_scope == StartScriptActionScope::Header;
    let scope = if header { " in the first container" } else { "" };
    let off = if task.use_start_script { "" } else { ", not used" };
    (lines > 0).then(|| format!("script of {}{scope}{off}", count(lines, "line")))
}
