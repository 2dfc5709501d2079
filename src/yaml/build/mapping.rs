//! Mappings: duplicate keys and merge keys.

use std::collections::{HashMap, HashSet};

use super::{Builder, Frame, push_error};
use crate::source::Span;
use crate::yaml::parsed::ParseErrorKind;
use crate::yaml::tree::{NodeKind, Tree, number};

/// Maximum number of keys for which duplicates are searched without a hash table.
const LINEAR_SCAN_MAX_KEYS: usize = 24;

impl Builder<'_> {
    /// Moves the pairs of a finished mapping into the tree.
    pub(super) fn close_map(&mut self, frame: &Frame) -> NodeKind {
        let Tree { texts, pairs, .. } = &mut self.tree;
        let start = pairs.len();
        let new = self.pairs.drain(frame.first_pair..);
        let mut observed: HashMap<&str, Span> = HashMap::new();
        let is_small = new.len() <= LINEAR_SCAN_MAX_KEYS;
        for pair in new {
            let key = texts.get(pair.key);
            let first = if is_small {
                let first = pairs[start..].iter().find(|own| texts.is(own.key, key));
                first.map(|own| own.key_span)
            } else {
                let first = *observed.entry(key).or_insert(pair.key_span);
                (first != pair.key_span).then_some(first)
            };
            match first {
                Some(first) => {
                    let kind = ParseErrorKind::DuplicateKey { key: key.to_owned(), first };
                    push_error(&mut self.errors, kind, pair.key_span);
                }
                None => pairs.push(pair),
            }
        }
        let merged = match frame.merges[..] {
            [] => true,
            [(value, key, at)] => self.merge(start, value, [key, at]),
            _ => false,
        };
        if !merged {
            // The fields of the failed merge are unknown, so nothing is missing here.
            self.reported.insert(Span::new(frame.start..frame.end));
        }
        NodeKind::Map { start: number(start), len: number(self.tree.pairs.len() - start) }
    }

    /// Adds the pairs of a merge key: own keys win, earlier sources win. Returns `false` if a
    /// source is not a mapping. The spans are those of the key and of the value.
    fn merge(&mut self, start: usize, value: u32, [key, at]: [Span; 2]) -> bool {
        let mut complete = true;
        let sources = match self.tree.nodes[value as usize].kind {
            NodeKind::Seq { start, len } => {
                self.tree.items[start as usize..][..len as usize].to_vec()
            }
            _ => vec![value],
        };
        let Tree { texts, pairs, nodes, aliases, .. } = &mut self.tree;
        let mut keys: HashSet<&str> =
            pairs[start..].iter().map(|pair| texts.get(pair.key)).collect();
        for source in sources {
            let NodeKind::Map { start, len } = nodes[source as usize].kind else {
                let written = nodes[source as usize].span;
                if self.reported.insert(written) {
                    let list = nodes[value as usize].span;
                    let (owner, own) = if source == value { (key, at) } else { (list, written) };
                    let alias = aliases.get(&(source, owner.start));
                    let kind = ParseErrorKind::BadMerge { anchor: alias.map(|alias| alias.anchor) };
                    push_error(&mut self.errors, kind, alias.map_or(own, |alias| alias.span));
                }
                complete = false;
                continue;
            };
            for at in start as usize..(start + len) as usize {
                let pair = pairs[at];
                if keys.insert(texts.get(pair.key)) {
                    pairs.push(pair);
                }
            }
        }
        complete
    }
}
