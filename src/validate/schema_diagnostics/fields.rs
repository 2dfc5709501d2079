//! Unknown or misplaced keys, and missing keys.

use super::{COMMENT, KUBERNETES_KEYS, SchemaErrorContext, first_line, starts_comment};
use crate::diagnostics::{Diagnostic, DiagnosticKind, Fix, Label, escaped};
use crate::manifest::document::{join, label_span};
use crate::manifest::{FieldSpec, INSTANCE_FIELDS, LIST_KEYS, MOUNT_FIELDS, PORT_FIELDS};
use crate::validate::collector::{DiagnosticCollector, diagnostic};
use crate::validate::field_names::NON_ASCII_WHITESPACE;
use crate::validate::suggest::{CandidateIndex, closest, listed, suggestion, type_hint};
use crate::yaml::{Node, Pair};

/// Unknown keys of one mapping.
pub(super) struct UnknownFields<'k> {
    /// The allowed fields.
    fields: Vec<&'static str>,
    known: CandidateIndex<'static>,
    /// Correct location of misplaced keys, and the index of the first diagnostic for it.
    misplaced: Vec<(&'k str, usize)>,
}

impl UnknownFields<'_> {
    pub(super) fn new(fields: Vec<&'static str>) -> Self {
        Self { known: CandidateIndex::new(&fields), fields, misplaced: Vec::new() }
    }
}

impl SchemaErrorContext<'_> {
    /// Reports an unknown key. Keys that belong in the same other place are one mistake: the first
    /// is reported, and the others become its labels.
    pub(super) fn unknown_field<'k>(
        &self,
        pair: Pair<'k>,
        strangers: &mut UnknownFields<'k>,
        found: &mut DiagnosticCollector<'_>,
    ) {
        let key = pair.key;
        if found.limit_reached() || found.reported.contains(&pair.key_span) {
            return;
        }
        let help = self.unknown_field_help(pair, strangers, found);
        let plain = key.trim_start_matches(NON_ASCII_WHITESPACE);
        let plain = if plain == key { key } else { plain.trim_start_matches("- ") };
        let home =
            parent_of_field(plain).map(|(home, _)| if plain == key { home } else { "indented" });
        if let Some(home) = home {
            found.relocated_keys.insert((self.document.number, plain.to_owned()));
            if let Some((_, first)) = strangers.misplaced.iter().find(|(other, _)| *other == home) {
                let label = Label { message: "and this".to_owned(), span: pair.key_span };
                found.diagnostics[*first].labels.push(label);
                return;
            }
        }
        let is_comment = starts_comment(key);
        // A comment extends over the key below it.
        let span = if is_comment { first_line(pair.key_span, found.source) } else { pair.key_span };
        let field = if is_comment { found.source.slice(span).trim_end() } else { key };
        let problem = DiagnosticKind::UnknownField { field: field.to_owned(), help };
        let pointer = join(self.pointer, key);
        let at = found.diagnostics.len();
        let merge = key == "<" && pair.value.is_map();
        let fix = merge.then(|| Fix { span: pair.key_span, text: "<<".to_owned() });
        let reported = diagnostic(problem, span, self.document.number, pointer);
        found.push_with(Diagnostic { fix, ..reported });
        // A key repeated by an alias has already been reported.
        if at < found.diagnostics.len() {
            strangers.misplaced.extend(home.map(|home| (home, at)));
        }
    }

    /// Returns the help for an unknown key. Fields that it contains or hides are not reported as
    /// missing.
    fn unknown_field_help(
        &self,
        pair: Pair<'_>,
        strangers: &UnknownFields<'_>,
        found: &mut DiagnosticCollector<'_>,
    ) -> String {
        let (key, number) = (pair.key, self.document.number);
        let root = self.document.root;
        if key.starts_with(NON_ASCII_WHITESPACE) {
            let lists = LIST_KEYS.into_iter().filter_map(|key| root.get(key));
            found.reported.extend(lists.map(Node::span).filter(|span| span.is_empty()));
            return "indent it with plain spaces".to_owned();
        }
        if self.pointer.is_empty()
            && INSTANCE_FIELDS.contains(&key)
            && let Some(list) = root.get("instances").filter(|list| list.span().is_empty())
        {
            found.reported.insert(list.span());
            let help =
                "indent it below `instances:`, with `- ` before the first field of each instance";
            return help.to_owned();
        }
        let inside: Vec<&str> = if INSTANCE_FIELDS.contains(&key) {
            Vec::new()
        } else {
            pair.value.pairs().map(|pair| pair.key).collect()
        };
        let inside = inside.into_iter().filter(|key| INSTANCE_FIELDS.contains(key));
        let fields: Vec<_> = inside.map(|key| (number, key.to_owned())).collect();
        let wraps = !fields.is_empty();
        found.relocated_keys.extend(fields);
        if key == "<" && wraps {
            return "did you mean `<<`, the merge key?".to_owned();
        }
        if wraps && !self.pointer.is_empty() {
            return format!("remove `{}:`, and put its fields in its place", escaped(key));
        }
        if starts_comment(key) {
            // The comment extends over the key below it, up to a colon.
            let last = key.split_whitespace().next_back().unwrap_or_default();
            found.relocated_keys.insert((number, last.trim_matches('"').to_owned()));
            return COMMENT.to_owned();
        }
        self.where_it_belongs(key, strangers)
    }

    /// Returns the fields that the mapping may have.
    pub(super) fn fields(&self) -> Vec<&'static str> {
        let parts: Vec<&str> = self.pointer.split('/').skip(1).collect();
        match parts[..] {
            [] if self.document.is_list_form => LIST_KEYS.to_vec(),
            [] => INSTANCE_FIELDS.into_iter().chain(["region"]).collect(),
            ["defaults"] => INSTANCE_FIELDS[1..].to_vec(),
            [.., "mountInfoList", _] => MOUNT_FIELDS.to_vec(),
            [.., "containerPortInfoList", _] => PORT_FIELDS.to_vec(),
            _ => INSTANCE_FIELDS.to_vec(),
        }
    }

    fn where_it_belongs(&self, key: &str, strangers: &UnknownFields<'_>) -> String {
        let target = &strangers.fields;
        if key == "instanceServiceName" && self.pointer == "/defaults" {
            return "a name belongs to one instance: move it into an item of `instances`"
                .to_owned();
        }
        if let Some(help) = kubernetes_equivalent(key) {
            return help.to_owned();
        }
        match parent_of_field(key) {
            Some((home, help)) => {
                let list = match home {
                    "port" => "containerPortInfoList",
                    "mount" => "mountInfoList",
                    _ => return help.to_owned(),
                };
                match self.location.node.get(list) {
                    Some(_) => format!("{help}: indent it like the fields there"),
                    None => format!("{help}, such as `{}`", type_hint::item(list, None)),
                }
            }
            None => match strangers.known.closest(key) {
                Some(name) => format!("did you mean `{name}`? It is already there"),
                None if key.starts_with("x-") => {
                    "keys that begin with `x-` are only allowed at the left margin: move it \
                     there, or remove it"
                        .to_owned()
                }
                None if target.len() > 8 => {
                    "remove it; `instancectl explain` lists the fields of an instance".to_owned()
                }
                None => format!("the fields here are {}", listed(target, "and")),
            },
        }
    }

    pub(super) fn missing_field(&self, field: &str, found: &mut DiagnosticCollector<'_>) {
        let misplaced = found.relocated_keys.contains(&(self.document.number, field.to_owned()));
        let unknown = field == "gpuNumber" && self.could_be_cpu()
            // Fields that a broken merge should have added to all instances.
            || self.pointer.starts_with("/instances/")
                && INSTANCE_FIELDS.contains(&field)
                && self.document.root.get("defaults").is_some_and(|all| found.reported.contains(&all.span()));
        if misplaced || unknown || found.reported.contains(&self.location.node.span()) {
            return;
        }
        let span = label_span(self.location.node, found.source);
        let owner =
            self.describe_node(if field == "instances" { "the document" } else { "the instance" });
        let problem = DiagnosticKind::MissingField {
            field: field.to_owned(),
            owner,
            help: self.how_to_add(field),
        };
        let diagnostic = diagnostic(problem, span, self.document.number, self.pointer.to_owned());
        found.push_with(diagnostic);
    }

    /// Checks whether `acceleratorType` has a value that may mean `cpu`: that value is reported,
    /// and missing cards show up once it is fixed.
    fn could_be_cpu(&self) -> bool {
        let field = "acceleratorType";
        let defaults = || self.document.root.get("defaults")?.get(field);
        let Some(kind) = self.location.node.get(field).or_else(defaults) else { return false };
        let word = suggestion::strip_quotes_and_separator(kind.as_str().unwrap_or_default());
        let cards = FieldSpec::find(field)
            .and_then(|field| field.value_for_alias(word))
            .or_else(|| closest(word, &["mlu", "dcu", "gpu", "cpu"]));
        cards.is_none_or(|cards| cards == "cpu")
    }

    fn how_to_add(&self, field: &str) -> String {
        let example = match field {
            "instances" => {
                return "add `instances:`, and below it each instance, starting with `- \
                        instanceServiceName: train-a`"
                    .to_owned();
            }
            "imagePath" => "imagePath: REGISTRY/PATH/NAME:TAG".to_owned(),
            "timeoutLimit" => "timeoutLimit: \"04:00:00\"` or `timeoutLimit: unlimited".to_owned(),
            _ => {
                let example = FieldSpec::find(field).map_or("", |field| field.example);
                format!("{field}: {example}")
            }
        };
        let shared = self.document.is_list_form && INSTANCE_FIELDS[1..].contains(&field);
        let location = if shared { ", here or under `defaults`" } else { "" };
        format!("add `{example}`{location}")
    }
}

/// Returns the equivalent here of a key of other programs.
fn kubernetes_equivalent(key: &str) -> Option<&'static str> {
    Some(match key.to_lowercase().as_str() {
        "env" | "envs" | "environment" => {
            "set variables in the script: `export NAME=value` in `startScriptContent`"
        }
        "resources" => "use `cpuNumber`, `gpuNumber` and `ramSize` instead",
        // They may count machines, and `taskNumber` multiplies the cost.
        "nodes" | "ntasks" => {
            "write `taskNumber` for containers, each with all the cards, or remove it"
        }
        "args" | "entrypoint" => "write the whole command in `startScriptContent`",
        _ => return None,
    })
}

/// Returns the correct location of one of our fields, as a keyword and as a sentence.
fn parent_of_field(key: &str) -> Option<(&'static str, &'static str)> {
    let homes: [(&[&str], &str, &str); 5] = [
        (&PORT_FIELDS, "port", "it belongs inside an item of `containerPortInfoList`"),
        (&MOUNT_FIELDS, "mount", "it belongs inside an item of `mountInfoList`"),
        (
            &INSTANCE_FIELDS,
            "instance",
            "it belongs inside an item of `instances`; or under `defaults`, to apply to all of \
             them",
        ),
        (&LIST_KEYS, "document", "it belongs at the left margin, next to `instances`"),
        (&KUBERNETES_KEYS, "kubernetes", "remove it: only Kubernetes manifests have it"),
    ];
    let found = homes.into_iter().find(|(fields, ..)| fields.contains(&key));
    found.map(|(_, home, help)| (home, help))
}
