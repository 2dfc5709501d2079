//! The next step after a problem of a value.

use super::message::expected_value;
use crate::diagnostics::{Bound, Found, Subject, ValueAdvice, escaped, quote};
use crate::manifest::{FieldKind, FieldSpec, Required};
use crate::output::words::shared::value_example;
use crate::output::words::zh::spacing::spaced;
use crate::text::format_hms;

/// Returns the next step for a value with a known correction.
pub(super) fn advice(advice: &ValueAdvice) -> String {
    match advice {
        ValueAdvice::Write(text) | ValueAdvice::StraightQuotes(Some(text)) => {
            format!("写成 {}", quote(text))
        }
        ValueAdvice::DidYouMean(text) => format!("是否应为 {}？", quote(text)),
        ValueAdvice::DidYouMeanWithCards(text) => {
            format!("是否应为 {}？卡数写在 `gpuNumber` 中", quote(text))
        }
        ValueAdvice::Quote(text) => format!("加上引号：{}", quote(text)),
        ValueAdvice::Unquote(text) => format!("去掉引号：{}", quote(text)),
        ValueAdvice::OnKeyLine(text) => {
            format!("将 {} 写在键所在的行，去掉 `|`", quote(text))
        }
        ValueAdvice::RemoveBlockIndicator => "删除键后的 `|`：它使下面各行成为一个文本".to_owned(),
        ValueAdvice::AddUnit(number) => with_unit(number),
        // A limit of a few seconds is not meant.
        ValueAdvice::Seconds(number @ ..=99) => {
            let [hours, minutes] = [3600, 60].map(|unit| format_hms(number * unit));
            format!("{number} 小时写成 `\"{hours}\"`，{number} 分钟写成 `\"{minutes}\"`")
        }
        ValueAdvice::Seconds(seconds) => {
            format!("{seconds} 秒写成 `\"{}\"`", format_hms(*seconds))
        }
        ValueAdvice::HoursOrMinutes(first, second) => {
            let [hours, minutes] =
                [3600, 60].map(|unit| format_hms(first * unit + second * unit / 60));
            format!("表示小时和分钟时写成 `\"{hours}\"`，否则写成 `\"{minutes}\"`")
        }
        ValueAdvice::NoLimit => "写成 `unlimited`，实例会一直运行并计费，直到手动停止".to_owned(),
        ValueAdvice::Items(item) => format!("每一项写成 `{item}`"),
        ValueAdvice::OneDash => "以一个短横线和一个空格开头".to_owned(),
        ValueAdvice::Brackets(Some(text)) => format!("加上方括号：`{text}`"),
        ValueAdvice::Brackets(None) => "加上方括号：开头写 `[{`，结尾写 `}]`".to_owned(),
        ValueAdvice::InstancesByName => {
            "`instances` 是列表：每个实例写成 `- instanceServiceName: NAME`，其下写它的字段"
                .to_owned()
        }
        ValueAdvice::StraightQuotes(None) => "使用直引号（半角输入）".to_owned(),
        ValueAdvice::Comment => super::COMMENT.to_owned(),
        ValueAdvice::Variable => "这里不展开变量：直接写值".to_owned(),
    }
}

/// Returns the next step after a number whose unit is unclear.
pub(super) fn with_unit(number: &str) -> String {
    format!("{number} GiB 写成 `{number}GiB`，{number} MB 写成 `{number}MB`")
}

/// Returns the next step after a value of another type.
pub(super) fn wrong_type(subject: &Subject, found: &Found) -> String {
    let text = match (subject, found) {
        (Subject::Document, Found::Nothing | Found::Null) => "在这里写一个实例，或删除该文档",
        (Subject::ItemOf(_), Found::Nothing | Found::Null) => {
            "在 `- ` 之后写列表项的字段，或删除 `- `"
        }
        (Subject::Field(field @ "instances"), _) => return of_field(field, found),
        (Subject::Field(field), Found::Nothing | Found::Null) => {
            if FieldSpec::find(field).is_some_and(|field| field.required == Required::Yes) {
                "在冒号后写它的值：`null` 不是有效的值"
            } else {
                "写上值，或删除该键：`null` 不是有效的值"
            }
        }
        (Subject::Document, Found::Lock) => "请指定清单，通常是 `.yaml` 文件",
        (Subject::Document, Found::List) => "在列表的上一行写 `instances:`",
        (Subject::Document, _) => {
            "以多行 `key: value` 写出一个实例；`instancectl init` 可生成示例清单"
        }
        (Subject::Key, _) => "写成 `key: value`；模板（`{{ name }}`）需先渲染",
        (Subject::Merge, _) => {
            "引用在上方定义的锚点来合并字段：`<<: *base` 合并 `x-base: &base` 下的字段"
        }
        (Subject::Tag(_), _) => "如果是文本，给整个值加上引号；否则删除标签",
        (Subject::Template, _) => {
            "直接写值，或在 `validate` 之前渲染模板；要作为文本保留，请加上引号"
        }
        (Subject::Field(field) | Subject::ItemOf(field), found) => return of_field(field, found),
        _ => "将其字段写成 `key: value`",
    };
    text.to_owned()
}

fn of_field(field: &str, found: &Found) -> String {
    match (field, FieldKind::of(field), found) {
        (_, Some(FieldKind::List), Found::Fields) => {
            "它是列表：每一项以 `- ` 开头，该项的其他字段多缩进两个空格".to_owned()
        }
        ("instances", ..) => {
            "在其下方写每个实例，以 `- instanceServiceName: train-a` 开头".to_owned()
        }
        ("limits", ..) => {
            "写 `cards`、`cardHours` 或两者，如 `{cards: 16, cardHours: 200}`".to_owned()
        }
        (_, Some(FieldKind::Fields), Found::List) => {
            "在其下方将每个共用字段写成 `key: value`，不加 `- `".to_owned()
        }
        (_, Some(FieldKind::Fields), _) => {
            "在其下方缩进，将每个共用字段写成 `key: value`".to_owned()
        }
        ("startScriptContent", ..) => {
            "将脚本写成文本：`startScriptContent: |`，其下各行缩进".to_owned()
        }
        (_, _, Found::List) => "只写一个值，不写列表".to_owned(),
        _ => example(field),
    }
}

/// Returns the next step after text in an unknown form.
pub(super) fn bad_format(field: &str, is_empty: bool) -> String {
    match FieldKind::of(field) {
        Some(FieldKind::RamSize) if !is_empty => {
            "单位可为 M、MB、MiB、G、GB、GiB、T、TB 和 TiB；1024 MB 等于 1 GiB".to_owned()
        }
        Some(FieldKind::Text) if !is_empty => {
            "写完整的路径，如 `image.ac.com:5000/dcu/admin/base/pytorch:2.3.0`".to_owned()
        }
        Some(FieldKind::Text | FieldKind::Path | FieldKind::Region) => {
            format!("写在引号之间，如 `\"{}\"`", value_example(field).trim_matches('"'))
        }
        _ => example(field),
    }
}

/// Returns the next step after a number outside its range.
pub(super) fn out_of_range(field: &str, found: &str, bound: Bound) -> String {
    match (FieldKind::of(field), bound) {
        (Some(FieldKind::Region), Bound::Max) => format!("加上引号：`\"{}\"`", escaped(found)),
        _ => example(field),
    }
}

/// Returns the meaning of a field's value, with a typical example.
fn example(field: &str) -> String {
    let text = match field {
        "cpuNumber" => "写每个容器的 CPU 核数，如 `8`",
        "gpuNumber" => "写每个容器的卡数，如 `1`；不用卡写 `0`",
        "cards" => "写一次 `apply` 最多创建的卡数，如 `16`",
        "cardHours" => "写一次 `apply` 最多创建的卡时，如 `200`",
        "taskNumber" => "写容器数，通常为 `1`",
        "ramSize" => "写每个容器的内存，如 `27GiB`",
        "timeoutLimit" => "写带引号的自动停止时间，如 `\"04:00:00\"`；或写 `unlimited`",
        "containerPort" => "写容器中的程序监听的端口，如 `8888`",
        "region" => "写区域，如 `\"11250\"`",
        _ => return spaced(&["写成", &expected_value(field)]),
    };
    text.to_owned()
}

/// Returns the next step after a path that is not absolute.
pub(super) fn absolute_path(field: &str, path: &str) -> String {
    if let Some(mark) = path.chars().next().filter(|first| matches!(first, '~' | '$')) {
        return format!("这里不展开 `{mark}`：写完整的路径，如 `/public/home/alice/data`");
    }
    match path.trim_start_matches("./") {
        inner if field == "targetPath" && !inner.is_empty() && !inner.starts_with('.') => {
            format!("以 `/` 开头：写成 `/{}`", escaped(inner))
        }
        _ => "写以 `/` 开头的完整路径，如 `/public/home/alice/data`".to_owned(),
    }
}
