//! `script-missing`: a start script is switched on, and there is none.

use super::{Findings, Instance, Problem, tell};
use crate::yaml::Value;

pub(super) fn check(instance: &Instance<'_>, found: &mut Findings<'_>) {
    let Some(switch) = instance.field_value("useStartScript") else { return };
    if switch.value() != Value::Bool(true) {
        return;
    }
    let script = instance.field_value("startScriptContent");
    if script.is_none_or(|script| script.as_str() == Some("")) {
        let label = script.map(|script| (script.span(), "this is empty"));
        tell(Problem::ScriptMissing, (switch.span(), "useStartScript"), label, instance, found);
    }
}
