//! Chinese texts about the output of instances.

use std::path::Path;

use super::phrases::io_error;
use super::spacing::spaced;
use crate::diagnostics::{display_path, quote};
use crate::output::words::zh::Zh;
use crate::output::{LogChange, Message};
use crate::run_folder::{LogsProblem, ReadError};

impl Zh {
    pub(crate) fn log_source(place: &str) -> String {
        format!("输出来自 {}", display_path(Path::new(place)))
    }

    pub(crate) fn log_retry(trouble: &Message) -> String {
        format!("{}；正在重试", trouble.text)
    }

    pub(crate) fn log_awaited(problem: &LogsProblem) -> String {
        format!("等待中：{}", Self::logs_problem(problem))
    }

    pub(crate) fn log_changed(change: LogChange, place: &str) -> String {
        let place = display_path(Path::new(place));
        match change {
            LogChange::Moved => format!("后续输出在 {place}"),
            LogChange::Rewritten => format!("{place} 被截断或重写；从头开始输出"),
        }
    }

    pub(crate) fn logs_problem(problem: &LogsProblem) -> String {
        match problem {
            LogsProblem::NoFileService => {
                "不知道文件服务的地址，而本机也没有该账号带有目录 `SothisAI` 的主目录".to_owned()
            }
            LogsProblem::Setup(error) => Self::credentials_error(error).text,
            LogsProblem::NoHome { service } => {
                format!("文件服务 {service} 的列表中看不出主目录")
            }
            LogsProblem::NoFolder { place, name, container, previous } => {
                let name = quote(name.as_str()).to_string();
                let earlier = if *previous { "更早" } else { "" };
                let container = match container {
                    0 => String::new(),
                    number => format!("（容器 {number}）"),
                };
                spaced(&[place, "中没有", &name, &container, earlier, "的运行目录"])
            }
            LogsProblem::NoFile { folder } => format!("{folder} 中还没有这样的输出"),
            LogsProblem::HomeUnreadable(error) => read_error("主目录", error),
            LogsProblem::Unsteady { place } => format!("{place} 在读取时不断变化"),
            LogsProblem::Unreadable { place, error } => read_error(&format!(" {place}"), error),
        }
    }
}

fn read_error(place: &str, error: &ReadError) -> String {
    match error {
        ReadError::Missing => format!("{} 已不存在", place.trim_start()),
        ReadError::Local(error) => format!("无法读取{place}：{}", io_error(error)),
        ReadError::Service { error, call } => {
            format!("无法读取{place}：{}；请求地址 {call}", Zh::error_detail(error.detail()))
        }
    }
}

/// Returns the next step after a problem, if any.
pub(super) fn help(problem: &LogsProblem) -> Option<String> {
    let help = match problem {
        LogsProblem::NoFileService => {
            "设置 INSTANCECTL_FILE_ENDPOINT，例如 https://HOST:PORT/efile；用 INSTANCECTL_USER \
             及其密钥登录时，平台会给出该地址，除非该区域没有文件服务"
        }
        LogsProblem::NoFolder { previous: true, .. } => "实例没有重新启动过，或其运行目录已不存在",
        LogsProblem::NoFolder { container: 1.., .. } => {
            "实例的容器从 0 开始编号，到 `taskNumber` 减 1 为止"
        }
        LogsProblem::NoFolder { .. } | LogsProblem::NoFile { .. } => {
            "运行目录在实例部署时出现，排队等待时还没有"
        }
        LogsProblem::NoHome { .. } => "平台没有给出主目录，列表中的条目也没有路径",
        LogsProblem::Setup(error) => return Zh::credentials_error(error).help,
        LogsProblem::Unsteady { .. } => "文件被反复重写，或者文件服务返回的不是所请求的部分",
        LogsProblem::HomeUnreadable(_) | LogsProblem::Unreadable { .. } => return None,
    };
    Some(help.to_owned())
}
