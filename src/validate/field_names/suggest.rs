//! Keys that are names of our fields in other programs or in common use, or misspellings of them.

use super::FieldNameChecker;
use crate::diagnostics::{DiagnosticKind, FieldAdvice, FieldForm, Fix};
use crate::manifest::{FieldKind, FieldSpec, INSTANCE_FIELDS};
use crate::validate::collector::diagnostic;
use crate::validate::schema_diagnostics::starts_comment;
use crate::validate::suggest::{closest, closest_missing, is_misspelling, normalize, value};
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
        let is_common = matches!(pair.key, "type" | "cards");
        if FieldSpec::find(pair.key).is_some() && !is_common || starts_comment(pair.key) {
            return None;
        }
        let may_be_list = absent.contains(&"instances") && !is_instance(map);
        let alias = field_for_alias(pair, fields)
            .filter(|name| *name != "instances" || may_be_list && pair.value.is_seq());
        let named = match alias {
            Some(name) => Some(name).filter(|name| absent.contains(name)),
            None if is_common => None,
            // If it is closer to a field that is present, it is not another one.
            None => closest_missing(pair.key, fields, absent),
        };
        let list = may_be_list && alias.is_none() && is_list(pair.value);
        let name = named.or_else(|| Some("instances").filter(|_| list))?;
        if self.names.insert(pair.key_span, name).is_none() {
            let form = self.unit_in_key(name, pair);
            let form = form.or_else(|| self.other_form(name, pair.value, alias.is_some()));
            let certain = named.is_some()
                && form.is_none()
                && is_misspelling(pair.key, if alias.is_some() { pair.key } else { name });
            let advice = match form {
                Some(form) => FieldAdvice::DidYouMeanWith(name, form),
                None => FieldAdvice::DidYouMean(name),
            };
            let problem = DiagnosticKind::UnknownField { field: pair.key.to_owned(), advice };
            let written = self.found.source.slice(pair.key_span);
            let fix = Fix::replace_keeping_quotes(pair.key_span, written, name);
            self.found.push_with(crate::diagnostics::Diagnostic {
                fix: Some(fix).filter(|_| certain),
                ..diagnostic(problem, pair.key_span, self.document, at)
            });
        }
        Some(name)
    }

    /// Returns the form of the value of a key that contains its unit (`memoryGB: 64`), which
    /// differs from the unit of a bare number here.
    fn unit_in_key(&mut self, name: &str, pair: Pair<'_>) -> Option<FieldForm> {
        let number = match pair.value.value() {
            Value::Int(number) => number.to_string(),
            Value::Text(text) => value::integer(text)?,
            _ => return None,
        };
        let key = pair.key.to_lowercase();
        let key = key.trim_end_matches([')', '）']);
        let in_gib = ["g", "gb", "gi", "gib"].iter().any(|unit| key.ends_with(unit));
        (name == "ramSize" && in_gib).then(|| {
            self.found.reported.insert(pair.value.span());
            FieldForm::Unit(format!("{number}GiB"))
        })
    }

    /// Returns the right form if a key's value has the form of another program: together with the
    /// key, that is one mistake.
    fn other_form(&mut self, name: &str, node: Node<'_>, alias: bool) -> Option<FieldForm> {
        if name == "instances" && is_instance(node) {
            // `instance:` with the fields of one instance below it lacks the dash too.
            self.found.reported.insert(node.span());
            return Some(FieldForm::Dashes);
        }
        let field = FieldSpec::find(name);
        let own: Vec<&str> = FieldSpec::item_fields(name).map(|field| field.name).collect();
        let is_unknown = |pair: Pair<'_>| {
            let key = normalize(pair.key);
            FieldSpec::for_alias(&key, &own).is_none() && closest(pair.key, &own).is_none()
        };
        let is_other = |item: &Node<'_>| !item.is_map() || alias && item.pairs().any(is_unknown);
        let others = || node.items().filter(is_other);
        let list = field.is_some_and(FieldSpec::is_list_in_instance);
        if let Some(first) = others().next().filter(|_| list) {
            self.found.reported.extend(others().map(Node::span));
            let in_json = self.found.source.slice(node.span()).starts_with('[');
            return Some(FieldForm::Items(value::list_item(name, first.as_str(), in_json)));
        }
        // A name from another program, with a value that may be valid there.
        (alias && !value::matches_type(field.map(|field| field.kind), node)).then(|| {
            self.found.reported.insert(node.span());
            if name == "gpuNumber" && node.as_str().is_some() {
                // `accelerators: A100:1` contains the type too.
                let kind = (self.document, "acceleratorType".to_owned());
                self.found.relocated_keys.insert(kind);
            }
            FieldForm::Explained
        })
    }
}

/// Returns the field for a name from another program or in another language.
fn field_for_alias(pair: Pair<'_>, fields: &[&'static str]) -> Option<&'static str> {
    let text = pair.value.as_str();
    let name = match (normalize(pair.key).as_str(), text) {
        ("container", Some(image)) if image.contains(['/', ':']) => "imagePath",
        ("container", Some(_)) => "instanceServiceName",
        ("containers", _) if pair.value.is_seq() => "instances",
        ("containers", _) => "taskNumber",
        ("type", Some(text)) => {
            let is_value = |name: &&str| matches!(FieldKind::of(name), Some(FieldKind::Choice(values)) if values.contains(&text));
            *["taskType", "acceleratorType"].iter().find(|name| is_value(name))?
        }
        (key, _) => FieldSpec::for_alias(key, fields)?.name,
    };
    Some(name).filter(|name| fields.contains(name))
}

/// Checks whether a mapping holds the fields of an instance.
fn is_instance(node: Node<'_>) -> bool {
    node.pairs().any(|pair| INSTANCE_FIELDS.contains(&pair.key))
}

/// Checks whether a value is clearly the list of instances.
fn is_list(node: Node<'_>) -> bool {
    node.items().len() > 0 && node.items().all(is_instance)
}
