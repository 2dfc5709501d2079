//! Chinese texts about the validation of manifests.

mod field;
mod help;
mod message;
mod rules;
mod syntax;
mod value;

use crate::diagnostics::{
    CatalogEntry, DiagnosticKind, LabelKind, MissingFieldAdvice, Severity, Subject,
    SuppressionFault, quote,
};
use crate::language::Language;
use crate::output::FileReport;
use crate::output::words::fixed::ExplainTexts;
use crate::output::words::shared::SEVERITIES;
use crate::output::words::zh::Zh;
use crate::validate::TextEdit;

const COMMENT: &str = "注释以 `#` 开头，前面加空格，到行末结束";

pub(super) const EXPLAIN: ExplainTexts = ExplainTexts {
    reason: "为什么",
    correction: "错误（-）和正确（+）",
    codes: "诊断代码",
    fields: "清单字段",
    topics: "主题",
    values: "可用的值",
    item_fields: "包含的字段",
    example: "示例",
};

impl Zh {
    pub(crate) fn diagnostic(problem: &DiagnosticKind) -> String {
        message::message(problem)
    }

    pub(crate) fn diagnostic_help(problem: &DiagnosticKind) -> String {
        help::help(problem)
    }

    pub(crate) fn suppression_help(fault: &SuppressionFault) -> String {
        help::suppression(fault)
    }

    pub(crate) fn missing_fields(
        owner: &Subject,
        fields: &[&str],
        advice: &MissingFieldAdvice,
    ) -> (String, String) {
        (message::missing(owner, fields), field::missing(fields, advice))
    }

    pub(crate) fn severity(severity: Severity) -> &'static str {
        match severity {
            Severity::Error => "错误",
            Severity::Warning => "警告",
            Severity::Note => "提示",
        }
    }

    pub(crate) fn label(kind: &LabelKind) -> String {
        let text = match kind {
            LabelKind::First => "第一次出现在这里",
            LabelKind::Opened => "左括号在这里",
            LabelKind::WriteHere(text) => return format!("在这里写 {}", quote(text)),
            LabelKind::Anchor => "在这里定义",
            LabelKind::DefinedBelow => "它在别名之后才定义",
            LabelKind::AndThis => "这里也是",
            LabelKind::NoCards => "这里没有卡",
            LabelKind::AcceleratorType => "加速器类型在这里",
            LabelKind::EmptyScript => "这里为空",
            LabelKind::NotRun => "这里不会运行",
            LabelKind::Image => "镜像在这里",
            LabelKind::UsedBy(count) => return format!("{count} 个实例使用它"),
        };
        text.to_owned()
    }

    pub(crate) fn label_at(label: &str, location: &str) -> String {
        format!("{label}：{location}")
    }

    pub(crate) fn conflicts_in_between(count: usize) -> String {
        match count {
            0 => "这里也是".to_owned(),
            count => format!("中间还有 {count} 处，这里也是"),
        }
    }

    pub(crate) fn labels_in_between(label: &str, count: usize) -> String {
        format!("{label}，中间还有 {count} 处")
    }

    pub(crate) fn more_diagnostics(count: usize, code: &str, field: &str) -> String {
        let of = if field.is_empty() { String::new() } else { format!("（字段 `{field}`）") };
        format!("另有 {count} 个 `{code}`{of}（用 `--format json` 查看全部）")
    }

    pub(crate) fn annotations_not_shown(counts: &[(Severity, usize)], limit: usize) -> String {
        format!(
            "另有 {}未显示：GitHub 的每个步骤最多显示 {limit} 条同级别的标注\
             （用 `--format json` 查看全部）",
            severities(counts.iter().copied())
        )
    }

    pub(crate) fn validation_summary(files: &[FileReport]) -> String {
        let instances: usize = files.iter().map(|file| file.checked.instances).sum();
        let of = |severity| files.iter().map(|file| file.checked.count(severity)).sum::<usize>();
        let found = SEVERITIES.into_iter().map(|severity| (severity, of(severity)));
        let found = severities(found.filter(|(_, count)| *count > 0));
        let found = if found.is_empty() { "没有问题" } else { &found };
        format!("已检查 {} 个文件、{instances} 个实例：{found}", files.len())
    }

    pub(crate) fn explain_hint(code: &str) -> String {
        format!("详细说明：`instancectl explain {code}`")
    }

    pub(crate) fn applied_fix(TextEdit { code, old, new, .. }: &TextEdit) -> String {
        format!("已修复 {code}：{} 改为 {}", quote(old), quote(new))
    }

    pub(crate) fn would_fix(edits: usize, after: &[FileReport]) -> String {
        let after = Self::validation_summary(after);
        format!("将修复 {edits} 个问题；修复后：{after}")
    }

    pub(crate) fn invalid_manifests(number: usize) -> String {
        format!("{number} 个清单无效")
    }

    pub(crate) fn problem_and_help(problem: &str, help: &str) -> String {
        format!("{problem}。{help}")
    }

    pub(crate) fn failed_case(code: &str, location: &str, message: &str) -> String {
        format!("{code}（{location}）：{message}")
    }

    pub(crate) fn code_summary(entry: &CatalogEntry) -> (String, String) {
        let help = format!("运行 `instancectl explain {}` 查看详情和修复方法。", entry.code);
        (format!("{}。", entry.page(Language::Chinese).title), help)
    }

    pub(crate) fn code_heading(entry: &CatalogEntry) -> String {
        let title = entry.page(Language::Chinese).title;
        format!("{}（{}）：{title}", entry.code, Self::severity(entry.severity))
    }

    pub(crate) fn code_row(severity: &str, meaning: &str) -> String {
        format!("{severity}：{meaning}")
    }
}

/// Formats the number of diagnostics of each severity.
fn severities(counts: impl Iterator<Item = (Severity, usize)>) -> String {
    let counts = counts.map(|(severity, count)| format!("{count} 个{}", Zh::severity(severity)));
    counts.collect::<Vec<_>>().join("、")
}
