//! Descriptions of problems.

use super::{rules, syntax};
use crate::diagnostics::{
    AliasFault, Bound, DiagnosticKind, Excess, Found, Subject, ValueAdvice, escaped, quote,
};
use crate::manifest::{FieldKind, MAX_COUNT};
use crate::output::words::shared::sized;
use crate::output::words::zh::phrases::listed;
use crate::output::words::zh::spacing::spaced;
use crate::source::{EncodingError, MAX_BYTES};

/// Describes a problem.
// One arm for each kind.
#[allow(clippy::too_many_lines)]
pub(super) fn message(problem: &DiagnosticKind) -> String {
    match problem {
        DiagnosticKind::YamlSyntax { mistake, .. } => syntax::words(mistake, None).0.into_owned(),
        DiagnosticKind::Encoding { error } => encoding(error),
        DiagnosticKind::TooLarge(excess) => too_large(*excess),
        DiagnosticKind::TooDeep { limit } => format!("值的嵌套超过 {limit} 层"),
        DiagnosticKind::Alias(fault) => alias(fault),
        DiagnosticKind::DuplicateKey { key, .. } => format!("键 {} 重复", quote(key)),
        DiagnosticKind::UnknownField { field, .. } => format!("未知字段 {}", quote(field)),
        DiagnosticKind::MissingField { field, owner, .. } => missing(owner, &[*field]),
        DiagnosticKind::WrongType { subject: at, found, .. } => {
            expected(&subject(at), &expected_for(at), &value(at, found))
        }
        DiagnosticKind::UnknownValue { field, found, .. } => {
            expected(&format!("`{field}`"), &expected_value(field), &quote(found).to_string())
        }
        DiagnosticKind::OutOfRange { field, found, bound } => {
            let range = range(field, *bound);
            format!("`{field}` 的值 {} 超出范围，应{range}", quote(found))
        }
        DiagnosticKind::BadFormat { field, found, advice } => {
            let form = match (FieldKind::of(field), advice) {
                (_, Some(ValueAdvice::StraightQuotes(_))) => "使用直引号或不加引号的值".to_owned(),
                (Some(FieldKind::Text), _) if !found.is_empty() => "以镜像名结尾的路径".to_owned(),
                _ => expected_value(field),
            };
            expected(&format!("`{field}`"), &form, &quoted_or_empty(found))
        }
        DiagnosticKind::DuplicateName { name } => format!("实例名称 {} 重复", quote(name)),
        DiagnosticKind::DuplicatePort { port } => format!("同一实例中两次列出端口 {port}"),
        DiagnosticKind::DuplicateMount { target } => {
            format!("同一实例中有两个目录挂载到 {}", quote(target))
        }
        DiagnosticKind::RelativeMount { field, found } => {
            format!("`{field}` 的值 {} 不是绝对路径", quote(found))
        }
        DiagnosticKind::CardsOnCpu { cards } => {
            format!("`gpuNumber` 为 {cards}，但 `acceleratorType` 为 `cpu`")
        }
        DiagnosticKind::ScriptMissing => {
            "`useStartScript` 为 true，但没有 `startScriptContent`".to_owned()
        }
        DiagnosticKind::RamLooksLikeGib { found } => {
            format!("`ramSize` 为 {found} MB，不到 1 GiB")
        }
        DiagnosticKind::EmptyFile => "文件中没有清单".to_owned(),
        DiagnosticKind::NoCards { kind } => {
            format!("`gpuNumber` 为 0，但 `acceleratorType` 为 `{kind}`")
        }
        DiagnosticKind::VersionDiffers { version, image } => {
            format!("`version` 为 {}，但镜像标签为 {}", quote(version), quote(image))
        }
        DiagnosticKind::ScriptOff => {
            "`useStartScript` 为 false，因此 `startScriptContent` 不会运行".to_owned()
        }
        DiagnosticKind::Yaml11Value { written, reading, .. } => rules::reading(written, *reading),
        DiagnosticKind::SecretInScript { what } => rules::secret(what),
        DiagnosticKind::FoldedScript { line } => rules::folded_line(*line).to_owned(),
        DiagnosticKind::SwallowedField { field } => {
            format!("脚本中的这一行是实例的字段 `{field}`")
        }
        DiagnosticKind::UnfilledPlaceholder { field, placeholder } => {
            format!("`{field}` 含有占位符 {}", quote(placeholder))
        }
        DiagnosticKind::OddImage { image, fault } => rules::image_fault(image, fault),
        DiagnosticKind::OddText { field, oddity } => {
            format!("`{field}` {}", rules::oddity(*oddity))
        }
        DiagnosticKind::GroupNotOffered { group, .. } => {
            format!("该区域没有资源分组 {}", quote(group))
        }
        DiagnosticKind::ImageNotOffered { image, .. } => {
            format!("该区域没有列出镜像 {}", quote(image))
        }
        DiagnosticKind::OverNodeLimit { field, requested, limit, group } => {
            let (requested, limit) = (sized(field, *requested), sized(field, *limit));
            format!("`{field}` 为 {requested}，但 {} 的一个节点只有 {limit}", quote(group))
        }
        DiagnosticKind::NoFreeCards {
            instance,
            instances: instances @ 2..,
            requested,
            free,
            group,
        } => {
            format!(
                "{instances} 个实例共需要 {requested} 张卡，但 {} 只有 {free} 张空闲：{} 是第一个需要等待的",
                quote(group),
                quote(instance)
            )
        }
        DiagnosticKind::NoFreeCards { requested, free, group, .. } => {
            format!(
                "该实例需要 {requested} 张卡，但 {} 只有 {free} 张空闲：它会排队等待",
                quote(group)
            )
        }
        DiagnosticKind::MountNotAllowed { path, .. } => {
            format!("该区域不允许挂载 {}", quote(path))
        }
        DiagnosticKind::Unlimited => "实例会一直运行并计费，直到手动停止".to_owned(),
        DiagnosticKind::UnpinnedImage { image } => {
            format!("镜像 {} 没有版本，内容可能变化", quote(image))
        }
        DiagnosticKind::EmptyList => "`instances` 为空".to_owned(),
        DiagnosticKind::UnusedAllow { code, .. } => {
            format!("`allow({})` 没有忽略任何诊断", escaped(code))
        }
    }
}

/// Returns the fields that a part of the manifest lacks.
pub(super) fn missing(owner: &Subject, fields: &[&str]) -> String {
    spaced(&[&subject(owner), "缺少", &listed(fields, "和")])
}

fn expected(subject: &str, expected: &str, found: &str) -> String {
    spaced(&[subject, "应为", expected, "，实际为", found])
}

/// Names the part that a problem is about.
fn subject(subject: &Subject) -> String {
    match subject {
        Subject::Document => "该文档".to_owned(),
        Subject::Instance(Some(name)) => format!("实例 {}", quote(name)),
        Subject::Instance(None) => "该实例".to_owned(),
        Subject::Mount => "该挂载".to_owned(),
        Subject::Port => "该端口".to_owned(),
        Subject::Field(field) => format!("`{field}`"),
        Subject::ItemOf(list) => format!("`{list}` 的列表项"),
        Subject::Key => "键".to_owned(),
        Subject::Merge => "`<<` 的值".to_owned(),
        Subject::Tag(tag) => quote(tag).to_string(),
        Subject::Template => "该值".to_owned(),
    }
}

/// Term for a mapping in messages about found and expected types.
const FIELDS: &str = "字段（`key: value`）";

fn expected_for(subject: &Subject) -> String {
    match subject {
        Subject::Document => "`instances` 或一个实例的字段".to_owned(),
        Subject::Field(field) => expected_value(field),
        Subject::Key => "字段名".to_owned(),
        Subject::Merge => format!("要合并的{FIELDS}"),
        Subject::Tag(_) => "值".to_owned(),
        Subject::Template => "文本或数字".to_owned(),
        Subject::Instance(_) | Subject::Mount | Subject::Port | Subject::ItemOf(_) => {
            FIELDS.to_owned()
        }
    }
}

/// Describes the values of a field.
pub(super) fn expected_value(field: &str) -> String {
    match FieldKind::of(field) {
        Some(FieldKind::Choice(choices)) => listed(choices, "或"),
        Some(FieldKind::Flag) => "`true` 或 `false`".to_owned(),
        Some(FieldKind::Count { min }) => format!("不小于 {min} 的整数"),
        Some(FieldKind::RamSize) => "整数（单位 MB），或 `27GiB` 这样带单位的大小".to_owned(),
        Some(FieldKind::TimeLimit) => "`\"HH:MM:SS\"` 或 `unlimited`".to_owned(),
        Some(FieldKind::PortNumber) => "1 到 65535 之间的端口".to_owned(),
        Some(FieldKind::Region) => "以文本或整数表示的区域，如 `\"11250\"`".to_owned(),
        Some(FieldKind::List) if field == "instances" => "实例列表".to_owned(),
        Some(FieldKind::List) => "列表".to_owned(),
        Some(FieldKind::Fields) => FIELDS.to_owned(),
        Some(FieldKind::Text | FieldKind::Path) | None => "文本".to_owned(),
    }
}

fn value(subject: &Subject, found: &Found) -> String {
    match found {
        Found::Nothing => "空".to_owned(),
        Found::Null => "`null`".to_owned(),
        Found::Bool(text) => quote(text).to_string(),
        Found::Integer(text) => format!("整数 {}", quote(text)),
        Found::Number(text) => format!("数字 {}", quote(text)),
        Found::Text(text) => format!("字符串 {}", quote(text)),
        Found::List => "列表".to_owned(),
        Found::Fields => FIELDS.to_owned(),
        Found::Lock => "锁文件".to_owned(),
        Found::Other => match subject {
            Subject::Key => "列表或字段",
            Subject::Tag(_) => "未知的标签（`!`），或与值不符的标签",
            Subject::Template => "未渲染的模板",
            _ => "其他内容",
        }
        .to_owned(),
    }
}

fn quoted_or_empty(found: &str) -> String {
    if found.is_empty() { "空文本".to_owned() } else { quote(found).to_string() }
}

/// Returns the range of a field, after `应`.
fn range(field: &str, bound: Bound) -> String {
    let kind = FieldKind::of(field);
    let unit = if kind == Some(FieldKind::RamSize) { " MB" } else { "" };
    match (kind, bound) {
        (Some(FieldKind::PortNumber), _) => "在 1 到 65535 之间".to_owned(),
        (Some(FieldKind::TimeLimit), _) => "大于零，或写 `unlimited`".to_owned(),
        (Some(FieldKind::Region), Bound::Max) => {
            "不大于 9007199254740991，或写成带引号的文本".to_owned()
        }
        (_, Bound::Max) => format!("不大于 {MAX_COUNT}{unit}"),
        (_, Bound::Min) => format!("不小于 {}{unit}", kind.map_or(1, FieldKind::minimum)),
    }
}

fn too_large(excess: Excess) -> String {
    match excess {
        Excess::File => format!("文件超过 {} MiB", MAX_BYTES >> 20),
        Excess::Expanded(mib) => {
            format!("展开 `defaults` 和别名后，到该实例为止的内容超过 {mib} MiB")
        }
        Excess::List(field, limit) => format!("`{field}` 超过 {limit} 项"),
        Excess::Problems(limit) => format!("文件中的问题超过 {limit} 个"),
        Excess::SyntaxErrors => {
            "未读取此语法错误之后的文本：文本太大，无法为每个错误重新读取".to_owned()
        }
    }
}

fn alias(fault: &AliasFault) -> String {
    match fault {
        AliasFault::Undefined(name, _) => {
            let (alias, anchor) = (format!("*{name}"), format!("&{name}"));
            format!("{} 没有引用目标：本文档中，它之前没有 {}", quote(&alias), quote(&anchor))
        }
        AliasFault::Unused(name, _) => {
            format!("YAML 将 {} 视为锚点，但没有别名引用它", quote(&format!("&{name}")))
        }
        AliasFault::Recursive => "该别名位于它所引用的值之内".to_owned(),
        AliasFault::TooMany => "别名展开后的值过多，超出这么大的文件所允许的数量".to_owned(),
    }
}

fn encoding(error: &EncodingError) -> String {
    match error {
        EncodingError::TooLarge => too_large(Excess::File),
        EncodingError::Other(name) => format!("文件编码为 {name}，应为 UTF-8"),
        EncodingError::NotUtf8(byte) => {
            format!("字节 0x{byte:02x} 不是 UTF-8：文件使用其他编码，或已损坏")
        }
        EncodingError::CutOff(byte) => {
            format!("文件末尾的字符不完整，该字符以字节 0x{byte:02x} 开头")
        }
        EncodingError::Control(char) => {
            format!("YAML 中不允许控制字符 U+{:04X}", u32::from(*char))
        }
    }
}
