//! Keys that are names of our fields in other programs or in common use, or misspellings of them.

use super::{FieldNameChecker, aliases};
use crate::diagnostics::{DiagnosticKind, Fix};
use crate::manifest::{FieldSpec, INSTANCE_FIELDS};
use crate::validate::collector::diagnostic;
use crate::validate::schema_diagnostics::starts_comment;
use crate::validate::suggest::{
    closest, closest_missing, is_misspelling, split_words, suggestion, type_hint, value,
};
use crate::yaml::{Node, Pair, Value};

impl FieldNameChecker<'_, '_> {
    /// Reports a key of `map` that means one of the `absent` fields, and returns that field.
    pub(super) fn suggest_field(
        &mut self,
        map: Node<'_>,
        pair: Pair<'_>,
        fields: &[&'static str],
        absent: &[&'static str],
        at: String,
    ) -> Option<&'static str> {
        // A key that is one of our fields is spelled correctly, but misplaced.
        let list = pair.value.is_seq() && absent.contains(&"instances") && !is_instance(map);
        let word =
            aliases::field_for_alias(pair.key, pair.value).filter(|name| fields.contains(name));
        let guess = || {
            // If it is closer to a field that is present, it is not another one.
            let near = || closest_missing(pair.key, fields, absent);
            let contains = || Some("instances").filter(|_| list && contains_instances(pair));
            let near = || near().or_else(contains);
            word.map_or_else(near, |name| Some(name).filter(|name| absent.contains(name)))
        };
        let name = match pair.key {
            "type" => disambiguate_type(pair.value).filter(|name| absent.contains(name)),
            key if is_a_field(key) || starts_comment(key) => None,
            _ => guess(),
        }?;
        if self.names.insert(pair.key_span, name).is_none() {
            let form = self.unit_suffix_help(name, pair);
            let form = form.or_else(|| self.foreign_value_help(name, pair.value, word.is_some()));
            let certain = form.is_none()
                && is_misspelling(pair.key, name)
                && !aliases::is_qualified(pair.key, name)
                && (word.is_some() || name != "instances" || is_instances_alias(pair.key));
            let help = form.unwrap_or_else(|| format!("did you mean `{name}`?"));
            let problem = DiagnosticKind::UnknownField { field: pair.key.to_owned(), help };
            let written = self.found.source.slice(pair.key_span);
            let fix = Fix::replace_keeping_quotes(pair.key_span, written, name);
            self.found.push_with(crate::diagnostics::Diagnostic {
                fix: Some(fix).filter(|_| certain),
                ..diagnostic(problem, pair.key_span, self.document, at)
            });
        }
        Some(name)
    }

    /// Returns the help for a key that contains the unit of its value (`memoryGB: 64`), which
    /// differs from the unit of a bare number here.
    fn unit_suffix_help(&mut self, name: &str, pair: Pair<'_>) -> Option<String> {
        let number = match pair.value.value() {
            Value::Int(number) => number.to_string(),
            Value::Text(text) => suggestion::integer(text)?,
            _ => return None,
        };
        let key = pair.key.to_lowercase();
        let key = key.trim_end_matches([')', '）']);
        if name != "ramSize" || !["g", "gb", "gi", "gib"].iter().any(|unit| key.ends_with(unit)) {
            return None;
        }
        self.found.reported.insert(pair.value.span());
        Some(format!(
            "did you mean `{name}`? Write its unit after the number: `{name}: {number}GiB`"
        ))
    }

    /// Returns further help if a key's value has the form of another program: together with the
    /// key, that is one mistake.
    fn foreign_value_help(&mut self, name: &str, value: Node<'_>, word: bool) -> Option<String> {
        if name == "instances" && is_instance(value) {
            // `instance:` with the fields of one instance below it lacks the dash too.
            self.found.reported.insert(value.span());
            return Some(
                "did you mean `instances`? Below it, start each instance with `- `".into(),
            );
        }
        let list = FieldSpec::find(name).is_some_and(FieldSpec::is_list_in_instance);
        let texts = || value.items().filter(|item| !item.is_map());
        let Some(first) = texts().next().filter(|_| list) else {
            // A name from another program, with a value that may be valid there.
            return (word && !value::matches_type(name, value)).then(|| {
                self.found.reported.insert(value.span());
                format!("did you mean `{name}`? `instancectl explain {name}` documents it")
            });
        };
        self.found.reported.extend(texts().map(Node::span));
        let item = type_hint::item(name, first.as_str());
        Some(format!("did you mean `{name}`? Write each of its items as `{item}`"))
    }
}

/// Checks whether a mapping holds the fields of an instance.
fn is_instance(node: Node<'_>) -> bool {
    node.pairs().any(|pair| INSTANCE_FIELDS.contains(&pair.key))
}

/// Returns the field that a key `type` means, based on its value.
fn disambiguate_type(value: Node<'_>) -> Option<&'static str> {
    match value.as_str()? {
        "ssh" | "jupyter" | "codeserver" | "rstudio" => Some("taskType"),
        "mlu" | "dcu" | "gpu" | "cpu" => Some("acceleratorType"),
        _ => None,
    }
}

fn is_a_field(key: &str) -> bool {
    FieldSpec::find(key).is_some()
}

/// Checks whether a top-level list is clearly the list of instances, by its name or by its items.
fn contains_instances(list: Pair<'_>) -> bool {
    is_instances_alias(list.key)
        || list.value.items().len() > 0 && list.value.items().all(is_instance)
}

/// Checks whether a key names the list of instances: `disabled` and `oldJobs` may hold instances
/// that should not exist.
fn is_instances_alias(key: &str) -> bool {
    let known = ["items", "tasks", "containers", "jobs", "services", "实例"];
    let first = split_words(key).swap_remove(0);
    let near = || closest(key, &["instances"]).is_some();
    known.contains(&key.to_lowercase().as_str()) || first.starts_with("instance") || near()
}
