//! Phrases that several areas use.

use std::io;
use std::time::Duration;

use crate::ids::{Endpoint, Region, TaskId};

pub(super) const DELETION_NOT_CONFIRMED: &str = "已请求删除，但尚未确认";

/// Returns the location that an entry of the lock belongs to.
pub(super) fn recorded_for(region: Option<&Region>, endpoint: &Endpoint) -> String {
    let region = region.map_or(String::new(), |region| format!("区域 `{region}`，"));
    format!("记录于{region}接入地址 `{endpoint}`")
}

/// Quotes what a library, git or a lock says, which may be in English.
pub(super) fn quoted(text: &str) -> String {
    format!("“{text}”")
}

/// Returns a region as the beginning of a sentence about it.
pub(super) fn in_region(region: Option<&Region>) -> String {
    region.map_or(String::new(), |region| format!("区域 {region}："))
}

/// Formats words in backticks: `a`、`b` 和 `c`.
pub(super) fn listed(words: &[&str], last: &str) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match &quoted[..] {
        [start @ .., end] if !start.is_empty() => format!("{} {last} {end}", start.join("、")),
        quoted => quoted.concat(),
    }
}

/// Lists IDs.
pub(super) fn ids<'a>(ids: impl IntoIterator<Item = &'a TaskId>) -> String {
    ids.into_iter().map(TaskId::as_str).collect::<Vec<_>>().join("、")
}

/// Formats a duration: `1 分 30 秒`, `5 分钟`.
pub(super) fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    let units = [
        (seconds / 86_400, "天"),
        (seconds / 3600 % 24, "小时"),
        (seconds / 60 % 60, "分"),
        (seconds % 60, "秒"),
        (time.subsec_millis().into(), "毫秒"),
    ];
    let parts = units.iter().filter(|(number, _)| *number > 0);
    let parts: Vec<String> = parts.map(|(number, unit)| format!("{number} {unit}")).collect();
    match &parts[..] {
        [] => "0 秒".to_owned(),
        [minutes] if minutes.ends_with('分') => format!("{minutes}钟"),
        parts => parts.join(" "),
    }
}

/// Returns the message of an error of the operating system, in Chinese if it is a usual one.
pub(super) fn system_error(message: &str) -> String {
    let code = message.split_once(" (os error ").and_then(|(_, end)| end.strip_suffix(')'));
    match code.and_then(|code| code.parse().ok()) {
        Some(code) => io_error(&io::Error::from_raw_os_error(code)),
        None => quoted(message),
    }
}

/// Returns the message of an error of reading or writing, in Chinese if it is a usual one.
pub(super) fn io_error(error: &io::Error) -> String {
    let text = match error.kind() {
        io::ErrorKind::NotFound => "没有该文件或目录",
        io::ErrorKind::PermissionDenied => "没有权限",
        io::ErrorKind::AlreadyExists => "文件已存在",
        io::ErrorKind::StorageFull => "磁盘空间不足",
        io::ErrorKind::QuotaExceeded => "超出磁盘配额",
        io::ErrorKind::FileTooLarge => "文件过大",
        io::ErrorKind::ReadOnlyFilesystem => "文件系统只读",
        io::ErrorKind::IsADirectory => "是一个目录",
        io::ErrorKind::NotADirectory => "不是目录",
        io::ErrorKind::AddrInUse => "地址已在使用中",
        io::ErrorKind::BrokenPipe => "管道已断开",
        io::ErrorKind::TimedOut => "超时",
        io::ErrorKind::InvalidData => "内容不是 UTF-8 文本",
        _ => return quoted(&error.to_string()),
    };
    match error.raw_os_error() {
        Some(code) => format!("{text}（os error {code}）"),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{duration, system_error};
    use crate::output::words::zh::Zh;

    #[test]
    fn durations_have_chinese_units() {
        for (seconds, text) in
            [(0, "0 秒"), (35, "35 秒"), (90, "1 分 30 秒"), (300, "5 分钟"), (7500, "2 小时 5 分")]
        {
            assert_eq!(duration(Duration::from_secs(seconds)), text);
        }
        assert_eq!(Zh::short_duration(Duration::from_secs(353_999)), "4 天 2 小时");
        assert_eq!(Zh::short_duration(Duration::from_secs(11_105)), "3 小时 5 分");
    }

    #[test]
    fn usual_system_errors_are_in_chinese() {
        let found = system_error("No such file or directory (os error 2)");
        assert_eq!(found, "没有该文件或目录（os error 2）");
        assert_eq!(system_error("Protocol error (os error 71)"), "“Protocol error (os error 71)”");
        assert_eq!(system_error("other"), "“other”");
    }
}
