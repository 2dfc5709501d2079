//! Misspelled keys: each is reported once, and then read as the intended field, so that a typo in
//! `instances` or in a required field is one diagnostic and hides no other.

mod glued;
mod suggest;

use std::collections::{BTreeMap, HashSet};

use super::schema_diagnostics::{has_line_prefix, is_of_other_program};
use crate::manifest::document::{Document, join};
use crate::manifest::{
    FORM_KEYS, FieldSpec, INSTANCE_FIELDS, LIMIT_FIELDS, LIST_KEYS, is_ignored_key,
};
use crate::source::Span;
use crate::validate::collector::DiagnosticCollector;
use crate::yaml::Node;

/// Maximum number of keys in a mapping; a larger one is something else, not a manifest with a typo.
pub(super) const MAX_KEYS: usize = 1000;

/// Reports the misspelled keys of all documents and returns their correct names.
pub(super) fn correct_field_names(
    documents: &[Document<'_>],
    found: &mut DiagnosticCollector<'_>,
) -> BTreeMap<Span, &'static str> {
    let mut search = FieldNameChecker { found, document: 1, names: BTreeMap::new() };
    for document in documents {
        search.document = document.number;
        if !has_line_prefix(document.root) && !is_of_other_program(*document) {
            search.root(document.root);
        }
    }
    search.names
}

pub(super) struct FieldNameChecker<'f, 's> {
    pub(super) found: &'f mut DiagnosticCollector<'s>,
    pub(super) document: usize,
    pub(super) names: BTreeMap<Span, &'static str>,
}

impl FieldNameChecker<'_, '_> {
    fn root(&mut self, root: Node<'_>) {
        let list: Vec<&'static str> = LIST_KEYS.to_vec();
        let bare: Vec<&'static str> = INSTANCE_FIELDS.into_iter().chain(["region"]).collect();
        // The list form's keys are tried first: a typo in one of them decides the form.
        let form: Vec<&'static str> = FORM_KEYS.to_vec();
        let listed =
            self.keys(root, "", &form, &bare) || form.iter().any(|key| root.get(key).is_some());
        if !listed {
            self.keys(root, "", &bare, &[]);
            self.lists(root, String::new);
            return;
        }
        self.keys(root, "", &list, &INSTANCE_FIELDS);
        for pair in root.pairs() {
            let name = self.names.get(&pair.key_span).copied().unwrap_or(pair.key);
            let pointer = join("", pair.key);
            match name {
                "defaults" => {
                    self.keys(
                        pair.value,
                        &pointer,
                        &INSTANCE_FIELDS[1..],
                        &["instanceServiceName"],
                    );
                    self.lists(pair.value, || pointer.clone());
                }
                "instances" => {
                    for (at, item) in pair.value.items().enumerate() {
                        let pointer = || format!("{pointer}/{at}");
                        if !has_only(item, &INSTANCE_FIELDS) {
                            self.keys(item, &pointer(), &INSTANCE_FIELDS, &[]);
                        }
                        self.lists(item, pointer);
                    }
                }
                "limits" => _ = self.keys(pair.value, &pointer, &LIMIT_FIELDS, &[]),
                _ => {}
            }
        }
    }

    fn lists(&mut self, instance: Node<'_>, pointer: impl Fn() -> String) {
        for pair in instance.pairs().filter(|pair| pair.value.items().len() > 0) {
            let name = self.names.get(&pair.key_span).copied().unwrap_or(pair.key);
            let fields: Vec<_> = FieldSpec::item_fields(name).map(|field| field.name).collect();
            if fields.is_empty() {
                continue;
            }
            for (at, item) in pair.value.items().enumerate() {
                // Items of another program are reported with their list.
                if has_only(item, &fields) || self.found.reported.contains(&item.span()) {
                    continue;
                }
                let pointer = format!("{}/{at}", join(&pointer(), pair.key));
                self.keys(item, &pointer, &fields, &[]);
            }
        }
    }

    /// Reports the keys of one mapping that clearly mean one of `fields` that it lacks. Keys in
    /// `others` are not misspellings.
    fn keys(
        &mut self,
        map: Node<'_>,
        pointer: &str,
        fields: &[&'static str],
        others: &[&str],
    ) -> bool {
        if map.pairs().len() > MAX_KEYS {
            return false;
        }
        let mut present: HashSet<&str> = map.pairs().map(|pair| pair.key).collect();
        let mut any = false;
        for pair in map.pairs() {
            let known = fields.contains(&pair.key) || others.contains(&pair.key);
            if known || (pointer.is_empty() && is_ignored_key(pair.key)) {
                continue;
            }
            let absent: Vec<&'static str> =
                fields.iter().filter(|field| !present.contains(**field)).copied().collect();
            let at = || join(pointer, pair.key);
            let name = self.report_glued_key(pair, &absent, at());
            let name = name.or_else(|| self.suggest_field(map, pair, fields, &absent, at()));
            present.extend(name);
            any |= name.is_some();
        }
        any
    }
}

/// Checks whether a mapping has only these keys, as most have: to search each for misspellings would take
/// half of the time of a file without errors.
fn has_only(map: Node<'_>, fields: &[&str]) -> bool {
    map.pairs().all(|pair| fields.contains(&pair.key))
}
