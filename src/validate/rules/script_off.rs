//! `script-off`: a start script is set but disabled.

use crate::diagnostics::{DiagnosticKind, LabelKind};
use crate::manifest::document::Instance;
use crate::validate::collector::DiagnosticCollector;
use crate::validate::rules::report::{FieldSpan, report};
use crate::yaml::Value;

pub(super) fn check(instance: &Instance<'_>, found: &mut DiagnosticCollector<'_>) {
    let Some(script) = instance.field_entry("startScriptContent") else { return };
    let Some(switch) = instance.field_value("useStartScript") else { return };
    let given = script.value.as_str().is_some_and(|text| !text.is_empty());
    if given && switch.value() == Value::Bool(false) {
        let label = Some((script.key_span, LabelKind::NotRun));
        let at = FieldSpan { span: switch.span(), field: "useStartScript" };
        report(DiagnosticKind::ScriptOff, at, label, instance, found);
    }
}
