//! The table of the rules.

use crate::manifest::document::Instance;
use crate::validate::collector::DiagnosticCollector;
use crate::validate::rules::{
    cards_on_cpu, duplicate_mount, duplicate_name, duplicate_port, no_cards, ram_looks_like_gib,
    script_missing, script_off, secret_in_script, smart_quote_in_value, unlimited, unpinned_image,
    version_differs, zero_timeout,
};

type Rule = fn(&Instance<'_>, &mut DiagnosticCollector<'_>);

const RULES: [Rule; 14] = [
    duplicate_name::check,
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
pub(in crate::validate) fn check(instance: &Instance<'_>, found: &mut DiagnosticCollector<'_>) {
    for rule in RULES {
        rule(instance, found);
    }
}
