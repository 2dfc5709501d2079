//! Chinese texts about instances to create.

use crate::api::endpoints::create_task::{
    AcceleratorType, CreateTask, MountInfo, StartScriptActionScope,
};
use crate::diagnostics::{escape_for_terminal, escaped};
use crate::output::words::shared::{manifest_memory, port};
use crate::output::words::zh::Zh;

impl Zh {
    /// Returns the lines that describe an instance to create.
    pub(crate) fn create_details(task: &CreateTask) -> Vec<String> {
        let mounts =
            task.mount_info_list.iter().map(|mount| format!("挂载 {}", Self::mount(mount)));
        let ports: Vec<String> = task.container_port_info_list.iter().map(port).collect();
        let mut details = vec![Self::size(task), escape_for_terminal(task.image_path.chars())];
        details.extend(mounts);
        if !ports.is_empty() {
            details.push(format!("端口 {}", Self::list(&ports)));
        }
        details.extend(script(task));
        details
    }

    fn size(task: &CreateTask) -> String {
        let cards = match task.accelerator_type {
            AcceleratorType::Cpu => "不用卡".to_owned(),
            kind => format!("{} 张 {} 卡", task.gpu_number, kind.as_str()),
        };
        let each = match task.task_number {
            1 => String::new(),
            number => format!("{number} 个容器，每个 "),
        };
        let end = match task.timeout_limit.as_str() {
            "unlimited" => "不自动停止".to_owned(),
            limit => format!("{limit} 后停止"),
        };
        let (kind, cpus) = (task.task_type.as_str(), task.cpu_number);
        let (memory, group) =
            (manifest_memory(task.ram_size.into()), escaped(&task.resource_group));
        format!("{kind}，{each}{cards}，{cpus} 核，{memory}，资源分组 {group}，{end}")
    }

    pub(crate) fn mount(MountInfo { source_path, target_path, kind }: &MountInfo) -> String {
        let [source, target] =
            [source_path, target_path].map(|path| escape_for_terminal(path.chars()));
        format!("{source} 到 {target}（{}）", kind.as_str())
    }
}

/// Returns the length of the start script, and the containers that run it.
fn script(task: &CreateTask) -> Option<String> {
    let lines = task.start_script_content.lines().count();
    let header =
        task.task_number > 1 && task.start_script_action_scope == StartScriptActionScope::Header;
    let scope = if header { "，在第一个容器中运行" } else { "" };
    let off = if task.use_start_script { "" } else { "，未使用" };
    (lines > 0).then(|| format!("启动脚本 {lines} 行{scope}{off}"))
}
