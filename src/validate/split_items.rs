//! Extra dashes: the fields of one instance, mount or port, each with its own `- `.
//!
//! Each such line is an item that lacks the fields of the others. That is one mistake, reported at
//! the first item that is split off.

use std::collections::HashSet;

use crate::diagnostics::{DiagnosticKind, MissingFieldAdvice, Subject};
use crate::manifest::document::{Document, join, label_span};
use crate::manifest::{MOUNT_FIELDS, PORT_FIELDS, REQUIRED};
use crate::validate::collector::DiagnosticCollector;
use crate::yaml::Node;

/// A list whose items may lack each other's fields.
struct InstanceList<'a> {
    node: Node<'a>,
    pointer: String,
    /// Required fields of each item; an item begins with the first one.
    fields: &'static [&'static str],
    /// Kind of the items.
    owner: Subject,
}

/// Reports items that are clearly the rest of the item above them.
pub(super) fn report_split_items(document: Document<'_>, found: &mut DiagnosticCollector<'_>) {
    let defaults = document.root.get("defaults");
    for list in lists(document, defaults) {
        let mut complete: HashSet<&str> = HashSet::new();
        let mut begun: Option<Node<'_>> = None;
        let mut parted = false;
        for (at, item) in list.node.items().enumerate() {
            let rest = begun.is_some() && list.continues_previous(item, &complete, defaults);
            if !rest {
                begun = Some(item);
                complete.clear();
                parted = false;
            } else if !parted {
                parted = true;
                found.reported.extend(begun.map(Node::span));
                let key = item.pairs().next().map_or_else(String::new, |pair| pair.key.to_owned());
                let problem = DiagnosticKind::MissingField {
                    field: list.fields[0],
                    owner: list.owner.clone(),
                    advice: MissingFieldAdvice::JoinItems(key),
                };
                let location = format!("{}/{at}", list.pointer);
                found.push(problem, label_span(item, found.source), document.number, location);
            }
            if rest {
                found.reported.insert(item.span());
            }
            complete.extend(item.pairs().map(|pair| pair.key));
        }
    }
}

fn lists<'a>(document: Document<'a>, defaults: Option<Node<'a>>) -> Vec<InstanceList<'a>> {
    let list = |(node, pointer): (Node<'a>, &str), name: &str, fields: &'static [&str], owner| {
        // An item with the first field does not continue the one above.
        let lacks_first = |item: Node<'_>| item.get(fields[0]).is_none();
        let node = node.get(name).filter(|list| list.items().any(lacks_first))?;
        Some(InstanceList { node, pointer: join(pointer, name), fields, owner })
    };
    let root = (document.root, "");
    let mut lists = Vec::from_iter(list(root, "instances", &REQUIRED[..], Subject::Instance(None)));
    let instances: Vec<_> =
        document.instances().map(|found| (found.fields.own, found.pointer)).collect();
    let owners = instances.iter().map(|(node, pointer)| (*node, pointer.as_str()));
    for owner in owners.chain(defaults.map(|node| (node, "/defaults"))) {
        lists.extend(list(owner, "mountInfoList", &MOUNT_FIELDS[..], Subject::Mount));
        lists.extend(list(owner, "containerPortInfoList", &PORT_FIELDS[..], Subject::Port));
    }
    lists
}

impl InstanceList<'_> {
    /// Checks whether an item has a required field that the item above, with all of `whole`, lacks,
    /// and no field that it has.
    fn continues_previous(
        &self,
        item: Node<'_>,
        complete: &HashSet<&str>,
        defaults: Option<Node<'_>>,
    ) -> bool {
        let shared = |field: &str| {
            self.fields == REQUIRED && defaults.is_some_and(|node| node.get(field).is_some())
        };
        let lacks = |field: &str| !complete.contains(field) && !shared(field);
        let needed = |key: &str| self.fields[1..].contains(&key) && lacks(key);
        let mut keys = item.pairs().map(|pair| pair.key);
        complete.contains(self.fields[0])
            && keys.clone().all(|key| !complete.contains(key))
            && keys.any(needed)
    }
}
