//! The next step after an unknown or a missing field.

use crate::diagnostics::{
    FieldAdvice, FieldForm, ForeignField, MissingFieldAdvice, Program, escaped,
};
use crate::manifest::Parent;
use crate::output::words::shared::{item_example, value_example};
use crate::output::words::zh::phrases::listed;

/// Returns the next step after an unknown field.
pub(super) fn unknown(advice: &FieldAdvice) -> String {
    match advice {
        FieldAdvice::DidYouMean(field) => format!("是否应为 `{field}`？"),
        FieldAdvice::AlreadyPresent(field) => format!("是否应为 `{field}`？该字段已经存在"),
        FieldAdvice::DidYouMeanWith(field, form) => {
            format!("是否应为 `{field}`？{}", field_form(field, form))
        }
        FieldAdvice::BelongsIn(parent) => belongs_in(*parent, false),
        FieldAdvice::BelongsInNext(parent) => belongs_in(*parent, true),
        FieldAdvice::BelongsToInstance => "它属于该实例：移到行首，不要缩进".to_owned(),
        FieldAdvice::BelowDefaults => "缩进到 `defaults:` 之下".to_owned(),
        FieldAdvice::BelongsToListForm => {
            "只有列表写法的文档才有它：将实例写成 `instances` 的列表项，或删除它".to_owned()
        }
        FieldAdvice::BelowInstances => {
            "缩进到 `instances:` 之下，每个实例的第一个字段前加 `- `".to_owned()
        }
        FieldAdvice::NameOfOneInstance => {
            "名称只属于一个实例：移到 `instances` 的列表项中".to_owned()
        }
        FieldAdvice::PlainSpaces => "用普通空格缩进".to_owned(),
        FieldAdvice::Unwrap(key) => {
            format!("删除 `{}:`，将其中的字段放到它的位置", escaped(key))
        }
        FieldAdvice::UnwrapManifest(key) => {
            format!(
                "清单的字段从行首开始：保留 `{}` 下的内容并去掉缩进，删除其余部分",
                escaped(key)
            )
        }
        FieldAdvice::Comment => super::COMMENT.to_owned(),
        FieldAdvice::Other(field) => foreign(*field).to_owned(),
        FieldAdvice::ExtensionBelongsAtTop => {
            "以 `x-` 开头的键只能从行首开始：移到那里，或删除它".to_owned()
        }
        FieldAdvice::Remove(
            parent @ (Parent::Mount | Parent::Port | Parent::Limits | Parent::Document),
        ) => {
            let fields: Vec<&str> = parent.fields().map(|field| field.name).collect();
            format!("此处可用的字段为 {}", listed(&fields, "和"))
        }
        FieldAdvice::Remove(Parent::Instance) => {
            "删除它；用 `instancectl explain` 查看实例的字段".to_owned()
        }
        FieldAdvice::LinePrefixes => "删除各行的前缀：diff 的 `+` 或行号".to_owned(),
        FieldAdvice::EscapedJson => "删除反斜杠：这是带引号的字符串中的 JSON".to_owned(),
    }
}

fn field_form(field: &str, form: &FieldForm) -> String {
    match form {
        FieldForm::Unit(value) => format!("单位写在数字之后：`{field}: {}`", escaped(value)),
        FieldForm::Items(item) => format!("每一项写成 `{item}`"),
        FieldForm::Dashes => "其下的每个实例以 `- ` 开头".to_owned(),
        FieldForm::Explained => format!("用 `instancectl explain {field}` 查看其说明"),
    }
}

fn belongs_in(parent: Parent, exists: bool) -> String {
    match (parent, item_example(parent)) {
        (_, Some((list, _))) if exists => {
            format!("它属于 `{list}` 的列表项：与那里的字段一样缩进")
        }
        (_, Some((list, example))) => format!("它属于 `{list}` 的列表项，如 `{example}`"),
        (Parent::Limits, None) => "它属于文档的 `limits`，如 `limits: {cards: 16}`".to_owned(),
        (Parent::Document, None) => "它应从行首开始写，不在实例和 `defaults` 之内".to_owned(),
        (_, None) => "它属于 `instances` 的列表项；写在 `defaults` 下则对所有实例生效".to_owned(),
    }
}

fn foreign(field: ForeignField) -> &'static str {
    match field {
        ForeignField::Environment => {
            "在脚本中设置变量：`startScriptContent` 中的 `export NAME=value`"
        }
        ForeignField::Resources => "改用 `cpuNumber`、`gpuNumber` 和 `ramSize`",
        // They may count machines, and `taskNumber` multiplies the cost.
        ForeignField::Nodes => "容器数写在 `taskNumber` 中（每个容器都占用全部卡数），或删除它",
        ForeignField::Command => "将完整的命令写在 `startScriptContent` 中",
        ForeignField::Kubernetes => "删除它：只有 Kubernetes 的清单才有",
    }
}

/// Returns the next step after fields that are missing in one mapping.
pub(super) fn missing(fields: &[&str], advice: &MissingFieldAdvice) -> String {
    let (location, reason) = match advice {
        MissingFieldAdvice::Add => ("添加", ""),
        MissingFieldAdvice::AddHereOrToDefaults => ("在此处或 `defaults` 下添加", ""),
        MissingFieldAdvice::DefaultsOfOtherDocument => {
            ("添加", "：`defaults` 只对同一文档中的实例生效")
        }
        MissingFieldAdvice::InstancesOfOtherDocument => {
            return "`defaults` 只对同一文档中的 `instances` 生效：将实例移到这里".to_owned();
        }
        MissingFieldAdvice::JoinItems(key) => {
            return format!("删除 `- `：`{}` 属于上面的列表项", escaped(key));
        }
        MissingFieldAdvice::OtherProgram(program) => return other_program(*program).to_owned(),
    };
    let examples: Vec<String> = fields.iter().map(|field| example(field)).collect();
    format!("{location} {}{reason}", examples.join("、"))
}

fn example(field: &str) -> String {
    match field {
        "instances" => {
            "`instances:`，其下每个实例以 `- instanceServiceName: train-a` 开头".to_owned()
        }
        "imagePath" => "`imagePath: REGISTRY/PATH/NAME:TAG`".to_owned(),
        "timeoutLimit" => "`timeoutLimit: \"04:00:00\"` 或 `timeoutLimit: unlimited`".to_owned(),
        _ => format!("`{field}: {}`", value_example(field)),
    }
}

fn other_program(program: Option<Program>) -> &'static str {
    match program {
        Some(Program::Kubernetes) => {
            "这是 Kubernetes 的清单：请改写成实例的字段；`instancectl init` 可生成示例清单"
        }
        Some(Program::Compose) => {
            "这是 Docker Compose 文件：请将每个服务写成 `instances` 的列表项；`instancectl init` \
             可生成示例清单"
        }
        None => {
            "在 `instances:` 下列出实例，或写出一个实例的字段，如 `instanceServiceName` 和 \
             `imagePath`"
        }
    }
}
