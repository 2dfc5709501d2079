//! The tables of the rules.

use crate::manifest::document::{Document, Instance};
use crate::validate::collector::DiagnosticCollector;
use crate::validate::rules::report::{FieldSpan, rule_diagnostic};
use crate::validate::rules::scalars::{Scalar, visit};
use crate::validate::rules::script::{Script, ScriptProblem};
use crate::validate::rules::{
    cards_on_cpu, duplicate_mount, duplicate_name, duplicate_port, empty_list, folded_script,
    no_cards, odd_image, odd_script, odd_text, ram_looks_like_gib, script_missing, script_off,
    secret_in_script, smart_quote_in_value, swallowed_field, unfilled_placeholder, unlimited,
    unpinned_image, version_differs, yaml11_value, zero_timeout,
};

/// Checks an instance merged with its defaults.
type InstanceRule = fn(&Instance<'_>, &mut DiagnosticCollector<'_>);

const INSTANCE_RULES: [InstanceRule; 13] = [
    duplicate_name::check,
    cards_on_cpu::check,
    duplicate_mount::check,
    duplicate_port::check,
    no_cards::check,
    smart_quote_in_value::check,
    ram_looks_like_gib::check,
    script_missing::check,
    script_off::check,
    zero_timeout::check,
    unlimited::check,
    unpinned_image::check,
    version_differs::check,
];

/// Checks the start script of an instance.
type ScriptRule = fn(&Script<'_>) -> Vec<ScriptProblem>;

const SCRIPT_RULES: [ScriptRule; 4] =
    [folded_script::check, swallowed_field::check, odd_script::check, secret_in_script::check];

/// Checks a scalar, and returns whether it is reported.
type ScalarRule = fn(Scalar<'_>, &mut DiagnosticCollector<'_>) -> bool;

/// The first rule that reports a scalar is the only one: one mistake is one diagnostic.
const SCALAR_RULES: [ScalarRule; 4] =
    [yaml11_value::check, unfilled_placeholder::check, odd_text::check, odd_image::check];

/// Applies the rules for instances to one instance.
pub(in crate::validate) fn check(instance: &Instance<'_>, found: &mut DiagnosticCollector<'_>) {
    for rule in INSTANCE_RULES {
        rule(instance, found);
    }
    check_script(instance, found);
}

/// Applies the rules for documents and for their scalars to one document.
pub(in crate::validate) fn check_document(
    document: Document<'_>,
    found: &mut DiagnosticCollector<'_>,
) {
    visit(document, &mut |scalar| {
        if !found.reported.contains(&scalar.node.span()) {
            let _ = SCALAR_RULES.iter().any(|rule| rule(scalar, found));
        }
    });
    empty_list::check(document, found);
}

/// Checks the script of an instance, once for a script that several instances share.
fn check_script(instance: &Instance<'_>, found: &mut DiagnosticCollector<'_>) {
    let field = "startScriptContent";
    let Some(node) = instance.field_value(field) else { return };
    if node.as_str().is_none() || !found.scripts.insert(node.span()) {
        return;
    }
    let Some(script) = Script::new(node, found.source.text()) else { return };
    for ScriptProblem { problem, span } in SCRIPT_RULES.iter().flat_map(|rule| rule(&script)) {
        let at = FieldSpan { span, field };
        found.push_with(rule_diagnostic(problem, at, None, instance));
    }
}
