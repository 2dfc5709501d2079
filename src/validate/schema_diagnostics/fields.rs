//! Unknown or misplaced keys, and missing keys.

use super::{KUBERNETES_KEYS, SchemaErrorContext, first_line, starts_comment};
use crate::diagnostics::{
    Diagnostic, DiagnosticKind, FieldAdvice, Fix, ForeignField, Label, LabelKind,
    MissingFieldAdvice,
};
use crate::manifest::document::{join, label_span};
use crate::manifest::{FieldKind, FieldSpec, INSTANCE_FIELDS, LIST_KEYS, Parent};
use crate::validate::collector::{DiagnosticCollector, diagnostic};
use crate::validate::field_names::MAX_KEYS;
use crate::validate::suggest::{closest, normalize, value};
use crate::validate::syntax_recovery::is_odd_blank;
use crate::yaml::{Node, Pair};

/// Fields of other programs without a direct equivalent, in lower case.
const FOREIGN_FIELDS: [(ForeignField, &[&str]); 4] = [
    (ForeignField::Environment, &["env", "envs", "environment"]),
    (ForeignField::Resources, &["resources"]),
    (ForeignField::Nodes, &["nodes", "ntasks", "numnodes"]),
    (ForeignField::Command, &["args", "entrypoint", "setup", "run", "command", "commands"]),
];

/// Unknown keys of one mapping.
pub(super) struct UnknownFields {
    /// The allowed fields.
    fields: Vec<&'static str>,
    /// The part of the manifest that has them.
    parent: Parent,
    /// Advice for misplaced keys, with the index of the first diagnostic that has it.
    misplaced: Vec<(FieldAdvice, usize)>,
}

impl SchemaErrorContext<'_> {
    /// Returns the fields that the mapping may have.
    pub(super) fn allowed_fields(&self) -> UnknownFields {
        let parts: Vec<&str> = self.pointer.split('/').skip(1).collect();
        let parent = match parts[..] {
            [] if self.document.is_list_form => Parent::Document,
            [.., "mountInfoList", _] => Parent::Mount,
            [.., "containerPortInfoList", _] => Parent::Port,
            ["limits"] => Parent::Limits,
            _ => Parent::Instance,
        };
        let mut fields: Vec<&str> = parent.fields().map(|field| field.name).collect();
        match parts[..] {
            [] if parent == Parent::Instance => fields.push("region"),
            ["defaults"] => fields.retain(|field| *field != "instanceServiceName"),
            _ => {}
        }
        UnknownFields { fields, parent, misplaced: Vec::new() }
    }

    /// Reports an unknown key. Keys that belong in the same other place are one mistake: the first
    /// is reported, and the others become its labels.
    pub(super) fn unknown_field(
        &self,
        pair: Pair<'_>,
        strangers: &mut UnknownFields,
        found: &mut DiagnosticCollector<'_>,
    ) {
        let key = pair.key;
        if found.limit_reached() || found.reported.contains(&pair.key_span) {
            return;
        }
        let advice = self.field_advice(pair, strangers, found);
        let plain = key.trim_start_matches(is_odd_blank).trim_start_matches("- ");
        if FieldSpec::find(plain).is_some() {
            found.relocated_keys.insert((self.document.number, plain.to_owned()));
        }
        if let Some((_, first)) = strangers.misplaced.iter().find(|(other, _)| *other == advice) {
            let label = Label { kind: LabelKind::AndThis, span: pair.key_span };
            found.diagnostics[*first].labels.push(label);
            return;
        }
        let is_comment = starts_comment(key);
        // A comment extends over the key below it.
        let span = if is_comment { first_line(pair.key_span, found.source) } else { pair.key_span };
        let field = if is_comment { found.source.slice(span).trim_end() } else { key };
        let problem =
            DiagnosticKind::UnknownField { field: field.to_owned(), advice: advice.clone() };
        let merge = advice == FieldAdvice::DidYouMean("<<");
        let fix = merge.then(|| Fix { span: pair.key_span, text: "<<".to_owned() });
        let at = found.diagnostics.len();
        let pointer = join(self.pointer, key);
        let reported = diagnostic(problem, span, self.document.number, pointer);
        found.push_with(Diagnostic { fix, ..reported });
        // A key repeated by an alias has already been reported.
        if at < found.diagnostics.len() && is_misplacement(&advice) {
            strangers.misplaced.push((advice, at));
        }
    }

    /// Returns the advice for an unknown key. Fields that it contains or hides are not reported as
    /// missing.
    fn field_advice(
        &self,
        pair: Pair<'_>,
        strangers: &UnknownFields,
        found: &mut DiagnosticCollector<'_>,
    ) -> FieldAdvice {
        let (key, number) = (pair.key, self.document.number);
        let root = self.document.root;
        if key.starts_with(is_odd_blank) {
            let lists = LIST_KEYS.into_iter().filter_map(|key| root.get(key));
            found.reported.extend(lists.map(Node::span).filter(|span| span.is_empty()));
            return FieldAdvice::PlainSpaces;
        }
        if INSTANCE_FIELDS.contains(&key) {
            let empty = |key: &str| root.get(key).filter(|node| node.span().is_empty());
            let below = empty("instances")
                .map(|list| (list, FieldAdvice::BelowInstances))
                .or_else(|| empty("defaults").map(|all| (all, FieldAdvice::BelowDefaults)));
            if let Some((node, advice)) = below.filter(|_| self.pointer.is_empty()) {
                found.reported.insert(node.span());
                return advice;
            }
        } else {
            let inside = pair.value.pairs().filter(|pair| INSTANCE_FIELDS.contains(&pair.key));
            let fields: Vec<_> = inside.map(|pair| (number, pair.key.to_owned())).collect();
            let wraps = !fields.is_empty();
            found.relocated_keys.extend(fields);
            if key == "<" && pair.value.is_map() {
                return FieldAdvice::DidYouMean("<<");
            }
            if wraps && !self.pointer.is_empty() {
                return FieldAdvice::Unwrap(key.to_owned());
            }
        }
        if starts_comment(key) {
            // The comment extends over the key below it, up to a colon.
            let last = key.split_whitespace().next_back().unwrap_or_default();
            found.relocated_keys.insert((number, last.trim_matches('"').to_owned()));
            return FieldAdvice::Comment;
        }
        self.where_it_belongs(pair, strangers)
    }

    fn where_it_belongs(&self, pair: Pair<'_>, strangers: &UnknownFields) -> FieldAdvice {
        let key = pair.key;
        if key == "instanceServiceName" && self.pointer == "/defaults" {
            return FieldAdvice::NameOfOneInstance;
        }
        let plain = normalize(key);
        if let Some((field, _)) = FOREIGN_FIELDS.iter().find(|(_, keys)| keys.contains(&&*plain)) {
            return FieldAdvice::Other(*field);
        }
        if let Some(field) = FieldSpec::find(key).filter(|field| is_own_value(field, pair.value)) {
            let list = match field.parent {
                Parent::Mount => "mountInfoList",
                Parent::Port => "containerPortInfoList",
                Parent::Limits => "limits",
                Parent::Instance | Parent::Document => "",
            };
            if field.name == "limits" && self.pointer.is_empty() {
                return FieldAdvice::BelongsToListForm;
            }
            if field.parent == Parent::Instance && !self.document.is_list_form {
                return FieldAdvice::BelongsToInstance;
            }
            return match self.location.node.get(list) {
                Some(_) => FieldAdvice::BelongsInNext(field.parent),
                None => FieldAdvice::BelongsIn(field.parent),
            };
        }
        if KUBERNETES_KEYS.contains(&key) {
            return FieldAdvice::Other(ForeignField::Kubernetes);
        }
        // A larger mapping is something else, not a manifest with a typo.
        let may_be_known = self.location.node.pairs().len() <= MAX_KEYS;
        let alias = || FieldSpec::for_alias(&plain, &strangers.fields).map(|field| field.name);
        let known = || alias().or_else(|| closest(key, &strangers.fields));
        match may_be_known.then(known).flatten() {
            Some(name) if self.location.node.get(name).is_some() => {
                FieldAdvice::AlreadyPresent(name)
            }
            Some(name) => FieldAdvice::DidYouMean(name),
            None if key.starts_with("x-") => FieldAdvice::ExtensionBelongsAtTop,
            None => FieldAdvice::Remove(strangers.parent),
        }
    }

    pub(super) fn missing_field(&self, field: &str, found: &mut DiagnosticCollector<'_>) {
        let misplaced = found.relocated_keys.contains(&(self.document.number, field.to_owned()));
        let unknown = field == "gpuNumber" && self.could_be_cpu()
            || self.holds_fields_of_another_item()
            // Fields that a broken merge should have added to all instances.
            || self.pointer.starts_with("/instances/")
                && INSTANCE_FIELDS.contains(&field)
                && self.document.root.get("defaults").is_some_and(|all| all.is_seq() || found.reported.contains(&all.span()));
        let Some(field) = FieldSpec::find(field).map(|field| field.name) else { return };
        // The `defaults` are reported where they are.
        let stray = found.stray_defaults && found.shared_fields.contains(field);
        let reported = found.reported.contains(&self.location.node.span());
        if misplaced || unknown || stray || reported {
            return;
        }
        let advice = if field == "instances" && found.stray_defaults {
            MissingFieldAdvice::InstancesOfOtherDocument
        } else if !self.document.is_list_form || !INSTANCE_FIELDS[1..].contains(&field) {
            MissingFieldAdvice::Add
        } else if found.shared_fields.contains(field) {
            MissingFieldAdvice::DefaultsOfOtherDocument
        } else {
            MissingFieldAdvice::AddHereOrToDefaults
        };
        let span = label_span(self.location.node, found.source);
        let problem = DiagnosticKind::MissingField { field, owner: self.subject(), advice };
        let diagnostic = diagnostic(problem, span, self.document.number, self.pointer.to_owned());
        found.push_with(diagnostic);
    }

    /// Checks whether an item of a list has only fields of the items of another list.
    fn holds_fields_of_another_item(&self) -> bool {
        let own = self.allowed_fields().fields;
        let node = self.location.node;
        let is_foreign = |pair: Pair<'_>| {
            let parent = FieldSpec::find(pair.key).map(|field| field.parent);
            matches!(parent, Some(Parent::Mount | Parent::Port)) && !own.contains(&pair.key)
        };
        node.pairs().len() > 0 && node.pairs().all(is_foreign)
    }

    /// Checks whether `acceleratorType` has a value that may mean `cpu`: that value is reported,
    /// and missing cards show up once it is fixed.
    fn could_be_cpu(&self) -> bool {
        let Some(field) = FieldSpec::find("acceleratorType") else { return false };
        let defaults = || self.document.root.get("defaults")?.get(field.name);
        let Some(kind) = self.location.node.get(field.name).or_else(defaults) else { return false };
        let word = value::strip_quotes_and_separator(kind.as_str().unwrap_or_default());
        let cards = field.value_for_alias(word).or_else(|| closest(word, field.kind.choices()));
        cards.is_none_or(|cards| cards == "cpu")
    }
}

/// Checks whether several keys with this advice are one mistake.
fn is_misplacement(advice: &FieldAdvice) -> bool {
    matches!(
        advice,
        FieldAdvice::BelongsIn(_)
            | FieldAdvice::BelongsToInstance
            | FieldAdvice::BelongsInNext(_)
            | FieldAdvice::BelowInstances
            | FieldAdvice::BelowDefaults
            | FieldAdvice::PlainSpaces
            | FieldAdvice::Other(ForeignField::Kubernetes)
    )
}

/// Checks whether a value may be one of a field: `type` and `instances` are also keys of other
/// programs.
fn is_own_value(field: &FieldSpec, value: Node<'_>) -> bool {
    if field.name == "instances" {
        return value::matches_type(Some(field.kind), value);
    }
    let FieldKind::Choice(choices) = field.kind else { return true };
    field.name != "type" || value.as_str().is_some_and(|text| choices.contains(&text))
}
