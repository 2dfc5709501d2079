//! `unlimited`: an instance that bills until somebody stops it.

use super::{Findings, Instance, Problem, tell};

pub(super) fn check(instance: &Instance<'_>, found: &mut Findings<'_>) {
    let Some(limit) = instance.field_value("timeoutLimit") else { return };
    if limit.as_str() == Some("unlimited") {
        tell(Problem::Unlimited, (limit.span(), "timeoutLimit"), None, instance, found);
    }
}
