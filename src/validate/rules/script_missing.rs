//! `script-missing`: the start script is enabled but missing.

use crate::diagnostics::{DiagnosticKind, LabelKind};
use crate::manifest::document::Instance;
use crate::validate::collector::DiagnosticCollector;
use crate::validate::rules::report::{FieldSpan, report};
use crate::yaml::Value;

pub(super) fn check(instance: &Instance<'_>, found: &mut DiagnosticCollector<'_>) {
    let Some(switch) = instance.field_value("useStartScript") else { return };
    if switch.value() != Value::Bool(true) {
        return;
    }
    let script = instance.field_value("startScriptContent");
    if script.is_none_or(|script| script.as_str() == Some("")) {
        let label = script.map(|script| (script.span(), LabelKind::EmptyScript));
        let at = FieldSpan { span: switch.span(), field: "useStartScript" };
        report(DiagnosticKind::ScriptMissing, at, label, instance, found);
    }
}
