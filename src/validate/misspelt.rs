//! Misspelt keys: each is told once, and then read as what it surely means, so that a slip in
//! `instances` or in a required field is one diagnostic and hides no other.

use std::collections::{HashMap, HashSet};

use super::suggest::nearest;
use super::violation::{begins_comment, has_marks};
use super::{Findings, diagnostic, meant, synonym, typographic};
use crate::diagnostic::{Fix, Problem, bare};
use crate::document::{Document, join};
use crate::manifest::{INSTANCE_FIELDS, LIST_KEYS, MOUNT_FIELDS, PORT_FIELDS, is_ignored_key};
use crate::source::Span;
use crate::yaml::{Node, Pair, Value};

/// A mapping with more keys than this is something else, not a manifest with a slip in it.
const MOST_KEYS: usize = 1000;

/// Blanks, and what cannot be seen, that YAML takes for letters.
pub(super) const BLANKS: [char; 4] = ['\u{3000}', '\u{a0}', '\u{200b}', '\u{feff}'];

/// Tells the misspelt keys of all documents and gives the names they should have.
pub(super) fn rename(
    documents: &[Document<'_>],
    found: &mut Findings<'_>,
) -> HashMap<Span, &'static str> {
    let mut search = Search { found, document: 1, names: HashMap::new() };
    for document in documents {
        search.document = document.number;
        if !has_marks(document.root) {
            search.root(document.root);
        }
    }
    search.names
}

pub(super) struct Search<'f, 's> {
    pub(super) found: &'f mut Findings<'s>,
    pub(super) document: usize,
    pub(super) names: HashMap<Span, &'static str>,
}

impl Search<'_, '_> {
    fn root(&mut self, root: Node<'_>) {
        let list: Vec<&'static str> = LIST_KEYS.to_vec();
        let bare: Vec<&'static str> = INSTANCE_FIELDS.into_iter().chain(["region"]).collect();
        // The list form's keys are tried first: a slip in one of them decides the form.
        let form: Vec<&'static str> = LIST_KEYS[1..].to_vec();
        let listed =
            self.keys(root, "", &form, &bare) || form.iter().any(|key| root.get(key).is_some());
        if !listed {
            self.keys(root, "", &bare, &[]);
            self.lists(root, "");
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
                    self.lists(pair.value, &pointer);
                }
                "instances" => {
                    for (at, item) in pair.value.items().enumerate() {
                        let pointer = format!("{pointer}/{at}");
                        self.keys(item, &pointer, &INSTANCE_FIELDS, &[]);
                        self.lists(item, &pointer);
                    }
                }
                _ => {}
            }
        }
    }

    fn lists(&mut self, instance: Node<'_>, pointer: &str) {
        for pair in instance.pairs() {
            let fields: &[&'static str] =
                match self.names.get(&pair.key_span).copied().unwrap_or(pair.key) {
                    "mountInfoList" => &MOUNT_FIELDS,
                    "containerPortInfoList" => &PORT_FIELDS,
                    _ => continue,
                };
            let pointer = join(pointer, pair.key);
            for (at, item) in pair.value.items().enumerate() {
                self.keys(item, &format!("{pointer}/{at}"), fields, &[]);
            }
        }
    }

    /// Tells the keys of one mapping that surely mean one of `fields` that it lacks. Keys in
    /// `others` are no misspellings.
    fn keys(
        &mut self,
        map: Node<'_>,
        pointer: &str,
        fields: &[&'static str],
        others: &[&str],
    ) -> bool {
        if map.pairs().len() > MOST_KEYS {
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
            if let Some((name, mark, rest)) = glued(pair, &absent) {
                present.insert(name);
                any = true;
                self.tell_glued(pair, (name, mark, rest), join(pointer, pair.key));
                continue;
            }
            if let Some((name, blank)) = blank_before(pair.key, &absent) {
                present.insert(name);
                any = true;
                self.tell_blank(pair, (name, blank), join(pointer, pair.key));
                continue;
            }
            if let Some(name) = typographic::field(pair.key, &absent) {
                present.insert(name);
                any = true;
                self.tell_typographic(pair, name, join(pointer, pair.key));
                continue;
            }
            // A field of ours is spelt right: it stands in the wrong place.
            let list = pair.value.is_seq() && absent.contains(&"instances") && !is_instance(map);
            let word = synonym::field(pair.key, pair.value).filter(|name| fields.contains(name));
            let guess = || {
                let near = || nearest(pair.key, &absent);
                let holds = || Some("instances").filter(|_| list && holds_instances(pair));
                let near = || near().or_else(holds);
                word.map_or_else(near, |name| Some(name).filter(|name| absent.contains(name)))
            };
            let guess = match pair.key {
                "type" => a_type(pair.value).filter(|name| absent.contains(name)),
                key if is_a_field(key) || begins_comment(key) => None,
                _ => guess(),
            };
            let Some(name) = guess else { continue };
            present.insert(name);
            any = true;
            if self.names.insert(pair.key_span, name).is_none() {
                let form = self.other_form(name, pair.value, word.is_some());
                let sure = form.is_none();
                let help = form.unwrap_or_else(|| format!("did you mean `{name}`?"));
                let problem = Problem::UnknownField { field: pair.key.to_owned(), help };
                let written = self.found.source.slice(pair.key_span);
                // Of its quotes only the last was written: what opens with it stays JSON.
                let unopened = written.ends_with('"') && !written.starts_with('"');
                let name = if unopened { format!("\"{name}\"") } else { name.to_owned() };
                let fix = Fix::word(pair.key_span, written, &name);
                self.found.push_with(crate::diagnostic::Diagnostic {
                    fix: Some(fix).filter(|_| sure),
                    ..diagnostic(problem, pair.key_span, self.document, join(pointer, pair.key))
                });
            }
        }
        any
    }

    /// What else is to be done where a key's value has the form of another program's: that is one
    /// mistake with the key.
    fn other_form(&mut self, name: &str, value: Node<'_>, word: bool) -> Option<String> {
        if name == "instances" && is_instance(value) {
            // `instance:` with the fields of one below it lacks the dash too.
            self.found.told.insert(value.span());
            return Some(
                "did you mean `instances`? Below it, begin each instance with `- `".into(),
            );
        }
        let list = matches!(name, "mountInfoList" | "containerPortInfoList");
        let texts = || value.items().filter(|item| !item.is_map());
        let Some(first) = texts().next().filter(|_| list) else {
            // A word of another program, and what it may well mean there.
            return (word && !meant::fits(name, value)).then(|| {
                self.found.told.insert(value.span());
                format!("did you mean `{name}`? `instancectl explain {name}` says what it takes")
            });
        };
        self.found.told.extend(texts().map(Node::span));
        let item = meant::item(name, first.as_str());
        Some(format!("did you mean `{name}`? Write each of its items as `{item}`"))
    }

    /// A key with a blank before it that is none to YAML.
    fn tell_blank(&mut self, pair: Pair<'_>, (name, blank): (&'static str, char), at: String) {
        if self.names.insert(pair.key_span, name).is_some() {
            return;
        }
        let kind = match blank {
            '\u{3000}' => "a full-width space",
            '\u{a0}' => "a no-break space",
            _ => "an invisible character",
        };
        let problem = Problem::YamlSyntax {
            message: format!("{kind} stands before `{name}`"),
            help: "remove it; where the line wants indentation, use plain spaces".into(),
        };
        let fix = Fix { span: pair.key_span, text: name.to_owned() };
        self.found.push_with(crate::diagnostic::Diagnostic {
            fix: Some(fix),
            ..diagnostic(problem, pair.key_span, self.document, at)
        });
    }

    /// A key in braces that swallowed its value, since no blank stands behind the colon.
    fn tell_glued(
        &mut self,
        pair: Pair<'_>,
        (name, mark, rest): (&'static str, char, &str),
        pointer: String,
    ) {
        if self.names.insert(pair.key_span, name).is_some() {
            return;
        }
        self.found.told.insert(pair.value.span());
        let message = match mark {
            '：' => "`：` is a full-width colon, expected `:` and a space",
            '=' => "`=` stands where `:` is expected",
            ' ' => "a colon is missing after the key",
            _ => "a space is missing after the colon",
        };
        let problem = Problem::YamlSyntax {
            message: message.to_owned(),
            help: format!("write `{name}: {}`", bare(rest)).into(),
        };
        let key = Fix::word(pair.key_span, pair.key, name).text;
        let fix = Fix { span: pair.key_span, text: format!("{key}: {rest}") };
        self.found.push_with(crate::diagnostic::Diagnostic {
            fix: Some(fix),
            ..diagnostic(problem, pair.key_span, self.document, pointer)
        });
    }
}

/// The field that a key is but for a blank before it that YAML takes for a letter, and the blank.
fn blank_before(key: &str, fields: &[&'static str]) -> Option<(&'static str, char)> {
    let name = fields.iter().find(|field| key.trim_start_matches(BLANKS) == **field)?;
    key.chars().next().filter(|first| BLANKS.contains(first)).map(|blank| (*name, blank))
}

/// The field, the mark and the value of a key such as `containerPort:8888`, `containerPort=8888` or
/// `containerPort 8888`.
fn glued<'k>(pair: Pair<'k>, fields: &[&'static str]) -> Option<(&'static str, char, &'k str)> {
    if pair.value.value() != Value::Null {
        return None;
    }
    let at = pair.key.find([':', '：', '=']).or_else(|| pair.key.find(' '))?;
    let (key, rest) = pair.key.split_at(at);
    let mark = rest.chars().next()?;
    let name = fields.iter().find(|field| **field == meant::bare(key))?;
    let rest = rest[mark.len_utf8()..].trim();
    (!rest.is_empty()).then_some((*name, mark, rest))
}

/// Whether a mapping holds the fields of an instance.
fn is_instance(node: Node<'_>) -> bool {
    node.pairs().any(|pair| INSTANCE_FIELDS.contains(&pair.key))
}

/// The field that a key `type` stands for, by its value.
fn a_type(value: Node<'_>) -> Option<&'static str> {
    match value.as_str()? {
        "ssh" | "jupyter" | "codeserver" | "rstudio" => Some("taskType"),
        "mlu" | "dcu" | "gpu" | "cpu" => Some("acceleratorType"),
        _ => None,
    }
}

fn is_a_field(key: &str) -> bool {
    [&INSTANCE_FIELDS[..], &MOUNT_FIELDS, &PORT_FIELDS, &LIST_KEYS]
        .iter()
        .any(|fields| fields.contains(&key))
}

/// Whether a list at the top level is surely that of the instances, by its name or by its items.
fn holds_instances(list: Pair<'_>) -> bool {
    let key = list.key.to_lowercase();
    key.starts_with("instance")
        || matches!(key.as_str(), "items" | "tasks" | "containers" | "实例")
        || list.value.items().len() > 0 && list.value.items().all(is_instance)
}
