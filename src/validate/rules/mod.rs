//! Rules for one instance merged with its defaults, which no schema can express.
//!
//! A rule is a file and a line in [`RULES`]. It checks the tree, so it also works on an instance
//! with other errors, and it ignores values of the wrong type.

mod cards_on_cpu;
mod duplicate_mount;
mod duplicate_name;
mod duplicate_port;
pub(super) mod empty_list;
mod no_cards;
mod ram_looks_like_gib;
mod script_missing;
mod script_off;
mod secret_in_script;
mod smart_quote_in_value;
mod unlimited;
mod unpinned_image;
mod version_differs;
pub(super) mod yaml11_value;
mod zero_timeout;

pub(super) use duplicate_name::Names;

use super::{DiagnosticCollector, diagnostic};
use crate::diagnostics::DiagnosticKind;
use crate::diagnostics::{Diagnostic, Label};
use crate::manifest::document::{Instance, join};
use crate::source::Span;

type Rule = fn(&Instance<'_>, &mut DiagnosticCollector<'_>);

const RULES: [Rule; 13] = [
    cards_on_cpu::check,
    duplicate_mount::check,
    duplicate_port::check,
    no_cards::check,
    smart_quote_in_value::check,
    ram_looks_like_gib::check,
    script_missing::check,
    script_off::check,
    secret_in_script::check,
    zero_timeout::check,
    unlimited::check,
    unpinned_image::check,
    version_differs::check,
];

/// Applies every rule to one instance.
pub(super) fn check<'a>(
    instance: &Instance<'a>,
    names: &mut Names<'a>,
    found: &mut DiagnosticCollector<'_>,
) {
    names.check(instance, found);
    for rule in RULES {
        rule(instance, found);
    }
}

/// Reports a diagnostic of a rule at a field of an instance, with the related location, if any.
fn report(
    problem: DiagnosticKind,
    (span, field): (Span, &str),
    label: Option<(Span, &str)>,
    instance: &Instance<'_>,
    found: &mut DiagnosticCollector<'_>,
) {
    found.push_with(rule_diagnostic(problem, (span, field), label, instance));
}

/// Builds a diagnostic of a rule at a field of an instance.
fn rule_diagnostic(
    problem: DiagnosticKind,
    (span, field): (Span, &str),
    label: Option<(Span, &str)>,
    instance: &Instance<'_>,
) -> Diagnostic {
    let own = instance.fields.own.pair(field).is_some();
    let pointer = join(if own { &instance.pointer } else { "/defaults" }, field);
    let label = label.map(|(span, message)| Label { message: message.to_owned(), span });
    let labels = label.into_iter().collect();
    Diagnostic { labels, ..diagnostic(problem, span, instance.document, pointer) }
}
