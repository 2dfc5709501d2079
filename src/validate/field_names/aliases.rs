//! Names of our fields in other programs and in common use.

use crate::manifest::FIELDS;
use crate::validate::suggest::to_half_width;
use crate::yaml::Node;

/// Returns the field for a name from another program or in another language.
pub(super) fn field_for_alias(key: &str, value: Node<'_>) -> Option<&'static str> {
    let plain: String = to_half_width(key)
        .filter(|c| !matches!(c, '_' | '-' | ' '))
        .flat_map(char::to_lowercase)
        .collect();
    exact_alias(&plain, value)
        .or_else(|| compound_alias(&plain))
        .or_else(|| chinese_alias(&plain, value))
}

fn exact_alias(key: &str, value: Node<'_>) -> Option<&'static str> {
    match key {
        "container" if value.as_str().is_some() => Some("instanceServiceName"),
        "containers" if !value.is_seq() => Some("taskNumber"),
        _ => FIELDS.iter().find(|field| field.aliases.contains(&key)).map(|field| field.name),
    }
}

/// Resolves compound names: `vcpus`, `gpuCount`, `memoryGB`, `imageUrl`.
fn compound_alias(key: &str) -> Option<&'static str> {
    let of = |ends: &[&str]| ends.iter().find_map(|end| key.strip_suffix(end)).unwrap_or(key);
    let complete = matches!(key, "accelerator" | "card" | "core");
    match of(&["number", "count", "num", "s"]) {
        "gpu" | "dcu" | "mlu" | "card" | "accelerator" if !complete => return Some("gpuNumber"),
        "cpu" | "vcpu" | "core" | "cpucore" if !complete => return Some("cpuNumber"),
        _ => {}
    }
    match (of(&["type", "model", "kind"]), of(&["size", "limit", "mb", "gb"])) {
        ("gpu" | "card" | "device" | "accelerator", _) if !complete => Some("acceleratorType"),
        (_, "mem" | "memory" | "ram") => Some("ramSize"),
        _ => (of(&["url", "uri", "name", "address"]) == "image").then_some("imagePath"),
    }
}

/// Resolves a label of the platform's pages, or another Chinese name of a field, by the part that
/// no other field has.
fn chinese_alias(key: &str, value: Node<'_>) -> Option<&'static str> {
    if key.is_ascii() {
        return None;
    }
    let has = |words: &[&str]| words.iter().any(|word| key.contains(word));
    let list = value.is_seq();
    let listed = FIELDS.iter().map(|field| (has(field.chinese), field.name));
    let others = [
        (has(&["镜像"]) && !has(&["版本", "类型"]), "imagePath"),
        (matches!(key, "类型" | "挂载类型"), "type"),
        (has(&["端口"]), if list { "containerPortInfoList" } else { "containerPort" }),
        (has(&["挂载"]) && list, "mountInfoList"),
        (has(&["卡", "加速", "gpu", "dcu"]) && has(&["类型", "型号"]), "acceleratorType"),
        (has(&["核", "cpu"]), "cpuNumber"),
        (has(&["卡", "gpu", "dcu"]) && has(&["数"]), "gpuNumber"),
        (is_name(key), "instanceServiceName"),
    ];
    let mut named = listed.chain(others).filter(|(named, _)| *named).map(|(_, field)| field);
    // With two candidates the intended field is unknown.
    named.next().filter(|_| named.next().is_none())
}

/// Checks whether a Chinese key says more than its field: the amount of one card or of all of them,
/// something shared, or something disabled. A time limit is always the longest time.
pub(super) fn is_qualified(key: &str, field: &str) -> bool {
    let more = ['每', '单', '总', '共', '虚', '最', '旧', '原', '禁', '不'];
    key.contains(more) && !(field == "timeoutLimit" && key.contains('最'))
}

/// Checks whether a key means the name of an instance, and not of an image or a user.
fn is_name(key: &str) -> bool {
    let of = key.trim_end_matches('称').strip_suffix('名');
    of.is_some_and(|of| {
        matches!(of, "" | "实例" | "任务" | "作业" | "容器" | "服务" | "实例服务" | "应用")
    })
}
